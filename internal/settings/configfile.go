package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
)

// maxConfigFile bounds the configuration file. GPUStack's own, with every key set, has 4 KB.
const maxConfigFile = 1 << 20

// configFile is a service's configuration file: the keys of its one mapping, with their nodes for the lines.
type configFile struct {
	path    string
	grammar *grammar
	keys    []*yaml.Node          // in order, also those that were given again
	values  map[string]*yaml.Node // of duplicates the last, as PyYAML does
	given   map[string]int        // how often
}

// readConfig reads the file; no path gives an empty one. What its values mean is looked at when they are asked for.
func readConfig(path string) (*configFile, error) {
	if path == "" {
		return &configFile{}, nil
	}
	data, err := readFile(path)
	if err != nil {
		return nil, message.Errorf("reading the configuration file: %w", err)
	}
	return newConfig(path, data)
}

func newConfig(path string, data []byte) (*configFile, error) {
	c := &configFile{path: path, grammar: newGrammar(), values: map[string]*yaml.Node{}, given: map[string]int{}}
	// A node keeps its aliases as they are written: nothing is expanded, so an alias bomb is no bigger than its file.
	doc, err := c.decode(data)
	if err != nil {
		return nil, err
	}
	if doc.Kind == 0 || c.isNull(doc.Content[0]) {
		return nil, message.Errorf("%s: the file is empty, so the service won't start: use {} or omit it", path)
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, message.Errorf("%s: the file must map settings, as in \"port: 8080\"", c.where(top))
	}
	return c, c.add(top)
}

// readFile reads a regular file that is not too big.
func readFile(path string) ([]byte, error) {
	data, err := regular.Read(path, maxConfigFile)
	if errors.Is(err, regular.ErrTooLong) {
		return nil, message.Errorf("%s is larger than 1 MiB, too large for a configuration file", path)
	}
	return data, err
}

// add takes in the keys of the file's mapping, and what "<<" merges into it.
func (c *configFile) add(m *yaml.Node) error {
	var bases []*yaml.Node
	for key, value := range pairs(m) {
		if key.Kind != yaml.ScalarNode {
			return message.Errorf("%s: a key must be a string", c.where(key))
		}
		if key.Value == "<<" {
			bases = append(bases, value)
			continue
		}
		c.keys = append(c.keys, key)
		c.values[key.Value] = value
		c.given[key.Value]++
	}
	for _, base := range bases {
		if base.Kind != yaml.SequenceNode {
			c.merge(base)
			continue
		}
		for _, b := range base.Content {
			c.merge(follow(b))
		}
	}
	return nil
}

// merge takes in the keys that the file does not set itself. A merged mapping's own merges are not followed, which
// bounds the work.
func (c *configFile) merge(base *yaml.Node) {
	for key, value := range pairs(base) {
		if _, have := c.values[key.Value]; !have && key.Kind == yaml.ScalarNode && key.Value != "<<" {
			c.keys = append(c.keys, key)
			c.values[key.Value] = value
		}
	}
}

// pairs are the keys and values of a mapping, with aliases followed.
func pairs(m *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if m.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(m.Content); i += 2 {
			if !yield(m.Content[i], follow(m.Content[i+1])) {
				return
			}
		}
	}
}

// follow is what an alias stands for. An alias stands for an anchored node, never for another alias.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func (c *configFile) isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && c.grammar.kind(n) == nullScalar
}

func (c *configFile) where(n *yaml.Node) string { return fmt.Sprintf("%s:%d", c.path, n.Line) }

// decode reads the only document of the file.
func (c *configFile) decode(data []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, c.syntax(err)
	}
	if err := d.Decode(&second); err == nil {
		return nil, message.Errorf("%s: a second document starts here, but only one is read", c.where(&second))
	} else if !errors.Is(err, io.EOF) {
		return nil, c.syntax(err)
	}
	return &doc, nil
}

// syntax puts the line of a YAML error, which the library writes into the text, where all other errors have it.
func (c *configFile) syntax(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text, _, _ = strings.Cut(text, "\n")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if line, what, ok := strings.Cut(rest, ": "); ok {
			return message.Errorf("%s:%s: %s", c.path, line, what)
		}
	}
	return message.Errorf("%s: %s", c.path, text)
}
