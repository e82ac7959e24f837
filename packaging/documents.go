package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// homepage is where the source is, and what is not packaged.
const homepage = "https://github.com/safeport/safeport"

// documents adds what a reader finds beside the program: the READMEs, and the pages that they point to.
func documents(files map[string][]byte, source string) error {
	names := []string{"LICENSE", "README.md", "README.zh-CN.md"}
	for _, pattern := range []string{"docs/*.md", "docs/pictures/*.svg", "docs/schema/*.json"} {
		found, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			return err
		}
		for _, file := range found {
			name, err := filepath.Rel(source, file)
			if err != nil {
				return err
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return err
		}
		files[name] = text
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".md") {
			files[name] = []byte(withLinks(name, string(files[name]), files))
		}
	}
	return nil
}

// link is a link of Markdown, or of a picture.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// withLinks makes links of a page to what is not packaged links to the source.
func withLinks(name, text string, packaged map[string][]byte) string {
	return link.ReplaceAllStringFunc(text, func(whole string) string {
		to := link.FindStringSubmatch(whole)[1]
		if strings.Contains(to, "://") || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "mailto:") {
			return whole
		}
		file, _, _ := strings.Cut(to, "#")
		file = path.Join(path.Dir(name), file)
		if _, there := packaged[file]; there {
			return whole
		}
		_, anchor, found := strings.Cut(to, "#")
		if found {
			anchor = "#" + anchor
		}
		return "](" + homepage + "/blob/main/" + file + anchor + ")"
	})
}
