package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpand(t *testing.T) {
	vars := Vars{"root": "/t", "obj": "%{root}/w/a", "basename": "a"}
	got, err := Expand([]string{"gcc", "-I%{root}/usr/src", `-DKBUILD_BASENAME="%{basename}"`, "-o", "%{obj}.o", "@%{obj}.mod", "%", "%(x)"}, vars)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"gcc", "-I/t/usr/src", `-DKBUILD_BASENAME="a"`, "-o", "/t/w/a.o", "@/t/w/a.mod", "%", "%(x)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExpandNamesWhatHasNoValue(t *testing.T) {
	for _, word := range []string{"-o%{nothing}.o", "%{root"} {
		if _, err := Expand([]string{word}, Vars{"root": "/t"}); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q: error %v", word, err)
		}
	}
}

func TestCanonicalLeavesOtherPlaceholders(t *testing.T) {
	got := Canonical([]string{"-I%{root}/usr/src", "-I./include", "%{obj}.c"})
	if diff := cmp.Diff([]string{"-I/usr/src", "-I./include", "%{obj}.c"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParse(t *testing.T) {
	vars, err := Parse([]string{"obj=a=b", "basename="})
	if diff := cmp.Diff(Vars{"obj": "a=b", "basename": ""}, vars); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, bad := range []string{"obj", "=x", "root=/"} {
		if _, err := Parse([]string{bad}); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
