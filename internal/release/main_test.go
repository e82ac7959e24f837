package release_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is safeport, as it is shipped: nothing in it knows that it is tested.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv(recorderSocket) != "" {
		fmt.Fprintln(os.Stderr, "recorder:", runRecorder())
		return 1
	}
	// The tests wait for engines and services far more than they compute.
	if err := flag.Set("test.parallel", "6"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "safeport-release-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // users of the lab run it too
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	program = filepath.Join(dir, "safeport")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/safeport/safeport/cmd/safeport").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building safeport: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
