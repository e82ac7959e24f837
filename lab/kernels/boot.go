package kernels

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Guest says how a kernel is booted.
type Guest struct {
	Cgroups string   // which hierarchies there are: "v2" (also where it is empty), "v1" or "hybrid"
	HidePID bool     // /proc is mounted with hidepid=2
	Args    []string // further words of the kernel's command line, such as "ipv6.disable=1"
	Shared  string   // directory that stands at /run/lab in the guest, which writes there too
}

// Run boots the kernel, runs a shell's script in the guest as root and powers off. What the script says goes to output as
// it comes. The error says that the guest did not come to the end of the script; else status is the script's.
func (k *Kernel) Run(ctx context.Context, g Guest, script string, output io.Writer) (status int, err error) {
	dir, err := os.MkdirTemp("", "safeport-kernel-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	guest, err := buildGuest(dir)
	if err != nil {
		return 0, err
	}
	initramfs, err := k.initramfs(guest)
	if err != nil {
		return 0, err
	}
	shared := g.Shared
	for name, data := range map[string][]byte{filepath.Join(dir, "initramfs"): initramfs, filepath.Join(shared, "script"): []byte(script)} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return 0, err
		}
	}
	_ = os.Remove(filepath.Join(shared, "status"))
	console, err := os.Create(filepath.Join(shared, "console.log"))
	if err != nil {
		return 0, err
	}
	defer console.Close()
	cmd := exec.CommandContext(ctx, "nice", append([]string{"-n", "1", "qemu-system-x86_64"}, k.qemu(g, dir)...)...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(console, &consoleFilter{to: output}), console
	err = cmd.Run()
	said, statusErr := os.ReadFile(filepath.Join(shared, "status"))
	if statusErr != nil {
		return 0, fmt.Errorf("kernel %s did not come to the end of its script (QEMU: %v); the end of its console:\n%s", k.Release, err, tail(console.Name()))
	}
	return strconv.Atoi(strings.TrimSpace(string(said)))
}

func (k *Kernel) qemu(g Guest, dir string) []string {
	words := append([]string{"console=ttyS0", "panic=-1", "quiet", "lab.cgroups=" + g.Cgroups, fmt.Sprintf("lab.hidepid=%t", g.HidePID), "lab.modules=" + k.modules}, g.Args...)
	share := func(tag, path, more string) string {
		return fmt.Sprintf("local,path=%s,mount_tag=%s,security_model=none,multidevs=remap%s", path, tag, more)
	}
	return []string{
		"-accel", "tcg", "-machine", "q35", "-cpu", "max", "-smp", "2", "-m", "3G", "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot",
		"-kernel", k.image, "-initrd", filepath.Join(dir, "initramfs"), "-append", strings.Join(words, " "),
		"-virtfs", share("host", "/", ",readonly=on"), "-virtfs", share("work", g.Shared, ""),
	}
}

// tail is the end of a file.
func tail(path string) string {
	text, _ := os.ReadFile(path)
	return string(text[max(0, len(text)-4000):])
}

// scriptMark begins each line of the console that is the script's; the others are the kernel's.
const scriptMark = "|"

// consoleFilter passes on what the script says.
type consoleFilter struct {
	to   io.Writer
	line []byte
}

func (c *consoleFilter) Write(p []byte) (int, error) {
	c.line = append(c.line, p...)
	for {
		line, rest, ok := bytes.Cut(c.line, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		if said, ok := bytes.CutPrefix(line, []byte(scriptMark)); ok {
			if _, err := fmt.Fprintf(c.to, "%s\n", bytes.TrimRight(said, "\r")); err != nil {
				return 0, err
			}
		}
		c.line = rest
	}
}
