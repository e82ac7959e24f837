package ancestry

import (
	"regexp"
	"sync"
)

// pattern is an expression that is compiled when it is needed first. Most questions need none of them, and all take a
// millisecond of each start.
type pattern func() *regexp.Regexp

func compiled(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
