package desired

import (
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/settings"
)

// chosenImages are the images that take the place of the definition's, by service.
//
// Of a built-in service a version that nobody mentions stays: what runs is pinned. Of a user's Compose file the file is what
// is wanted, for each of its services; an image that was chosen by --image stays until the file names another one for that
// service.
func (w Spec) chosenImages(t *Target, serving []engine.Serving, before *journal.Release, defined *types.Project) (map[string]string, error) {
	chosen := map[string]string{}
	if w.pinned(serving, before) {
		chosen[t.Service] = serving[0].Inspect.Config.Image
	}
	if before != nil && defined != nil {
		for name, image := range before.Images {
			was, is := defined.Services[name], t.Project.Services[name]
			if was.Image != image && was.Image == is.Image {
				chosen[name] = image
			}
		}
	}
	for name, image := range w.Images {
		if name == "" {
			if name = t.Service; len(t.Project.Services) > 1 {
				return nil, message.Errorf("--image %s: specify the service, as in --image %s=%s; services: %s",
					image, name, image, strings.Join(serviceNames(t.Project), ", "))
			}
		}
		if _, ok := t.Project.Services[name]; !ok {
			return nil, message.Errorf("--image %s=%s: no service %s; services: %s",
				name, image, name, strings.Join(serviceNames(t.Project), ", "))
		}
		chosen[name] = image
	}
	return chosen, nil
}

// pinned says whether the image that runs is kept because no other version was mentioned. Without a journal there is no
// telling whether a file's version has changed since, so that what was not mentioned stays there, too.
func (w Spec) pinned(serving []engine.Serving, before *journal.Release) bool {
	_, chosen := w.Settings["version"]
	_, named := w.Images[""]
	if len(serving) == 0 || chosen || named {
		return false
	}
	return w.Definition.BuiltIn || before == nil && serving[0].Project == "" && w.versioned()
}

// versioned says whether the version is a setting.
func (w Spec) versioned() bool {
	return slices.ContainsFunc(w.Definition.Settings, func(s settings.Setting) bool { return s.Name == "version" })
}

// refuseOthers refuses to give a service the image of another repository: it would find the data of a program that it is
// not. Who means it says so by --image. The same repository behind another registry is a mirror.
func (t *Target) refuseOthers(w Spec, serving []engine.Serving) error {
	var refused *journal.RefusedError
	var confirmed []string
	for _, s := range serving {
		name := s.ServiceOf(t.Service)
		made, ok := t.Project.Services[name]
		_, said := w.Images[name]
		_, main := w.Images[""]
		_, setting := w.Settings["image"]
		if !ok || said || name == t.Service && (main || setting) || s.HasRepositoryOf(made.Image) {
			continue
		}
		if refused == nil {
			refused = &journal.RefusedError{
				Reason: message.Say("service %s would run %s instead of %s on its data, which is another repository",
					name, made.Image, s.Inspect.Config.Image),
			}
		}
		if word := "--image " + message.Quote(name+"="+made.Image); !slices.Contains(confirmed, word) {
			confirmed = append(confirmed, word)
		}
	}
	if refused == nil {
		return nil
	}
	refused.Hint = message.Say("to confirm, add %s", strings.Join(confirmed, " "))
	return refused
}

// ImagesOf are the images of a project, by service.
func ImagesOf(p *types.Project) map[string]string {
	images := map[string]string{}
	for name, s := range p.Services {
		images[name] = s.Image
	}
	return images
}

func serviceNames(p *types.Project) []string { return slices.Sorted(maps.Keys(p.Services)) }

// OtherImages says whether any service gets another image than it has, be it by the same name. A release of a journal without them has one.
func (t *Target) OtherImages(from *journal.Release, serving []engine.Serving) bool {
	if slices.ContainsFunc(serving, func(s engine.Serving) bool { return s.ImageMoved }) {
		return true
	}
	if len(from.Images) == 0 {
		return t.Image != from.Image
	}
	return !maps.Equal(from.Images, ImagesOf(t.Project))
}

// ParseImages reads what --image says: an image for the service that answers, "", or SERVICE=IMAGE for one of several;
// commas separate several of those. An image's reference has neither sign in it.
func ParseImages(text string) (map[string]string, error) {
	images := map[string]string{}
	for word := range strings.SplitSeq(text, ",") {
		service, image, named := strings.Cut(word, "=")
		if !named {
			service, image = "", word
		}
		if _, err := reference.ParseAnyReference(image); err != nil || image == "" || named && service == "" {
			return nil, message.Errorf("%q is not an image: use registry.example.com/web:2, or web=web:2 for one service", word)
		}
		if _, twice := images[service]; twice {
			return nil, message.Errorf("%q names two images for one service", text)
		}
		images[service] = image
	}
	return images, nil
}
