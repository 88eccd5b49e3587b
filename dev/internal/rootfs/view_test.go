package rootfs

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// emptyRoot has the folders of a Debian root and none of its files.
func emptyRoot(t *testing.T) string {
	root := t.TempDir()
	for _, dir := range []string{"usr/bin", "etc/apt"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/nowhere/resolv.conf", filepath.Join(root, "etc/resolv.conf")); err != nil {
		t.Fatal(err)
	}
	if err := addMountPoints(root); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestEveryFileOfTheMachineHasAPlaceInTheRoot(t *testing.T) {
	root := emptyRoot(t)
	for _, path := range fromMachine {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatLiesBelowUsrIsKeptWhenAskedFor(t *testing.T) {
	root := emptyRoot(t)
	view, err := View(root, []string{"/usr/local/go", "/home/somebody/cache"})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(view, " ")
	for _, want := range []string{
		"bwrap --dev-bind / / ",
		"--ro-bind " + root + "/usr /usr",
		"--ro-bind " + root + "/etc /etc",
		"--bind /usr/local/go /usr/local/go",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "/home/somebody") {
		t.Errorf("a folder that nothing hides is mounted:\n%s", text)
	}
	if slices.Index(view, "/usr/local/go") < slices.Index(view, root+"/usr") {
		t.Errorf("/usr is mounted over what was to be kept:\n%s", text)
	}
	if info, err := os.Stat(filepath.Join(root, "usr/local/go")); err != nil || !info.IsDir() {
		t.Errorf("no place to mount it at: %v", err)
	}
}

func TestAProgramSeesTheRootsUsrAndTheMachinesRest(t *testing.T) {
	if _, err := exec.LookPath("bwrap"); err != nil {
		t.Skip("no bwrap on this machine")
	}
	root := t.TempDir()
	// A /usr that has a marker, and enough of the machine's to run a program.
	for _, dir := range []string{"usr", "etc/apt"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := os.MkdirAll(filepath.Join(root, "usr", dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "usr/marker"), []byte("of the root\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := addMountPoints(root); err != nil {
		t.Fatal(err)
	}
	view, err := View(root, []string{"/usr/bin", "/usr/lib", "/usr/lib64"})
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, []byte("of the machine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(view[0], append(view[1:], "--", "/usr/bin/cat", "/usr/marker", mine)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Skipf("bwrap cannot make namespaces here: %v\n%s", err, out)
	}
	if got := string(out); got != "of the root\nof the machine\n" {
		t.Errorf("read %q", got)
	}
}
