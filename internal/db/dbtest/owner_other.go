//go:build !linux

package dbtest

import (
	"os/exec"
	"os/user"
)

// asOwner prepares a command. Only Linux can tie its life to ours; elsewhere
// name a running server in PARLEY_TEST_POSTGRES.
func asOwner(_ *user.User, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	return cmd
}
