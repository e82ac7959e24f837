package settings

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// CompareVersions orders two image tags by their version numbers: "v2.1.0" before "2.1.1-cpu" before "2.10". What
// follows the numbers is not looked at, so that a release candidate counts as its release: its ports are the same. A tag
// without numbers ("latest", "main") is newer than every number, which is what such a tag is used for.
func CompareVersions(a, b string) int {
	va, oka := parseVersion(a)
	vb, okb := parseVersion(b)
	switch {
	case !oka && !okb:
		return 0
	case !oka:
		return 1
	case !okb:
		return -1
	}
	for len(va) < len(vb) {
		va = append(va, 0)
	}
	for len(vb) < len(va) {
		vb = append(vb, 0)
	}
	return slices.CompareFunc(va, vb, cmp.Compare)
}

// newer says whether a tag has a number, and one that comes after another's. What a tag without numbers is, it does not say.
func newer(tag, than string) bool {
	_, numbered := parseVersion(tag)
	return numbered && CompareVersions(tag, than) > 0
}

func parseVersion(s string) ([]int, bool) {
	s = strings.TrimPrefix(s, "v")
	end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end >= 0 {
		s = s[:end]
	}
	var numbers []int
	for word := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, true
}
