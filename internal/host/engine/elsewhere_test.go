package engine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAnEngineIsWhereAnyOfItsThreadsIs(t *testing.T) {
	tests := []struct {
		name    string
		threads map[string]string // their networks; none may be looked at without one
		want    bool
	}{
		{"here", map[string]string{"26422": "net:[1]", "26423": "net:[1]"}, false},
		{"its first thread was left in a container's network", map[string]string{"26422": "net:[2]", "26423": "net:[1]"}, false},
		{"in another network", map[string]string{"26422": "net:[2]", "26423": "net:[2]"}, true},
		{"it may not be looked at", map[string]string{"26422": ""}, false},
		{"it has ended", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			proc := t.TempDir()
			namespace(t, filepath.Join(proc, "self"), "net:[1]")
			for thread, network := range tt.threads {
				namespace(t, filepath.Join(proc, "26422/task", thread), network)
			}
			if got := elsewhere(proc, 26422); got != tt.want {
				t.Error(got)
			}
		})
	}
}

func namespace(t *testing.T, dir, network string) {
	t.Helper()
	err := os.MkdirAll(filepath.Join(dir, "ns"), 0o755)
	if err == nil && network != "" {
		err = os.Symlink(network, filepath.Join(dir, "ns/net"))
	}
	if err != nil {
		t.Fatal(err)
	}
}
