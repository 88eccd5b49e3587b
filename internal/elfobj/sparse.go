package elfobj

import (
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A sparse says which bytes of a File were read.
type sparse struct {
	fd   int
	room *room
	// The bytes from one offset on up to another were read: the end of the file,
	// where linkers put what is read of all files. What else was read, sections
	// say.
	from, upTo uint64
	err        error // the first of reading a section
}

// OpenSparse opens an object of which only some sections are wanted: each is
// read when it is first asked for. ok is false if the file is not an ELF object,
// or is one that Open handles better. The File is for one goroutine at a time;
// an error of reading a section, which then seems to be empty, is Close's.
func OpenSparse(path string) (f *File, ok bool, err error) {
	// An os.File would be asked, with five more system calls, whether it can wait.
	fd, err := openFile(path)
	if err != nil {
		return nil, false, err
	}
	size, ok := sizeOf(fd)
	if !ok || size > readLimit || size < elf.EI_NIDENT {
		_ = unix.Close(fd)
		return nil, false, nil
	}
	r := rooms.Get().(*room)
	f = &File{name: path, data: r.data[:size:size], text: unsafe.String(&r.data[0], size), sparse: &sparse{fd: fd, room: r}}
	f.unmap = func() error {
		rooms.Put(r)
		return unix.Close(fd)
	}
	const header = 64 // of an ELF file of 64 bits, the larger
	if err = f.read(0, min(uint64(size), header)); err == nil && !IsELF(f.data) {
		return nil, false, f.unmap()
	}
	if err == nil {
		err = f.readHeader()
	}
	if err != nil {
		_ = f.unmap()
		return nil, false, err
	}
	return f, true, nil
}

func openFile(path string) (fd int, err error) {
	for {
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		switch err {
		case nil:
			return fd, nil
		case unix.EINTR:
		default:
			return -1, &fs.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

// sizeOf returns the size of a regular file.
func sizeOf(fd int) (size int64, ok bool) {
	var info unix.Stat_t
	err := unix.Fstat(fd, &info)
	return info.Size, err == nil && info.Mode&unix.S_IFMT == unix.S_IFREG
}

// load reads a part of a sparse file, if it is not there.
func (f *File) load(offset, size uint64) error {
	if f.sparse == nil || !f.within(offset, size) {
		return nil // who looks there says what is wrong
	}
	// The section headers are at the end of the file, the tables of symbols and
	// of names before them: one call reads them all if they are small, a second
	// one what is missing.
	const ahead = 4 << 10
	s, end := f.sparse, uint64(len(f.data))
	switch {
	case offset >= s.from && offset+size <= s.upTo:
		return nil
	case s.upTo == 0 && end-offset <= 4*ahead:
		s.from, s.upTo = offset-min(offset, ahead), end
		return f.read(s.from, end-s.from)
	case offset < s.from && s.from-offset <= size+4*ahead && offset+size <= s.upTo:
		gap := s.from - offset
		s.from = offset
		return f.read(offset, gap)
	}
	return f.read(offset, size)
}

// read reads a part of a sparse file.
func (f *File) read(offset, size uint64) error {
	for size > 0 {
		n, err := unix.Pread(f.sparse.fd, f.data[offset:offset+size], int64(offset))
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return &fs.PathError{Op: "read", Path: f.name, Err: err}
		case n == 0: // it has become shorter
			return fmt.Errorf("%s: %w", f.name, io.ErrUnexpectedEOF)
		}
		offset, size = offset+uint64(n), size-uint64(n)
	}
	return nil
}

// loadSection reads a section of a sparse file from an offset in it on, if that
// was not done. It says whether it is there.
func (f *File) loadSection(s *Section, from uint64) bool {
	loaded := f.sparse.room.loaded
	if f.sparse.err == nil && !loaded[s.Index] {
		f.sparse.err = f.load(s.Offset+from, s.Size-from)
		loaded[s.Index] = f.sparse.err == nil && from == 0
	}
	return f.sparse.err == nil
}

// makeSections returns n section headers, to be filled in.
func (f *File) makeSections(n int) []Section {
	if f.sparse == nil {
		return make([]Section, n)
	}
	r := f.sparse.room
	r.sections = slices.Grow(r.sections[:0], n)[:n]
	r.loaded = slices.Grow(r.loaded[:0], n)[:n]
	clear(r.loaded)
	return r.sections
}
