// Package daemons runs what is printed about ports of daemons that a host lives on: Tailscale and Incus, the real ones, and
// a node of Kubernetes.
package daemons
