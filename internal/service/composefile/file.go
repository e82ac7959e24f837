package composefile

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
)

// file is one Compose file.
type file struct {
	path    string            // as the user wrote it, for messages
	compose []byte            // the file without its x-safeport section, for the Compose loader
	top     *yaml.Node        // its mapping, for the lines; nil when it is empty
	env     map[string]string // of an included one, for interpolation; nil: the project's
}

func newFile(path string, data []byte) (file, error) {
	f := file{path: path, compose: data}
	var doc yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc)
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return f, nil
	}
	if err != nil {
		return f, syntaxError(path, err)
	}
	f.top = doc.Content[0]
	if n := circle(f.top, map[*yaml.Node]bool{}); n != nil {
		return f, message.Errorf("%s:%d: alias %q refers to itself", path, n.Line, n.Value)
	}
	// Of "version" Compose says itself that it means nothing, with a warning at every load.
	f.compose = collapse(without(without(data, f.top, section), f.top, "version"), f.top)
	return f, nil
}

// circle is an alias for something that it is itself a part of, or nil: the Compose loader would follow it for a minute.
func circle(n *yaml.Node, open map[*yaml.Node]bool) *yaml.Node {
	inside, seen := open[n]
	switch {
	case inside:
		return n
	case seen:
		return nil
	}
	open[n] = true
	defer func() { open[n] = false }()
	if n.Kind == yaml.AliasNode {
		if circle(n.Alias, open) != nil {
			return n
		}
		return nil
	}
	for _, c := range n.Content {
		if found := circle(c, open); found != nil {
			return found
		}
	}
	return nil
}

// section is the key of what Compose cannot say.
const section = "x-safeport"

// without blanks a top-level key with all that belongs to it, and leaves the lines where they were. The loader
// interpolates and copies every leaf of a file, and of a definition most leaves are in the section.
func without(data []byte, top *yaml.Node, key string) []byte {
	if top.Kind != yaml.MappingNode || top.Style&yaml.FlowStyle != 0 {
		return data
	}
	at := slices.IndexFunc(top.Content, func(n *yaml.Node) bool { return n.Value == key })
	if at < 0 || at%2 != 0 {
		return data
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	first, end, rest := top.Content[at].Line, len(lines)+1, top.Content[at+2:]
	if len(rest) > 0 {
		end = rest[0].Line
	}
	// An alias comes after its anchor: only what follows can refer to what is blanked.
	if slices.ContainsFunc(rest, func(n *yaml.Node) bool { return refersInto(n, first, end) }) {
		return data
	}
	for i := first - 1; i < end-1; i++ {
		lines[i] = []byte("\n")
	}
	return bytes.Join(lines, nil)
}

// refersInto says whether a node has an alias for something in the lines from first up to end.
func refersInto(n *yaml.Node, first, end int) bool {
	if n.Kind == yaml.AliasNode {
		return first <= n.Alias.Line && n.Alias.Line < end
	}
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return refersInto(c, first, end) })
}
