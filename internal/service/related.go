package service

import (
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxRelated bounds how many files are read for their lines; the Compose loader has its own rules about circles.
const maxRelated = 100

// relatedFiles are the files that the given ones include or extend from. They are read for the lines only: what they
// mean is the Compose loader's, and a file that cannot be found here, as its name is interpolated, costs the line and
// nothing else.
func relatedFiles(files []file) []file {
	var list []file
	seen := map[string]bool{}
	for _, f := range files {
		seen[filepath.Clean(f.path)] = true
	}
	for queue := files; len(queue) > 0 && len(list) < maxRelated; queue = queue[1:] {
		for _, name := range mentions(queue[0].top) {
			if !filepath.IsAbs(name) {
				name = filepath.Join(filepath.Dir(queue[0].path), name)
			}
			if seen[name] {
				continue
			}
			seen[name] = true
			if f, ok := readRelated(name); ok {
				list = append(list, f)
				queue = append(queue, f)
			}
		}
	}
	return list
}

func readRelated(path string) (file, bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return file{}, false
	}
	data, err := readCompose(path)
	if err != nil {
		return file{}, false
	}
	f, err := newFile(path, data)
	return f, err == nil
}

// mentions are the files that a file names under "include:" and "extends:".
func mentions(top *yaml.Node) []string {
	var names []string
	if include := child(top, "include"); include != nil {
		for _, item := range include.Content {
			names = append(names, scalars(follow(item))...)
			names = append(names, scalars(child(follow(item), "path"))...)
		}
	}
	for _, service := range pairs(child(top, "services")) {
		names = append(names, scalars(child(child(service, "extends"), "file"))...)
	}
	return names
}

// scalars are the texts of a scalar or of a list of them.
func scalars(n *yaml.Node) []string {
	switch {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}
	case n.Kind == yaml.SequenceNode:
		var list []string
		for _, item := range n.Content {
			list = append(list, follow(item).Value)
		}
		return list
	}
	return nil
}

// splitList splits "a, b" and drops what is empty.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
