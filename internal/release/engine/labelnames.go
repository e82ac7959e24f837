package engine

import (
	"github.com/safeport/safeport/internal/instance"
)

// Labels of what safeport makes, beside those of package instance.
const (
	LabelRelease  = instance.LabelRelease
	LabelVersion  = "io.safeport.version"
	LabelInstance = instance.LabelInstance
	LabelService  = instance.LabelService
)
