package engine

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What another user puts where the directory of the locks would be is refused, whatever it is, and the lock is not his.
func TestOtherUsersDoNotHaveTheLock(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("becomes another user")
	}
	const other = 65533
	for name, command := range map[string]string{
		"a directory":                        "mkdir -m 770 DIR",
		"a directory with a lock in it":      "mkdir -m 777 DIR && : >DIR/lock",
		"a link to a directory of the group": "ln -s OURS DIR",
		"a fifo":                             "mkfifo DIR",
		"a file":                             ": >DIR",
	} {
		for _, group := range []int{0, 4242} {
			t.Run(fmt.Sprintf("%s of group %d", name, group), func(t *testing.T) {
				place := filepath.Join(t.TempDir(), "lock")
				if err := os.Mkdir(place, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(place, 0o777|fs.ModeSticky); err != nil {
					t.Fatal(err)
				}
				for dir := place; dir != "/"; dir = filepath.Dir(dir) { // the other user has to come there
					if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o001 == 0 {
						if err := os.Chmod(dir, info.Mode().Perm()|0o011); err != nil {
							t.Fatal(err)
						}
					}
				}
				ours := t.TempDir()
				if err := os.Chown(ours, 0, group); err != nil {
					t.Fatal(err)
				}
				dir := filepath.Join(place, fmt.Sprintf("safeport-%d", group))
				cmd := exec.Command("sh", "-c", strings.NewReplacer("DIR", dir, "OURS", ours).Replace(command))
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: other, Gid: other}}
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				if got, err := sharedDir([]string{place}, group); err == nil {
					t.Errorf("%s is taken for the directory of the locks", got)
				}
			})
		}
	}
}

// The directory is the group's, and is taken again by the next run.
func TestTheGroupSharesTheLock(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("gives a directory to a group")
	}
	place := t.TempDir()
	if err := os.Chmod(place, 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		dir, err := sharedDir([]string{filepath.Join(place, "none"), place}, 4242)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if gid := info.Sys().(*syscall.Stat_t).Gid; gid != 4242 || info.Mode().Perm() != 0o770 {
			t.Errorf("it belongs to group %d, %s", gid, info.Mode())
		}
	}
}
