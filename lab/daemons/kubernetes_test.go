package daemons

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// node is the name of the host in its cluster, which has no other.
const node = "node-1"

// manifests are the Pods of the node. A kubelet without an API server runs those in its directory.
var manifests = map[string]string{
	"shop.yaml": `---
{apiVersion: v1, kind: Pod, metadata: {name: shop, namespace: prod}, spec: {hostNetwork: true, terminationGracePeriodSeconds: 1,
  containers: [{name: web, image: "docker.io/library/nginx:1.27", imagePullPolicy: Never, args: ["tcp::8081"]}]}}`,
	"store.yaml": `---
{apiVersion: v1, kind: Pod, metadata: {name: store, namespace: prod}, spec: {terminationGracePeriodSeconds: 1,
  containers: [{name: db, image: "docker.io/library/nginx:1.27", imagePullPolicy: Never, ports: [{containerPort: 80, hostPort: 8082}]}]}}`,
}

// A node of Kubernetes: the kubelet runs Pods by containerd, one on the host's network and one with a port of the host, and
// kube-proxy publishes a Service on a NodePort. What is said about each port is what a service there meets.
func TestKubernetesNode(t *testing.T) {
	if os.Getenv("SAFEPORT_KUBERNETES") == "" {
		t.Skip("NOT TESTED: \"make kubernetes\" runs it")
	}
	for _, mode := range []string{"iptables", "nftables"} {
		t.Run(mode, func(t *testing.T) {
			g := newStage(t)
			pod := g.kubelet()
			g.kubeProxy(mode, pod)

			held := g.report("8081")
			if holder := held.Ports[0].Holders; held.Ports[0].Verdict != report.PortBusy || len(holder) == 0 || holder[0].Name != "web" || holder[0].Container.Pod != "prod/shop-"+node {
				t.Errorf("port 8081 of a Pod on the host's network: %+v", held.Ports[0])
			}
			chain := g.sh(g.safeport + " who 8081")
			for _, want := range []string{"kubernetes", "Pod prod/shop-" + node, "container web", "kubectl"} {
				if !strings.Contains(chain, want) {
					t.Errorf("%q is not said about the Pod on the host's network:\n%s", want, chain)
				}
			}
			t.Logf("%s", chain)
			for port, of := range map[string]string{"8081": "the Pod on the host's network", "8082": "the Pod with a port of the host", "30080": "the NodePort", "8083": ""} {
				g.meets(port, of)
			}
		})
	}
}

// meets compares what is said about a port with what clients reach when a service has started there.
func (g *stage) meets(port, of string) {
	g.Helper()
	r := g.report(port)
	if of == "the Pod with a port of the host" || of == "the NodePort" {
		if p := r.Ports[0]; p.Verdict != report.PortRedirected || len(p.Holders) == 0 || p.Holders[0].Kind != report.HolderRule {
			g.Errorf("port %s of %s: %+v", port, of, p)
		}
	}
	g.Logf("%s: %s", port, g.tryOut(g.safeport+" check "+port))
	end, err := g.TryStandin(g.T, lab.Process{Name: "service", Token: "mine", Args: []string{"serve", "tcp::" + port}})
	works := false
	if err == nil {
		at := netip.AddrPortFrom(lab.Addr4, netip.MustParseAddrPort("0.0.0.0:"+port).Port())
		token, err := g.Peer.AwaitToken(g.Context(), "tcp", at)
		works = token == "mine"
		g.Logf("%s: %q answers, %v", port, token, err)
		end()
	}
	if works != (of == "") {
		g.Errorf("port %s: the service works is %t, of %q", port, works, of)
	}
	if clear := r.Verdict == report.Clear; clear != works {
		g.Errorf("port %s is said to be %s, and the service works is %t: %+v", port, r.Verdict, works, r.Findings)
	}
}

func (g *stage) tryOut(line string) string {
	out, _ := g.try(line)
	return out
}

func (g *stage) report(port string) (r report.Report) {
	g.Helper()
	out, _ := g.try(g.safeport + " check -o json " + port)
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		g.Fatalf("%v: %s", err, out)
	}
	return r
}

// kubelet runs one, with a containerd of its own, and gives back the address of the Pod that has one.
func (g *stage) kubelet() (pod string) {
	g.Helper()
	for _, dir := range []string{"cni", "manifests", "pods", "kubelet", "containerd"} {
		if err := os.MkdirAll(g.Path(dir), 0o755); err != nil {
			g.Fatal(err)
		}
	}
	bin, socket := g.built("kubernetes"), g.Path("containerd", "c.sock")
	g.write("containerd/config.toml", `version = 3
root = '`+g.Path("containerd/root")+`'
state = '`+g.Path("containerd/state")+`'
[grpc]
  address = '`+socket+`'
[ttrpc]
  address = '`+socket+`.ttrpc'
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'native'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = 'docker.io/library/pause:1'
[plugins.'io.containerd.cri.v1.runtime']
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['/usr/lib/cni']
    conf_dir = '`+g.Path("cni")+`'
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      NoPivotRoot = true
`)
	g.write("cni/10-pods.conflist", `{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipam": {"type": "host-local", "dataDir": "`+g.Path("cni")+`",
   "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}`)
	g.write("kubelet.yaml", `---
{apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration,
  staticPodPath: `+g.Path("manifests")+`, podLogsDir: `+g.Path("pods")+`, volumePluginDir: `+g.Path("kubelet")+`, containerRuntimeEndpoint: "unix://`+socket+`", cgroupDriver: cgroupfs,
  failCgroupV1: false, failSwapOn: false, enforceNodeAllocatable: [], readOnlyPort: 0, resolvConf: "", serverTLSBootstrap: false,
  authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}, authorization: {mode: AlwaysAllow},
  evictionHard: {nodefs.available: "0%", imagefs.available: "0%", memory.available: "1Mi"}, imageGCHighThresholdPercent: 100,
  featureGates: {KubeletInUserNamespace: true}}`)
	if _, err := g.Sysctl("net.ipv4.ip_forward", "1"); err != nil {
		g.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	g.start(g.Command(context.Background(), lab.Root, env, filepath.Join(bin, "containerd"), "--config", g.Path("containerd/config.toml")), "containerd")
	g.T.Cleanup(func() { g.noPods(socket) })
	ctr := "ctr --address " + socket + " --namespace k8s.io "
	g.until(ctr + "version")
	engine := g.StartEngine(g.T, lab.EngineOptions{})
	pause := lab.Foreign("pause:1")
	pause.Command = nil // it listens nowhere, and waits
	if err := engine.Load(g.Context(), lab.Foreign("nginx:1.27"), pause); err != nil {
		g.Fatal(err)
	}
	g.sh("docker --host " + engine.Endpoint + " save nginx:1.27 pause:1 >" + g.Path("images.tar"))
	g.sh(ctr + "images import --all-platforms --snapshotter native " + g.Path("images.tar"))
	for name, text := range manifests {
		g.write("manifests/"+name, text)
	}
	// The settings of the machine's kernel are none of the kubelet's business here, and what it keeps is the host's own.
	g.start(g.Command(context.Background(), lab.Root, env, "unshare", "--mount", "--propagation", "slave", "sh", "-c", `set -e
		for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1; do
			echo ${setting#*=} >"$1/$(basename ${setting%=*})"
			mount --bind "$1/$(basename ${setting%=*})" /proc/sys/${setting%=*}
		done
		mkdir -p /var/lib/kubelet
		mount --bind "$1" /var/lib/kubelet
		exec kubelet --config "$2" --hostname-override `+node+` --root-dir /var/lib/kubelet --node-ip `+lab.Addr4.String(), "sh", g.Path("kubelet"), g.Path("kubelet.yaml")), "kubelet")
	g.until("ss -Hlnt 'sport = :8081' | grep -q .")
	g.until("grep -q . " + g.Path("cni/pods") + "/10.244.*")
	list, err := filepath.Glob(g.Path("cni/pods/10.244.*"))
	if err != nil || len(list) != 1 {
		g.Fatalf("addresses of Pods: %v, %v", list, err)
	}
	pod = filepath.Base(list[0])
	g.until("curl --silent --fail --max-time 1 http://" + pod + "/token")
	return pod
}

// noPods ends what containerd runs: it would outlive it.
func (g *stage) noPods(socket string) {
	script := `ctr="ctr --address $1 --namespace k8s.io"
		for c in $($ctr tasks list -q); do $ctr tasks delete --force $c; done >/dev/null 2>&1
		for c in $($ctr containers list -q); do $ctr containers delete $c; done >/dev/null 2>&1
		for m in $(awk -v d="$2" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r); do umount -l $m; done
		groups=$(find /sys/fs/cgroup -maxdepth 2 -name kubepods)
		for try in $(seq 100); do # what ends leaves its cgroup a moment later
			if [ -z "$groups" ] || find $groups -depth -type d -exec rmdir {} + 2>/dev/null; then exit 0; fi
			sleep 0.1
		done
		exit 1`
	if out, err := exec.Command("sh", "-c", script, "sh", socket, g.Path("containerd")).CombinedOutput(); err != nil {
		g.Errorf("ending the Pods: %v: %s", err, out)
	}
}

// kubeProxy runs one for a Service on NodePort 30080, whose only Pod has the address.
func (g *stage) kubeProxy(mode, pod string) {
	g.Helper()
	g.cluster(map[string]string{
		"/api/v1/services": `{"kind": "ServiceList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [{"metadata": {"name": "store", "namespace": "prod", "uid": "1"},
		  "spec": {"type": "NodePort", "clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"], "ipFamilies": ["IPv4"], "externalTrafficPolicy": "Cluster", "internalTrafficPolicy": "Cluster",
		   "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 80, "nodePort": 30080}]}}]}`,
		"/apis/discovery.k8s.io/v1/endpointslices": `{"kind": "EndpointSliceList", "apiVersion": "discovery.k8s.io/v1", "metadata": {"resourceVersion": "1"}, "items": [
		  {"metadata": {"name": "store-1", "namespace": "prod", "uid": "2", "labels": {"kubernetes.io/service-name": "store"}}, "addressType": "IPv4",
		   "ports": [{"name": "http", "protocol": "TCP", "port": 80}], "endpoints": [{"addresses": ["` + pod + `"], "nodeName": "` + node + `", "conditions": {"ready": true, "serving": true}}]}]}`,
		"/api/v1/nodes": `{"kind": "NodeList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [` + theNode + `]}`,
		"/apis/networking.k8s.io/v1/servicecidrs": `{"kind": "ServiceCIDRList", "apiVersion": "networking.k8s.io/v1", "metadata": {"resourceVersion": "1"}, "items": []}`,
		"/api/v1/nodes/" + node:                   theNode,
	})
	g.write("kubeconfig", `---
{apiVersion: v1, kind: Config, current-context: lab, contexts: [{name: lab, context: {cluster: lab, user: lab}}],
  clusters: [{name: lab, cluster: {server: "http://127.0.0.1:6443"}}], users: [{name: lab, user: {}}]}`)
	g.write("kube-proxy.yaml", `---
{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: `+mode+`, hostnameOverride: `+node+`,
  clusterCIDR: 10.244.0.0/16, clientConnection: {kubeconfig: "`+g.Path("kubeconfig")+`"}, conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}}`)
	g.start(g.Command(context.Background(), lab.Root, os.Environ(), filepath.Join(g.built("kubernetes"), "kube-proxy"), "--config", g.Path("kube-proxy.yaml"), "--nodeport-addresses", "0.0.0.0/0"), "kube-proxy")
	g.until("{ iptables-save; nft list ruleset; } | grep -q 30080")
}

const theNode = `{"kind": "Node", "apiVersion": "v1", "metadata": {"name": "` + node + `", "uid": "3"}, "spec": {"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24"]},
  "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}]}}`

// cluster is an API server that has these lists and never another.
func (g *stage) cluster(lists map[string]string) {
	g.Helper()
	var listener net.Listener
	if err := g.Do(func() (err error) {
		listener, err = net.Listen("tcp4", "127.0.0.1:6443")
		return err
	}); err != nil {
		g.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, known := lists[r.URL.Path]
		w.Header().Set("Content-Type", "application/json")
		switch {
		case !known:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}`)
		case r.FormValue("sendInitialEvents") != "": // the client lists then
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprintf(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422}`)
		case r.FormValue("watch") != "":
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			fmt.Fprint(w, text)
		}
	})}
	go server.Serve(listener)
	g.T.Cleanup(func() { server.Close() })
}

func (g *stage) write(name, text string) {
	g.Helper()
	if err := os.WriteFile(g.Path(name), []byte(text), 0o644); err != nil {
		g.Fatal(err)
	}
}
