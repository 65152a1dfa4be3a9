package connector_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"parley/internal/connector"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	const token = "eyJ-very-secret"
	type holder struct {
		Open   connector.Secret
		closed connector.Secret
	}
	s := connector.NewSecret(token)
	values := []any{s, &s, holder{s, s}, &holder{s, s}, []connector.Secret{s}, map[string]connector.Secret{"k": s},
		map[connector.Secret]int{s: 1}, connector.Tokens{Access: s, Refresh: s}, connector.Registration{Secret: s}, connector.Ask{State: s, Verifier: s}, connector.Relay{Password: s}}
	var seen bytes.Buffer
	logs := slog.New(slog.NewJSONHandler(&seen, nil))
	text := slog.New(slog.NewTextHandler(&seen, nil))
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&seen, verb, v)
		}
		logs.Info("x", "v", v)
		text.Info("x", "v", v)
		data, _ := json.Marshal(v)
		seen.Write(data)
	}
	fmt.Fprint(&seen, fmt.Errorf("failed: %v", s))
	if strings.Contains(seen.String(), token) || strings.Contains(seen.String(), fmt.Sprintf("%x", token)) {
		t.Errorf("the secret was printed:\n%s", seen.String())
	}
	if s.Reveal() != token || s.Empty() || !connector.NewSecret("").Empty() {
		t.Error("the secret is not kept")
	}
}
