package kerneloracle

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func TestALineOfAConfigurationIsAboutAnOption(t *testing.T) {
	for line, want := range map[string]string{
		"CONFIG_X=m":               "CONFIG_X",
		"CONFIG_X=\"a=b\"":         "CONFIG_X",
		"# CONFIG_X is not set":    "CONFIG_X",
		"# CONFIG_X is a comment":  "",
		"# Processor type options": "",
	} {
		if got := option(line); got != want {
			t.Errorf("%q is about %q, want %q", line, got, want)
		}
	}
}

func TestOnlyWhatNoModuleImportsIsUnseen(t *testing.T) {
	reason := func(kind ksympb.Reason_Kind) *ksympb.Reason { return &ksympb.Reason{Kind: kind} }
	set := &ksympb.NeededSet{Symbols: []*ksympb.NeededSymbol{
		{Name: "imported", Reasons: []*ksympb.Reason{reason(ksympb.Reason_KIND_KEEP_LIST), reason(ksympb.Reason_KIND_IMPORT)}},
		{Name: "kept", Reasons: []*ksympb.Reason{reason(ksympb.Reason_KIND_KEEP_LIST)}},
	}}
	if diff := cmp.Diff([]string{"kept"}, Unseen(set)); diff != "" {
		t.Error(diff)
	}
}

// A tree of a folder of the workspace has links to it: what make writes must not
// go through them.
func TestACopyHasTheTimesAndIsWritable(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	source := filepath.Join(t.TempDir(), "x.c")
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, err := range []error{
		os.WriteFile(source, []byte("int x;\n"), 0o444),
		os.Chtimes(source, long, long),
		os.Symlink(source, filepath.Join(from, "x.c")),
		os.Symlink("x.c", filepath.Join(from, "y.c")),
		os.Symlink(filepath.Dir(source), filepath.Join(from, "folder")),
		copyTree(from, to),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Lstat(filepath.Join(to, "x.c"))
	if err != nil || !info.ModTime().Equal(long) || !info.Mode().IsRegular() {
		t.Errorf("the copy is %v of %v (%v), want a file of %v", info.Mode(), info.ModTime(), err, long)
	}
	for _, file := range []string{"y.c", "folder/x.c"} {
		if err := os.WriteFile(filepath.Join(to, file), []byte("int y;\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(source); err != nil || string(text) != "int x;\n" {
		t.Errorf("the source has become %q (%v)", text, err)
	}
}
