package composefile

import (
	"fmt"
	"iter"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/settings"
)

// item is an item of a list of a service, and its place.
type item struct {
	node *yaml.Node
	reader
	line int // of the item, also where its node is an alias for another
}

func (i item) where() string { return fmt.Sprintf("%s:%d", i.path, i.line) }

// items are the items of a list that services have ("ports", "expose"), by the service's name.
func (d *Definition) items(list string) iter.Seq2[string, item] {
	return func(yield func(string, item) bool) {
		for _, f := range slices.Concat(d.files, d.related) {
			for name, service := range pairs(child(f.top, "services")) {
				n := child(service, list)
				if n == nil || n.Kind != yaml.SequenceNode {
					continue
				}
				for _, n := range n.Content {
					if !yield(name, item{follow(n), reader{f.path}, n.Line}) {
						return
					}
				}
			}
		}
	}
}

// when is the condition of a published port.
func (i item) when() (settings.Condition, error) {
	var c settings.Condition
	if n := child(i.node, "x-when"); n != nil {
		if err := i.condition(&c)(n); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// follow is what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// pairs are the keys and values of a mapping, those that it merges in ("<<: *base") after its own; of anything else, or nil,
// there are none.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n != nil && n.Kind == yaml.MappingNode {
			merged(n, map[string]bool{}, map[*yaml.Node]bool{}, yield)
		}
	}
}

// merged yields the pairs of a mapping but for the keys that were yielded, and of each mapping once: one may merge itself.
func merged(n *yaml.Node, keys map[string]bool, seen map[*yaml.Node]bool, yield func(string, *yaml.Node) bool) bool {
	if seen[n] {
		return true
	}
	seen[n] = true
	var others []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], follow(n.Content[i+1])
		switch {
		case key.Tag != "!!merge":
			if !keys[key.Value] {
				keys[key.Value] = true
				if !yield(key.Value, value) {
					return false
				}
			}
		case value.Kind == yaml.SequenceNode:
			others = append(others, value.Content...)
		default:
			others = append(others, value)
		}
	}
	for _, o := range others {
		if o = follow(o); o.Kind == yaml.MappingNode && !merged(o, keys, seen, yield) {
			return false
		}
	}
	return true
}

// child is the value under a mapping's key, or nil; of nil it is nil.
func child(n *yaml.Node, key string) *yaml.Node {
	for k, value := range pairs(n) {
		if k == key {
			return value
		}
	}
	return nil
}
