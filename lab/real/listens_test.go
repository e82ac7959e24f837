package real

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

// TestListens installs servers on the host's network and looks where they really listen. That is what safeport says they take,
// each at its address, except where only GPUStack's check asks for it.
func TestListens(t *testing.T) {
	Require(t)
	chosen := Versions()
	h := lab.NewHost(t, lab.HostOptions{})
	e := h.StartEngine(t, lab.EngineOptions{})
	Load(t, h, e, chosen...)
	in := &installation{host: h, engine: e, program: h.Build(t, "github.com/safeport/safeport/cmd/safeport")}
	certificate, key := h.Path("a.crt"), h.Path("a.key")
	writePair(t, certificate, key)
	own := in.listening(t)

	setups := []question{
		{name: "defaults"},
		{name: "TLS, on other ports", args: []string{"--ssl-certfile", certificate, "--ssl-keyfile", key, "--tls-port", "8443", "--port", "8080",
			"--api-port", "31000", "--database-port", "5433", "--metrics-port", "9191"}},
		{name: "no gateway", args: []string{"--gateway-mode", "disabled", "--disable-metrics"}},
		{name: "no observability", args: []string{"--disable-builtin-observability", "--disable-worker"}, since: "2.1.0"},
	}
	h.Standin(t, lab.Process{Name: "postgres", Args: []string{"serve", "tcp6:[::1]:5433"}}) // no obstacle to a database on 5433
	own = append(own, "[::1]:5433")
	newest := chosen[len(chosen)-1]
	for _, version := range chosen {
		for i, q := range setups {
			if older(version, q.since) || i > 0 && version != newest {
				continue
			}
			t.Run(version+"/"+q.name, func(t *testing.T) {
				in.must(t, slices.Concat([]string{"install", "gpustack", "--set=network=host", "--set=version=v" + version}, q.args)...)
				got := slices.DeleteFunc(in.listening(t), func(s string) bool { return slices.Contains(own, s) })
				r, refused := checked(t, h, in.program, version, q)
				if refused != "" {
					t.Fatal(refused)
				}
				var want []string
				for _, port := range r.Ports {
					n, err := strconv.Atoi(port.Ports)
					if err != nil || strings.HasPrefix(port.About, "checked ") {
						continue
					}
					address := port.Address
					if address == "" {
						address = "*"
					}
					want = append(want, fmt.Sprintf("%s:%d", address, n))
				}
				slices.Sort(want)
				// PostgreSQL takes IPv6 too where it gets it, and GPUStack asks it over IPv4.
				got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "[::]:54") })
				if !slices.Equal(got, want) {
					t.Errorf("GPUStack listens on %v\nsafeport says     %v", got, want)
				}
				in.must(t, "uninstall", "gpustack", "--purge")
			})
		}
	}
}

// listening are the TCP sockets of the host, as "127.0.0.1:80"; "*" is every address of both families.
func (in *installation) listening(t *testing.T) []string {
	t.Helper()
	cmd := in.host.Command(t.Context(), lab.Root, os.Environ(), "ss", "--no-header", "--listening", "--tcp", "--numeric")
	var out strings.Builder
	cmd.Stdout = &out
	if err := in.host.Run(cmd); err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(out.String()) {
		all = append(all, strings.Fields(line)[3])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// writePair writes a certificate that signs itself, and its key.
func writePair(t *testing.T, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"gpustack"}, NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: text}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
