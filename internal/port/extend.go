package port

// Extend adds a port to the last range, or as a range of its own.
func Extend(list []Range, n uint16) []Range {
	if last := len(list) - 1; last >= 0 && int(list[last].Last) == int(n)-1 {
		list[last].Last = n
		return list
	}
	return append(list, Single(n))
}
