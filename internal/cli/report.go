package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/regular"
	"github.com/safeport/safeport/report"
)

const reportLong = `Merge the reports of many hosts into one answer: how many hosts are ready, and what blocks the others.
Each cause is listed once, with its hosts. No host is contacted.

FILE contains one or more outputs of "safeport check -o json", one after the other or one per line. For
a directory, its .json, .jsonl and .ndjson files are read. Use - for standard input. Anything that isn't
a report is listed and skipped. The exit status is then 3, unless a host is blocked (1).`

const reportExample = `  safeport report reports/
  safeport report reports/ -o html > fleet.html
  safeport report reports/ --expect hosts.txt --suggest
  for h in gpu-01 gpu-02; do ssh $h safeport check gpustack -o json --spares 16; done | safeport report -`

func newReport() *cobra.Command {
	out := NewOutput()
	out.Format.Among = []string{"text", "json", "csv", "html"}
	expect := Once{Kind: "FILE"}
	var suggest, strict bool
	cmd := &cobra.Command{
		Use:     "report FILE|DIRECTORY|-… [flags]",
		Short:   "Merge reports from many hosts",
		Long:    reportLong,
		Example: reportExample,

		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&suggest, "suggest", false, "suggest ports that are free on every host; requires reports made with --spares")
	cmd.Flags().Var(&expect, "expect", "file with host names, one per line; hosts without a report count as not checked")
	cmd.Flags().BoolVar(&strict, "strict", false, "treat warnings as errors")
	out.Define(cmd.Flags())
	out.defineVerbose(cmd.Flags())
	cmd.Flags().Lookup("output").Usage = "output format: text, json, csv or html"
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		if len(words) == 0 {
			return Usagef(`no reports: specify files, directories, or "-" for standard input`)
		}
		opt := safeport.MergeOptions{Strict: strict, Language: Language(cmd)}
		if expect.Given {
			hosts, err := readHosts(expect.Value)
			if err != nil {
				return Usagef("--expect: %w", err)
			}
			opt.Expect = hosts
		}
		// A report is garbage once it is read, and there may be a hundred thousand: collect it, unlike that of a check.
		debug.SetGCPercent(50)
		read, err := reports(words, cmd.InOrStdin())
		if err != nil {
			return err
		}
		fleet := safeport.Merge(read, opt)
		stdout := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
		switch out.Format.Value {
		case "json":
			err = output.JSON(stdout, fleet)
		case "csv":
			err = output.FleetCSV(stdout, fleet)
		case "html":
			err = output.FleetHTML(stdout, fleet, Language(cmd))
		default:
			err = output.FleetText(stdout, fleet, output.FleetOptions{Options: out.screen(cmd), Suggest: suggest})
		}
		if err := errors.Join(err, stdout.Flush()); err != nil {
			return err
		}
		return merged(fleet)
	}
	return cmd
}

// maxHosts bounds a file of hosts' names: a hundred thousand of them have some 3 MB.
const maxHosts = 16 << 20

func readHosts(name string) ([]string, error) {
	file, err := regular.OpenStream(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := regular.All(file, maxHosts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return strings.Fields(string(text)), nil
}

// merged is the exit status of a fleet, as that of a check.
func merged(f *report.Fleet) error {
	switch f.Verdict {
	case report.Blocked:
		return ExitStatus(ExitBlocked)
	case report.Unknown:
		return ExitStatus(ExitUnknown)
	}
	return nil
}

// reports reads what the words stand for. Who names a file that is not there has mistyped it.
func reports(words []string, stdin io.Reader) (iter.Seq2[*report.Report, error], error) {
	for _, word := range words {
		if _, err := os.Stat(word); err != nil && word != "-" {
			return nil, &usageError{err}
		}
	}
	return func(yield func(*report.Report, error) bool) {
		for _, word := range words {
			list := safeport.ReadReportFile(word)
			if word == "-" {
				list = safeport.ReadReports("standard input", stdin)
			}
			for r, err := range list {
				if !yield(r, err) {
					return
				}
			}
		}
	}, nil
}
