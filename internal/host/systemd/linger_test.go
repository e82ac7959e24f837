package systemd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/lab"
)

// Files of a host on which alice, root and _web linger, and bob does not.
const (
	passwd = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice,,,:/home/alice:/bin/bash\n" +
		"bob:x:1001:1001::/home/bob:/bin/bash\n_web:x:880:880::/var/lib/web:/usr/sbin/nologin\n"
	linger    = "var/lib/systemd/linger/"
	ofAlice   = "home/alice/.config/systemd/user/"
	byQuadlet = "usr/lib/systemd/user-generators/podman-user-generator"
)

func TestLingeringUsersUnitsAreFound(t *testing.T) {
	const socket, starts = "[Socket]\nListenStream=8080\n", ofAlice + "sockets.target.wants/web.socket"
	const container, wanted = "[Container]\nImage=nginx\nPublishPort=8084:80\n[Install]\nWantedBy=default.target\n", "made at each start: tcp 0.0.0.0:8084 and [::]"
	const cgroup = "sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/"
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"nothing", nil, ""},
		{"socket unit", map[string]string{ofAlice + "web.socket": socket, starts: "-> ../web.socket"}, "1000: web.socket tcp [::]:8080"},
		{"socket unit that is not enabled", map[string]string{ofAlice + "web.socket": socket}, ""},
		{"socket unit that is enabled until the host is started", map[string]string{ofAlice + "web.socket": socket,
			"run/user/1000/systemd/user/sockets.target.wants/web.socket": "-> /home/alice/.config/systemd/user/web.socket"}, ""},
		{"socket unit of one who does not linger", map[string]string{"home/bob/.config/systemd/user/web.socket": socket,
			"home/bob/.config/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket"}, ""},
		{"socket unit for all users", map[string]string{"etc/systemd/user/web.socket": socket, "etc/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket"},
			"0: web.socket tcp [::]:8080\n1000: web.socket tcp [::]:8080\n880: web.socket tcp [::]:8080"},
		{"socket unit for all users, masked by one", map[string]string{"etc/systemd/user/web.socket": socket, "etc/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket",
			ofAlice + "web.socket": "-> /dev/null"}, "0: web.socket tcp [::]:8080\n880: web.socket tcp [::]:8080"},
		{"privileged port of root and of others", map[string]string{"etc/systemd/user/web.socket": "[Socket]\nListenStream=80\n", "etc/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket"},
			"0: web.socket tcp [::]:80"},
		{"container by podman generate systemd", map[string]string{ofAlice + "container-web.service": generated, ofAlice + "default.target.wants/container-web.service": "-> ../container-web.service"},
			"1000: container-web.service tcp 0.0.0.0:8080 and [::], udp 127.0.0.1:8443-8444"},
		{"the same, running", map[string]string{ofAlice + "container-web.service": generated, ofAlice + "default.target.wants/container-web.service": "-> ../container-web.service",
			cgroup + "app.slice/container-web.service/cgroup.events": "populated 1\n"}, ""},
		{"the same, running under a systemd without slices", map[string]string{ofAlice + "container-web.service": generated,
			ofAlice + "default.target.wants/container-web.service": "-> ../container-web.service", cgroup + "container-web.service/cgroup.events": "populated 1\n"}, ""},
		{"the same, running for somebody else", map[string]string{ofAlice + "container-web.service": generated, ofAlice + "default.target.wants/container-web.service": "-> ../container-web.service",
			"sys/fs/cgroup/system.slice/container-web.service/cgroup.events": "populated 1\n"}, "1000: container-web.service tcp 0.0.0.0:8080 and [::], udp 127.0.0.1:8443-8444"},
		{"the same, in a slice that is none", map[string]string{ofAlice + "container-web.service": generated, ofAlice + "default.target.wants/container-web.service": "-> ../container-web.service",
			ofAlice + "container-web.service.d/slice.conf": "[Service]\nSlice=../../../../../../home/alice\n", "home/alice/container-web.service/cgroup.events": "populated 1\n"},
			"1000: container-web.service tcp 0.0.0.0:8080 and [::], udp 127.0.0.1:8443-8444"},
		{"container on a privileged port", map[string]string{ofAlice + "web.service": "[Service]\nExecStart=/usr/bin/podman run -p 80:80 -p 8080:80 nginx\n",
			ofAlice + "default.target.wants/web.service": "-> ../web.service"}, "1000: web.service tcp 0.0.0.0:8080 and [::]"},
		{"container of Docker on a privileged port", map[string]string{ofAlice + "web.service": "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx\n",
			ofAlice + "default.target.wants/web.service": "-> ../web.service"}, "1000: web.service tcp 0.0.0.0:80 and [::]"},
		{"program that only a screen brings", map[string]string{ofAlice + "web.service": "[Service]\nExecStart=/usr/bin/podman run -p 8080:80 nginx\n",
			ofAlice + "graphical-session.target.wants/web.service": "-> ../web.service"}, ""},
		{"quadlet", map[string]string{byQuadlet: "", "home/alice/.config/containers/systemd/web.container": container}, "1000: web.service " + wanted},
		{"quadlet in the directory of an application", map[string]string{byQuadlet: "", "home/alice/.config/containers/systemd/app/web.container": container}, "1000: web.service " + wanted},
		{"quadlet in a directory that is a link", map[string]string{byQuadlet: "", "home/alice/dotfiles/web.container": container, "home/alice/.config/containers/systemd": "-> ../../dotfiles"},
			"1000: web.service " + wanted},
		{"quadlet that the administrator made for all", map[string]string{byQuadlet: "", "etc/containers/systemd/users/web.container": container},
			"0: web.service " + wanted + "\n1000: web.service " + wanted + "\n880: web.service " + wanted},
		{"quadlet that the administrator made for one", map[string]string{byQuadlet: "", "etc/containers/systemd/users/880/web.container": container}, "880: web.service " + wanted},
		{"quadlet of the host's own systemd", map[string]string{byQuadlet: "", "etc/containers/systemd/web.container": container}, ""},
		{"quadlet where Podman is too old to read it", map[string]string{"home/alice/.config/containers/systemd/web.container": container}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"etc/passwd": passwd, linger + "alice": "", linger + "root": "", linger + "_web": ""}
			for name, text := range tt.files {
				files[name] = text
			}
			claims, err := Lingering(t.Context(), tree(t, files), 1024)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, describeUsers(claims)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// describeUsers writes the port uses of each user as a line.
func describeUsers(claims []facts.PortUse) string {
	var lines []string
	for len(claims) > 0 {
		n := 1
		for n < len(claims) && claims[n].UnitUID == claims[0].UnitUID {
			n++
		}
		if !claims[0].UserUnit || claims[0].Order != facts.BesideEngine {
			return fmt.Sprintf("not a user's own: %+v", claims[0])
		}
		lines = append(lines, fmt.Sprintf("%d: %s", claims[0].UnitUID, describeLater(claims[:n])))
		claims = claims[n:]
	}
	return strings.Join(lines, "\n")
}

// What of a user cannot be read is told, and keeps nobody else from being read.
func TestLingeringTellsWhatItCouldNotRead(t *testing.T) {
	const web = "[Socket]\nListenStream=8080\n"
	tests := []struct {
		name  string
		files map[string]string
		make  func(t *testing.T, root string)
		want  string
	}{
		{"a user whom nobody knows", map[string]string{linger + "carol": ""}, nil, "units of user carol: not in /etc/passwd"},
		{"a pipe in a unit's place", map[string]string{ofAlice + "sockets.target.wants/web.socket": "-> ../web.socket"}, func(t *testing.T, root string) {
			pipe(t, filepath.Join(root, ofAlice, "web.socket"))
		}, "web.socket is not a regular file"},
		{"a pipe in a directory's place", nil, func(t *testing.T, root string) { pipe(t, filepath.Join(root, ofAlice, "sockets.target.wants")) }, ""},
		{"too many files", nil, func(t *testing.T, root string) {
			dir := filepath.Join(root, ofAlice)
			for i := range maxUserEntries + 1 {
				if err := os.WriteFile(fmt.Sprintf("%s/%d.socket", dir, i), nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}, "too many files"},
		{"links in a circle", map[string]string{"home/alice/.config/containers/systemd": "-> systemd"}, nil, "too many levels of symbolic links"},
		{"a home that is none", map[string]string{linger + "_web": "", "var/lib/web": "a file"}, nil, ""},
		{"a home that does not answer", nil, func(t *testing.T, root string) { silentMount(t, filepath.Join(root, "home/alice")) },
			"units of user alice: the home does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"etc/passwd": passwd, byQuadlet: "", linger + "alice": "", linger + "bob": "", ofAlice + "a.target": "",
				"home/bob/.config/systemd/user/web.socket": web, "home/bob/.config/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket"}
			for name, text := range tt.files {
				files[name] = text
			}
			root := tree(t, files)
			if tt.make != nil {
				tt.make(t, root)
			}
			start := time.Now()
			claims, err := Lingering(t.Context(), root, 1024)
			if got := describeUsers(claims); got != "1001: web.socket tcp [::]:8080" {
				t.Errorf("of the others: %q", got)
			}
			if err == nil != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if took := time.Since(start); took > 3*homesTimeout {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func pipe(t *testing.T, path string) {
	t.Helper()
	if err := unix.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is told before a user's systemd starts is what it takes then; of a service that runs nothing more is told.
func TestAUsersSystemdTakesWhatWasTold(t *testing.T) {
	machine := lab.NewHost(t, lab.HostOptions{}).Boot(t)
	machine.Linger(t)
	machine.UserUnits(t, map[string]string{
		"web.socket":    "[Socket]\nListenStream=8080\n[Install]\nWantedBy=sockets.target\n",
		"web.service":   "[Service]\nExecStart=/bin/sleep inf\n",
		"idle.socket":   "[Socket]\nListenStream=8081\n[Install]\nWantedBy=sockets.target\n",
		"idle.service":  "[Service]\nExecStart=/bin/sleep inf\n",
		"nginx.service": "[Service]\nExecStart=/bin/sleep inf\n[Install]\nWantedBy=default.target\n",
	})
	if err := machine.UserSystemctl("enable", "--quiet", "web.socket", "nginx.service"); err != nil {
		t.Fatal(err)
	}
	told := func(want string) {
		t.Helper()
		claims, err := Lingering(t.Context(), machine.Root(), 0)
		if got := describeUsers(claims); err != nil || got != want {
			t.Errorf("told %q (%v), want %q", got, err, want)
		}
	}
	told("65533: web.socket tcp [::]:8080, tcp [::]:80")
	if err := machine.Systemctl("restart", "user@65533.service"); err != nil {
		t.Fatal(err)
	}
	if err := machine.UserSystemctl("is-active", "web.socket", "nginx.service"); err != nil {
		t.Error(err)
	}
	if err := machine.UserSystemctl("is-active", "idle.socket"); err == nil {
		t.Error("a socket unit that is not enabled listens")
	}
	told("65533: web.socket tcp [::]:8080")
}

// silentMount mounts a file system whose server never answers.
func silentMount(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: to mount a file system takes root")
	}
	server, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("silent", dir, "fuse", 0, fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", server.Fd())); err != nil {
		server.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Close() // whoever waits gets an error
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// Of a home that is closed one line is told, not one for each of its directories.
func TestAClosedHomeIsToldOnce(t *testing.T) {
	root := tree(t, map[string]string{"etc/passwd": passwd, byQuadlet: "", linger + "alice": "", ofAlice + "web.socket": "",
		"etc/systemd/user/web.socket": "[Socket]\nListenStream=8080\n", "etc/systemd/user/sockets.target.wants/web.socket": "-> ../web.socket"})
	if err := os.Chmod(filepath.Join(root, "home/alice"), 0o700); err != nil {
		t.Fatal(err)
	}
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755)
	}
	sockettest.ProcessAsNobody(t, func() {
		claims, err := Lingering(t.Context(), root, 1024)
		if err == nil || strings.Count(err.Error(), "permission denied") != 1 || !strings.HasPrefix(err.Error(), "units of user alice: ") {
			t.Errorf("error %v", err)
		}
		if got := describeUsers(claims); got != "1000: web.socket tcp [::]:8080" {
			t.Errorf("of those for all users: %q", got)
		}
	})
}

// A host without lingering users pays for one directory; a user's own systemd for the fifteen that it reads.
func BenchmarkLingering(b *testing.B) {
	for _, users := range []int{0, 1, 10} {
		b.Run(fmt.Sprint(users), func(b *testing.B) {
			files, lines := map[string]string{}, ""
			for i := range users {
				name := fmt.Sprintf("user%d", i)
				lines += fmt.Sprintf("%s:x:%d:%d::/home/%s:/bin/sh\n", name, 1000+i, 1000+i, name)
				files[linger+name] = ""
				units := "home/" + name + "/.config/systemd/user/"
				for j := range 5 {
					unit := fmt.Sprintf("container-%d.service", j)
					files[units+unit] = generated
					files[units+"default.target.wants/"+unit] = "-> ../" + unit
				}
			}
			files["etc/passwd"] = lines
			root := tree(b, files)
			for b.Loop() {
				if found, err := Lingering(context.Background(), root, 1024); len(found) != 15*users || err != nil {
					b.Fatal(len(found), err)
				}
			}
		})
	}
}
