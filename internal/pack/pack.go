// Package pack is the format of a header pack: one file that holds a tree of
// small files, the include closure of one source.
//
// The same files make the same bytes. The format is
//
//	rules_kbuild pack 1\n
//	uvarint: length of the index
//	the index
//	the files' blobs, one after the other
//
// The index has a uvarint count of folders and the folders, then a count of
// files and the files, each list sorted by path. A path is written as the
// number of bytes that it shares with the one before it, the number of bytes
// that follow, and those; a file's path is followed by the file's length and
// the length of its blob. A blob is a zstd frame, or the file itself if it is
// as long as the file. Each file has a frame of its own so that many packs with
// the same headers are written for the price of one.
package pack

import (
	"encoding/binary"
	"fmt"
	"sort"
	"strings"
)

const magic = "rules_kbuild pack 1\n"

// maxSize limits what a pack may unpack to, in bytes.
const maxSize = 1 << 30

// A File is one file of a pack.
type File struct {
	Path string // relative, clean, with slashes
	Blob Blob
}

// A Pack is the content of a pack.
type Pack struct {
	Dirs  []string // folders that exist even if no file is in them
	Files []File
	name  string // of the file that it was read from
}

// A FormatError says where a pack is not what its format asks for.
type FormatError struct {
	File   string
	Offset int // in bytes from the beginning of the file
	Reason string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: offset %#x: %s; the file must be a header pack that `slice headers` of this version wrote", e.File, e.Offset, e.Reason)
}

// Encode returns the bytes of a pack. It sorts p's lists. A path that is not
// clean and relative, or that occurs twice, is an error.
func Encode(p *Pack) ([]byte, error) {
	sort.Strings(p.Dirs)
	sort.Slice(p.Files, func(i, j int) bool { return p.Files[i].Path < p.Files[j].Path })
	size, stored := 0, 0
	index := binary.AppendUvarint(nil, uint64(len(p.Dirs)))
	last := ""
	for i, dir := range p.Dirs {
		if i > 0 && dir == last || !cleanPath(dir) {
			return nil, fmt.Errorf("folder %q of a pack is not a clean relative path, or is there twice", dir)
		}
		index = appendPath(index, last, dir)
		last = dir
	}
	index = binary.AppendUvarint(index, uint64(len(p.Files)))
	last = ""
	for i, f := range p.Files {
		if i > 0 && f.Path == last || !cleanPath(f.Path) {
			return nil, fmt.Errorf("file %q of a pack is not a clean relative path, or is there twice", f.Path)
		}
		index = appendPath(index, last, f.Path)
		index = binary.AppendUvarint(index, uint64(f.Blob.Size))
		index = binary.AppendUvarint(index, uint64(len(f.Blob.Frame)))
		last = f.Path
		size += f.Blob.Size
		stored += len(f.Blob.Frame)
	}
	if size > maxSize {
		return nil, fmt.Errorf("the files of a pack have %d bytes, more than %d", size, maxSize)
	}
	out := make([]byte, 0, len(magic)+binary.MaxVarintLen64+len(index)+stored)
	out = append(out, magic...)
	out = binary.AppendUvarint(out, uint64(len(index)))
	out = append(out, index...)
	for _, f := range p.Files {
		out = append(out, f.Blob.Frame...)
	}
	return out, nil
}

func appendPath(dst []byte, last, path string) []byte {
	n := 0
	for n < len(last) && n < len(path) && last[n] == path[n] {
		n++
	}
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = binary.AppendUvarint(dst, uint64(len(path)-n))
	return append(dst, path[n:]...)
}

// cleanPath says whether p can be joined to a folder without leaving it.
func cleanPath(p string) bool {
	if p == "" || strings.IndexByte(p, 0) >= 0 {
		return false
	}
	for rest, more := p, true; more; {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// Decode reads a pack, and checks all of it but the content of the blobs. The
// name is for errors, which are *FormatError. The blobs share the memory of
// data.
func Decode(name string, data []byte) (*Pack, error) {
	r := &reader{name: name, data: data, end: len(data)}
	if !strings.HasPrefix(string(data[:min(len(data), len(magic))]), magic) {
		return nil, r.errorf("it does not begin with %q", magic)
	}
	r.at = len(magic)
	indexSize, err := r.number("the length of the index", maxSize)
	if err != nil {
		return nil, err
	}
	if indexSize > len(data)-r.at {
		return nil, r.errorf("the index of %d bytes is cut off", indexSize)
	}
	r.end = r.at + indexSize
	p := &Pack{}
	if err := r.dirs(p); err != nil {
		return nil, err
	}
	if err := r.files(p); err != nil {
		return nil, err
	}
	if r.at != r.end {
		return nil, r.errorf("the index is longer than its lists")
	}
	for i := range p.Files {
		b := &p.Files[i].Blob
		if b.stored > len(data)-r.at {
			return nil, r.errorf("%s is cut off", p.Files[i].Path)
		}
		b.Frame = data[r.at : r.at+b.stored : r.at+b.stored]
		b.offset = r.at
		r.at += b.stored
	}
	if r.at != len(data) {
		return nil, r.errorf("%d bytes follow the last file", len(data)-r.at)
	}
	p.name = name
	return p, nil
}

type reader struct {
	name string
	data []byte
	at   int
	end  int // of the index, once it is known
}

func (r *reader) errorf(format string, args ...any) error {
	return &FormatError{File: r.name, Offset: r.at, Reason: fmt.Sprintf(format, args...)}
}

func (r *reader) number(what string, limit uint64) (int, error) {
	v, n := binary.Uvarint(r.data[r.at:r.end])
	if n <= 0 {
		return 0, r.errorf("%s is cut off", what)
	}
	if v > limit {
		return 0, r.errorf("%s is %d, more than %d", what, v, limit)
	}
	r.at += n
	return int(v), nil
}

// path reads the path that follows last in a sorted list.
func (r *reader) path(last string) (string, error) {
	shared, err := r.number("a shared length", uint64(len(last)))
	if err != nil {
		return "", err
	}
	n, err := r.number("the length of a path", maxSize)
	if err != nil {
		return "", err
	}
	if n > r.end-r.at {
		return "", r.errorf("a path of %d bytes is cut off", n)
	}
	path := last[:shared] + string(r.data[r.at:r.at+n])
	if !cleanPath(path) || path <= last {
		return "", r.errorf("%q is not a clean relative path that sorts after %q", path, last)
	}
	r.at += n
	return path, nil
}

func (r *reader) dirs(p *Pack) error {
	count, err := r.number("the number of folders", uint64(r.end-r.at))
	if err != nil {
		return err
	}
	p.Dirs = make([]string, count)
	last := ""
	for i := range p.Dirs {
		if last, err = r.path(last); err != nil {
			return err
		}
		p.Dirs[i] = last
	}
	return nil
}

func (r *reader) files(p *Pack) error {
	count, err := r.number("the number of files", uint64(r.end-r.at))
	if err != nil {
		return err
	}
	p.Files = make([]File, count)
	last, total := "", uint64(maxSize)
	for i := range p.Files {
		f := &p.Files[i]
		if last, err = r.path(last); err != nil {
			return err
		}
		f.Path = last
		if f.Blob.Size, err = r.number("the length of "+last, total); err != nil {
			return err
		}
		total -= uint64(f.Blob.Size)
		if f.Blob.stored, err = r.number("the stored length of "+last, uint64(f.Blob.Size)); err != nil {
			return err
		}
	}
	return nil
}
