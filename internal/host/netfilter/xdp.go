package netfilter

import (
	"golang.org/x/sys/unix"
)

// decodeXDP reads the ids of the XDP programs of a device: one, or one for each of the places where they run.
func decodeXDP(b []byte) (ids []uint32) {
	for kind, value := range attributes(b) {
		switch kind {
		case unix.IFLA_XDP_PROG_ID:
			if len(value) == 4 {
				return []uint32{native32(value)}
			}
		case unix.IFLA_XDP_DRV_PROG_ID, unix.IFLA_XDP_SKB_PROG_ID, unix.IFLA_XDP_HW_PROG_ID:
			if len(value) == 4 {
				ids = append(ids, native32(value))
			}
		}
	}
	return ids
}
