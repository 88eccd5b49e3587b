package parallel_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
)

func TestEachNumberIsInOneRange(t *testing.T) {
	for _, n := range []int{0, 1, 6, 7, 8, 1000} {
		seen := make([]atomic.Int32, n)
		err := parallel.Ranges(n, 7, func(first, end int) error {
			if first >= end || end-first > 7 {
				t.Errorf("%d numbers: a range from %d up to %d", n, first, end)
			}
			for i := first; i < end; i++ {
				seen[i].Add(1)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range seen {
			if got := seen[i].Load(); got != 1 {
				t.Errorf("%d numbers: number %d was in %d ranges", n, i, got)
			}
		}
	}
}

func TestTheErrorIsThatOfTheFirstRangeThatHasOne(t *testing.T) {
	for range 20 {
		var done atomic.Int32
		err := parallel.Ranges(100, 1, func(first, _ int) error {
			done.Add(1)
			if first%10 == 3 {
				return fmt.Errorf("number %d", first)
			}
			return nil
		})
		if want := errors.New("number 3"); err == nil || err.Error() != want.Error() {
			t.Errorf("error %v, want %v", err, want)
		}
		if done.Load() != 100 {
			t.Errorf("%d of 100 ranges were done", done.Load())
		}
	}
}
