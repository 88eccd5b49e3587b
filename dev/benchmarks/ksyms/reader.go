package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
)

// readTables decodes each symbol, and finds its name, of the files listed in
// a file, one a line. It prints how many symbols there are and how long their
// names, so that nothing of it can be left out. It reads with elfobj.Open, which
// takes whole files and copies no names, or with debug/elf of Go's library.
func readTables(list string, standard bool) error {
	read := readTable
	if standard {
		read = readTableStandard
	}
	data, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	files := strings.Fields(string(data))
	var symbols, letters atomic.Int64
	err = parallel.Ranges(len(files), 1, func(i, _ int) error {
		n, l, err := read(files[i])
		symbols.Add(n)
		letters.Add(l)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d symbols, %d letters\n", symbols.Load(), letters.Load())
	return nil
}

func readTable(file string) (symbols, letters int64, err error) {
	f, err := elfobj.Open(file)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	syms, err := f.Symbols()
	if err != nil {
		return 0, 0, err
	}
	for s := range syms.All() {
		name, err := syms.Name(s)
		if err != nil {
			return 0, 0, err
		}
		symbols++
		letters += int64(len(name))
	}
	return symbols, letters, nil
}

func readTableStandard(file string) (symbols, letters int64, err error) {
	f, err := elf.Open(file)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	all, err := f.Symbols()
	if errors.Is(err, elf.ErrNoSymbols) {
		return 0, 0, nil
	}
	for _, s := range all {
		symbols++
		letters += int64(len(s.Name))
	}
	return symbols, letters, err
}
