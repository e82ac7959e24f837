package dockerrun

import (
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/release/journal"
)

func (f *runFlags) volume(p *types.Project, v types.ServiceVolumeConfig, instance string) {
	source := v.Source
	if made, ok := p.Volumes[source]; ok && v.Type == types.VolumeTypeVolume {
		source = journal.ResourceName(made.Name, instance, source)
	}
	if v.Type == types.VolumeTypeTmpfs || v.Volume != nil && (v.Volume.NoCopy || v.Volume.Subpath != "") || strings.ContainsAny(source+v.Target, ":,") {
		f.mount(v, source)
		return
	}
	var options []string
	if v.ReadOnly {
		options = append(options, "ro")
	}
	if v.Bind != nil && v.Bind.Propagation != "" {
		options = append(options, v.Bind.Propagation)
	}
	if v.Bind != nil && v.Bind.SELinux != "" {
		options = append(options, v.Bind.SELinux)
	}
	text := v.Target
	if source != "" {
		text = source + ":" + text
	}
	if len(options) > 0 {
		text += ":" + strings.Join(options, ",")
	}
	f.text("--volume", text)
}

func (f *runFlags) mount(v types.ServiceVolumeConfig, source string) {
	parts := []string{"type=" + v.Type}
	add := func(set bool, part string) {
		if set {
			parts = append(parts, part)
		}
	}
	add(source != "", "source="+source)
	add(true, "target="+v.Target)
	add(v.ReadOnly, "readonly")
	if v.Volume != nil {
		add(v.Volume.NoCopy, "volume-nocopy")
		add(v.Volume.Subpath != "", "volume-subpath="+v.Volume.Subpath)
	}
	if v.Tmpfs != nil {
		add(v.Tmpfs.Size != 0, fmt.Sprintf("tmpfs-size=%d", v.Tmpfs.Size))
		add(v.Tmpfs.Mode != 0, fmt.Sprintf("tmpfs-mode=%o", v.Tmpfs.Mode))
	}
	f.text("--mount", joined(parts))
}

// joined is a list as --mount and --gpus read it: as a line of CSV.
func joined(parts []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(parts) // to memory
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
