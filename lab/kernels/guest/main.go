//go:build linux

// Guest is the first process of a kernel that the lab boots. It makes this machine's files the guest's own, with changes
// in memory alone, runs the script and powers off. See package kernels.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	if err := run(); err != nil {
		fmt.Println("guest:", err)
	}
	time.Sleep(100 * time.Millisecond) // for the console
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

func run() error {
	if err := mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	options, err := commandLine()
	if err != nil {
		return err
	}
	if err := loadModules(); err != nil {
		return err
	}
	if err := root(options["lab.modules"]); err != nil {
		return err
	}
	if err := filesystems(options); err != nil {
		return err
	}
	status := script()
	if err := os.WriteFile(shared+"/status", fmt.Appendln(nil, status), 0o644); err != nil {
		return err
	}
	unix.Sync()
	return nil
}

// commandLine are the words of the kernel's command line that have a value.
func commandLine() (map[string]string, error) {
	text, err := os.ReadFile("/proc/cmdline")
	options := map[string]string{}
	for word := range strings.FieldsSeq(string(text)) {
		if key, value, ok := strings.Cut(word, "="); ok {
			options[key] = value
		}
	}
	return options, err
}

func loadModules() error {
	paths, err := filepath.Glob("/modules/*")
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := unix.InitModule(data, ""); err != nil {
			return fmt.Errorf("loading %s: %w", path, err)
		}
	}
	return nil
}

// script runs the script with its words on the console, each line marked. Its status is 255 where it could not be started.
func script() int {
	cmd := exec.Command("/bin/sh", shared+"/script")
	cmd.Dir = shared
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TMPDIR=/tmp"}
	said, err := cmd.StdoutPipe()
	if err != nil {
		fmt.Println("guest:", err)
		return 255
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		fmt.Println("guest:", err)
		return 255
	}
	lines := bufio.NewReader(said)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			fmt.Printf("|%s\n", strings.TrimRight(line, "\n"))
		}
		if err != nil {
			break
		}
	}
	cmd.Wait()
	return cmd.ProcessState.ExitCode()
}
