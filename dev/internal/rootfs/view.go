package rootfs

import (
	"os"
	"path/filepath"
	"strings"
)

// fromMachine are the files of /etc that stay the machine's: who is who, how names are resolved, whom to trust, where packages come from.
var fromMachine = []string{
	"/etc/apt",
	"/etc/group",
	"/etc/hosts",
	"/etc/passwd",
	"/etc/resolv.conf",
	"/etc/ssl/certs/ca-certificates.crt",
}

// addMountPoints makes sure that each of fromMachine can be mounted over.
func addMountPoints(root string) error {
	for _, path := range fromMachine {
		at := filepath.Join(root, path)
		if _, err := os.Stat(at); err == nil {
			continue
		}
		if err := os.RemoveAll(at); err != nil { // a dangling link
			return err
		}
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// View returns the start of a bubblewrap command line that runs a program with the /usr and /etc of root. Everything else is the
// machine's, at its own path, and so are the folders in keep even when they lie below /usr or /etc. A `--` and the program follow.
//
// /dev and /proc are the machine's too: with a /proc of its own, Bazel's linux-sandbox could not mount the one that it wants.
func View(root string, keep []string) ([]string, error) {
	args := []string{"bwrap", "--dev-bind", "/", "/"}
	mount := func(from, at string) { args = append(args, "--ro-bind", from, at) }
	mount(filepath.Join(root, "usr"), "/usr")
	mount(filepath.Join(root, "etc"), "/etc")
	for _, link := range []string{"/bin", "/lib", "/lib64", "/sbin"} {
		// Links to /usr on any machine of these years; where it is a folder, it needs to match.
		if info, err := os.Lstat(link); err == nil && info.IsDir() {
			mount(filepath.Join(root, "usr", link), link)
		}
	}
	for _, path := range fromMachine {
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		at, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			return nil, err
		}
		if info, err := os.Stat(real); err == nil && info.IsDir() == at.IsDir() {
			mount(real, path)
		}
	}
	for _, path := range keep {
		if !hidden(path) {
			continue
		}
		if err := os.MkdirAll(filepath.Join(root, path), 0o755); err != nil {
			return nil, err
		}
		args = append(args, "--bind", path, path)
	}
	return args, nil
}

// hidden tells whether the machine's path is covered by the root's.
func hidden(path string) bool {
	for _, top := range []string{"/usr", "/etc"} {
		if path == top || strings.HasPrefix(path, top+"/") {
			return true
		}
	}
	return false
}
