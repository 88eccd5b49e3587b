package elfobj

import (
	"debug/elf"
	"fmt"
	"io"
	"os"
	"unsafe"
)

// A sparse says which bytes of a File were read.
type sparse struct {
	from   *os.File
	loaded []bool // of sections
	err    error  // the first of reading a section
}

// OpenSparse opens an object of which only some sections are wanted: each is
// read when it is first asked for. ok is false if the file is not an ELF object,
// or is one that Open handles better. The File is for one goroutine at a time;
// an error of reading a section, which then seems to be empty, is Close's.
func OpenSparse(path string) (f *File, ok bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > readLimit || info.Size() < elf.EI_NIDENT {
		file.Close()
		return nil, false, err
	}
	size := int(info.Size())
	buffer := buffers.Get().(*[readLimit]byte)
	f = &File{name: path, data: buffer[:size:size], text: unsafe.String(&buffer[0], size), sparse: &sparse{from: file}}
	f.unmap = func() error {
		buffers.Put(buffer)
		return file.Close()
	}
	const header = 64 // of an ELF file of 64 bits, the larger
	if err = f.load(0, uint64(min(size, header))); err == nil && !IsELF(f.data) {
		return nil, false, f.unmap()
	}
	if err == nil {
		err = f.readHeader()
	}
	if err != nil {
		_ = f.unmap()
		return nil, false, err
	}
	f.sparse.loaded = make([]bool, len(f.sections))
	return f, true, nil
}

// load reads a part of a sparse file.
func (f *File) load(offset, size uint64) error {
	if f.sparse == nil || !f.within(offset, size) {
		return nil // who looks there says what is wrong
	}
	if _, err := f.sparse.from.ReadAt(f.data[offset:offset+size], int64(offset)); err != nil {
		if err == io.EOF { // it has become shorter
			return fmt.Errorf("%s: %w", f.name, io.ErrUnexpectedEOF)
		}
		return err
	}
	return nil
}

// loadSection reads a section of a sparse file, if that was not done. It says
// whether it is there.
func (f *File) loadSection(s *Section) bool {
	if f.sparse.err == nil && !f.sparse.loaded[s.Index] {
		f.sparse.err = f.load(s.Offset, s.Size)
		f.sparse.loaded[s.Index] = f.sparse.err == nil
	}
	return f.sparse.err == nil
}
