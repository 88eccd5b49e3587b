package symsort_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/symsort"
)

func TestNamesAreSortedWhateverTheyHaveInCommon(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"drm_atomic_helper_", "snd", "_", "__x86_indirect_thunk_", "a\x00", "\xff", "", strings.Repeat("long", 20)}
	s := symsort.Sorter[string]{Name: func(name string) string { return name }}
	for _, n := range []int{0, 1, 2, 8, 9, 60, 500, 1<<16 + 1} {
		var names []string
		for range n {
			var b strings.Builder
			for range r.IntN(4) {
				b.WriteString(parts[r.IntN(len(parts))])
			}
			names = append(names, b.String())
		}
		want := slices.Clone(names)
		slices.Sort(want)
		s.Sort(names)
		if !slices.Equal(names, want) {
			t.Errorf("%d names are not sorted", n)
		}
	}
}

func TestElementsMoveWithTheirNames(t *testing.T) {
	type symbol struct {
		name string
		size int
	}
	var list []*symbol
	for _, name := range strings.Fields("usb_free_urb usb_alloc_urb usb_put_dev kfree usb_get_dev usb_deregister snd_card_free usb_register_driver usb_submit_urb kmalloc") {
		list = append(list, &symbol{name, len(name)})
	}
	s := symsort.Sorter[*symbol]{Name: func(s *symbol) string { return s.name }}
	s.Sort(list)
	for i, e := range list {
		if e.size != len(e.name) || i > 0 && list[i-1].name > e.name {
			t.Errorf("element %d is %v", i, *e)
		}
	}
}

func TestNamesInOrderAlready(t *testing.T) {
	const n = 1 << 12
	for order, number := range map[string]func(i int) int{
		"ascending":          func(i int) int { return i },
		"descending":         func(i int) int { return n - i },
		"up and down":        func(i int) int { return min(i, n-i) },
		"two lists in turns": func(i int) int { return i/2 + i%2*n },
	} {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("sym%06d", number(i)))
		}
		want := slices.Clone(names)
		slices.Sort(want)
		s := symsort.Sorter[string]{Name: func(name string) string { return name }}
		s.Sort(names)
		if !slices.Equal(names, want) {
			t.Errorf("%s: the names are not sorted", order)
		}
	}
}
