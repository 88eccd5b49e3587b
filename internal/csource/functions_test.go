package csource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEachFunction(t *testing.T) {
	text := `#define NOT(x) { x; } \\
	also_not(x) { }
static inline __attribute__((pure)) int one(int a)
	__acquires(lock)
{
	if (a) { two("}", '{'); }
	return a;
}
  # define NOR() {
struct s { int (*member)(void); };
int declared(void);
static const struct s ops = { .member = NOT(one) };
extern __printf(1, 2) void *__three(const char *, ...) { }
enum { A, B };
`
	var got []string
	EachFunction([]byte(text), func(name, body []byte) { got = append(got, string(name)+" "+string(body)) })
	want := []string{
		"one {\n	if (a) { two(\"}\", '{'); }\n	return a;\n}",
		"__three { }",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"f(", "f() {", "'", "#", "f() { \"", "{ ( }"} {
		EachFunction([]byte(text), func(_, _ []byte) {})
	}
}
