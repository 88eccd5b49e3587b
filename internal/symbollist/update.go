package symbollist

import (
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Update returns what a list that is checked in becomes when the set is
// accepted. old is what it is now, name what to call it in errors: what is no
// list is not written over. With additionsOnly, names that no module takes stay
// on it. A comment at the top, parted from the list by an empty line or by the
// list's header, stays too.
func Update(set *ksympb.NeededSet, style Style, name string, old []byte, additionsOnly bool) ([]byte, error) {
	list, err := Parse(name, old)
	if err != nil {
		return nil, err
	}
	var others []string
	if additionsOnly {
		others = list.Names()
	}
	text, err := Write(set, style, others)
	if err != nil {
		return nil, err
	}
	return append([]byte(preamble(string(old))), text...), nil
}

// preamble returns the comment at the top of a list.
func preamble(text string) string {
	end := 0
	for row := range strings.SplitAfterSeq(text, "\n") {
		switch {
		case strings.HasPrefix(row, "#") && strings.HasSuffix(row, "\n"):
			end += len(row)
		case strings.TrimSpace(row) == "" && row != "" && end > 0:
			return text[:end+len(row)]
		case strings.HasPrefix(row, "["):
			return text[:end]
		default:
			return ""
		}
	}
	return ""
}
