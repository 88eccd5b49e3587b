package bootlog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func console(t *testing.T, name string) *Log {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".console"))
	if err != nil {
		t.Fatal(err)
	}
	return Parse(text)
}

func patterns(t *testing.T, texts ...string) []Pattern {
	t.Helper()
	var list []Pattern
	for _, text := range texts {
		p, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

func TestLinesLoseWhatPrintkAndTerminalsPutAround(t *testing.T) {
	const text = "\x1bc\x1b[?7l\x1b[2JSeaBIOS\r\n" +
		"[    0.000000] Linux version 6.1\r\n" +
		"[   12.345678][    T1] hello\tthere\r\n" +
		"[   12.345678] [drm] bracketed\n" +
		"[    3.000000] boottest: started\n" +
		"boottest: PASSED\n" +
		"[    3.100000] boottest script: one \xff\x00two\n" +
		"[    3.200000]\n" +
		"cut o"
	want := []Line{
		{1, "SeaBIOS", Kernel},
		{2, "Linux version 6.1", Kernel},
		{3, "hello\tthere", Kernel},
		{4, "[drm] bracketed", Kernel},
		{5, "started", Init},
		{6, "boottest: PASSED", Kernel}, // not from the kernel log: not from /init
		{7, "one ?two", Script},
		{8, "", Kernel},
		{9, "cut o", Kernel},
	}
	if diff := cmp.Diff(want, Parse([]byte(text)).Lines); diff != "" {
		t.Error(diff)
	}
}

// first returns the problems' texts.
func first(problems []Problem) []string {
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Text)
	}
	return texts
}

func TestRealBootsAreJudgedByHowTheyEnded(t *testing.T) {
	const forbidden = "the kernel log has lines that it must not have"
	for _, c := range []struct {
		console string
		want    []string
		detail  []string // that the details contain, in order
	}{
		{"script", nil, nil},
		{"unmet", []string{"loading unmet: ENOENT (a symbol is unknown to this kernel)"},
			[]string{"unmet: Unknown symbol nobody_exports_this (err -2)"}},
		{"oops", []string{
			`the kernel stopped before /init had finished; the last that it said was "loading mischief mode=oops"`,
			forbidden,
		}, []string{"BUG: kernel NULL pointer dereference", "Oops: 0002", "Call Trace", "Kernel panic"}},
		{"warn", []string{forbidden}, []string{"WARNING: CPU: 0 PID: 1 at", "Call Trace"}},
		{"hang", []string{`the kernel stopped before /init had finished; the last that it said was "loading mischief mode=hang"`}, nil},
		{"early", []string{"the kernel did not get as far as /init"}, nil},
	} {
		t.Run(c.console, func(t *testing.T) {
			// What a boot that failed would have shown later is not asked for.
			expect := patterns(t, "whatever else")
			if c.want == nil || c.console == "warn" {
				expect = nil
			}
			problems := console(t, c.console).Check(Checks{Forbid: patterns(t, DefaultForbid...), Expect: expect})
			if diff := cmp.Diff(c.want, first(problems)); diff != "" {
				t.Error(diff)
			}
			var detail []string
			for _, p := range problems {
				detail = append(detail, p.Detail...)
			}
			all := strings.Join(detail, "\n")
			for _, d := range c.detail {
				_, rest, ok := strings.Cut(all, d)
				if !ok {
					t.Errorf("the details lack %q, or have it too early:\n%s", d, strings.Join(detail, "\n"))
				}
				all = rest
			}
		})
	}
}

func TestExpectedLinesAreLookedForInOrderUnlessToldOtherwise(t *testing.T) {
	for _, c := range []struct {
		name     string
		expect   []string
		anyOrder bool
		want     []string
	}{
		{"text and expression in order", []string{"greet: hello, world", "re:^params: wor.d$", "greet: goodbye"}, false, nil},
		{"a line that is not there", []string{"greet: hi"}, false, []string{`the kernel log has no line with "greet: hi"`}},
		{"an expression that matches nowhere", []string{"re:^hello$"}, false, []string{`the kernel log has no line matching "^hello$"`}},
		{"the wrong order", []string{"greet: goodbye", "greet: hello"}, false,
			[]string{`the kernel log has no line with "greet: hello" below line 42, the one with "greet: goodbye", only one above it`}},
		{"any order", []string{"greet: goodbye", "greet: hello"}, true, nil},
		{"one line does not count twice", []string{"greet: hello", "greet: hello"}, false,
			[]string{`the kernel log has no line with "greet: hello" below line 34, the one with "greet: hello", only one above it`}},
		{"what /init says is no line of the log", []string{"unloading greet"}, false, []string{`the kernel log has no line with "unloading greet"`}},
		{"nor is what came before it", []string{"Key type encrypted registered"}, false, []string{`the kernel log has no line with "Key type encrypted registered"`}},
		{"each that is missing is reported", []string{"no 1", "greet: hello, world", "no 2"}, false, []string{
			`the kernel log has no line with "no 1"`,
			`the kernel log has no line with "no 2" below line 34, the one with "greet: hello, world"`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := console(t, "script").Check(Checks{Expect: patterns(t, c.expect...), AnyOrder: c.anyOrder})
			if diff := cmp.Diff(c.want, first(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAForbiddenLineMayBeAllowed(t *testing.T) {
	log := console(t, "warn")
	checks := Checks{Forbid: patterns(t, DefaultForbid...), Allow: patterns(t, "re:WARNING: .*mischief_init", "Call Trace")}
	if got := log.Check(checks); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
	checks.Allow = checks.Allow[:1]
	if got := log.Check(checks); len(got) != 1 || !strings.Contains(got[0].Detail[0], "Call Trace") {
		t.Errorf("got %v, want the call trace", got)
	}
}

func TestManyForbiddenLinesAreCounted(t *testing.T) {
	text := "[    1.000000] boottest: started\n" + strings.Repeat("[    2.000000] BUG: it\n", 9) + "[    3.000000] boottest: PASSED\n"
	got := Parse([]byte(text)).Check(Checks{Forbid: patterns(t, "BUG:")})
	want := []Problem{{
		Text:   "the kernel log has lines that it must not have",
		Detail: []string{"    2  BUG: it", "    3  BUG: it", "    4  BUG: it", "    5  BUG: it", "and 5 more"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPatternThatEveryLineMatchesIsRefused(t *testing.T) {
	for _, text := range []string{"", "re:", "re:x*", "re:("} {
		if p, err := ParsePattern(text); err == nil {
			t.Errorf("ParsePattern(%q) = %v, want an error", text, p)
		}
	}
}

func TestTheTailKeepsNumbersAndPrefixes(t *testing.T) {
	text := "one\n[    1.000000] boottest: started\n[    2.000000] boottest script: hi\n"
	want := []string{"    2  boottest: started", "    3  boottest script: hi"}
	if diff := cmp.Diff(want, Parse([]byte(text)).Tail(2)); diff != "" {
		t.Error(diff)
	}
	if got := Parse(nil).Tail(3); len(got) != 0 {
		t.Errorf("the tail of nothing is %q", got)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.console")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "re:gr..t")
	}
	f.Fuzz(func(t *testing.T, text []byte, pattern string) {
		log := Parse(text)
		p, err := ParsePattern(pattern)
		if err != nil {
			return
		}
		problems := log.Check(Checks{Expect: []Pattern{p, p}, Forbid: []Pattern{p}})
		if len(problems) == 0 {
			t.Error("a line that is expected and forbidden leaves no problem")
		}
		log.Tail(3)
	})
}
