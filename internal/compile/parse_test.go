package compile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDeps(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"a rule over several lines", "x.o: x.c a.h \\\n b.h\n", []string{"x.c", "a.h", "b.h"}},
		{"names with white space and signs", `x.o: a\ b.c c\#.h d$$.h`, []string{"a b.c", "c#.h", "d$.h"}},
		{"only the first rule", "x.o: x.c a.h\n\na.h:\n", []string{"x.c", "a.h"}},
		{"a target on a line of its own", "x.o: \\\n x.c\n", []string{"x.c"}},
		{"several targets", "x.o y.o: x.c\n", []string{"x.c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseDeps("x.c", []byte(tt.text))
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
	for _, bad := range []string{"", "x.o", "x.o:\n", "\n"} {
		if _, err := parseDeps("x.c", []byte(bad)); err == nil || !strings.Contains(err.Error(), "x.c") {
			t.Errorf("%q: error %v does not name the source", bad, err)
		}
	}
}

func FuzzParseDeps(f *testing.F) {
	f.Add([]byte("x.o: x.c a.h \\\n b.h\n"))
	f.Add([]byte("a\\ b: \\#$$"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if files, err := parseDeps("fuzz", text); err == nil && len(files) == 0 {
			t.Error("neither files nor an error")
		}
	})
}

func TestReadExports(t *testing.T) {
	for _, tt := range []struct {
		object string
		want   exports
	}{
		{"none.o", exports{}},
		{"export_symbol.o", exports{names: []string{"foo", "local", "zoo"}}},
		{"ksymtab.o", exports{names: []string{"bar", "baz", "foo"}, local: []string{"bar"}}},
	} {
		got, err := readExports("testdata/" + tt.object)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(exports{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.object, diff)
		}
	}
}

func TestSplitEnvironment(t *testing.T) {
	got := splitEnvironment(strings.Fields("LLVM_OBJCOPY=objcopy A1=b=c pahole --x=y"))
	want := command{env: map[string]string{"LLVM_OBJCOPY": "objcopy", "A1": "b=c"}, words: []string{"pahole", "--x=y"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
