package kernels

import (
	"os/exec"
	"strings"
	"testing"
)

// What the kernel unpacks is what any cpio does: names, modes and contents.
func TestCpioIsOneThatOthersRead(t *testing.T) {
	program, err := exec.LookPath("busybox")
	if err != nil {
		t.Skip("NOT TESTED: it needs busybox")
	}
	var c cpio
	c.add("modules", 0o040755, nil)
	c.add("modules/00-one", 0o100644, []byte("odd"))
	c.add("init", 0o100755, []byte("program"))
	c.add("TRAILER!!!", 0, nil)
	cmd := exec.Command(program, "sh", "-ec", "busybox cpio -idm; stat -c '%n %A' modules init; cat modules/00-one init")
	cmd.Dir, cmd.Stdin = t.TempDir(), &c
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("unpacking: %v", err)
	}
	if got, want := string(out), "modules drwxr-xr-x\ninit -rwxr-xr-x\noddprogram"; strings.TrimSpace(got) != want {
		t.Errorf("unpacked %q; want %q", got, want)
	}
}

func TestModuleNames(t *testing.T) {
	for path, want := range map[string]string{
		"kernel/net/9p/9pnet.ko.xz": "9pnet", "kernel/fs/overlayfs/overlay.ko": "overlay", "kernel/drivers/net/virtio-net.ko.zst": "virtio_net",
	} {
		if got := moduleName(path); got != want {
			t.Errorf("module of %s is %q; want %q", path, got, want)
		}
	}
}
