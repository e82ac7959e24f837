package main

import (
	"net"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a name server at an address, by which every name is 192.0.2.2.
func names(args []string) error {
	conn, err := net.ListenPacket("udp", args[0])
	if err != nil {
		return err
	}
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := nameOf(buf[:n]); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return stand()
}

func nameOf(asked []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(asked); err != nil {
		return nil, err
	}
	m.Header.Response, m.Header.RecursionAvailable = true, true
	m.Additionals = nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: [4]byte{192, 0, 2, 2}},
			})
		}
	}
	return m.Pack()
}
