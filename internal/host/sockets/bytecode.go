package sockets

import (
	"encoding/binary"

	"github.com/safeport/safeport/internal/port"
)

// Operations of the inet_diag filter machine (linux/inet_diag.h). GE and LE are as old as the machine; S_EQ came with 4.16.
const (
	opJump     = 1 // INET_DIAG_BC_JMP
	opSourceGE = 2 // INET_DIAG_BC_S_GE
	opSourceLE = 3 // INET_DIAG_BC_S_LE
)

// maxRanges bounds the program: beyond it one range around all is asked for, and the caller filters.
const maxRanges = 256

const (
	testLen  = 8                   // an operation and the port it compares with
	rangeLen = 2*testLen + jumpLen // GE, LE, jump to the end
	jumpLen  = 4
)

// bytecode is the filter program "local port in one of the ranges". Every range but the last is followed by a jump to the
// end, which accepts; a test that fails goes on to the next range, and from the last one past the end, which rejects.
func bytecode(ranges []port.Range) []byte {
	if len(ranges) > maxRanges {
		ranges = []port.Range{hull(ranges)}
	}
	total := len(ranges)*rangeLen - jumpLen
	program := make([]byte, 0, total)
	for i, r := range ranges {
		left := total - len(program)
		next := rangeLen
		if i == len(ranges)-1 {
			next = left + 4
		}
		program = appendTest(program, opSourceGE, next, r.First)
		program = appendTest(program, opSourceLE, next-testLen, r.Last)
		if i < len(ranges)-1 {
			program = appendOp(program, opJump, jumpLen, left-2*testLen)
		}
	}
	return program
}

func appendTest(b []byte, op byte, no int, n uint16) []byte {
	b = appendOp(b, op, testLen, no)
	return appendOp(b, 0, 0, int(n))
}

// appendOp appends a struct inet_diag_bc_op: where to go on is counted in bytes from its own start.
func appendOp(b []byte, code byte, yes, no int) []byte {
	b = append(b, code, byte(yes))
	return binary.NativeEndian.AppendUint16(b, uint16(no))
}

func hull(ranges []port.Range) port.Range {
	h := ranges[0]
	for _, r := range ranges[1:] {
		h.First, h.Last = min(h.First, r.First), max(h.Last, r.Last)
	}
	return h
}
