package settings

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestHostileFile holds that a file made to waste time is refused, or read, quickly.
func TestHostileFile(t *testing.T) {
	bomb := "a0: &a0 {k: v}\n"
	for i := range 40 {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"10 MB", "larger than 1 MiB", bytes.Repeat([]byte("x: yyyyyyy\n"), 1_000_000)},
		{"10 MB on one line", "larger than 1 MiB", bytes.Repeat([]byte("x"), 10_000_000)},
		{"deep lists", "depth", bytes.Repeat([]byte("["), 1_000_000)},
		{"deep mappings", "depth", bytes.Repeat([]byte("{a: "), 200_000)},
		{"alias bomb", "", []byte(bomb)},
		{"alias bomb in the place of a port", "port must be a single value", []byte(bomb + "port: *a40\n")},
		{"alias bomb merged in", "", []byte(bomb + "<<: *a40\n")},
		{"an alias of itself", "", []byte("x: &x [*x]\n")},
		{"many keys", "", func() []byte {
			var b bytes.Buffer
			for i := range 50_000 {
				fmt.Fprintf(&b, "key%d: 1\n", i)
			}
			return b.Bytes()
		}()},
		{"a huge exponent", "not a port", []byte("port: 1.0e+999999999\n")},
		{"a huge number", "the value has 900000 characters", []byte("port: " + strings.Repeat("9", 900_000) + "\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			// What is allocated is the same on every machine; what is expanded without a bound takes it all.
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := Resolve(list(t), Sources{ConfigFile: path})
			runtime.ReadMemStats(&after)
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 256 {
				t.Errorf("it took %d MB", took)
			} else {
				t.Logf("it took %d MB", took)
			}
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %q", err, tt.want)
			case err != nil && len(err.Error()) > 1000:
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}
