package autoconf

import (
	"os"
	"path/filepath"
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
	r := Request{Autoconf: filepath.Join(dir, "autoconf.h"), Options: filepath.Join(dir, "x.options")}
	for _, err := range []error{
		os.WriteFile(r.Autoconf, []byte("#define CONFIG_B 1\n#define CONFIG_A 1\n#define CONFIG_C 1\n"), 0o666),
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
	for want, r := range map[string]Request{
		"--autoconf, --options and at least one --out are required": {},
		filepath.Join(dir, "gone.h"):                                {Autoconf: filepath.Join(dir, "gone.h"), Options: file("a", ""), Slices: slices},
		"bad:2: no source and tab":                                  {Autoconf: file("autoconf.h", ""), Options: file("bad", "k/a.c\t\nCONFIG_A\n"), Slices: slices},
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
