// Package lab makes hosts on this machine on which the checker can be tried against the truth: a network namespace with a
// peer across a veth, a Docker engine of its own, and programs that take ports in every way that ports are taken.
//
// Nothing here is simulated. A port is held by a real socket, published by a real engine, and whether a service can be
// had is found by starting it and asking it from the peer.
//
//	host := lab.NewHost(t, lab.HostOptions{})
//	engine := host.StartEngine(t, lab.EngineOptions{})
//	host.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::80"}})
//	token, err := host.Peer.Ask(ctx, "tcp", netip.AddrPortFrom(lab.Addr4, 80))
//
// It needs root and what setup.sh installs. See README.md for the exam that is built on it.
package lab
