// Package bench measures safeport on hosts of the lab beside the programs that install scripts ask, lsof and ss, in one
// run, so that the figures compare. "make bench" runs it and fails where a promise of the README does not hold.
package bench
