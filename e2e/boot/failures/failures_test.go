// Package failures runs boot tests that fail and looks at what they say.
package failures

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

func TestABootTestThatFailsSaysWhy(t *testing.T) {
	for _, c := range []struct {
		test string
		want []string // in this order
	}{
		{"phantom_symbol", []string{
			"FAIL: loading phantom: ENOENT (a symbol is unknown to this kernel)\n",
			"phantom: Unknown symbol phantom_symbol (err -2)\n",
		}},
		{"refusing", []string{
			"FAIL: loading mischief: ENODEV (the module found no device)\n",
			"mischief: refuse\n",
		}},
		{"warning", []string{
			"FAIL: the kernel log has lines that it must not have\n",
			"WARNING: ",
			"The console ends with:\n",
			"boottest: PASSED\n",
		}},
		{"oopsing", []string{
			`FAIL: the kernel stopped before /init had finished; the last that it said was "loading mischief mode=oops"` + "\n",
			"FAIL: the kernel log has lines that it must not have\n",
			"BUG: kernel NULL pointer dereference, address: 0000000000000008\n",
			"Kernel panic - not syncing: Fatal exception\n",
		}},
		{"hanging", []string{
			"FAIL: the time limit of 1m30s (`timeout_s`) passed\n",
			`FAIL: the kernel stopped before /init had finished; the last that it said was "loading mischief mode=hang"` + "\n",
			"mischief: hang\n",
		}},
		{"missing_line", []string{
			`FAIL: the kernel log has no line with "greet: hello, moon" below line `,
			`, the one with "greet: hello, world"` + "\n",
			"The console ends with:\n",
			"The whole console: ",
		}},
	} {
		t.Run(c.test, func(t *testing.T) {
			said := fail(t, c.test)
			rest := said
			for _, want := range c.want {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("it does not say %q, or says it too early:\n%s", want, said)
				}
				rest = after
			}
		})
	}
}

// fail runs a boot test of e2e/boot, which must fail, and returns what it
// says. Its console is kept among this test's outputs.
func fail(t *testing.T, name string) string {
	t.Helper()
	program, err := runfiles.Rlocation("_main/e2e/boot/" + name)
	if err != nil {
		t.Fatal(err)
	}
	outputs := filepath.Join(os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR"), name)
	if err := os.MkdirAll(outputs, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "TEST_UNDECLARED_OUTPUTS_DIR="+outputs)
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("%s ended with %v, want status 1:\n%s", name, err, said)
	}
	return string(said)
}
