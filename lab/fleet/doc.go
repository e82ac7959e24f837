// Package fleet tries the Ansible collection on eight hosts that real Ansible reaches over SSH. Each has a network namespace,
// an sshd and an address of its own, and an engine where something is installed. What came of it is asserted from the hosts.
package fleet
