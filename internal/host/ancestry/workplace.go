package ancestry

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/safeport/safeport/internal/regular"
)

// maxDepth bounds the directories that are looked at above a working directory.
const maxDepth = 12

// compose are the files that a Compose project is made of, as Compose looks for them.
var compose = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// workplace is the working directory of a process, and the project that it belongs to: the nearest directory above it that has
// a package.json with a name, a Compose file, or a repository of git. A directory that everybody may write to is nobody's.
func (r *Reader) workplace(p *process) (dir, project string) {
	dir = p.link("cwd")
	if !path.IsAbs(dir) || dir == "/" {
		return dir, ""
	}
	for at, n := dir, 0; at != "/" && n < maxDepth; at, n = path.Dir(at), n+1 {
		here := filepath.Join(p.dir, "root", at) // as the process sees it: a container has directories of its own
		info, err := os.Lstat(here)
		if err != nil || info.Mode()&os.ModeSticky != 0 {
			break
		}
		if name := packageName(filepath.Join(here, "package.json")); name != "" {
			return dir, name + " (" + path.Join(at, "package.json") + ")"
		}
		if i := slices.IndexFunc(compose, func(file string) bool { return isRegular(filepath.Join(here, file)) }); i >= 0 {
			return dir, path.Base(at) + " (" + path.Join(at, compose[i]) + ")"
		}
		if _, err := os.Lstat(filepath.Join(here, ".git")); err == nil {
			return dir, path.Base(at) + " (" + path.Join(at, ".git") + ")"
		}
	}
	return dir, ""
}

func isRegular(file string) bool {
	info, err := os.Lstat(file)
	return err == nil && info.Mode().IsRegular()
}

func packageName(file string) string {
	if !isRegular(file) {
		return "" // a link may lead out of where the process is
	}
	text, err := regular.Read(file, 64<<10)
	if err != nil {
		return ""
	}
	var is struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(text, &is) != nil {
		return ""
	}
	return is.Name
}
