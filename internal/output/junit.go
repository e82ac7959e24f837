package output

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/safeport/safeport/report"
)

// The elements of a JUnit report that Jenkins, GitLab and their like read. A timestamp is left out: the same answer is
// the same file.
type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Hostname string      `xml:"hostname,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Failure *junitFault `xml:"failure"`
	Error   *junitFault `xml:"error"`
	Out     string      `xml:"system-out,omitempty"`
}

type junitFault struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a check as a suite of tests, one a port: what cannot be had is a failure, what could not be told an error,
// and a warning stands in the output of a test that passed.
func JUnit(w io.Writer, r *report.Report, opt Options) error {
	suite := junitSuite{Name: "safeport", Hostname: r.Host.Name}
	if r.Service != "" {
		suite.Name += " " + r.Service
	}
	for _, p := range points(r, opt.Strict) {
		c := junitCase{Class: "safeport", Name: p.name}
		text := strings.Join(p.details(opt), "\n")
		switch p.verdict {
		case report.Blocked:
			c.Failure = junitFaultOf(p, text)
			suite.Failures++
		case report.Unknown:
			c.Error = junitFaultOf(p, text)
			suite.Errors++
		default:
			c.Out = text
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)
	text, err := xml.MarshalIndent(junitSuites{Suite: suite}, "", "  ")
	if err != nil {
		return err
	}
	// The encoder writes line feeds as references, which is right and cannot be read.
	_, err = io.WriteString(w, xml.Header+strings.ReplaceAll(string(text), "&#xA;", "\n")+"\n")
	return err
}

// junitFaultOf is a fault as its gravest finding tells it, and the whole story below.
func junitFaultOf(p point, text string) *junitFault {
	worst := p.worst()
	return &junitFault{Type: string(worst.Code), Message: worst.Message, Text: text}
}
