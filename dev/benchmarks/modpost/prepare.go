package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ulikunitz/xz"

	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// prepare makes the folder input of the modules below modules: objects with
// .mod and .cmd files, modules.order and vmlinux.symvers.
func prepare(modules, symversFile, input string) error {
	data, err := os.ReadFile(symversFile)
	if err != nil {
		return err
	}
	entries, err := symvers.Parse(symversFile, data)
	if err != nil {
		return err
	}
	exports := map[string][]symvers.Entry{}
	for _, e := range entries {
		exports[e.Module] = append(exports[e.Module], e)
	}
	if err := os.MkdirAll(input, 0o777); err != nil {
		return err
	}
	write := func(name, text string) error {
		file := filepath.Join(input, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(text), 0o666)
	}
	if err := write("source.c", "int source;\n"); err != nil {
		return err
	}
	if err := write("vmlinux.symvers", string(symvers.Format(exports[symvers.Vmlinux]))); err != nil {
		return err
	}
	var order strings.Builder
	err = filepath.WalkDir(modules, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(modules, path)
		if err != nil {
			return err
		}
		name, compressed := strings.CutSuffix(rel, ".xz")
		name, isModule := strings.CutSuffix(name, ".ko")
		if !isModule {
			return nil
		}
		ko, err := read(path, compressed)
		if err != nil {
			return err
		}
		object, err := withExports(path, ko, exports[name])
		if err != nil {
			return err
		}
		order.WriteString(name + ".o\n")
		var cmd strings.Builder
		fmt.Fprintf(&cmd, "savedcmd_%[1]s.o := cc\n\nsource_%[1]s.o := source.c\n\ndeps_%[1]s.o := \\\n\n", name)
		for _, e := range exports[name] {
			fmt.Fprintf(&cmd, "#SYMVER %s 0x%08x\n", e.Name, e.CRC)
		}
		if err := write(name+".o", string(object)); err != nil {
			return err
		}
		if err := write(name+".mod", name+".o\n"); err != nil {
			return err
		}
		dir, base := filepath.Split(name)
		return write(dir+"."+base+".o.cmd", cmd.String())
	})
	if err != nil {
		return err
	}
	return write("modules.order", order.String())
}

func read(path string, compressed bool) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil || !compressed {
		return data, err
	}
	r, err := xz.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(r)
}
