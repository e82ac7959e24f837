package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// JSON writes a report as indented JSON. HTML's special characters stay as they are: commands in remedies hold & and >,
// and are there to be copied.
func JSON(w io.Writer, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	_, err := w.Write(buf.Bytes())
	return err
}
