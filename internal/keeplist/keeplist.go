// Package keeplist reads lists of symbols that must stay exported, in the two
// formats in use:
//
//   - Kbuild's whitelist (CONFIG_UNUSED_KSYMS_WHITELIST): names with spaces or
//     newlines between them;
//   - Android's symbol lists (android/abi_gki_aarch64_*): names on lines of
//     their own under a header such as `[abi_symbol_list]`.
//
// In both, # begins a comment that ends with the line, and spaces at the ends
// of a line mean nothing; Kbuild itself would take either for a part of a name.
package keeplist

import (
	"fmt"
	"strings"
)

// An Entry is a name on a list.
type Entry struct {
	Name string
	Line int // from 1
}

// Parse reads a list. The name is for errors, which say the line. A name that
// occurs more than once comes back each time.
func Parse(name string, data []byte) ([]Entry, error) {
	var entries []Entry
	line := 0
	for row := range strings.SplitSeq(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		line++
		row, _, _ = strings.Cut(row, "#")
		row = strings.TrimSpace(row)
		if header, ok := strings.CutPrefix(row, "["); ok {
			header, ok = strings.CutSuffix(header, "]")
			if !ok || !isSection(header) {
				return nil, fmt.Errorf("%s:%d: %.60q is not the header of a symbol list, such as [abi_symbol_list]", name, line, row)
			}
			continue
		}
		for word := range strings.FieldsSeq(row) {
			if !IsName(word) {
				return nil, fmt.Errorf("%s:%d: %.60q is not the name of a symbol: write names alone, with spaces or newlines between them, and comments after #", name, line, word)
			}
			entries = append(entries, Entry{Name: word, Line: line})
		}
	}
	return entries, nil
}

// isSection says whether libabigail takes the section for a list of symbols.
func isSection(header string) bool {
	return strings.HasSuffix(header, "symbol_list") || strings.HasSuffix(header, "whitelist")
}

// IsName says whether a word can be an exported symbol: a C identifier.
func IsName(word string) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9' && i > 0:
		case (c == '.' || c == '$') && i > 0:
		default:
			return false
		}
	}
	return word != ""
}
