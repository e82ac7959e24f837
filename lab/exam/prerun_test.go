package exam

import (
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/safeport/safeport/lab/real"
)

// prerunVersion is the version of GPUStack whose own check is asked.
const prerunVersion = "2.3.0"

// askPrerun finds a port free where "gpustack prerun" does: its function, of the package that is published.
const askPrerun = `
import sys
from gpustack.utils.network import is_port_available, is_port_reusable
port = int(sys.argv[1])
sys.exit(not (is_port_available(port) or is_port_reusable(port)))`

// prerun is GPUStack's own check, if make real has built the version on this machine and this machine's Python is the one that
// it is built for. It knows TCP alone, is asked for the same ports as the others, and needs seconds to load its libraries.
func prerun(t *testing.T) []way {
	t.Helper()
	if !real.Built(prerunVersion) || exec.Command("python3.11", "--version").Run() != nil {
		t.Logf("NOT ASKED: GPUStack's own check; lab/real/build.sh %s builds it", prerunVersion)
		return nil
	}
	path := "PYTHONPATH=" + real.Unpack(t, prerunVersion)
	return []way{{name: "GPUStack " + prerunVersion, within: time.Minute, command: func(g *stage, port int) []string {
		if g.want.protocol != "tcp" {
			return nil
		}
		return []string{"env", path, "python3.11", "-W", "ignore", "-c", askPrerun, strconv.Itoa(port)}
	}}}
}
