package ksyms

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
)

// text is data as a string that shares its memory.
func text(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// writeFile writes a file in pieces.
func writeFile(path string, pieces [][]byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<17)
	for _, p := range pieces {
		_, _ = w.Write(p) // Flush tells of errors
	}
	err = w.Flush()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// readFile is os.ReadFile, but several processors copy a large file.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if !info.Mode().IsRegular() || size == 0 || size != int64(int(size)) {
		return io.ReadAll(f) // such as a pipe
	}
	data := make([]byte, size)
	err = parallel.Ranges(len(data), 1<<20, func(first, end int) error {
		n, err := f.ReadAt(data[first:end], int64(first))
		if n == end-first {
			return nil
		}
		if err == io.EOF { // it has become shorter
			err = fmt.Errorf("%s: %w", path, io.ErrUnexpectedEOF)
		}
		return err
	})
	return data, err
}
