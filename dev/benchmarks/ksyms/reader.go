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
// names, so that nothing of it can be left out.
func readTables(list, by string) error {
	read, known := readers[by]
	if !known {
		return fmt.Errorf("--by: no reader %q", by)
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

// readers are the ways to read one file. All but the library's copy no names.
var readers = map[string]func(file string) (symbols, letters int64, err error){
	"tables":    readTable,    // elfobj.OpenSparse: of a file, its symbol table and what leads there
	"files":     readFile,     // elfobj.Open: whole files
	"debug_elf": readStandard, // Go's library
}

func readTable(file string) (symbols, letters int64, err error) {
	f, ok, err := elfobj.OpenSparse(file)
	if err != nil {
		return 0, 0, err
	}
	if !ok {
		return readFile(file)
	}
	symbols, letters, err = countSymbols(f)
	return symbols, letters, errors.Join(err, f.Close())
}

func readFile(file string) (symbols, letters int64, err error) {
	f, err := elfobj.Open(file)
	if err != nil {
		return 0, 0, err
	}
	symbols, letters, err = countSymbols(f)
	return symbols, letters, errors.Join(err, f.Close())
}

func countSymbols(f *elfobj.File) (symbols, letters int64, err error) {
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

func readStandard(file string) (symbols, letters int64, err error) {
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
