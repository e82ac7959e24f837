// Command gateway stands in for the gateway that GPUStack's image has inside, which cannot be had as a package: the
// server's own requests arrive over it, and it listens where the real one does.
//
// It keeps what the server writes into the gateway's API server, and hands on what comes to the web ports to the server's
// API. It reads no rule: what GPUStack routes to a model would not get there.
//
//	gateway HTTP-PORT HTTPS-PORT API-PORT
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

// parts are where the other programs of the real gateway listen, which nobody but itself asks anything.
var parts = []string{
	"127.0.0.1:15000", "0.0.0.0:15020", "0.0.0.0:15021", "0.0.0.0:15090",
	"127.0.0.1:9876", "127.0.0.1:15010", "127.0.0.1:15012",
	"127.0.0.1:8888", "127.0.0.1:15051",
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: gateway HTTP-PORT HTTPS-PORT API-PORT")
		os.Exit(2)
	}
	log.SetFlags(0)
	log.SetPrefix("gateway: ")
	log.Fatal(run(os.Args[1], os.Args[2], os.Args[3]))
}

// run serves until something fails.
func run(plain, secured, api string) error {
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", api)})
	forward.ErrorLog = log.New(io.Discard, "", 0) // while the server starts, every look at it is one
	own, err := selfSigned()
	if err != nil {
		return err
	}
	objects := newStore()
	failed := make(chan error)
	serve := func(addr string, certificate *tls.Certificate, handler http.Handler) error {
		l, err := net.Listen("tcp4", addr)
		if err != nil {
			return err
		}
		if certificate != nil {
			l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*certificate}})
		}
		go func() { failed <- http.Serve(l, handler) }()
		return nil
	}
	if err := serve("127.0.0.1:18443", &own, objects); err != nil {
		return err
	}
	for _, addr := range parts {
		if err := serve(addr, nil, http.NotFoundHandler()); err != nil {
			return err
		}
	}
	if err := serve("0.0.0.0:"+plain, nil, forward); err != nil {
		return err
	}
	// TLS begins when the server has handed over its certificate, as a secret.
	certificates := objects.certificates
	for {
		select {
		case err := <-failed:
			return err
		case certificate := <-certificates:
			if err := serve("0.0.0.0:"+secured, &certificate, forward); err != nil {
				return err
			}
			certificates = nil
		}
	}
}
