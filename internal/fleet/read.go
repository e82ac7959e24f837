package fleet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
	"github.com/safeport/safeport/report"
)

// maxReport is how long one report may be. A host with a thousand holders writes some 300 KB.
const maxReport = 8 << 20

func Read(name string, r io.Reader) iter.Seq2[*report.Report, error] {
	return func(yield func(*report.Report, error) bool) {
		f := framer{in: bufio.NewReaderSize(r, 64<<10), line: 1}
		for {
			line, text, err := f.next()
			if text != nil {
				var report *report.Report
				fault := errTooLong
				if err != errTooLong {
					report, fault = decodeReport(text)
				}
				if fault != nil {
					fault = message.Errorf("%s line %d: %w", message.Clean(name), line, fault)
				}
				if !yield(report, fault) {
					return
				}
			}
			switch err {
			case nil, errTooLong:
			case io.EOF:
				return
			case errEndless:
				yield(nil, message.Errorf("%s line %d: %w", message.Clean(name), line, err))
				return
			default:
				yield(nil, message.Errorf("reading %s: %w", message.Clean(name), err))
				return
			}
		}
	}
}

func ReadFile(name string) iter.Seq2[*report.Report, error] {
	return func(yield func(*report.Report, error) bool) {
		files, err := reportFiles(name)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, file := range files {
			if !readOne(file, yield) {
				return
			}
		}
	}
}

func readOne(name string, yield func(*report.Report, error) bool) bool {
	file, err := regular.OpenStream(name)
	if err != nil {
		return yield(nil, err)
	}
	defer file.Close()
	for r, err := range Read(name, file) {
		if !yield(r, err) {
			return false
		}
	}
	return true
}

func reportFiles(name string) ([]string, error) {
	entries, err := os.ReadDir(name)
	if errors.Is(err, syscall.ENOTDIR) {
		return []string{name}, nil
	}
	var files []string
	for _, e := range entries {
		path := filepath.Join(name, e.Name())
		switch filepath.Ext(path) {
		case ".json", ".jsonl", ".ndjson":
			// To open a pipe that lies about would wait for ever.
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				files = append(files, path)
			}
		}
	}
	return files, err
}

// decodeReport says of another document what it is, before it is told to have a wrong field.
func decodeReport(text []byte) (*report.Report, error) {
	r := &report.Report{}
	err := json.Unmarshal(text, r)
	if r.Schema == report.Schema && err == nil {
		return r, nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return nil, message.Errorf("incomplete report: %w", err)
	}
	var kind struct{ Schema any }
	switch {
	case json.Unmarshal(text, &kind) != nil || kind.Schema == nil:
		return nil, message.Errorf("not a report: no schema")
	case kind.Schema != report.Schema:
		return nil, message.Errorf("not a report: schema %q instead of %q", message.Clean(fmt.Sprint(kind.Schema)), report.Schema)
	}
	return nil, message.Errorf("not a report: %s", message.Clean(err.Error()))
}

// maxPassed is how much without an end is passed over before the rest is given up, as a device or a program may write for ever.
const maxPassed = 64 << 20

var errEndless = message.Errorf("it exceeds %d MB: the rest isn't read", maxPassed>>20)

var errTooLong = message.Errorf("not a report: longer than %d MB", maxReport>>20)

// framer cuts a stream into JSON objects. After something that is no object, or one that breaks off, it goes on at the
// next line that starts with a brace: inside of an object, safeport's and everybody's indentation puts a space there.
type framer struct {
	in   *bufio.Reader
	line int
	buf  []byte

	depth           int
	quoted, escaped bool
}

// next is the next object with the number of its first line; nil at the end.
func (f *framer) next() (line int, text []byte, err error) {
	f.buf, f.depth, f.quoted, f.escaped = f.buf[:0], 0, false, false
	line, atStart, tooLong := f.line, f.line > 1, false
	done := func(err error) (int, []byte, error) {
		switch {
		case tooLong:
			return line, f.buf, errTooLong
		case len(bytes.TrimSpace(f.buf)) == 0:
			return line, nil, err
		}
		return line, f.buf, err
	}
	for passed := 0; ; passed++ {
		c, err := f.in.ReadByte()
		switch {
		case err != nil:
			return done(err)
		case passed > maxPassed:
			return line, nil, errEndless
		}
		if len(f.buf) == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c >= 0x80) {
			if c == '\n' { // bytes above 0x7f: a byte order mark
				f.line++
				line, atStart = f.line, true
			}
			continue
		}
		if atStart && c == '{' && len(f.buf) > 0 {
			_ = f.in.UnreadByte() // cannot fail after a ReadByte
			return done(nil)
		}
		if atStart = c == '\n'; atStart {
			f.line++
		}
		if len(f.buf) < maxReport {
			f.buf = append(f.buf, c)
		} else {
			tooLong = true
		}
		if f.closes(c) {
			return done(nil)
		}
	}
}

// closes follows braces outside of strings, and is true at the one that ends the object.
func (f *framer) closes(c byte) bool {
	switch {
	case f.escaped:
		f.escaped = false
	case f.quoted && c == '\\':
		f.escaped = true
	case c == '"':
		f.quoted = !f.quoted
	case f.quoted:
	case c == '{':
		f.depth++
	case c == '}':
		f.depth--
		return f.depth == 0 && f.buf[0] == '{'
	}
	return false
}
