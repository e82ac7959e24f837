package main

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // registers the format
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // registers the format
)

//go:embed nfpm.yaml
var configuration string

// maintainer is who builds these packages unless $MAINTAINER says otherwise. The project has no mail address, and one that it
// does not own would be somebody else's: its issue page is where it is reached.
const maintainer = "safeport maintainers <https://github.com/safeport/safeport/issues>"

// writeSystemPackages makes the .deb and the .rpm of an architecture.
func writeSystemPackages(stage, out string, commit commit, arch string) ([]string, error) {
	values := map[string]string{"STAGE": stage, "ARCH": arch, "VERSION": commit.version, "MAINTAINER": os.Getenv("MAINTAINER")}
	if values["MAINTAINER"] == "" {
		values["MAINTAINER"] = maintainer
	}
	config, err := nfpm.ParseWithEnvMapping(strings.NewReader(configuration), func(name string) string { return values[name] })
	if err != nil {
		return nil, err
	}
	var names []string
	for _, format := range []string{"deb", "rpm"} {
		name, err := writeSystemPackage(&config, out, commit, format)
		if err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

func writeSystemPackage(config *nfpm.Config, out string, commit commit, format string) (string, error) {
	info, err := config.Get(format)
	if err != nil {
		return "", err
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		return "", err
	}
	info.MTime = commit.time
	for _, content := range info.Contents {
		if content.FileInfo == nil { // a link's
			content.FileInfo = &files.ContentFileInfo{}
		}
		content.FileInfo.MTime = commit.time
	}
	info = nfpm.WithDefaults(info)
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return "", err
	}
	info.Target = filepath.Join(out, packager.ConventionalFileName(info))
	file, err := os.Create(info.Target)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if err := packager.Package(info, file); err != nil {
		return "", err
	}
	return filepath.Base(info.Target), file.Close()
}
