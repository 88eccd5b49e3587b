// Package symvers reads and writes Module.symvers: what a kernel and its
// modules export.
//
// One line an exported symbol, five columns with tabs between them:
//
//	0xCRC  name  module  EXPORT_SYMBOL or EXPORT_SYMBOL_GPL  namespace
//
// as scripts/mod/modpost.c of Linux 5.4 to 7.2 has it (Documentation/kbuild/
// modules.rst, "Symbols From the Kernel"). The order of the lines is kept: it
// decides which of two exporters of a name modpost finds.
package symvers

import (
	"fmt"
	"strconv"
	"strings"
)

// The two values of the fourth column.
const (
	ExportSymbol    = "EXPORT_SYMBOL"
	ExportSymbolGPL = "EXPORT_SYMBOL_GPL"
)

// Vmlinux is the third column of what the kernel itself exports.
const Vmlinux = "vmlinux"

// An Entry is one line.
type Entry struct {
	CRC       uint32 // 0 if the kernel has no CONFIG_MODVERSIONS
	Name      string
	Module    string // Vmlinux, or the module's path without suffix
	Export    string // ExportSymbol or ExportSymbolGPL; Parse lets others pass
	Namespace string // empty for most symbols
}

// GPLOnly says whether only modules with a GPL-compatible licence may use the
// symbol.
func (e Entry) GPLOnly() bool { return e.Export == ExportSymbolGPL }

// A ParseError says which line of which file is not one of a Module.symvers.
type ParseError struct {
	File   string
	Line   int   // from 1
	Offset int64 // of the line, in bytes from the beginning of the file
	Reason string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("%s:%d: offset %#x: %s", e.File, e.Line, e.Offset, e.Reason)
}

// Parse reads a whole file. The name is for errors, which are *ParseError.
// The entries are in the order of the lines.
func Parse(name string, data []byte) ([]Entry, error) {
	text := string(data)
	entries := make([]Entry, 0, strings.Count(text, "\n"))
	line := 0
	for offset := 0; offset < len(text); {
		row, _, _ := strings.Cut(text[offset:], "\n")
		line++
		e, reason := parseLine(row)
		if reason != "" {
			return nil, &ParseError{File: name, Line: line, Offset: int64(offset), Reason: reason}
		}
		entries = append(entries, e)
		offset += len(row) + 1
	}
	return entries, nil
}

func parseLine(row string) (e Entry, reason string) {
	crc, rest, _ := strings.Cut(row, "\t")
	var tabs [3]bool
	e.Name, rest, tabs[0] = strings.Cut(rest, "\t")
	e.Module, rest, tabs[1] = strings.Cut(rest, "\t")
	e.Export, e.Namespace, tabs[2] = strings.Cut(rest, "\t")
	if tabs != [3]bool{true, true, true} {
		return e, "a line needs five columns with tabs between them: CRC, symbol, module, export type, namespace"
	}
	number := strings.TrimPrefix(strings.TrimPrefix(crc, "0x"), "0X")
	n, err := strconv.ParseUint(number, 16, 32)
	switch {
	case err != nil:
		return e, fmt.Sprintf("the CRC %q is not a hexadecimal number of 32 bits", crc)
	case e.Name == "":
		return e, "the symbol's name is missing"
	case e.Module == "":
		return e, fmt.Sprintf("the module that exports %q is missing", e.Name)
	}
	e.CRC = uint32(n)
	return e, ""
}

// AppendEntry appends the line of e, with its newline.
func AppendEntry(dst []byte, e Entry) []byte {
	dst = fmt.Appendf(dst, "0x%08x\t", e.CRC)
	for _, column := range []string{e.Name, e.Module, e.Export} {
		dst = append(dst, column...)
		dst = append(dst, '\t')
	}
	dst = append(dst, e.Namespace...)
	return append(dst, '\n')
}

// Format returns the file with those entries, in that order.
func Format(entries []Entry) []byte {
	dst := make([]byte, 0, 64*len(entries))
	for _, e := range entries {
		dst = AppendEntry(dst, e)
	}
	return dst
}
