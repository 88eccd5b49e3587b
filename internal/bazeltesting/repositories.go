package bazeltesting

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// goRepository matches the repositories that gazelle's extensions make, by their canonical name: Go modules with BUILD files, and the
// programs that write those. Bazel 7 puts ~ between the parts of a name, Bazel 8 puts +.
var goRepository = regexp.MustCompile(`^gazelle(~~|\+\+)(go_deps|non_module_deps)[~+]`)

// lent returns the options that let the inner Bazel use the Go modules that the one which runs the test has fetched. Each output base
// would otherwise compile gazelle first. The names and content are the same for all workspaces.
func lent(t testing.TB) []string {
	t.Helper()
	external := outerExternal(t)
	if external == "" {
		return nil
	}
	entries, err := os.ReadDir(external)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{visible(external)}
	for _, e := range entries {
		if !goRepository.MatchString(e.Name()) {
			continue
		}
		// The marker is written when a repository is complete.
		if _, err := os.Stat(filepath.Join(external, "@"+e.Name()+".marker")); err == nil {
			lines = append(lines, overrideRepository(e.Name(), filepath.Join(external, e.Name())))
		}
	}
	return lines
}

func overrideRepository(name, dir string) string {
	return fmt.Sprintf("common --override_repository=%s=%s\n", name, dir)
}

// visible returns the option that lets the inner Bazel's actions see a folder which repositories are links to: below /tmp they see only
// what is theirs (--incompatible_sandbox_hermetic_tmp).
func visible(dir string) string {
	if !strings.HasPrefix(dir, "/tmp/") {
		return ""
	}
	return fmt.Sprintf("build --sandbox_add_mount_pair=%s\n", dir)
}

// outerExternal returns the folder of the repositories that the Bazel which runs the test has fetched; empty without one. It is found by
// a file of @checkout, which is in the test's data.
func outerExternal(t testing.TB) string {
	t.Helper()
	runfiles := os.Getenv("TEST_SRCDIR")
	if runfiles == "" {
		return ""
	}
	found, err := filepath.Glob(filepath.Join(runfiles, "*checkout", "digests"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d files */digests in the runfiles: has the test //internal/bazeltesting:checkout in its data?", len(found))
	}
	file, err := filepath.EvalSymlinks(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(file))
}

// Repository returns the folder of a repository that the workspace's MODULE.bazel calls @NAME by the extension kernel, once it is fetched.
func (w *Workspace) Repository(name string) string {
	w.t.Helper()
	base := strings.TrimSpace(w.MustBazel("info", "output_base").Stdout)
	// The names of an extension's repositories are made of the extension's and its module's.
	found, err := filepath.Glob(filepath.Join(base, "external", "rules_kbuild[~+]*kernel[~+]"+name))
	if err != nil || len(found) != 1 {
		w.t.Fatalf("%d repositories are called %s (%v): is it fetched?", len(found), name, err)
	}
	return found[0]
}

// CopySDK puts a copy of the SDK repository that the workspace calls @NAME into the folder NAME, and makes the workspace use that: a
// test can edit a kernel's headers there, and is spared from unpacking them anew. MODULE.bazel has to name the SDK with
//
//	kernel.debian(name = NAME, lock = "@rules_kbuild//examples/kernels:....lock.json")
//
// as that of rules_kbuild does; what is copied is the latter's, which the test has to have in its data (@NAME//:symvers will do).
// Without an outer Bazel it is fetched.
func (w *Workspace) CopySDK(name string) {
	w.t.Helper()
	from := ""
	if external := outerExternal(w.t); external != "" {
		from = w.sdkIn(external, "_main", name)
	} else {
		w.MustBazel("build", "--nobuild", "@"+name+"//:sdk")
		base := strings.TrimSpace(w.MustBazel("info", "output_base").Stdout)
		from = w.sdkIn(filepath.Join(base, "external"), "rules_kbuild?", name)
	}
	if err := os.CopyFS(filepath.Join(w.Dir, name), os.DirFS(from)); err != nil {
		w.t.Fatal(err)
	}
	// Its packages are not the workspace's.
	w.Write(".bazelignore", name+"\n")
	// Bazel writes labels of the outer workspace's main repository as @@//..., those of a dependency as @@rules_kbuild~//....
	build := name + "/BUILD.bazel"
	w.Write(build, regexp.MustCompile(`"@@[^/"]*//(rules|kernel)`).ReplaceAllString(w.Read(build), `"@rules_kbuild//$1`))

	// The names of an extension's repositories are made of the extension's and its module's.
	separator := "~"
	if strings.Contains(filepath.Base(from), "+") {
		separator = "+"
	}
	canonical := strings.Join([]string{"rules_kbuild", "", "kernel", name}, separator)
	w.Write(".bazelrc", w.Read(".bazelrc")+overrideRepository(canonical, filepath.Join(w.Dir, name)))
}

// sdkIn finds the fetched repository of a kernel.debian.
func (w *Workspace) sdkIn(external, module, name string) string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(external, module+"[~+]kernel[~+]"+name))
	if err != nil {
		w.t.Fatal(err)
	}
	found = slices.DeleteFunc(found, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "BUILD.bazel"))
		return err != nil
	})
	if len(found) != 1 {
		w.t.Fatalf("%s holds %d SDKs named %s: has the test @%s//:symvers in its data?", external, len(found), name, name)
	}
	return found[0]
}
