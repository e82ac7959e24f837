package desired

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"github.com/compose-spec/compose-go/v2/types"
)

// withSums is a project with a sum of each secret that a variable holds. Its value does not stand in the project's text, in which a change of
// it would not show.
func withSums(p *types.Project) *types.Project {
	copied := *p
	copied.Secrets = maps.Clone(p.Secrets)
	for name, s := range copied.Secrets {
		if s.Content == "" {
			continue
		}
		sum := sha256.Sum256([]byte(s.Content))
		s.Extensions = maps.Clone(s.Extensions)
		if s.Extensions == nil {
			s.Extensions = types.Extensions{}
		}
		s.Extensions["x-safeport-sum"] = hex.EncodeToString(sum[:])
		copied.Secrets[name] = s
	}
	return &copied
}
