package safeport

import (
	"io"
	"iter"

	"github.com/safeport/safeport/internal/fleet"
	"github.com/safeport/safeport/report"
)

// MergeOptions say what else is known of the hosts.
type MergeOptions struct {
	Expect []string // names of hosts: those without a report could not tell
	Strict bool     // warnings block, as [Request.Strict]
	// Language is that of the causes' messages, but for those that the reports bring with them.
	Language report.Language
}

// Merge adds up reports, those of [ReadReports] or others; what comes with an error is listed as unread. A host may be
// reported on several times: of reports on the same question the newest counts, and different ones are joined. What is
// kept of a host are its name and which answers and causes it has: memory grows with the kinds of these, not with the
// size of reports.
func Merge(reports iter.Seq2[*report.Report, error], opt MergeOptions) *report.Fleet {
	return fleet.Merge(reports, fleet.Options(opt))
}

// ReadReports reads reports one after the other, as "safeport check -o json" writes them or as one on each line. What is
// no report is an error of one line, which begins with where it stands, and is passed over: the reports after it are read
// all the same. No more than one report is kept in memory.
func ReadReports(name string, r io.Reader) iter.Seq2[*report.Report, error] {
	return fleet.Read(name, r)
}

// ReadReportFile reads the reports of a file, or of the files in a directory that end in .json, .jsonl or .ndjson.
func ReadReportFile(name string) iter.Seq2[*report.Report, error] { return fleet.ReadFile(name) }
