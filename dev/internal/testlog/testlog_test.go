package testlog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const stream = `{"id":{"started":{}},"children":[{"pattern":{"pattern":["//..."]}}],"started":{"command":"test"}}
{"id":{"targetConfigured":{"label":"//a:lib"}},"configured":{"targetKind":"go_library rule"}}
{"id":{"targetConfigured":{"label":"//a:good_test"}},"configured":{"targetKind":"go_test rule","testSize":"MEDIUM"}}
{"id":{"targetConfigured":{"label":"//a:bad_test"}},"configured":{"targetKind":"go_test rule","testSize":"SMALL"}}
{"id":{"targetConfigured":{"label":"//a:flaky_test"}},"configured":{"targetKind":"go_test rule","testSize":"SMALL"}}
{"id":{"targetConfigured":{"label":"//a:boot_test"}},"configured":{"targetKind":"kernel_boot_test rule","testSize":"LARGE"}}
{"id":{"targetConfigured":{"label":"//a:unbuilt_test"}},"configured":{"targetKind":"go_test rule","testSize":"SMALL"}}
{"id":{"targetCompleted":{"label":"//a:boot_test"}},"aborted":{"reason":"SKIPPED","description":"no qemu"}}
{"id":{"targetCompleted":{"label":"//a:unbuilt_test"}},"completed":{"success":false}}
{"id":{"testResult":{"label":"//a:bad_test","run":1}},"testResult":{"status":"FAILED"}}
{"id":{"testSummary":{"label":"//a:good_test"}},"testSummary":{"overallStatus":"PASSED","totalRunCount":1}}
{"id":{"testSummary":{"label":"//a:bad_test"}},"testSummary":{"overallStatus":"FAILED","totalRunCount":1}}
{"id":{"testSummary":{"label":"//a:flaky_test"}},"testSummary":{"overallStatus":"FLAKY","totalRunCount":2}}
`

func TestEveryTestThatWasAskedForIsCountedOnce(t *testing.T) {
	got, err := Read(strings.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	want := Counts{Passed: 2, Failed: 2, Skipped: 1, Flaky: 1, FailedLabels: []string{"//a:bad_test", "//a:unbuilt_test"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.String() != "2 passed, 2 failed, 1 skipped" {
		t.Errorf("reads %q", got)
	}
}

func TestAStreamThatEndsEarlyCountsAsFarAsItGoes(t *testing.T) {
	got, err := Read(strings.NewReader(stream[:len(stream)-30]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Passed != 1 || got.Failed != 3 {
		t.Errorf("got %v", got)
	}
}

func TestABrokenStreamIsAnError(t *testing.T) {
	if _, err := Read(strings.NewReader("{}\nnot json\n{}\n")); err == nil {
		t.Error("no error")
	}
}
