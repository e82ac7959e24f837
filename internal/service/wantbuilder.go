package service

import (
	"math"
	"strconv"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// wantBuilder makes wants of the parts of a service.
type wantBuilder struct {
	d      *Definition
	model  *Model
	values settings.Values
	wants  []ranked

	undeclared []*Part // parts on the host's network of which it is not known what they take
}

// ranked is a want with the place of its entry among all entries, and the part that it is of.
type ranked struct {
	port.Requirement
	rank int
	part string
}

// unplaced is the rank of a want whose entry is not known.
const unplaced = math.MaxInt

// rights are those of a part's program, for one want alone.
func (p *Part) rights() *port.Container {
	c := p.Rights
	return &c
}

// unique numbers the names that are there already, as a want's name is its key in the report.
func unique(list []port.Requirement) []port.Requirement {
	seen := map[string]int{}
	for i := range list {
		name := list[i].Name
		if seen[name]++; seen[name] > 1 {
			list[i].Name = name + "-" + strconv.Itoa(seen[name])
		}
	}
	return list
}

func atou(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 16)
	return uint32(n)
}
