package report

import (
	"time"
)

// FleetSchema names the shape of a [Fleet] as JSON.
const FleetSchema = "safeport/fleet/v1"

// A Fleet is what the reports of many hosts come to: how many are ready, and what keeps the others from it, each cause
// once with the hosts that have it. It is the JSON that "safeport report -o json" prints.
type Fleet struct {
	Schema  string       `json:"schema"`  // always [FleetSchema]
	Verdict Verdict      `json:"verdict"` // the worst of all hosts; what could not be read is [Unknown]
	Counts  FleetCounts  `json:"counts"`
	Ports   []FleetPort  `json:"ports"`            // every port that some host was asked about
	Causes  []Cause      `json:"causes"`           // errors first, and those of most hosts first among them
	Hosts   []FleetHost  `json:"hosts"`            // by name, 2 before 10
	Shared  []SharedPort `json:"shared,omitempty"` // what could be used instead on all hosts
	Unread  []string     `json:"unread"`           // what was no report, one line each
	Notes   []string     `json:"notes"`            // which reports did not count beside newer ones
}

// FleetCounts are numbers of hosts. A host is ready, blocked or unknown.
type FleetCounts struct {
	Hosts   int `json:"hosts"`
	Ready   int `json:"ready"`
	Clear   int `json:"clear"`  // of those that are ready: without a warning
	Warned  int `json:"warned"` // of those that are ready: with one
	Blocked int `json:"blocked"`
	Unknown int `json:"unknown"`
}

// FleetPort is a port, or a range, that hosts were asked about.
type FleetPort struct {
	Label    string `json:"label"` // "80/tcp", "[::1]:9000/tcp"
	Protocol string `json:"protocol"`
	Address  string `json:"address"`
	Ports    string `json:"ports"`
	Service  string `json:"service"` // empty for a port that was asked about as such
	Name     string `json:"name"`
	About    string `json:"about"`
}

// FleetHost is one host with the answers for its ports.
type FleetHost struct {
	Name    string        `json:"name"`
	Time    *time.Time    `json:"time,omitempty"` // of its newest report
	Verdict Verdict       `json:"verdict"`
	Answers []FleetAnswer `json:"answers"`
	Causes  []int         `json:"causes"` // places in [Fleet.Causes]
}

// FleetAnswer is what a host said of one port.
type FleetAnswer struct {
	Port    int         `json:"port"` // place in [Fleet.Ports]
	Verdict PortVerdict `json:"verdict"`
}

// Cause is a finding that hosts have in common.
type Cause struct {
	Code     Code     `json:"code"` // empty where a host has no report
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"` // what it makes of a host
	Port     string   `json:"port"`    // label of the [FleetPort]; empty when it is about none
	Holder   string   `json:"holder"`  // who has the port, where that is the point
	Message  string   `json:"message"`
	Remedies []Remedy `json:"remedies"` // those that are the same on all of the hosts
	Hosts    []string `json:"hosts"`
}

// SharedPort is a port, or a block of them, for all hosts.
type SharedPort struct {
	Service string `json:"service"`
	Name    string `json:"name"`    // of the port that it could replace
	Instead string `json:"instead"` // "80", or several that are wanted on different hosts: "80, 8080"
	Ports   string `json:"ports"`   // "8080" or "20000-20063"; empty: none is known
	Hosts   int    `json:"hosts"`   // that want it, and were asked
	Failing int    `json:"failing"` // of these, that cannot have the port that they want
	Silent  int    `json:"silent"`  // of these, whose reports do not say which other ports are free
	Tried   string `json:"tried"`   // what all hosts have tried
}
