package advice

import "testing"

func TestCommandsOnAHostWithoutSudo(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"sudo systemctl disable --now web.service", "systemctl disable --now web.service"},
		{"echo 1 | sudo tee /etc/x && sudo sysctl -w a=1", "echo 1 | tee /etc/x && sysctl -w a=1"},
		{"sudo -iu anna podman stop web", "su - anna -c 'podman stop web'"},
		{"sudo -u web XDG_RUNTIME_DIR=/run/user/7 systemctl --user stop web.service", "su -s /bin/sh web -c 'XDG_RUNTIME_DIR=/run/user/7 systemctl --user stop web.service'"},
		{"printf '[A&B]' | sudo -u web tee -- /x && sudo -u web rm -- '/a && b' && sudo systemctl daemon-reload",
			`printf '[A&B]' | su -s /bin/sh web -c 'tee -- /x' && su -s /bin/sh web -c 'rm -- '\''/a && b'\''' && systemctl daemon-reload`},
		{"sudo -iu '#1000' podman stop web", "sudo -iu '#1000' podman stop web"}, // su knows names alone
		{"docker stop web", "docker stop web"},
	} {
		here := Builder{Subject: Subject{NoSudo: true}}
		if got := here.here(tt.command); got != tt.want {
			t.Errorf("%s: got %s", tt.command, got)
		}
		if got := new(Builder).here(tt.command); got != tt.command {
			t.Errorf("%s, with sudo: got %s", tt.command, got)
		}
	}
}
