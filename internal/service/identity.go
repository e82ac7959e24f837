package service

import (
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
)

// SameRepository compares an image reference with a repository, whatever the registry or mirror before it:
// "quay.io/gpustack/gpustack:v2" and "mirror.local/docker.io/gpustack/gpustack@sha256:…" are "gpustack/gpustack". A
// repository that names its registry ("docker.gitea.com/gitea") must be that one, and one of a single word ("nginx")
// Docker's own, as the images of many others end in the same word.
func SameRepository(image, repository string) bool {
	if !strings.Contains(image, lastWord(repository)) {
		return false // as most are; to read a reference takes longer than all else that is asked of a container
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return false
	}
	first, _, manyWords := strings.Cut(repository, "/")
	if !manyWords || strings.ContainsAny(first, ".:") {
		own, err := reference.ParseNormalizedNamed(repository)
		return err == nil && named.Name() == own.Name()
	}
	path := reference.Path(named)
	return path == repository || strings.HasSuffix(path, "/"+repository)
}

// RoleFits tells the roles of one image apart.
func (id Identity) RoleFits(c facts.Container) bool {
	return (id.Has.Empty() || hasMark(id.Has, c)) && !hasMark(id.Without, c)
}

func hasMark(m Marks, c facts.Container) bool {
	for _, flag := range m.Args {
		if slices.ContainsFunc(c.Args, func(arg string) bool { return arg == flag || strings.HasPrefix(arg, flag+"=") }) {
			return true
		}
	}
	for _, name := range m.Env {
		if slices.ContainsFunc(c.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") && len(e) > len(name)+1 }) {
			return true
		}
	}
	return slices.Contains(m.Names, c.Name)
}

func lastWord(image string) string { return image[strings.LastIndex(image, "/")+1:] }
