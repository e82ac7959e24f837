package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// fleet is some hosts, and the controller, all on one switch.
type fleet struct {
	testing.TB
	controller *lab.Host
	hosts      map[string]*host
	names      []string
}

type host struct {
	*lab.Host
	name, addr string
	user       string      // who Ansible logs in as
	engine     *lab.Engine // nil: none
	sshd       *exec.Cmd
}

func newFleet(t testing.TB, count int) *fleet {
	lab.Require(t)
	for _, tool := range []string{"ansible-playbook", "ansible-galaxy", "/usr/sbin/sshd", "ssh-keygen"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" || os.Getenv("SAFEPORT_LAB") != "" {
				t.Fatalf("the fleet needs %s (lab/setup.sh installs it)", tool)
			}
			t.Skipf("NOT TESTED with Ansible: it needs %s (lab/setup.sh installs it)", tool)
		}
	}
	f := &fleet{TB: t, controller: lab.NewHost(t, lab.HostOptions{}), hosts: map[string]*host{}}
	f.must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f.controller.Path("key"))
	f.ip("-n", f.controller.Name, "link", "add", "switch", "type", "bridge")
	f.ip("-n", f.controller.Name, "address", "add", "198.51.100.1/24", "dev", "switch")
	f.ip("-n", f.controller.Name, "link", "set", "switch", "up")
	for i := 1; i <= count; i++ {
		f.add(i, hostOptions{})
	}
	return f
}

// hostOptions say what is special about a host.
type hostOptions struct {
	user  string   // who may log in, if not root: operator, whose home is the host's
	shell string   // the operator's, if not /bin/sh
	env   []string // variables of who has logged in: "PATH=/bin"
	tmp   string   // the folder for temporary files, if not the host's
	sshd  string   // more lines of its configuration
	lines string   // of shell, that make its files what they are; $HOST is its directory
}

// add makes a host, wires it to the switch, and starts its sshd.
func (f *fleet) add(i int, o hostOptions) *host {
	f.Helper()
	h := &host{Host: lab.NewHost(f.TB, lab.HostOptions{}), name: fmt.Sprintf("gpu-%02d", i), addr: fmt.Sprintf("198.51.100.%d", 10+i), user: cmp.Or(o.user, "root")}
	f.hosts[h.name], f.names = h, append(f.names, h.name)
	plug := fmt.Sprint("plug", i)
	f.ip("-n", f.controller.Name, "link", "add", plug, "type", "veth", "peer", "name", "lan0", "netns", h.Name)
	f.ip("-n", f.controller.Name, "link", "set", plug, "master", "switch", "up")
	f.ip("-n", h.Name, "address", "add", h.addr+"/24", "dev", "lan0")
	// Without segmentation offload a veth counts what a wire would carry: a header for each segment.
	f.ip("-n", h.Name, "link", "set", "lan0", "gso_max_segs", "1", "up")
	f.ip("-n", f.controller.Name, "link", "set", "switch", "gso_max_segs", "1")

	f.must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", h.Path("hostkey"))
	config := fmt.Sprintf("Port 22\nListenAddress %s\nHostKey %s\nAuthorizedKeysFile %s\nUsePAM no\nStrictModes no\nPidFile none\n"+
		"PermitRootLogin yes\nSubsystem sftp internal-sftp\nMaxStartups 50\nSetEnv SAFEPORT_LAB_HOST=%s TMPDIR=%s %s\n",
		h.addr, h.Path("hostkey"), f.controller.Path("key.pub"), h.Path(), cmp.Or(o.tmp, h.Path("tmp")), strings.ReplaceAll(strings.Join(o.env, " "), "{tools}", h.Path("tools"))) + o.sshd
	if err := os.WriteFile(h.Path("sshd_config"), []byte(config), 0o600); err != nil {
		f.Fatal(err)
	}
	// What a host keeps must be its own: hosts share the machine's files otherwise.
	script := "set -e\nHOST=" + h.Path() + " LOGIN_SHELL=" + o.shell + "\nmount -t tmpfs -o mode=755 cache /var/cache\nmount -t tmpfs -o mode=755 run /run\nmkdir /run/sshd\n" +
		"mkdir -m 1777 $HOST/tmp\nmkdir -m 700 $HOST/home\nchown 2000:2000 $HOST/home\n" +
		"for file in passwd group shadow; do cp /etc/$file $HOST/$file; done\n" +
		"echo operator:x:2000:2000::$HOST/home:${LOGIN_SHELL:-/bin/sh} >>$HOST/passwd\necho operator:x:2000: >>$HOST/group\necho 'operator:*:19000::::::' >>$HOST/shadow\n" +
		"for file in passwd group shadow; do mount --bind $HOST/$file /etc/$file; done\n" +
		o.lines + "\nexec /usr/sbin/sshd -D -e -f $HOST/sshd_config"
	sshd := h.Command(context.Background(), lab.Root, os.Environ(), "unshare", "--mount", "--propagation", "private", "sh", "-c", script)
	log, err := os.Create(h.Path("sshd.log"))
	if err != nil {
		f.Fatal(err)
	}
	defer log.Close()
	sshd.Stdout, sshd.Stderr = log, log
	if err := h.Do(sshd.Start); err != nil {
		f.Fatal(err)
	}
	h.sshd = sshd
	f.Cleanup(func() {
		_ = sshd.Process.Kill()
		_ = sshd.Wait()
	})
	return h
}

// received is how many bytes have come to the host over its wire.
func (f *fleet) received(name string) int64 {
	f.Helper()
	out, err := exec.Command("ip", "-n", f.hosts[name].Name, "-s", "-j", "link", "show", "lan0").Output()
	if err != nil {
		f.Fatal(err)
	}
	var links []struct {
		Stats struct{ Rx struct{ Bytes int64 } } `json:"stats64"`
	}
	if err := json.Unmarshal(out, &links); err != nil || len(links) != 1 {
		f.Fatalf("%v: %s", err, out)
	}
	return links[0].Stats.Rx.Bytes
}

// withEngine gives hosts an engine with GPUStack's images. bad is a version that ends at once there.
func (f *fleet) withEngine(bad string, versions []string, names ...string) {
	f.Helper()
	for _, name := range names {
		h := f.hosts[name]
		h.engine = h.StartEngine(f.TB, lab.EngineOptions{})
		for _, version := range versions {
			image := lab.GPUStack(version)
			if version == bad {
				image.Env = append(image.Env, "STANDIN_TROUBLE=exit")
			}
			if err := h.engine.Load(f.Context(), image); err != nil {
				f.Fatal(err)
			}
		}
	}
}

func (f *fleet) ip(args ...string) { f.Helper(); f.must("ip", args...) }

func (f *fleet) must(name string, args ...string) {
	f.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		f.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// inventory writes one: the first host is the server.
func (f *fleet) inventory(server string, workers ...string) {
	f.Helper()
	var b strings.Builder
	line := func(name string) {
		h, engine := f.hosts[name], "none"
		if h.engine != nil {
			engine = h.engine.Endpoint
		}
		fmt.Fprintf(&b, "%s ansible_host=%s ansible_user=%s ansible_remote_tmp=%s/.ansible/tmp safeport_engine=%s safeport_state_dir=%s\n", name, h.addr, h.user, h.Path("home"), engine, h.Path("state"))
	}
	fmt.Fprintln(&b, "[gpustack_server]")
	line(server)
	fmt.Fprintln(&b, "[gpustack_workers]")
	for _, name := range workers {
		line(name)
	}
	f.writeWorker()
	fmt.Fprintf(&b, "[all:vars]\nansible_ssh_private_key_file=%s\nsafeport_become=false\nsafeport_pull=never\n"+
		"gpustack_server_url=http://%s\ngpustack_token=abcd-secret\ngpustack_worker_service=%s\n",
		f.controller.Path("key"), f.hosts[server].addr, f.controller.Path("worker.yaml"))
	config := fmt.Sprintf("[defaults]\nhost_key_checking=False\nremote_tmp=%s\nlocal_tmp=%s\ncollections_path=%s\nforks=8\ntimeout=5\n"+
		"[ssh_connection]\nssh_args=-o ControlMaster=auto -o ControlPersist=5s -o ServerAliveInterval=2 -o ServerAliveCountMax=2 -o UserKnownHostsFile=/dev/null\ncontrol_path_dir=%s\n",
		f.controller.Path("remote"), f.controller.Path("local"), collections, f.controller.Path("cp"))
	for name, text := range map[string]string{"inventory": b.String(), "ansible.cfg": config} {
		if err := os.WriteFile(f.controller.Path(name), []byte(text), 0o600); err != nil {
			f.Fatal(err)
		}
	}
}

// writeWorker writes the built-in worker as a Compose file of the user's own, without what a lab host cannot give: a
// container with every capability, and the machine's own engine.
func (f *fleet) writeWorker() {
	f.Helper()
	text, err := os.ReadFile("../../internal/service/builtin/gpustack-worker.yaml")
	if err != nil {
		f.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "privileged:") && !strings.Contains(line, "docker.sock") {
			kept.WriteString(line)
		}
	}
	if err := os.WriteFile(f.controller.Path("worker.yaml"), []byte(kept.String()), 0o644); err != nil {
		f.Fatal(err)
	}
}

// playbook is one of the collection's, on its way.
func (f *fleet) playbook(ctx context.Context, name string, args ...string) *exec.Cmd {
	return f.ansible(ctx, append([]string{"ansible-playbook", "-i", f.controller.Path("inventory"), "safeport.safeport." + name}, args...)...)
}

func (f *fleet) ansible(ctx context.Context, argv ...string) *exec.Cmd {
	env := append(os.Environ(), "ANSIBLE_CONFIG="+f.controller.Path("ansible.cfg"), "PWD="+f.controller.Path(), "HOME="+f.controller.Path(),
		"ANSIBLE_NOCOLOR=1", "ANSIBLE_DEPRECATION_WARNINGS=0")
	return f.controller.Command(ctx, lab.Root, env, argv...)
}

// play runs a playbook to its end and returns what it printed.
func (f *fleet) play(name string, args ...string) (output string, ok bool) {
	f.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(f.Context(), 5*time.Minute)
	defer cancel()
	cmd := f.playbook(ctx, name, args...)
	log := filepath.Join(f.controller.Path(), "play.log")
	file, err := os.Create(log)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	err = f.controller.Run(cmd)
	text, _ := os.ReadFile(log)
	if *transcript {
		fmt.Printf("$ ansible-playbook -i inventory safeport.safeport.%s %s\n%s\n", name, strings.Join(args, " "), text)
	}
	f.Logf("%s took %.1f s", name, time.Since(start).Seconds())
	return string(text), err == nil
}

// answers is what a host itself says at an address of its own: the version of who is there, or nothing.
func (h *host) answers(port string) string {
	version := ""
	_ = h.Do(func() error {
		conn, err := net.DialTimeout("tcp4", h.addr+":"+port, time.Second)
		if err != nil {
			return err
		}
		defer conn.Close()
		request, err := http.NewRequest("GET", "http://"+h.addr+"/version", nil)
		if err != nil {
			return err
		}
		_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
		if err := request.Write(conn); err != nil {
			return err
		}
		text, err := io.ReadAll(conn)
		_, body, _ := strings.Cut(string(text), "\r\n\r\n")
		version = body
		return err
	})
	return version
}

// containers are those on a host, by name, with their images and states.
func (f *fleet) containers(name string) map[string]string {
	f.Helper()
	list, err := f.hosts[name].engine.ContainerList(f.Context(), client.ContainerListOptions{All: true})
	if err != nil {
		f.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range list.Items {
		found[strings.TrimPrefix(c.Names[0], "/")] = c.Image + " " + string(c.State)
	}
	return found
}
