package kbuild

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bazelbuild/bazel-gazelle/testtools"
	"github.com/bazelbuild/rules_go/go/runfiles"
)

// Each folder of testdata is a workspace: BUILD.in files are there before
// Gazelle runs, BUILD.out files after.
func TestBuildFiles(t *testing.T) {
	binary := os.Getenv("GAZELLE")
	if binary == "" {
		t.Skip("needs the gazelle binary and SDKs that Bazel makes: bazel test //gazelle/...")
	}
	binary, err := runfiles.Rlocation(binary)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob("testdata/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("testdata holds no folder: %v", err)
	}
	for _, folder := range folders {
		absolute, err := filepath.Abs(folder)
		if err != nil {
			t.Fatal(err)
		}
		testtools.TestGazelleGenerationOnPath(t, &testtools.TestGazelleGenerationArgs{
			Name:                 filepath.Base(folder),
			TestDataPathAbsolute: absolute,
			TestDataPathRelative: filepath.Join("gazelle", folder),
			GazelleBinaryPath:    binary,
			Timeout:              5 * time.Minute,
		})
	}
}
