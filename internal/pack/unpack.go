package pack

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// Unpack writes the pack's folders and files below root, which must exist.
// Nothing that exists is overwritten or
// followed out of root: the paths of a Pack that Decode returned are clean.
func (p *Pack) Unpack(root string) error {
	made := map[string]bool{".": true}
	for _, dir := range p.Dirs {
		if err := makeDirs(root, dir, made); err != nil {
			return err
		}
	}
	buf := make([]byte, 0, 256<<10)
	at, fd := "", -1
	defer func() {
		if fd >= 0 {
			unix.Close(fd)
		}
	}()
	for _, f := range p.Files {
		dir, name := path.Split(f.Path)
		if fd < 0 || dir != at {
			if fd >= 0 {
				unix.Close(fd)
			}
			if err := makeDirs(root, path.Dir(f.Path), made); err != nil {
				fd = -1
				return err
			}
			var err error
			if fd, err = unix.Open(root+"/"+dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
				return fmt.Errorf("%s/%s: %w", root, dir, err)
			}
			at = dir
		}
		content, err := f.Blob.Content(buf)
		if err != nil {
			return &FormatError{File: p.name, Offset: f.Blob.offset, Reason: fmt.Sprintf("%s does not decompress: %v", f.Path, err)}
		}
		if cap(content) > cap(buf) && len(f.Blob.Frame) != f.Blob.Size {
			buf = content
		}
		if err := writeAt(fd, name, content); err != nil {
			return fmt.Errorf("%s/%s: %w", root, f.Path, err)
		}
	}
	return nil
}

func makeDirs(root, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	if err := makeDirs(root, path.Dir(dir), made); err != nil {
		return err
	}
	if err := unix.Mkdir(root+"/"+dir, 0o755); err != nil && err != unix.EEXIST {
		return fmt.Errorf("%s/%s: %w", root, dir, err)
	}
	made[dir] = true
	return nil
}

func writeAt(dir int, name string, data []byte) error {
	fd, err := unix.Openat(dir, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o644)
	if err != nil {
		return err
	}
	for len(data) > 0 {
		n, err := unix.Write(fd, data)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			unix.Close(fd)
			return err
		}
		data = data[n:]
	}
	return unix.Close(fd)
}

// Remove removes the files that Unpack wrote below root. It leaves the folders
// and what it cannot remove.
func (p *Pack) Remove(root string) {
	at, fd := "", -1
	for _, f := range p.Files {
		dir, name := path.Split(f.Path)
		if fd < 0 || dir != at {
			if fd >= 0 {
				unix.Close(fd)
			}
			var err error
			if fd, err = unix.Open(root+"/"+strings.TrimSuffix(dir, "/"), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
				fd = -1
				continue
			}
			at = dir
		}
		unix.Unlinkat(fd, name, 0)
	}
	if fd >= 0 {
		unix.Close(fd)
	}
}
