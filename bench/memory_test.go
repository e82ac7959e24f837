package bench

import (
	"os/exec"
	"syscall"
)

// maxRSS is the most memory that a program which has ended had at once, in bytes.
func maxRSS(cmd *exec.Cmd) int64 {
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024 // Linux counts in KB
}
