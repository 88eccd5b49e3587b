package bootinit

import (
	"bytes"
	"os"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// maxLine is the number of bytes that are written to the kernel log at once.
// The kernel refuses a record of more than about 1,000 (LOG_LINE_MAX).
const maxLine = 900

// A logger writes lines to the kernel log, or to the standard error output as
// long as that cannot be opened.
type logger struct {
	out *os.File
	// level is printk's priority, `<5>` (notice): shown on every console that
	// is not quiet.
	level string
}

func openLog() (*logger, error) {
	f, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		return &logger{out: os.Stderr}, err
	}
	return &logger{out: f, level: "<5>"}, nil
}

// say writes a line of /init's own.
func (l *logger) say(text string) { l.line(bootplan.Prefix, text) }

// line writes prefix and text, in several records if it is long or has newlines.
func (l *logger) line(prefix, text string) {
	for part := range strings.Lines(text) {
		part = strings.TrimRight(part, "\r\n")
		for len(part) > maxLine {
			l.write(prefix, part[:maxLine])
			part = part[maxLine:]
		}
		l.write(prefix, part)
	}
}

// write writes one record. There is nobody to tell if it fails.
func (l *logger) write(prefix, text string) {
	_, _ = l.out.WriteString(l.level + prefix + text + "\n")
}

// A lineWriter passes each complete line written to it to line.
type lineWriter struct {
	line func(string)
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			break
		}
		w.line(string(w.rest[:i+1]))
		w.rest = w.rest[i+1:]
	}
	return len(p), nil
}

// flush passes on a last line that has no newline.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}
