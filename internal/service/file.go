package service

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"go.yaml.in/yaml/v4"
)

// file is one Compose file.
type file struct {
	path    string     // as the user wrote it, for messages
	compose []byte     // the file without its x-safeport section, for the Compose loader
	top     *yaml.Node // its mapping, for the lines; nil when it is empty
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
	// Of "version" Compose says itself that it means nothing, with a warning at every load.
	f.compose = without(without(data, f.top, section), f.top, "version")
	return f, nil
}

// section is the key of what Compose cannot say.
const section = "x-safeport"

// without blanks a top-level key with all that belongs to it, and leaves the lines where they were. The loader
// interpolates and copies every leaf of a file, and of a definition most leaves are in the section.
func without(data []byte, top *yaml.Node, key string) []byte {
	first, last := 0, 0
	for i := 0; top.Kind == yaml.MappingNode && top.Style&yaml.FlowStyle == 0 && i < len(top.Content); i += 2 {
		switch n := top.Content[i]; {
		case n.Value == key:
			first = n.Line
		case first > 0 && last == 0:
			last = n.Line
		}
	}
	if first == 0 || anchored(child(top, key)) {
		return data
	}
	lines := bytes.SplitAfter(bytes.Clone(data), []byte("\n"))
	if last == 0 {
		last = len(lines) + 1
	}
	for i := first - 1; i < last-1; i++ {
		lines[i] = []byte("\n")
	}
	return bytes.Join(lines, nil)
}

// anchored says whether something in a node can be referred to from elsewhere in the file.
func anchored(n *yaml.Node) bool {
	return n.Anchor != "" || slices.ContainsFunc(n.Content, anchored)
}
