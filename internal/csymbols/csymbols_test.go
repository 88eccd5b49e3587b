package csymbols

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExportsOfEveryMacro(t *testing.T) {
	text := Read([]byte(`
int a(void) { return 0; }
EXPORT_SYMBOL(a);
/* EXPORT_SYMBOL(commented); */
static const char text[] = "EXPORT_SYMBOL(in_text);";
EXPORT_SYMBOL_GPL( b );
EXPORT_SYMBOL_NS_GPL(c, "SPACE");
EXPORT_SYMBOL_NS(d,
		 SPACE);
EXPORT_SYMBOL_FOR_MODULES(e, "kvm,kvm-*");
`))
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, text.Exports); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNameIsUsedWhereItIsNotOnlyDeclared(t *testing.T) {
	header := Read([]byte(`
int declared(int);
extern int in_inline(void), in_unused_inline(void), in_macro(void), in_unused_macro(void);
static inline int helper(struct foo *f) __must_hold(lock)
{
	return in_inline();
}
static inline int unused_helper(void) { return in_unused_inline(); }
#define CALL(x) \
	in_macro(x)
#define UNUSED() in_unused_macro()
struct operations { int (*member)(void); };
`))
	source := Read([]byte(`
#include "header.h"
extern int prototype(void);
static int (*pointer)(void) = in_initializer;
static const struct operations ops = { .member = in_table };
static int function(void)
{
	if (helper(NULL) && CALL(0))
		return in_body();
	return 0;
}
module_init(as_argument);
`))
	used := Used(source, []*Text{header})
	for name, want := range map[string]bool{
		"in_body": true, "in_initializer": true, "in_table": true, "in_inline": true, "in_macro": true, "as_argument": true,
		"declared": false, "prototype": false, "in_unused_inline": false, "in_unused_macro": false,
	} {
		if slices.Contains(used, name) != want {
			t.Errorf("%s is used: %v, want %v", name, !want, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("EXPORT_SYMBOL(a); }} ) #define X("))
	f.Add([]byte("EXPORT_SYMBOL("))
	f.Fuzz(func(t *testing.T, data []byte) {
		text := Read(data)
		Used(text, []*Text{text})
	})
}
