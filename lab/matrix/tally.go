package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// tally counts what tests say of themselves ("go test -v"), those alone that have no tests within them.
type tally struct {
	results map[string]string // by name, within their package: PASS, FAIL or SKIP
	ended   map[string]bool   // packages whose tests came to an end
	within  string            // the package whose tests speak
	line    []byte
}

// heading begins a line of a row's script that says which package's tests come next.
const heading = "=== TESTS "

// ending is the line after them.
const ending = "=== END "

func newTally() *tally { return &tally{results: map[string]string{}, ended: map[string]bool{}} }

func (t *tally) Write(p []byte) (int, error) {
	t.line = append(t.line, p...)
	for {
		line, rest, ok := bytes.Cut(t.line, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		t.read(string(line))
		t.line = rest
	}
}

func (t *tally) read(line string) {
	if pkg, ok := strings.CutPrefix(line, heading); ok {
		t.within = pkg
		t.ended[pkg] = false
		return
	}
	if status, ok := strings.CutPrefix(line, ending); ok {
		// A test that panics says nothing of those that would have followed, nor of the end.
		t.ended[t.within] = status == "0" || status == "1"
		return
	}
	words := strings.Fields(line)
	if len(words) < 3 || words[0] != "---" {
		return
	}
	if result := strings.TrimSuffix(words[1], ":"); result == "PASS" || result == "FAIL" || result == "SKIP" {
		t.results[t.within+" "+words[2]] = result
	}
}

// count is how many of the tests were right, how many wrong, and how many were left out.
type count struct {
	right, leftOut int
	wrong          []string
}

func (t *tally) count() count {
	names := make([]string, 0, len(t.results))
	for name := range t.results {
		names = append(names, name)
	}
	slices.Sort(names)
	var c count
	for _, name := range names {
		if slices.ContainsFunc(names, func(other string) bool { return strings.HasPrefix(other, name+"/") }) && t.results[name] != "FAIL" {
			continue
		}
		switch t.results[name] {
		case "PASS":
			c.right++
		case "SKIP":
			c.leftOut++
		case "FAIL":
			if !slices.ContainsFunc(names, func(other string) bool { return strings.HasPrefix(other, name+"/") && t.results[other] == "FAIL" }) {
				c.wrong = append(c.wrong, name)
			}
		}
	}
	for pkg, ended := range t.ended {
		if !ended {
			c.wrong = append(c.wrong, pkg+" did not come to its end")
		}
	}
	return c
}

func (c count) String() string {
	s := fmt.Sprintf("%d of %d", c.right, c.right+len(c.wrong))
	if c.leftOut > 0 {
		s += fmt.Sprintf(", %d left out", c.leftOut)
	}
	return s
}
