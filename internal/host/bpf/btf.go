package bpf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// kernelTypes are the kernel's description of its own types (BTF, Documentation/bpf/btf.rst): where the fields of its
// structures are differs from kernel to kernel.
type kernelTypes struct {
	types, names []byte
	mapped       []byte // nil: read
}

// openTypes maps the description, or reads it on a kernel before 6.16. Either costs less than the pages that are looked at.
func openTypes(path string) (*kernelTypes, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	k := &kernelTypes{}
	text, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
	if err == nil {
		k.mapped = text
	} else if text, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	if err := k.split(text); err != nil {
		k.close()
		return nil, err
	}
	return k, nil
}

func (k *kernelTypes) close() {
	if k.mapped != nil {
		unix.Munmap(k.mapped)
	}
}

// split finds the types and their names behind struct btf_header.
func (k *kernelTypes) split(text []byte) error {
	const magic, headerLen = 0xeb9f, 24
	if len(text) < headerLen || binary.NativeEndian.Uint16(text) != magic {
		return errors.New("not BTF")
	}
	word := func(at int) uint64 { return uint64(binary.NativeEndian.Uint32(text[at:])) }
	header, types, typesLen, names, namesLen := word(4), word(8), word(12), word(16), word(20)
	size := uint64(len(text))
	if header+types+typesLen > size || header+names+namesLen > size {
		return errors.New("BTF is cut short")
	}
	k.types, k.names = text[header+types:][:typesLen], text[header+names:][:namesLen]
	return nil
}

// Kinds of types that are looked at or have something behind them.
const (
	kindInt = 1 + iota
	_
	kindArray
	kindStruct
	kindUnion
	kindEnum
	_
	_
	_
	_
	_
	kindFunc
	kindProto
	kindVar
	kindSection
	_
	kindTag
	_
	kindEnum64
)

const (
	typeLen   = 12 // struct btf_type
	memberLen = 12 // struct btf_member
)

// behind is how many bytes follow a type of the kind with n parts.
func behind(kind, n int) int {
	switch kind {
	case kindInt, kindVar, kindTag:
		return 4
	case kindArray:
		return 12
	case kindStruct, kindUnion, kindSection, kindEnum64:
		return 12 * n
	case kindEnum, kindProto:
		return 8 * n
	}
	return 0
}

// wanted is a type that is looked for by its name.
type wanted struct {
	kind   int
	name   string
	id     uint32
	at     int // of its members in the types
	n      int // how many
	nameAt uint32
}

// find looks for types in one pass. Their names are found first: to compare their places is all that there is to do then.
func (k *kernelTypes) find(list ...*wanted) error {
	for _, w := range list {
		at := bytes.Index(k.names, []byte("\x00"+w.name+"\x00"))
		if at < 0 {
			return fmt.Errorf("the kernel has no %s", w.name)
		}
		w.nameAt = uint32(at + 1)
	}
	left := len(list)
	id := uint32(1)
	for at := 0; at+typeLen <= len(k.types) && left > 0; id++ {
		name, info := binary.NativeEndian.Uint32(k.types[at:]), binary.NativeEndian.Uint32(k.types[at+4:])
		kind, n := int(info>>24&0x1f), int(info&0xffff)
		for _, w := range list {
			if w.nameAt == name && w.kind == kind && w.id == 0 {
				w.id, w.at, w.n = id, at+typeLen, n
				left--
			}
		}
		at += typeLen + behind(kind, n)
	}
	if left > 0 {
		return errors.New("the kernel does not describe what its iterators read")
	}
	return nil
}

// offset is where a member is in a structure, in bytes.
func (k *kernelTypes) offset(of *wanted, member string) (int16, error) {
	for i := range of.n {
		at := of.at + i*memberLen
		if at+memberLen > len(k.types) {
			break
		}
		name, bits := binary.NativeEndian.Uint32(k.types[at:]), binary.NativeEndian.Uint32(k.types[at+8:])
		if uint64(name) < uint64(len(k.names)) && bytes.HasPrefix(k.names[name:], []byte(member+"\x00")) && bits%8 == 0 && bits/8 <= 1<<15-1 {
			return int16(bits / 8), nil
		}
	}
	return 0, fmt.Errorf("%s of the kernel has no %s", of.name, member) // or the build mixes the members up
}
