package main

import (
	"net"
	"strings"
)

// try binds as [serve] does and lets go again: the check that many installers make.
func try(args []string) error {
	for _, arg := range args {
		network, addr, _ := strings.Cut(arg, ":")
		if strings.HasPrefix(network, "udp") {
			conn, err := net.ListenPacket(network, addr)
			if err != nil {
				return err
			}
			defer conn.Close()
			continue
		}
		l, err := net.Listen(network, addr)
		if err != nil {
			return err
		}
		defer l.Close()
	}
	return nil
}
