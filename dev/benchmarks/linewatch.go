package main

import (
	"bytes"
	"time"
)

// A lineWatch notes when a line is first written to it.
type lineWatch struct {
	line    string
	written time.Time // zero: not yet
	begun   []byte    // a line that has not ended
}

func (w *lineWatch) Write(p []byte) (int, error) {
	w.begun = append(w.begun, p...)
	for w.written.IsZero() {
		line, rest, ended := bytes.Cut(w.begun, []byte("\n"))
		if !ended {
			return len(p), nil
		}
		if string(line) == w.line {
			w.written = time.Now()
		}
		w.begun = rest
	}
	w.begun = nil
	return len(p), nil
}

// since returns how long ago that was; 0 if it was not.
func (w *lineWatch) since() time.Duration {
	if w.written.IsZero() {
		return 0
	}
	return time.Since(w.written)
}
