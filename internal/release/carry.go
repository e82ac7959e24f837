package release

import "github.com/compose-spec/compose-go/v2/types"

func (t *Target) carry(serving []Serving, old *types.Project) error { return nil }
