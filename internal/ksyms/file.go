package ksyms

import (
	"bufio"
	"os"
	"unsafe"
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
