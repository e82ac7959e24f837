package service

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
)

// Made says whether a container is of the definition's own Compose project, and not of another one of the same name: two
// directories that are called docker make two projects of that name. Its labels say from which directory or which files it
// was made. A project whose directory is not there any more may have been moved; then, and where labels do not say, the same
// service with the same image is the same.
func (d *Definition) Made(c facts.Container) bool {
	switch {
	case d.Project == "" || c.Project != d.Project:
		return false
	case d.Location.Directory == "" || c.Directory == "" && len(c.Files) == 0:
		return d.hasPart(c)
	case d.From(c):
		return true
	}
	return !there(c.Directory) && d.hasPart(c)
}

// From says whether a container's labels name the definition's directory or its files.
func (d *Definition) From(c facts.Container) bool {
	return sameFile(c.Directory, d.Location.Directory) || slices.ContainsFunc(c.Files, func(name string) bool {
		return slices.ContainsFunc(d.Location.Files, func(f string) bool { return sameFile(name, f) })
	})
}

// Elsewhere says whether a container's labels name a directory that is there and is not the definition's.
func (d *Definition) Elsewhere(c facts.Container) bool {
	return d.Location.Directory != "" && c.Directory != "" && !d.From(c) && there(c.Directory)
}

// LeftOut are those of the files that a container was made from that are there and not among the definition's.
func (d *Definition) LeftOut(c facts.Container) (files []string) {
	for _, file := range c.Files {
		among := slices.ContainsFunc(d.Location.Files, func(f string) bool { return sameFile(file, f) })
		if !among && there(file) {
			files = append(files, file)
		}
	}
	return files
}

// sameFile compares full names, whatever links they lead through.
func sameFile(a, b string) bool {
	if !filepath.IsAbs(a) || b == "" {
		return false
	}
	if absolute, err := filepath.Abs(b); err == nil && filepath.Clean(a) == absolute {
		return true
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func there(path string) bool {
	_, err := os.Stat(path)
	return filepath.IsAbs(path) && err == nil
}

// hasPart says whether the definition has the service that a container is of, with the container's image.
func (d *Definition) hasPart(c facts.Container) bool {
	image, ok := d.Location.Images[c.Part]
	if !ok {
		return false
	}
	if image == "" { // Compose builds it, and gives it this name
		return slices.Contains([]string{d.Project + "-" + c.Part, d.Project + "_" + c.Part}, repository(c.Image))
	}
	return slices.ContainsFunc(append([]string{c.Image}, c.ImageTags...), func(name string) bool { return repository(name) == repository(image) })
}

// repository is an image's name without its tag and its digest, or the text itself when it is no name.
func repository(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil || strings.HasPrefix(image, "sha256:") {
		return image
	}
	return cmp.Or(reference.FamiliarName(named), image)
}
