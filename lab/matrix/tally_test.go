package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

func TestTally(t *testing.T) {
	tests := []struct {
		name, said string
		right, out int
		wrong      []string
	}{
		{"all right", "=== TESTS a\n--- PASS: TestOne (0.1s)\n    --- PASS: TestOne/x (0.1s)\n    --- SKIP: TestOne/y (0.0s)\nPASS\n=== END 0\n", 1, 1, nil},
		{"one wrong, in others", "=== TESTS a\n--- FAIL: TestOne (0.1s)\n    --- FAIL: TestOne/x (0.1s)\n    --- PASS: TestOne/y (0.1s)\n=== END 1\n", 1, 0, []string{"a TestOne/x"}},
		{"wrong by itself, although what is within is right", "=== TESTS a\n--- FAIL: TestOne (0.1s)\n    --- PASS: TestOne/x (0.1s)\n=== END 1\n", 1, 0, []string{"a TestOne"}},
		{"the same name in two packages", "=== TESTS a\n--- PASS: TestOne (0.1s)\n=== END 0\n=== TESTS b\n--- PASS: TestOne (0.1s)\n=== END 0\n", 2, 0, nil},
		{"panic", "=== TESTS a\n--- PASS: TestOne (0.1s)\npanic: no\n=== END 2\n", 1, 0, []string{"a did not come to its end"}},
		{"the machine went away", "=== TESTS a\n--- PASS: TestOne (0.1s)\n", 1, 0, []string{"a did not come to its end"}},
		{"a name that begins as another does", "=== TESTS a\n--- PASS: TestOne (0.1s)\n--- PASS: TestOneMore (0.1s)\n=== END 0\n", 2, 0, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tally := newTally()
			fmt.Fprint(tally, test.said)
			got := tally.count()
			if got.right != test.right || got.leftOut != test.out || !slices.Equal(got.wrong, test.wrong) {
				t.Errorf("counted %+v; want %d right, %d left out, wrong %q", got, test.right, test.out, test.wrong)
			}
		})
	}
}

func TestRowsHaveNamesOfTheirOwnAndSomeAreFew(t *testing.T) {
	names := map[string]bool{}
	some := 0
	for _, r := range rows("") {
		if names[r.name] {
			t.Errorf("two rows are called %s", r.name)
		}
		names[r.name] = true
		if r.some {
			some++
		}
	}
	for _, of := range kernelTests {
		if found, _ := filepath.Glob(filepath.Join("../..", of.pkg, "*_test.go")); len(found) == 0 {
			t.Errorf("package %s has no tests", of.pkg)
		}
	}
	if some == 0 || some == len(names) {
		t.Errorf("%d of %d rows are for some", some, len(names))
	}
	if _, err := chosen(rows(""), []string{"no such row"}, false); err == nil {
		t.Error("a row that does not exist was chosen")
	}
}
