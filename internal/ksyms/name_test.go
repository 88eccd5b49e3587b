package ksyms_test

import (
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
)

func TestNamesMayHoldAllThatIsSeenAndNothingElse(t *testing.T) {
	for size := 1; size <= 40; size++ {
		for at := range size {
			for c := range 256 {
				name := strings.Repeat("a", at) + string([]byte{byte(c)}) + strings.Repeat("b", size-at-1)
				err := ksyms.CheckName(name)
				if ok := c > ' ' && c < 0x7f; ok != (err == nil) {
					t.Fatalf("a name of %d bytes with the byte %#x at %d: %v", size, c, at, err)
				}
			}
		}
	}
}
