package change

import (
	"maps"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
)

// images is the value of --image: IMAGE, or SERVICE=IMAGE for one of several services.
type images map[string]string

func (i *images) String() string { return "" }
func (i *images) Type() string   { return "[SERVICE=]IMAGE" }

func (i *images) Set(s string) error {
	chosen, err := desired.ParseImages(s)
	if err != nil {
		return err
	}
	for service, image := range chosen {
		if old, twice := (*i)[service]; twice {
			return message.Errorf("given twice, as %s and %s", old, image)
		}
		if *i == nil {
			*i = images{}
		}
		(*i)[service] = image
	}
	return nil
}

// GetSlice are the values, one by one.
func (i *images) GetSlice() (list []string) {
	for _, service := range slices.Sorted(maps.Keys(*i)) {
		image := (*i)[service]
		if service != "" {
			image = service + "=" + image
		}
		list = append(list, image)
	}
	return list
}
