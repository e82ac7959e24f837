package composefile

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v4"
)

// The Compose loader makes an entry of each port of a range and carries it through a dozen passes: a range for calls, of 16,000
// ports, takes a second at every load. It is given one entry for such a range, which says how far it goes.
const (
	rangeEnd = "x-safeport-to" // the last port in the container
	manyFrom = 64              // a range of fewer is left as it is
)

var longRange = regexp.MustCompile(`^(?:(\[[0-9a-fA-F:.]+\]|[0-9.]+):)?([0-9]{1,5})-([0-9]{1,5}):([0-9]{1,5})-([0-9]{1,5})(?:/([a-zA-Z]+))?$`)

// collapsedRange reads a long range of the short syntax: the port that stands for it, and the last one in the container.
func collapsedRange(text string) (p types.ServicePortConfig, last uint32, ok bool) {
	m := longRange.FindStringSubmatch(text)
	if m == nil {
		return p, 0, false
	}
	first, end, from, to := number(m[2]), number(m[3]), number(m[4]), number(m[5])
	if first == 0 || from == 0 || end < first+manyFrom || end-first != to-from || end > 65535 || to > 65535 {
		return p, 0, false // what is wrong with it the loader says
	}
	return types.ServicePortConfig{
		Mode: "ingress", HostIP: strings.Trim(m[1], "[]"), Target: from, Published: fmt.Sprintf("%d-%d", first, end),
		Protocol: strings.ToLower(cmp.Or(m[6], "tcp")),
	}, to, true
}

// collapse writes long ranges below "ports" as entries of the long syntax, in their places: the lines stay what they are.
func collapse(data []byte, top *yaml.Node) []byte {
	var found []*yaml.Node
	for _, s := range pairs(child(top, "services")) {
		if ports := child(s, "ports"); ports != nil && ports.Kind == yaml.SequenceNode {
			for _, n := range ports.Content {
				if _, _, ok := collapsedRange(n.Value); ok && n.Kind == yaml.ScalarNode && n.Anchor == "" && !slices.Contains(found, n) {
					found = append(found, n)
				}
			}
		}
	}
	if len(found) == 0 {
		return data
	}
	slices.SortFunc(found, func(a, b *yaml.Node) int { return cmp.Or(b.Line-a.Line, b.Column-a.Column) })
	lines := bytes.SplitAfter(data, []byte("\n"))
	for _, n := range found {
		p, last, _ := collapsedRange(n.Value)
		line, at := lines[n.Line-1], n.Column-1
		written := n.Value
		if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			written = quote(line, at) + n.Value + quote(line, at)
		}
		if at > len(line) || !bytes.HasPrefix(line[at:], []byte(written)) {
			continue // letters of several bytes before it, or an escape in it: the loader takes it as well as it is
		}
		entry := fmt.Sprintf("{target: %d, published: %q, protocol: %s, host_ip: %q, %s: %d}", p.Target, p.Published, p.Protocol, p.HostIP, rangeEnd, last)
		if p.HostIP == "" {
			entry = strings.Replace(entry, `, host_ip: ""`, "", 1)
		}
		lines[n.Line-1] = slices.Concat(line[:at], []byte(entry), line[at+len(written):])
	}
	return bytes.Join(lines, nil)
}

// quote is the sign at a place of a line.
func quote(line []byte, at int) string {
	if at < len(line) {
		return string(line[at])
	}
	return ""
}

// rangeEndOf is the last port in the container of an entry that stands for a range.
func rangeEndOf(p types.ServicePortConfig) (uint32, bool) {
	switch n := p.Extensions[rangeEnd].(type) {
	case int:
		return uint32(n), true
	case int64:
		return uint32(n), true
	case uint64:
		return uint32(n), true
	case float64:
		return uint32(n), true
	}
	return 0, false
}

// once leaves out ports that a long range of the same service has too: of what is published twice in the same way the loader makes
// one, as long as it sees it. Where two long ranges meet they are spread.
func once(ports []types.ServicePortConfig) []types.ServicePortConfig {
	type line struct { // on which two entries may be one
		hostIP, protocol string
		offset           int
	}
	type span struct{ first, last uint32 }
	of := func(p types.ServicePortConfig) (line, span, bool) {
		last, isRange := rangeEndOf(p)
		if !isRange {
			last = p.Target
		}
		first, _, _ := strings.Cut(p.Published, "-")
		key := keyOf(p)
		return line{key.hostIP, key.protocol, int(number(first)) - int(p.Target)}, span{p.Target, last}, isRange
	}
	ranges := map[line][]span{}
	for _, p := range ports {
		on, s, isRange := of(p)
		if !isRange {
			continue
		}
		if slices.ContainsFunc(ranges[on], func(o span) bool { return s.first <= o.last && o.first <= s.last }) {
			return spread(ports)
		}
		ranges[on] = append(ranges[on], s)
	}
	if len(ranges) == 0 {
		return ports
	}
	return slices.DeleteFunc(ports, func(p types.ServicePortConfig) bool {
		on, s, isRange := of(p)
		return !isRange && !strings.Contains(p.Published, "-") && slices.ContainsFunc(ranges[on], func(o span) bool {
			return o.first <= s.first && s.last <= o.last
		})
	})
}

// spread puts all ports of a range in the place of the entry that stands for it, those once that stand there by themselves, too.
func spread(ports []types.ServicePortConfig) []types.ServicePortConfig {
	if !slices.ContainsFunc(ports, func(p types.ServicePortConfig) bool { _, ok := rangeEndOf(p); return ok }) {
		return ports
	}
	var list []types.ServicePortConfig
	there := map[portKey]bool{}
	for _, p := range ports {
		last, ok := rangeEndOf(p)
		if !ok {
			if key := keyOf(p); !there[key] {
				there[key], list = true, append(list, p)
			}
			continue
		}
		first, _, _ := strings.Cut(p.Published, "-")
		host := number(first)
		for target := p.Target; target <= last; target++ {
			one := p
			one.Target, one.Published, one.Extensions = target, strconv.Itoa(int(host+target-p.Target)), nil
			if key := keyOf(one); !there[key] {
				there[key], list = true, append(list, one)
			}
		}
	}
	return list
}
