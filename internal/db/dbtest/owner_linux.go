package dbtest

import (
	"context"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// asOwner prepares a command that runs as the given account (nil: our own) and
// is killed when this process ends, however it ends.
func asOwner(owner *user.User, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if owner != nil {
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return cmd
}
