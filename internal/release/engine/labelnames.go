package engine

import (
	"github.com/safeport/safeport/internal/instance"
)

// Labels of what safeport makes, beside those of package instance.
const (
	LabelRelease  = "io.safeport.release"
	LabelVersion  = "io.safeport.version"
	LabelInstance = instance.LabelInstance
)
