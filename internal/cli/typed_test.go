package cli

import "testing"

func TestCommandsAreAsTyped(t *testing.T) {
	here := Typed{User: "./bin/safeport", Sudo: "./bin/safeport"}
	home := Typed{User: "safeport", Sudo: "/home/ann/.local/bin/safeport"}
	core := Typed{User: "safeport-check", Sudo: "safeport-check"}
	plugin := Typed{User: "docker safeport", Sudo: "docker safeport"}
	for _, tt := range []struct {
		as         Typed
		core       bool
		text, want string
	}{
		{here, false, "safeport install gpustack --port 8080", "./bin/safeport install gpustack --port 8080"},
		{here, false, "sudo safeport free-up 80/tcp", "sudo ./bin/safeport free-up 80/tcp"},
		{here, false, `to check it, run "safeport check 80"`, `to check it, run "./bin/safeport check 80"`},
		{here, false, "详细说明：safeport --explain latent", "详细说明：./bin/safeport --explain latent"},
		{here, false, "  safeport free 3\n  safeport hold 8080", "  ./bin/safeport free 3\n  ./bin/safeport hold 8080"},
		{here, false, "safeport a | safeport who 80", "safeport a | ./bin/safeport who 80"},
		// What is no command of it stays.
		{here, false, "/opt/safeport check", "/opt/safeport check"},
		{here, false, "safeport checks it, and safeport free-upper", "safeport checks it, and safeport free-upper"},
		{here, false, "docker compose -p safeport up", "docker compose -p safeport up"},
		{home, false, "safeport who 80", "safeport who 80"},
		{home, false, "sudo safeport who 80", "sudo /home/ann/.local/bin/safeport who 80"},
		{plugin, false, "sudo safeport who 80", "sudo docker safeport who 80"},
		{core, true, "sudo safeport who 80", "sudo safeport-check who 80"},
		{core, true, "safeport install gpustack", "safeport install gpustack"}, // it has no such command
	} {
		if got := tt.as.in(tt.text, tt.core); got != tt.want {
			t.Errorf("as %s: %q became %q, want %q", tt.as.User, tt.text, got, tt.want)
		}
	}
}
