package main

import (
	"bytes"
	"debug/buildinfo"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// partsList is the software bill of materials, in CycloneDX: the modules and the toolchain that the binary itself says it
// was made of.
func partsList(binary string, commit commit) ([]byte, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	parts := []cdx.Component{module(cdx.ComponentTypeLibrary, "std", info.GoVersion)}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		parts = append(parts, module(cdx.ComponentTypeLibrary, m.Path, m.Version))
	}
	whole := module(cdx.ComponentTypeApplication, info.Main.Path, commit.version)
	whole.Licenses = &cdx.Licenses{{License: &cdx.License{ID: "Apache-2.0"}}}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Timestamp: commit.time.Format("2006-01-02T15:04:05Z"), Component: &whole}
	bom.Components = &parts
	var b bytes.Buffer
	// Scanners are slow to learn newer versions of the format.
	err = cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cdx.SpecVersion1_5)
	return b.Bytes(), err
}

func module(kind cdx.ComponentType, path, version string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cdx.Component{Type: kind, BOMRef: url, Name: path, Version: version, PackageURL: url}
}
