package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The sample is cut from what aquery of Bazel 7.7 says of a kernel of rules/tests.
func TestAnActionIsKnownByItsFirstOutput(t *testing.T) {
	graph, err := os.ReadFile("testdata/aquery.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := actionOutputs(string(graph))
	if err != nil {
		t.Fatal(err)
	}
	const bin = "bazel-out/k8-fastbuild-ST-477ff8cc7e18/bin/rules/tests/tree_edited/trimmed/_trim/"
	want := map[string][]string{
		bin + "exports.o": {bin + "exports.o"},
		bin + "part.o":    {bin + "part.o"},
		bin + "plain.o":   {bin + "plain.o", bin + "plain2.o"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for old, want := range map[string]string{
		`"primaryOutputId": 29, `:           "what aquery writes: the first output of an action, artifact 0, has no path",
		`{"id": 29, "pathFragmentId": 50},`: "what aquery writes: the first output of an action, artifact 29, has no path",
		"\n}\n":                             "what aquery writes: unexpected end of JSON input",
	} {
		if !strings.Contains(string(graph), old) {
			t.Fatalf("the sample does not have %s", old)
		}
		if _, err := actionOutputs(strings.Replace(string(graph), old, "", 1)); err == nil || err.Error() != want {
			t.Errorf("without %s: error %v, want %s", old, err, want)
		}
	}
}
