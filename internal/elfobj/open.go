package elfobj

import (
	"os"

	"golang.org/x/sys/unix"
)

// Open maps the file at path into memory and reads its headers. Errors name
// the path. The caller closes the File when nothing of it is needed any more.
func Open(path string) (*File, error) {
	data, unmap, err := MapFile(path)
	if err != nil {
		return nil, err
	}
	f, err := New(path, data)
	if err != nil {
		_ = unmap()
		return nil, err
	}
	f.unmap = unmap
	return f, nil
}

// Close gives back the memory of a File that Open made: strings and bytes that
// came from the File must not be used after it.
func (f *File) Close() error {
	if f.unmap == nil {
		return nil
	}
	unmap := f.unmap
	f.unmap, f.data, f.text, f.sections = nil, nil, "", nil
	f.symtab, f.shndx = 0, 0
	return unmap()
}

// MapFile maps the file at path into memory, or reads it if it cannot be
// mapped. The bytes must not be used after the returned function was called.
func MapFile(path string) ([]byte, func() error, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	// What cannot be mapped (an empty file, a pipe) is read.
	if info.Mode().IsRegular() && info.Size() > 0 && info.Size() == int64(int(info.Size())) {
		data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
		if err == nil {
			return data, func() error { return unix.Munmap(data) }, nil
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return nil }, nil
}
