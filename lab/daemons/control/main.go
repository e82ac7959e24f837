// Control is a control server of Tailscale's for one host, as Tailscale's own tests have it. It listens on an address of
// loopback, and knows of no relay: nothing leaves the host.
package main

import (
	"log"
	"net/http"
	"os"

	"tailscale.com/tailcfg"
	"tailscale.com/tstest/integration/testcontrol"
)

func main() {
	may := tailcfg.NodeCapMap{
		tailcfg.CapabilityHTTPS: nil, tailcfg.NodeAttrFunnel: nil,
		"https://tailscale.com/cap/funnel-ports?ports=443,8443,10000": nil,
	}
	server := &testcontrol.Server{
		ExplicitBaseURL: "http://" + os.Args[1], DERPMap: &tailcfg.DERPMap{}, MagicDNSDomain: "lab.ts.net", DefaultNodeCapabilities: &may,
		DNSConfig: &tailcfg.DNSConfig{Proxied: true, CertDomains: []string{"lab.ts.net"}},
	}
	log.Fatal(http.ListenAndServe(os.Args[1], server))
}
