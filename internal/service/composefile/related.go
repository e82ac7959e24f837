package composefile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
)

// Bounds of what is read for one project. The Compose loader has none, and reads what it is told to.
const (
	maxRelated      = 1000    // files
	maxRelatedBytes = 8 << 20 // in all of them
)

// readRelated reads the files that the project's files include or extend from: for the lines, for the variables, and to
// know before the loader opens them that they are files and have an end. What they mean is the loader's, and so is what to
// say of one that is not there.
func (d *Definition) readRelated() error {
	r := related{d: d, seen: map[string]bool{}}
	for _, f := range d.files {
		r.seen[d.absolute(f.path)] = true
	}
	for _, f := range d.files {
		if err := r.follow(f, d.dir, d.env); err != nil {
			return err
		}
	}
	d.related = r.files
	return nil
}

type related struct {
	d     *Definition
	files []file
	seen  map[string]bool
	bytes int
}

// follow reads what a file names. dir is where the names in it begin, and env what variables in them stand for.
func (r *related) follow(f file, dir string, env map[string]string) error {
	for _, i := range includes(f.top) {
		if err := r.include(i, dir, env); err != nil {
			return err
		}
	}
	for _, name := range extended(f.top) {
		// The name begins at the project's directory where the service extends it, and at the file's own where that was
		// extended itself.
		for _, dir := range []string{dir, filepath.Dir(r.d.absolute(f.path))} {
			if err := r.read(name, dir, env); err != nil {
				return err
			}
		}
	}
	return nil
}

// inclusion is an item under "include:".
type inclusion struct {
	paths, envFiles []string
	directory       string
}

func (r *related) include(i inclusion, dir string, env map[string]string) error {
	project := ""
	if len(i.paths) > 0 {
		project = filepath.Dir(from(dir, interpolated(i.paths[0], env)))
	}
	if i.directory != "" {
		project = from(dir, interpolated(i.directory, env))
	}
	var files []string
	for _, name := range i.envFiles {
		if name = interpolated(name, env); name != os.DevNull {
			files = append(files, from(dir, name))
		}
	}
	if standard := filepath.Join(project, ".env"); len(i.envFiles) == 0 {
		if info, err := os.Stat(standard); err == nil && !info.IsDir() {
			files = append(files, standard)
		}
	}
	more, err := readVariables(env, files)
	if err != nil {
		return err
	}
	env = cloned(env, more)
	for _, name := range i.paths {
		// An override beside the first file begins at the same directory as that.
		if err := r.readIn(name, dir, project, env); err != nil {
			return err
		}
	}
	return nil
}

func (r *related) read(name, dir string, env map[string]string) error {
	return r.readIn(name, dir, filepath.Dir(from(dir, interpolated(name, env))), env)
}

// readIn reads a file that is named from one directory, and whose own names begin at another.
func (r *related) readIn(name, dir, inside string, env map[string]string) error {
	path := from(dir, interpolated(name, env))
	if r.seen[path] {
		return nil
	}
	r.seen[path] = true
	data, err := readCompose(path)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	r.bytes += len(data)
	if len(r.files) >= maxRelated || r.bytes > maxRelatedBytes {
		return message.Errorf("%s: includes or extends more than %d files or 8 MiB", path, maxRelated)
	}
	f, err := newFile(r.d.shown(path), data)
	if err != nil {
		return err
	}
	f.env = env
	r.files = append(r.files, f)
	return r.follow(f, inside, env)
}

// shown is a path as the user would write it, who wrote that of the project's file.
func (d *Definition) shown(path string) string {
	here, err := filepath.Abs(".")
	if err != nil || filepath.IsAbs(d.files[0].path) {
		return path
	}
	if near, err := filepath.Rel(here, path); err == nil {
		return near
	}
	return path
}

func from(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// interpolated is a name with its variables filled in; as it stands where they cannot be, which the loader says.
func interpolated(name string, env map[string]string) string {
	if text, err := substitute(name, mapping(env)); err == nil {
		return text
	}
	return name
}

func includes(top *yaml.Node) (list []inclusion) {
	include := child(top, "include")
	if include == nil {
		return nil
	}
	for _, item := range include.Content {
		item = follow(item)
		if item.Kind == yaml.ScalarNode {
			list = append(list, inclusion{paths: []string{item.Value}})
			continue
		}
		i := inclusion{paths: scalars(child(item, "path")), envFiles: scalars(child(item, "env_file"))}
		i.directory = strings.Join(scalars(child(item, "project_directory")), "")
		list = append(list, i)
	}
	return list
}

// extended are the files that services extend from.
func extended(top *yaml.Node) (names []string) {
	for _, service := range pairs(child(top, "services")) {
		names = append(names, scalars(child(child(service, "extends"), "file"))...)
	}
	slices.Sort(names)
	return slices.Compact(names)
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
