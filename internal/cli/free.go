package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

const freeLong = `Print ports that are free and likely to stay free. Each was bound just now on IPv4 and IPv6. None is in
the ephemeral port range, blocked by browsers, or reserved by a stopped container. The output has one
port per line and is the same on each run.

COUNT is the number of ports. RANGE is where to look; without COUNT, all free ports in it are printed.`

const freeExample = `  safeport free
  safeport free 3
  safeport free 8000-8100
  safeport free 64 9000-9999 --contiguous`

func newFree() *cobra.Command {
	out := NewOutput()
	engine := Once{Kind: "URL"}
	var contiguous, udp bool
	cmd := &cobra.Command{
		Use:     "free [COUNT] [RANGE] [flags]",
		Short:   "Find free ports",
		Long:    freeLong,
		Example: freeExample,

		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&contiguous, "contiguous", false, "consecutive ports")
	cmd.Flags().BoolVar(&udp, "udp", false, "UDP instead of TCP ports")
	cmd.Flags().Var(&engine, "engine", EngineUsage)
	out.Define(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		req, err := freeRequest(words)
		if err != nil {
			return err
		}
		req.Contiguous, req.Engine = contiguous, engine.Value
		if udp {
			req.Protocol = "udp"
		}
		r, err := safeport.Free(cmd.Context(), req)
		var few *report.NotEnoughError
		if err != nil && !errors.As(err, &few) {
			return err
		}
		failed := out.Write(cmd, r, func(output.Options) error { return output.Free(cmd.OutOrStdout(), r) })
		if failed != nil {
			return failed
		}
		return err
	}
	return cmd
}

// freeRequest reads a count, a range, or one of each, in either order.
func freeRequest(words []string) (req safeport.FreeRequest, err error) {
	for _, word := range words {
		first, last, isRange := strings.Cut(word, "-")
		switch {
		case !isNumber(first) || isRange && !isNumber(last):
			return req, Usagef(`%q is neither a count nor a range, as in "safeport free 3" or "safeport free 8000-8100"`, word)
		case isRange && req.Range != "":
			return req, Usagef("specify one range, not both %s and %s", req.Range, word)
		case isRange:
			req.Range = word
		case req.Count != 0:
			return req, Usagef("specify one count, not both %d and %s: for a range use %d-%s", req.Count, word, req.Count, word)
		default:
			if req.Count, err = readCount(word); err != nil {
				return req, err
			}
		}
	}
	return req, nil
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func readCount(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > 65535 {
		return 0, Usagef("can't find %s ports: the count must be 1 to 65535", word)
	}
	return n, nil
}
