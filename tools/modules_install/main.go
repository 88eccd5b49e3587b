// Modules_install lays out the modules of a kernel that was built, as
// `make modules_install` does: a folder lib/modules/RELEASE.
//
//	modules_install --module fs/fat/fat=FILE.ko... --order modules.order --file modules.builtin... --out DIR
//	    [--sign_file scripts/sign-file --sign_hash sha256 --sign_key KEY.pem --sign_certificate CERT.x509]
//
// A module's name is its path in the kernel's tree without suffix. Modules are signed by the kernel's own program. They are neither
// stripped nor compressed, and there is no modules.dep: depmod writes that where they are installed.
//
// Arguments may come from a params file (@FILE, one a line).
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "modules_install:", err)
		os.Exit(1)
	}
}

// A copied file goes to a path below the folder.
type copied struct{ to, from string }

func run(args []string) error {
	args, err := params.Expand(args)
	if err != nil {
		return err
	}
	var files []copied
	f := flag.NewFlagSet("modules_install", flag.ContinueOnError)
	f.Func("module", "`PATH=FILE`: a module, by its path in the tree without suffix", func(s string) error {
		path, file, found := strings.Cut(s, "=")
		if !found || !filepath.IsLocal(path) {
			return errors.New("it is not PATH=FILE with a path in the tree")
		}
		files = append(files, copied{"kernel/" + path + ".ko", file})
		return nil
	})
	f.Func("file", "a `file` that is copied as it is", func(s string) error {
		files = append(files, copied{filepath.Base(s), s})
		return nil
	})
	var sign signing
	sign.flags(f)
	order := f.String("order", "", "`file`: modules.order of the build")
	out := f.String("out", "", "`folder` to fill")
	if err := params.ParseFlags(f, args); err != nil {
		return err
	}
	if *order == "" || *out == "" {
		return errors.New("--order and --out are needed")
	}
	if err := sign.check(); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o777); err != nil {
		return err
	}
	for _, file := range files {
		to := filepath.Join(*out, file.to)
		if err := install(file.from, to); err != nil {
			return err
		}
		if filepath.Ext(to) == ".ko" {
			if err := sign.module(to); err != nil {
				return err
			}
		}
	}
	text, err := os.ReadFile(*order)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(*out, "modules.order"), []byte(installedOrder(string(text))), 0o666)
}

// installedOrder is modules.order as it is installed: where the modules are
// below the folder. In the tree it names them x.ko, and from 6.4 on x.o.
func installedOrder(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		path := strings.TrimSuffix(line, "\n")
		path = strings.TrimSuffix(strings.TrimSuffix(path, ".ko"), ".o")
		b.WriteString("kernel/" + path + ".ko\n")
	}
	return b.String()
}

func install(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
