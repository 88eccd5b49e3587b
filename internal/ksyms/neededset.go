package ksyms

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// NeededFormat is what a needed set says of itself in its first field.
const NeededFormat = "rules_kbuild.needed.v1"

// ReadNeededFile reads the needed set at path.
func ReadNeededFile(path string) (*ksympb.NeededSet, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return UnmarshalNeeded(path, data)
}

// UnmarshalNeeded decodes a needed set, whose strings are parts of data: it must
// not change any more. The lists come back sorted. Errors begin with name.
func UnmarshalNeeded(name string, data []byte) (*ksympb.NeededSet, error) {
	n, err := decodeNeeded(text(data))
	if err != nil {
		return nil, fmt.Errorf("%s: not a needed set (%d bytes): %w", name, len(data), err)
	}
	if n.Format != NeededFormat {
		return nil, fmt.Errorf("%s: format %.40q, %q expected: make it again with this version's `ksymtrim needed`", name, n.Format, NeededFormat)
	}
	if err := normalizeNeeded(n); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

// WriteNeededFile writes a needed set. It sorts the lists of n.
func WriteNeededFile(path string, n *ksympb.NeededSet) error {
	if err := normalizeNeeded(n); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	n.Format = NeededFormat
	return writeFile(path, encodeNeeded(n))
}

// MarshalNeeded encodes a needed set, after sorting its lists.
func MarshalNeeded(n *ksympb.NeededSet) ([]byte, error) {
	if err := normalizeNeeded(n); err != nil {
		return nil, err
	}
	n.Format = NeededFormat
	return bytes.Join(encodeNeeded(n), nil), nil
}

// normalizeNeeded sorts, joins reasons of one kind and refuses what is no
// needed set.
func normalizeNeeded(n *ksympb.NeededSet) error {
	position, err := sortUsers(n)
	if err != nil {
		return err
	}
	err = parallel.Ranges(len(n.Symbols), symbolShare, func(first, end int) error {
		for _, s := range n.Symbols[first:end] {
			if err := normalizeSymbol(s, position); err != nil {
				return fmt.Errorf("symbol %q: %w", s.GetName(), err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	byName := func(a, b *ksympb.NeededSymbol) int { return strings.Compare(a.Name, b.Name) }
	if inOrder(n.Symbols, byName) {
		return nil
	}
	slices.SortFunc(n.Symbols, byName)
	for i, s := range n.Symbols {
		if i > 0 && n.Symbols[i-1].Name == s.Name {
			return fmt.Errorf("symbol %q occurs twice", s.Name)
		}
	}
	return nil
}

// symbolShare is how many symbols are handled together.
const symbolShare = 1024

// normalizeSymbol is normalizeNeeded for one symbol. position gives the users'
// new indexes.
func normalizeSymbol(s *ksympb.NeededSymbol, position []uint32) error {
	if err := CheckName(s.GetName()); err != nil {
		return err
	}
	if err := normalizeReasons(s, position); err != nil {
		return err
	}
	for _, p := range s.Providers {
		if err := checkText(p.GetModule(), p.GetLabel()); err != nil {
			return fmt.Errorf("provider %w", err)
		}
	}
	if len(s.Providers) > 1 {
		slices.SortFunc(s.Providers, func(a, b *ksympb.Provider) int {
			return cmp.Or(strings.Compare(a.GetModule(), b.GetModule()), strings.Compare(a.GetLabel(), b.GetLabel()))
		})
		s.Providers = slices.CompactFunc(s.Providers, func(a, b *ksympb.Provider) bool { return proto.Equal(a, b) })
	}
	return nil
}

// sortUsers sorts the set's users and drops those that repeat another. It
// returns the new index of each old one.
func sortUsers(n *ksympb.NeededSet) (position []uint32, err error) {
	position = make([]uint32, len(n.Users))
	for i, u := range n.Users {
		if u.GetName() == "" {
			return nil, fmt.Errorf("user %d has no name", i)
		}
		if err := checkText(u.Name, u.Label); err != nil {
			return nil, fmt.Errorf("user %d: %w", i, err)
		}
		position[i] = uint32(i)
	}
	compare := func(a, b *ksympb.User) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Label, b.Label))
	}
	if inOrder(n.Users, compare) {
		return position, nil
	}
	order := slices.Clone(position)
	slices.SortStableFunc(order, func(a, b uint32) int { return compare(n.Users[a], n.Users[b]) })
	users := make([]*ksympb.User, 0, len(n.Users))
	for _, old := range order {
		if len(users) == 0 || compare(users[len(users)-1], n.Users[old]) != 0 {
			users = append(users, n.Users[old])
		}
		position[old] = uint32(len(users) - 1)
	}
	n.Users = users
	return position, nil
}

func normalizeReasons(s *ksympb.NeededSymbol, position []uint32) error {
	if len(s.Reasons) == 0 {
		return fmt.Errorf("it is needed for no reason")
	}
	if len(s.Reasons) > 1 {
		slices.SortStableFunc(s.Reasons, func(a, b *ksympb.Reason) int { return cmp.Compare(a.GetKind(), b.GetKind()) })
	}
	kept := s.Reasons[:0]
	for _, r := range s.Reasons {
		if len(r.GetUsers()) == 0 {
			return fmt.Errorf("a reason without a user")
		}
		for i, u := range r.Users {
			if uint64(u) >= uint64(len(position)) {
				return fmt.Errorf("a reason names user %d of %d", u, len(position))
			}
			r.Users[i] = position[u]
		}
		if n := len(kept); n > 0 && kept[n-1].Kind == r.Kind {
			kept[n-1].Users = append(kept[n-1].Users, r.Users...)
			continue
		}
		kept = append(kept, r)
	}
	clear(s.Reasons[len(kept):])
	s.Reasons = kept
	for _, r := range s.Reasons {
		if !ascending(r.Users) {
			slices.Sort(r.Users)
			r.Users = slices.Compact(r.Users)
		}
	}
	return nil
}

// ascending says whether each of the numbers is greater than the one before it.
func ascending(numbers []uint32) bool {
	for i := 1; i < len(numbers); i++ {
		if numbers[i-1] >= numbers[i] {
			return false
		}
	}
	return true
}
