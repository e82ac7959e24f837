package mcp

import (
	"context"
	"errors"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/docs"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// Bounds of what a client may ask at once.
const (
	maxWords = 64
	maxWord  = 256
)

// bounded says whether a client asks for no more than a person would.
func bounded(lists ...[]string) error {
	for _, words := range lists {
		if len(words) > maxWords {
			return message.Errorf("%d arguments given; the limit is %d", len(words), maxWords)
		}
		for _, w := range words {
			if len(w) > maxWord {
				return message.Errorf("an argument has %d bytes; the limit is %d", len(w), maxWord)
			}
		}
	}
	return nil
}

type checkInput struct {
	Service  string            `json:"service,omitempty" jsonschema:"a built-in service, such as gpustack"`
	Files    []string          `json:"files,omitempty" jsonschema:"Compose files of one project on this host, or one directory that holds them"`
	Ports    []string          `json:"ports,omitempty" jsonschema:"ports that a program binds itself: 80, 53/udp, 127.0.0.1:9000, 40000-40063"`
	Publish  []string          `json:"publish,omitempty" jsonschema:"ports that a container engine publishes, as docker run -p takes them: 8080:80"`
	Settings map[string]string `json:"settings,omitempty" jsonschema:"settings of the service: port=8080"`
}

func check(ctx context.Context, in checkInput) (any, error) {
	if err := bounded(in.Ports, in.Publish, in.Files); err != nil {
		return nil, err
	}
	if len(in.Settings) > maxWords {
		return nil, message.Errorf("%d arguments given; the limit is %d", len(in.Settings), maxWords)
	}
	req := safeport.Request{Ports: in.Ports, Publish: in.Publish, Files: in.Files, Settings: in.Settings}
	if in.Service != "" {
		req.Services = []string{in.Service}
	}
	return safeport.Check(ctx, req)
}

type whoInput struct {
	Ports     []string `json:"ports,omitempty" jsonschema:"ports to ask about: 80, 53/udp, 8000-8010; none: list all that are in use"`
	Name      string   `json:"name,omitempty" jsonschema:"of the list: part of the name of a process or unit"`
	User      string   `json:"user,omitempty" jsonschema:"of the list: a user"`
	Container string   `json:"container,omitempty" jsonschema:"of the list: part of a container's name"`
}

func who(ctx context.Context, in whoInput) (any, error) {
	if err := bounded(in.Ports); err != nil {
		return nil, err
	}
	if len(in.Ports) > 0 {
		return safeport.Who(ctx, safeport.WhoRequest{Ports: in.Ports})
	}
	return safeport.List(ctx, safeport.ListRequest{Name: in.Name, User: in.User, Container: in.Container})
}

type freeInput struct {
	Count int    `json:"count,omitempty" jsonschema:"how many ports; 1 where nothing is said"`
	Range string `json:"range,omitempty" jsonschema:"where to look: 8000-9000"`
	UDP   bool   `json:"udp,omitempty" jsonschema:"UDP ports in place of TCP ones"`
}

func free(ctx context.Context, in freeInput) (any, error) {
	const most = 1000
	if in.Count > most {
		return nil, message.Errorf("%d ports requested; the limit is %d", in.Count, most)
	}
	req := safeport.FreeRequest{Count: in.Count, Range: in.Range}
	if in.UDP {
		req.Protocol = "udp"
	}
	r, err := safeport.Free(ctx, req)
	if few := (*report.NotEnoughError)(nil); r != nil && errors.As(err, &few) {
		return r, nil // the ports that there are
	}
	return r, err
}

type explainInput struct {
	Code string `json:"code" jsonschema:"code of a finding: port-in-use"`
}

// Explained is what a finding means.
type Explained struct {
	Code string `json:"code"`
	Text string `json:"text"` // Markdown
}

func explain(_ context.Context, in explainInput) (any, error) {
	text := docs.Finding(in.Code, report.English)
	if text == "" {
		return nil, message.Errorf("%q is not a finding code", in.Code)
	}
	return Explained{in.Code, text}, nil
}
