// Package watch tries the units and alert rules of the packages on a booted systemd, with a real node_exporter and a real
// Prometheus.
package watch
