package autoconf

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

func TestOptionsAreReadAsTheyWereWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.options")
	want := Options{
		"k/a.c": {{Name: "CONFIG_A"}: true, {Name: "CONFIG_FOO_", Prefix: true}: true, {Name: "CONFIG_", Prefix: true}: true},
		"k/b.c": {},
	}
	if err := want.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("k/a.c\tCONFIG_## CONFIG_A CONFIG_FOO_##\nk/b.c\t\n", string(text)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	got, err := ReadOptions(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestASourceSeesWhatItMentions(t *testing.T) {
	dir := t.TempDir()
	options := Options{
		"k/a.c":   {{Name: "CONFIG_A"}: true},
		"k/b.c":   {{Name: "CONFIG_B"}: true},
		"k/dry.c": {},
	}
	whole, inHeaders := filepath.Join(dir, "autoconf.h"), filepath.Join(dir, "header_options")
	r := Request{Autoconf: []string{whole}, HeaderOptions: inHeaders, Options: filepath.Join(dir, "x.options")}
	for _, err := range []error{
		os.WriteFile(whole, []byte("#define CONFIG_B 1\n#define CONFIG_A 1\n#define CONFIG_C 1\n"), 0o666),
		os.WriteFile(inHeaders, nil, 0o666),
		options.WriteFile(r.Options),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []struct{ source, out string }{
		{"k/a.c", "a"}, {"k/b.c", "b"}, {"k/dry.c", "dry"}, {"k/host.c", "host"},
		{"k/a.c", "together"}, {"k/host.c", "together"}, {"k/b.c", "together"},
	} {
		r.Slices = append(r.Slices, Slice{s.source, filepath.Join(dir, s.out)})
	}
	if err := Run(r); err != nil {
		t.Fatal(err)
	}
	for out, want := range map[string]string{
		"a":        "#define CONFIG_A 1\n",
		"b":        "#define CONFIG_B 1\n",
		"dry":      "",
		"host":     outside,
		"together": "#define CONFIG_B 1\n#define CONFIG_A 1\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, out))
		if err != nil || string(got) != want {
			t.Errorf("%s is %q (%v), want %q", out, got, err, want)
		}
	}
}

func TestPartsThatNoSourceSeesAreUnused(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	options := map[string]bool{}
	for _, c := range csource.Configs([]byte("#if IS_ENABLED(CONFIG_NET) && defined CONFIG_SMP_MODULE\n")) {
		options[c.Name] = true
	}
	text := "#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n"
	for i := range 40 {
		text += fmt.Sprintf("#define CONFIG_X%d 1\n#define CONFIG_Y%d_MODULE 1\n", i, i)
	}
	split := SplitRequest{Autoconf: file("autoconf.h"), HeaderOptions: file("header_options")}
	for i := range 9 {
		split.Out = append(split.Out, file(fmt.Sprint(i)))
	}
	for _, err := range []error{
		os.WriteFile(split.Autoconf, []byte(text), 0o666),
		WriteList(split.HeaderOptions, options),
		RunSplit(split),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if diff := cmp.Diff("#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n", read(split.Out[0])); diff != "" {
		t.Errorf("what headers mention (-want +got):\n%s", diff)
	}
	lines := 0
	for i, out := range split.Out {
		lines += strings.Count(read(out), "\n")
		if i > 0 && read(out) == "" {
			t.Errorf("part %d has nothing of 80 lines", i)
		}
	}
	if lines != strings.Count(text, "\n") {
		t.Errorf("the parts have %d lines of %q", lines, text)
	}
	for _, tt := range []struct {
		mentioned csource.Config
		want      string
		used      int
	}{
		{csource.Config{Name: "CONFIG_NET"}, "#define CONFIG_NET_MODULE 1\n", 1},
		{csource.Config{Name: "CONFIG_X7"}, "#define CONFIG_X7 1\n", 2},
		{csource.Config{Name: "CONFIG_Y7"}, "#define CONFIG_Y7_MODULE 1\n", 2},
		{csource.Config{Name: "CONFIG_Y7_MODULE"}, "#define CONFIG_Y7_MODULE 1\n", 2},
		{csource.Config{Name: "CONFIG_NEW"}, "", 2},
		{csource.Config{Name: "CONFIG_SM", Prefix: true}, "#define CONFIG_SMP 1\n", 9},
	} {
		r := Request{
			Autoconf: split.Out, HeaderOptions: split.HeaderOptions, Options: file("x.options"),
			Slices: []Slice{{"k/a.c", file("cut")}}, Unused: file("unused"),
		}
		for _, err := range []error{Options{"k/a.c": {tt.mentioned: true}}.WriteFile(r.Options), Run(r)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := read(file("cut")); got != tt.want {
			t.Errorf("%v: sees %q, want %q", tt.mentioned, got, tt.want)
		}
		unused := strings.Fields(read(r.Unused))
		if len(split.Out)-len(unused) > tt.used || slices.Contains(unused, split.Out[0]) && tt.used == 1 {
			t.Errorf("%v: unused are %q, want all but %d", tt.mentioned, unused, tt.used)
		}
		// Without those, the slice is the same.
		for _, part := range unused {
			if err := os.Remove(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := Run(r); err != nil || read(file("cut")) != tt.want {
			t.Errorf("%v: without %q: %q (%v)", tt.mentioned, unused, read(file("cut")), err)
		}
		if err := RunSplit(split); err != nil {
			t.Fatal(err)
		}
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	slices := []Slice{{"k/a.c", filepath.Join(dir, "out")}}
	inHeaders := file("header_options", "")
	for want, r := range map[string]Request{
		"--autoconf, --header_options, --options and at least one --out are required": {},
		filepath.Join(dir, "gone.h"):    {Autoconf: []string{filepath.Join(dir, "gone.h")}, HeaderOptions: inHeaders, Options: file("a", "k/a.c\tCONFIG_A\n"), Slices: slices},
		filepath.Join(dir, "gone.list"): {Autoconf: []string{inHeaders}, HeaderOptions: filepath.Join(dir, "gone.list"), Options: file("b", ""), Slices: slices},
		"bad:2: no source and tab":      {Autoconf: []string{file("autoconf.h", "")}, HeaderOptions: inHeaders, Options: file("bad", "k/a.c\t\nCONFIG_A\n"), Slices: slices},
	} {
		if err := Run(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// What is cut by the file is what would be cut by what it was written from.
func TestTheFileCutsAsTheMentionsDo(t *testing.T) {
	text := []byte("#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n#define CONFIG_HZ_100 1\n#define CONFIG_OTHER 1\n")
	mentioned := map[csource.Config]bool{}
	for _, c := range csource.Configs([]byte("#ifdef CONFIG_SMP\nIS_MODULE(CONFIG_NET)\n#define HZ(x) CONFIG_HZ_##x\n")) {
		mentioned[c] = true
	}
	file := filepath.Join(t.TempDir(), "x.options")
	if err := (Options{"k/a.c": mentioned}).WriteFile(file); err != nil {
		t.Fatal(err)
	}
	read, err := ReadOptions(file)
	if err != nil {
		t.Fatal(err)
	}
	const want = "#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n#define CONFIG_HZ_100 1\n"
	for _, m := range []map[csource.Config]bool{mentioned, read["k/a.c"]} {
		if got := string(Cut(text, m)); got != want {
			t.Errorf("cut is %q, want %q", got, want)
		}
	}
}
