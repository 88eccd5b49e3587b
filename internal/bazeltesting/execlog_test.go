package bazeltesting

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sampleLog = `{
  "commandArgs": ["compile", "cc"],
  "inputs": [{"path": "a.c", "digest": {"hash": "00ff", "sizeBytes": "1"}}],
  "listedOutputs": ["bazel-out/cfg/bin/a.o"],
  "mnemonic": "KernelCompile",
  "runner": "linux-sandbox",
  "targetLabel": "//:a"
}{
  "listedOutputs": ["bazel-out/cfg/bin/b.o"],
  "mnemonic": "KernelCompile",
  "runner": "disk cache hit",
  "cacheHit": true,
  "targetLabel": "//:b"
}
`

func TestActionsAreToldApartByKindTargetAndCache(t *testing.T) {
	log, err := ReadLog(strings.NewReader(sampleLog))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		got  Log
		want []string
	}{
		{"all", log, []string{"KernelCompile bazel-out/cfg/bin/a.o", "KernelCompile bazel-out/cfg/bin/b.o"}},
		{"executed", log.Executed(), []string{"KernelCompile bazel-out/cfg/bin/a.o"}},
		{"of //:b", log.Target("//:b"), []string{"KernelCompile bazel-out/cfg/bin/b.o"}},
		{"of another kind", log.Mnemonic("KernelSlice"), nil},
	} {
		if diff := cmp.Diff(tc.want, tc.got.Outputs()); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
	if log[0].Inputs[0].Digest.Hash != "00ff" {
		t.Errorf("input %+v", log[0].Inputs[0])
	}
}

func TestALogThatWasCutOffIsAnError(t *testing.T) {
	_, err := ReadLog(strings.NewReader(sampleLog[:len(sampleLog)-20]))
	if err == nil || !strings.Contains(err.Error(), "after 1 actions") {
		t.Errorf("got %v", err)
	}
}
