package netfilter

import (
	"golang.org/x/sys/unix"
)

// decodeRule reads a NFT_MSG_NEWRULE message, behind its nfgenmsg header.
func decodeRule(data []byte) (r rule, chain string) {
	for kind, value := range attributes(data) {
		switch kind {
		case unix.NFTA_RULE_CHAIN:
			chain = text(value)
		case unix.NFTA_RULE_HANDLE:
			r.handle = number(value)
		case unix.NFTA_RULE_USERDATA:
			if c := decodeComment(value); c != "" {
				r.comment = c
			}
		case unix.NFTA_RULE_EXPRESSIONS:
			r.coded = value
		}
	}
	return r, chain
}

// decode adds the next step that the rule has, or several that are one expression; false if there are none.
func (r *rule) decode() bool {
	for before := len(r.steps); len(r.steps) == before; {
		_, expression, rest, ok := cut(r.coded)
		if r.coded = rest; !ok {
			return false
		}
		r.add(decodeExpression(expression))
	}
	return true
}

// add adds the steps of an expression. An xtables comment is the rule's.
func (r *rule) add(steps []step, comment string) {
	r.steps = append(r.steps, steps...)
	if comment != "" {
		r.comment = comment
	}
}

// decodeComment finds the comment among what the nft command keeps for itself: entries of a type, a length and a text.
func decodeComment(b []byte) string {
	for len(b) >= 2 {
		kind, size := b[0], int(b[1])
		if len(b) < 2+size {
			break
		}
		if kind == 0 {
			return text(b[2 : 2+size])
		}
		b = b[2+size:]
	}
	return ""
}

// decodeExpression reads one expression. One that is not known may be any condition.
func decodeExpression(b []byte) (steps []step, comment string) {
	var name string
	var f fields
	for kind, value := range attributes(b) {
		switch kind {
		case unix.NFTA_EXPR_NAME:
			name = expressionName(value)
		case unix.NFTA_EXPR_DATA:
			if name == "counter" {
				return nil, "" // every other rule has one, and no bearing on where a packet goes
			}
			f = readFields(value)
		}
	}
	switch name {
	case "match":
		return decodeMatch(text(f[unix.NFTA_MATCH_NAME]), int(f.num(unix.NFTA_MATCH_REV)), f[unix.NFTA_MATCH_INFO])
	case "target":
		return decodeTarget(text(f[unix.NFTA_TARGET_NAME]), int(f.num(unix.NFTA_TARGET_REV)), f[unix.NFTA_TARGET_INFO]), ""
	}
	if s := decodeStep(name, &f); s != nil {
		return []step{s}, ""
	}
	return nil, ""
}

// expressionName is the name without its zero. Those that most rules have cost no memory.
func expressionName(b []byte) string {
	for _, common := range [...]string{"payload", "cmp", "meta", "counter", "immediate", "nat", "lookup", "bitwise"} {
		if len(b) == len(common)+1 && string(b[:len(common)]) == common {
			return common
		}
	}
	return text(b)
}

// fields are an expression's attributes by their number. None has more than a dozen.
type fields [16][]byte

func readFields(b []byte) (f fields) {
	for kind, value := range attributes(b) {
		if int(kind) < len(f) {
			f[kind] = value
		}
	}
	return f
}

func (f *fields) num(kind int) uint32 { return uint32(number(f[kind])) }

// register is the place that an attribute names, or -1.
func (f *fields) register(kind int) int { return register(f.num(kind)) }

// decodeData reads a value, or a verdict.
func decodeData(b []byte) (value []byte, v verdict) {
	for kind, data := range attributes(b) {
		switch kind {
		case unix.NFTA_DATA_VALUE:
			value = data
		case unix.NFTA_DATA_VERDICT:
			for kind, part := range attributes(data) {
				switch kind {
				case unix.NFTA_VERDICT_CODE:
					v.code = int32(number(part))
				case unix.NFTA_VERDICT_CHAIN:
					v.chain = text(part)
				}
			}
		}
	}
	return value, v
}
