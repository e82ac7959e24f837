package change

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
)

// Who has installed something that only programs speak to is not sent there with a browser.
func TestAddressIsToBeOpened(t *testing.T) {
	number := 1
	o := &release.Outcome{Action: journal.Install, Result: release.Done, Instance: "x", Release: &number, URL: "http://192.0.2.1:10150", HasPage: true}
	if text := outcomeText(o, message.English, output.Options{}); !strings.Contains(text, "\n  Open     http://192.0.2.1:10150\n") {
		t.Errorf("a service with a page: %s", text)
	}
	o.HasPage = false
	if text := outcomeText(o, message.English, output.Options{}); !strings.Contains(text, "\n  Address  http://192.0.2.1:10150\n") || strings.Contains(text, "Open") {
		t.Errorf("a service without a page: %s", text)
	}
}
