package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modfile"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// kbuild does what scripts/mod/modpost does: the objects that are arguments,
// and those that the file of -T lists, with .mod and .cmd files beside them
// (and .vmlinux.objs in the working directory, if one is vmlinux.o).
func (c *config) kbuild(objects []string) error {
	dumps, err := readDumps(c.dumps)
	if err != nil {
		return err
	}
	if err := c.readLists(); err != nil {
		return err
	}
	listed, err := c.listed()
	if err != nil {
		return err
	}
	var inputs []modpost.Input
	var paths []string
	for _, object := range append(objects, listed...) {
		in, err := c.open(object)
		switch {
		case err == nil:
			inputs, paths = append(inputs, in), append(paths, in.Path)
		case errors.Is(err, errNotELF):
		case c.skipMissing && errors.Is(err, os.ErrNotExist):
			fmt.Fprintf(c.stderr, "%s: No such file or directory (ignored)\n", object)
		default:
			return err
		}
	}
	result, err := modpost.Run(c.options, dumps, inputs)
	if err != nil {
		return err
	}
	c.report(result)
	if result.Failed {
		return errReported
	}
	for i, text := range result.ModC {
		name := paths[i] + ".mod.c"
		if paths[i] == symvers.Vmlinux {
			name = ".vmlinux.export.c"
		}
		if err := writeIfChanged(name, text); err != nil {
			return err
		}
	}
	if c.missingOut != "" {
		if err := os.WriteFile(c.missingOut, missingList(paths, result.Missing), 0o666); err != nil {
			return err
		}
	}
	if c.dumpOut == "" {
		return nil
	}
	return os.WriteFile(c.dumpOut, symvers.Format(result.Symvers), 0o666)
}

// listed returns the lines of the file of -T.
func (c *config) listed() ([]string, error) {
	if c.objectList != "-" {
		return lines(c.objectList)
	}
	data, err := io.ReadAll(os.Stdin)
	return splitLines(string(data)), err
}

// errNotELF is about an object that is not ELF, such as an empty one: modpost
// passes over those.
var errNotELF = errors.New("not an ELF object")

func (c *config) open(object string) (modpost.Input, error) {
	module, ok := strings.CutSuffix(object, ".o")
	if !ok {
		return modpost.Input{}, fmt.Errorf("%s: filename must be suffixed with .o", object)
	}
	f, err := elfobj.Open(object)
	var format *elfobj.FormatError
	if errors.As(err, &format) && format.Offset == 0 {
		return modpost.Input{}, errNotELF
	}
	if err != nil {
		return modpost.Input{}, err
	}
	return modpost.Input{
		Path:       module,
		Object:     f,
		CRCs:       func() (map[string]uint32, error) { return crcsBeside(module) },
		Srcversion: func() (string, error) { return srcversionBeside(module) },
	}, nil
}

// parts returns the objects of a module, from its .mod, or of vmlinux.o.
func parts(module string) ([]string, error) {
	if module == symvers.Vmlinux {
		return lines(".vmlinux.objs")
	}
	data, err := os.ReadFile(module + ".mod")
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(module+".mod", data)
	return mod.Objects, err
}

// cmdFile returns the name of the .cmd file of an object.
func cmdFile(object string) string {
	dir, base := path.Split(object)
	return dir + "." + base + ".cmd"
}

func crcsBeside(module string) (map[string]uint32, error) {
	objects, err := parts(module)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = cmdFile(o)
	}
	files, err := readFiles(names)
	if err != nil {
		return nil, err
	}
	return modpost.CRCsOf(files)()
}

// srcversionBeside computes a srcversion from the files that .cmd files name.
func srcversionBeside(module string) (string, error) {
	objects, err := parts(module)
	if err != nil {
		return "", err
	}
	var texts [][]byte
	for _, object := range objects {
		if strings.HasSuffix(object, ".a") {
			continue
		}
		data, err := os.ReadFile(cmdFile(object))
		if err != nil {
			return "", err
		}
		o, ok := modpost.ParseCmdSources(data)
		if !ok {
			return "", fmt.Errorf("%s: no source_ line says what %s was compiled from", cmdFile(object), object)
		}
		o.Object = object
		for _, file := range append([]string{o.Source}, o.Local()...) {
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			texts = append(texts, srcversion.Filter(nil, text))
		}
	}
	return srcversion.Sum(texts...), nil
}

// missingList is the file that scripts/nsdeps reads: a line for each module
// that misses namespace imports.
func missingList(paths []string, missing [][]string) []byte {
	var b bytes.Buffer
	for i, namespaces := range missing {
		if len(namespaces) > 0 {
			fmt.Fprintf(&b, "%s.ko: %s\n", paths[i], strings.Join(namespaces, " "))
		}
	}
	return b.Bytes()
}

// writeIfChanged leaves a file alone, with its time, that has the text.
func writeIfChanged(file string, text []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(file, text, 0o666)
}
