package pack

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A Blob is the content of a file as a pack stores it.
type Blob struct {
	Size  int    // of the content, in bytes
	Frame []byte // a zstd frame, or the content itself if that is as short

	stored int // length of Frame, before it is known
	offset int // of Frame in the pack
}

// The encoder's options decide the bytes of a pack. It may be used by several
// goroutines: each compresses by itself.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true))
	if err != nil {
		panic(err) // only options that contradict each other are refused
	}
	return e
})

var decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxSize), zstd.IgnoreChecksum(true))
})

// Compress returns the blob of a content, which it may share memory with.
func Compress(content []byte) Blob {
	frame := encoder().EncodeAll(content, nil)
	if len(frame) >= len(content) {
		frame = content
	}
	return Blob{Size: len(content), Frame: frame}
}

// Content returns the content, in buf's memory if that is enough. An error does
// not name the pack or the file.
func (b Blob) Content(buf []byte) ([]byte, error) {
	if len(b.Frame) == b.Size {
		return b.Frame, nil
	}
	d, err := decoder()
	if err != nil {
		return nil, err
	}
	// What the frame itself says of its size decides how much is allocated.
	var header zstd.Header
	if err := header.Decode(b.Frame); err != nil {
		return nil, err
	}
	if !header.HasFCS || header.FrameContentSize != uint64(b.Size) {
		return nil, fmt.Errorf("a frame of %d bytes where %d are expected", header.FrameContentSize, b.Size)
	}
	content, err := d.DecodeAll(b.Frame, buf[:0])
	if err == nil && len(content) != b.Size {
		err = fmt.Errorf("%d bytes where %d are expected", len(content), b.Size)
	}
	return content, err
}
