package ksympb_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The header of the generated file names the protoc and protoc-gen-go that
// made it, which may differ from the ones at hand.
var toolVersions = regexp.MustCompile(`(?m)^// \tprotoc(-gen-go)? .*\n`)

func TestCheckedInGoCodeIsWhatProtocMakesOfTheProto(t *testing.T) {
	for _, tool := range []string{"protoc", "protoc-gen-go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("cannot generate: %v (see doc.go)", err)
		}
	}
	dir := t.TempDir()
	cmd := exec.Command("protoc", "-I..", "--go_out="+dir, "--go_opt=paths=source_relative", "ksym.proto")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "ksym.pb.go"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("ksym.pb.go")
	if err != nil {
		t.Fatal(err)
	}
	clean := func(b []byte) string { return toolVersions.ReplaceAllString(string(b), "") }
	if diff := cmp.Diff(clean(want), clean(got)); diff != "" {
		t.Errorf("ksym.pb.go is not what ksym.proto gives: run go generate ./proto/ksympb (-want +got):\n%s", diff)
	}
}
