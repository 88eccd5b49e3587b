package main

import (
	"testing"
	"time"
)

func TestALineIsSeenHoweverItIsWritten(t *testing.T) {
	for _, pieces := range [][]string{
		{"  AR      vmlinux.a\n  LD      vmlinux.o\n", "  LD      vmlinux\n"},
		{"  AR      vmlinux.a\n  LD   ", "   vmlinux.o", "\n  LD      vmlinux\n"},
		{"  LD      vmlinux.o\n"},
	} {
		w := &lineWatch{line: linkLine}
		begin := time.Now()
		write(t, w, pieces[:len(pieces)-1])
		time.Sleep(time.Millisecond)
		last := time.Now()
		write(t, w, pieces[len(pieces)-1:])
		if w.written.Before(begin) {
			t.Errorf("%q: it is not seen", pieces)
		}
		if early := w.written.Before(last); early != (len(pieces) == 2) {
			t.Errorf("%q: it is seen before the last piece: %v", pieces, early)
		}
		if since := w.since(); since <= 0 || since > time.Since(begin) {
			t.Errorf("%q: %v since then", pieces, since)
		}
		seen := w.written
		time.Sleep(time.Millisecond)
		write(t, w, []string{linkLine + "\n"})
		if w.written != seen {
			t.Errorf("%q: it is seen again", pieces)
		}
	}
}

func TestOtherLinesAreNotThatOne(t *testing.T) {
	w := &lineWatch{line: linkLine}
	write(t, w, []string{"\n  LD [M]  vmlinux.o\n", "  LD      vmlinux\n", "x" + linkLine + "\n", linkLine + "s\n", linkLine})
	if !w.written.IsZero() || w.since() != 0 {
		t.Error("it is seen")
	}
}

func write(t *testing.T, w *lineWatch, pieces []string) {
	t.Helper()
	for _, p := range pieces {
		if n, err := w.Write([]byte(p)); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}
}
