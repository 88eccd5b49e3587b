package bootinit

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// newLog returns a logger that writes to a file, and what reads the file.
func newLog(t *testing.T) (*logger, func() string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kmsg")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &logger{out: f, level: "<5>"}, func() string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

func TestALongMessageBecomesSeveralRecords(t *testing.T) {
	log, written := newLog(t)
	log.say("one\ntwo\r\n" + strings.Repeat("x", maxLine+5))
	want := "<5>boottest: one\n<5>boottest: two\n<5>boottest: " + strings.Repeat("x", maxLine) + "\n<5>boottest: xxxxx\n"
	if diff := cmp.Diff(want, written()); diff != "" {
		t.Error(diff)
	}
}

func TestOutputOfTheScriptIsPassedOnByLines(t *testing.T) {
	var lines []string
	w := &lineWriter{line: func(s string) { lines = append(lines, s) }}
	for _, part := range []string{"a", "b\nc\n\nd", "", "e\n", "rest"} {
		if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	w.flush()
	w.flush()
	if diff := cmp.Diff([]string{"ab\n", "c\n", "\n", "de\n", "rest"}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestAModuleThatCannotBeLoadedIsNamedWithTheReason(t *testing.T) {
	log, written := newLog(t)
	// No kernel accepts an empty file as a module, and it says so before or
	// after it looks at who asks.
	empty := filepath.Join(t.TempDir(), "hello.ko")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	ok, err := load(log, bootplan.Module{Name: "hello", File: empty, Params: "n=1"})
	if ok || err == nil || !strings.HasPrefix(err.Error(), "loading hello: E") {
		t.Errorf("load = %v, %v", ok, err)
	}
	if got, want := written(), "<5>boottest: loading hello n=1\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

func TestAMissingFileIsNotTakenForAMissingSymbol(t *testing.T) {
	log, _ := newLog(t)
	for _, foreseen := range []string{"", "ENOENT"} {
		_, err := load(log, bootplan.Module{Name: "hello", File: "/nowhere.ko", LoadError: foreseen})
		if want := "loading hello: open /nowhere.ko: "; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("load = %v, want an error that begins with %q", err, want)
		}
	}
}

func TestAnErrorThatThePlanForeseesIsNone(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "hello.ko")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	name := errnoName(insert(bootplan.Module{Name: "hello", File: empty}))
	if name == "" {
		t.Fatal("the kernel took an empty module")
	}
	log, written := newLog(t)
	if ok, err := load(log, bootplan.Module{Name: "hello", File: empty, LoadError: name}); ok || err != nil {
		t.Errorf("load = %v, %v, want no error", ok, err)
	}
	if got, want := written(), "as expected\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it says %q, want %q last", got, want)
	}
	_, err := load(log, bootplan.Module{Name: "hello", File: empty, LoadError: "EL2HLT"})
	if want := ", but was to fail with EL2HLT"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("load = %v, want an error that ends in %q", err, want)
	}
}

func TestErrorsOfLoadingAreExplained(t *testing.T) {
	for errno, want := range map[unix.Errno]string{
		unix.ENOENT:  "ENOENT (a symbol is unknown to this kernel)",
		unix.ENODEV:  "ENODEV (the module found no device)",
		unix.ENOEXEC: "ENOEXEC (not a module for this kernel: wrong vermagic, symbol version or format)",
		unix.ENOMEM:  "ENOMEM (cannot allocate memory)",
	} {
		if got := explain(fmt.Errorf("finit_module: %w", errno)); got != want {
			t.Errorf("explain(%v) = %q, want %q", errno, got, want)
		}
	}
	if got := explain(fs.ErrClosed); got != fs.ErrClosed.Error() {
		t.Errorf("explain of an error without errno = %q", got)
	}
}
