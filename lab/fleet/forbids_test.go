package fleet

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// Where a host has no place to keep a program, or one that is not to be trusted, it is asked all the same, and nothing is left.
// kept is where the program lies afterwards, below the host's root; "": nowhere.
var forbidding = []struct {
	name, kept string
	hostOptions
}{
	{"nothing special", "var/cache/safeport", hostOptions{}},
	{"noexec on /var/cache", "run/safeport", hostOptions{lines: "mount -o remount,noexec /var/cache"}},
	{"noexec on both", "", hostOptions{lines: "mount -o remount,noexec /var/cache; mount -o remount,noexec /run"}},
	{"/var/cache is full", "run/safeport", hostOptions{lines: "mount -t tmpfs -o size=1m small /var/cache"}},
	{"/var/cache is read-only", "run/safeport", hostOptions{lines: "mount -o remount,ro /var/cache"}},
	{"a link in place of the folder", "run/safeport", hostOptions{lines: "mkdir -m 700 /var/cache/other; ln -s other /var/cache/safeport"}},
	{"the folder is somebody else's", "run/safeport", hostOptions{lines: "mkdir -m 700 /var/cache/safeport; chown 65534 /var/cache/safeport"}},
	{"others may enter the folder", "run/safeport", hostOptions{lines: "mkdir -m 755 /var/cache/safeport"}},
	{"without xz", "var/cache/safeport", hostOptions{lines: tools("sh id uname pwd ls sha256sum cut tr df tail chmod rm gzip mv touch find mkdir sleep mktemp rmdir cat"), env: onlyTools}},
	{"without xz and gzip", "var/cache/safeport", hostOptions{lines: tools("sh id uname pwd ls sha256sum cut tr df tail chmod rm mv touch find mkdir sleep mktemp rmdir cat"), env: onlyTools}},
	{"without sha256sum", "", hostOptions{lines: tools("sh id uname pwd ls cut tr df tail chmod rm xz mv touch find mkdir sleep mktemp rmdir cat"), env: onlyTools}},
	{"an ordinary user", "home/.cache/safeport", hostOptions{user: "operator"}},
	{"whose shell is fish", "home/.cache/safeport", hostOptions{user: "operator", shell: "/usr/bin/fish"}},
	{"whose home is read-only", "", hostOptions{user: "operator", lines: "mount --bind $HOST/home $HOST/home; mount -o remount,bind,ro $HOST/home"}},
	{"nothing but busybox", "run/jail/var/cache/safeport", minimal},
	{"another locale", "var/cache/safeport", hostOptions{env: []string{"LC_ALL=zh_CN.UTF-8", "LANG=zh_CN.UTF-8"}}},
}

// minimal is a host whose root has busybox, /proc and /dev/null: no Python, no bash, no xz of its own.
var minimal = hostOptions{tmp: "/tmp", sshd: "ChrootDirectory /run/jail\n", lines: `
mkdir /run/jail
cd /run/jail
mkdir bin dev etc proc root run tmp var var/cache
for file in $(ldd /bin/busybox | grep -o '/lib[^ ]*'); do mkdir -p .$(dirname $file); cp $file .$file; done
cp /bin/busybox bin
for tool in sh $(busybox --list | grep -v "^busybox$"); do ln -sf busybox bin/$tool; done
mount --bind /proc proc
mknod -m 666 dev/null c 1 3
sed 's|^root:.*|root:x:0:0:root:/root:/bin/sh|' $HOST/passwd >$HOST/passwd.sh
cat $HOST/passwd.sh >$HOST/passwd
cp $HOST/passwd etc
cd /`}

// tools makes a folder with these programs of busybox and no others.
func tools(names string) string {
	return "mkdir $HOST/tools; for tool in " + names + "; do ln -s /bin/busybox $HOST/tools/$tool; done"
}

var onlyTools = []string{"PATH={tools}"}

func TestHostsThatForbid(t *testing.T) {
	lab.Long(t)
	f := newFleet(t, 0)
	installCollection(t)
	for i, row := range forbidding {
		f.add(i+1, row.hostOptions)
	}
	f.inventory("gpu-01", f.names[1:]...)
	for _, pipelining := range []string{"True", "False"} {
		t.Setenv("ANSIBLE_PIPELINING", pipelining)
		for _, run := range []string{"first", "second"} {
			if run == "second" && pipelining == "False" {
				break // what is found is found in the same way
			}
			out, _ := f.adHoc(t, "all", "ports=8009 engine=none")
			for i, row := range forbidding {
				name := f.names[i]
				if _, line, _ := strings.Cut(out, name+" | "); !strings.HasPrefix(line, "SUCCESS") {
					line, _, _ = strings.Cut(line, "\n")
					if row.name == "whose home is read-only" && pipelining == "False" && strings.HasPrefix(line, "UNREACHABLE") {
						continue // Ansible itself writes there
					}
					t.Errorf("%s, pipelining %s, %s run: %s", row.name, pipelining, run, line)
					continue
				}
				f.kept(t, name, row.name, row.kept)
			}
		}
		for _, name := range f.names {
			for _, dir := range []string{"var/cache/safeport", "run/safeport", "run/jail/var/cache/safeport"} {
				if info, err := os.Lstat(f.hosts[name].root(dir)); err == nil && info.IsDir() && info.Sys() != nil {
					_ = os.Remove(filepath.Join(f.hosts[name].root(dir), f.program(name, dir)))
				}
			}
		}
	}
}

// kept asserts that the program lies there and nowhere else, and nothing beside it.
func (f *fleet) kept(t *testing.T, name, what, want string) {
	t.Helper()
	h := f.hosts[name]
	for _, dir := range []string{"var/cache/safeport", "run/safeport", "home/.cache/safeport", "var/cache/other", "run/jail/var/cache/safeport"} {
		at := h.root(dir)
		if strings.HasPrefix(dir, "home/") {
			at = h.Path(dir)
		}
		var found []string
		if entries, err := os.ReadDir(at); err == nil {
			for _, e := range entries {
				found = append(found, e.Name())
			}
		}
		if (len(found) == 1) != (dir == want) || len(found) > 1 {
			t.Errorf("%s: in %s are %q, and the program is to be in %q", what, dir, found, want)
		}
	}
	if left, err := os.ReadDir(h.Path("tmp")); err != nil || len(left) > 0 {
		t.Errorf("%s: left in the folder for temporary files are %v, %v", what, left, err)
	}
}

// program is the one that a host keeps in a folder.
func (f *fleet) program(name, dir string) string {
	entries, err := os.ReadDir(f.hosts[name].root(dir))
	if err != nil || len(entries) != 1 {
		return "none"
	}
	return entries[0].Name()
}

// root is a file below the host's root, seen from here.
func (h *host) root(path string) string {
	return filepath.Join("/proc", strconv.Itoa(h.sshd.Process.Pid), "root", path)
}
