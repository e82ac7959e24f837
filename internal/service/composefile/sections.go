package composefile

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// Section is the x-safeport section of a user's files, as it can be added to a file of its own; empty without one. Of
// several files the sections are put together as they are read: lists and settings one after the other, of the rest the
// later one counts.
func (d *Definition) Section() string {
	if d.BuiltIn {
		return ""
	}
	var all *yaml.Node
	for _, f := range d.files {
		if n := child(f.top, section); n != nil {
			all = joined(all, n)
		}
	}
	if all == nil {
		return ""
	}
	text, err := yaml.Marshal(map[string]*yaml.Node{section: all})
	if err != nil {
		return "" // of nodes that were read it cannot fail
	}
	return "\n" + string(text)
}

// joined is one node after another, where both are mappings or both are lists; else the second.
func joined(a, b *yaml.Node) *yaml.Node {
	switch {
	case a == nil || a.Kind != b.Kind:
		return b
	case a.Kind == yaml.SequenceNode:
		both := *a
		both.Content = slices.Concat(a.Content, b.Content)
		return &both
	case a.Kind != yaml.MappingNode:
		return b
	}
	both := *a
	both.Content = slices.Clone(a.Content)
	for i := 0; i+1 < len(b.Content); i += 2 {
		at := -1
		for j := 0; j+1 < len(both.Content); j += 2 {
			if both.Content[j].Value == b.Content[i].Value {
				at = j + 1
			}
		}
		if at < 0 {
			both.Content = append(both.Content, b.Content[i], b.Content[i+1])
		} else {
			both.Content[at] = joined(both.Content[at], b.Content[i+1])
		}
	}
	return &both
}
