// Matrix tries safeport on the engines, distributions and kernels that users have, beyond those of this machine: a row
// each, and a line for each row.
//
//	go run ./lab/matrix              # all rows
//	go run ./lab/matrix -some        # those that fit into a quarter of an hour
//	go run ./lab/matrix -list        # which there are
//	go run ./lab/matrix kernel-5.10  # one
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/safeport/safeport/lab/debian"
)

func main() {
	some := flag.Bool("some", false, "only the rows that are few and fast")
	only := flag.String("only", "", "regular expression that narrows the situations of the exam, for a look at a few")
	list := flag.Bool("list", false, "print the names of the rows")
	flag.Parse()
	chosen, err := chosen(rows(*only), flag.Args(), *some)
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(2)
	}
	if *list {
		for _, r := range chosen {
			fmt.Println(r.name)
		}
		return
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if !runAll(ctx, chosen) {
		os.Exit(1)
	}
}

// chosen are the rows that are named, those that are for some, or all.
func chosen(all []row, names []string, some bool) ([]row, error) {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(r row) bool { return r.name == name }) {
			return nil, fmt.Errorf("there is no row %s", name)
		}
	}
	return slices.DeleteFunc(all, func(r row) bool {
		if len(names) > 0 {
			return !slices.Contains(names, r.name)
		}
		return some && !r.some
	}), nil
}

// outcome is what a row has come to.
type outcome struct {
	count
	seen string // the versions that were really there
}

// runAll runs rows one after the other, prints a line for each as it ends, and says whether all were right.
func runAll(ctx context.Context, rows []row) bool {
	cache, err := debian.Cache()
	if err == nil {
		err = os.MkdirAll(filepath.Join(cache, "matrix"), 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		return false
	}
	right := true
	fmt.Println("| row | right | seconds | seen |\n|---|---|---|---|")
	for _, r := range rows {
		path := filepath.Join(cache, "matrix", r.name+".log")
		log, err := os.Create(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, "matrix:", err)
			return false
		}
		start := time.Now()
		o, err := r.run(ctx, log)
		fmt.Printf("| %s | %s | %.0f | %s |\n", r.name, o.count, time.Since(start).Seconds(), o.seen)
		for _, wrong := range o.wrong {
			fmt.Printf("  wrong: %s\n", wrong)
		}
		if err == nil && o.right == 0 {
			err = fmt.Errorf("nothing was tried")
		}
		if err != nil {
			fmt.Printf("  failed: %v\n", err)
			fmt.Fprintln(log, err)
		}
		if err != nil || len(o.wrong) > 0 {
			right = false
			fmt.Printf("  log: %s\n", path)
		}
		log.Close()
	}
	return right
}

// need installs packages of this machine's distribution that have the programs: pairs of a program and its package.
func need(pairs ...string) error {
	var missing []string
	for pair := range slices.Chunk(pairs, 2) {
		if _, err := exec.LookPath(pair[0]); err != nil && !slices.Contains(missing, pair[1]) {
			missing = append(missing, pair[1])
		}
	}
	if len(missing) == 0 {
		return nil
	}
	fmt.Fprintln(os.Stderr, "matrix: installing", strings.Join(missing, " "))
	for _, words := range [][]string{{"update"}, append([]string{"install", "--yes", "--no-install-recommends"}, missing...)} {
		cmd := exec.Command("apt-get", append([]string{"-qq"}, words...)...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("installing %s: %w\n%s", strings.Join(missing, " "), err, out)
		}
	}
	return nil
}
