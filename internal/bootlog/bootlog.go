// Package bootlog reads the console of a boot test and judges it: whether /init
// came to its end, which expected lines are missing, and which lines must not
// be there.
package bootlog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// A Source says who wrote a line of the console.
type Source int

const (
	Kernel Source = iota // the kernel, its modules, or what ran before it
	Init                 // /init
	Script               // the test's script
)

// A Line is one line of the console.
type Line struct {
	Number int // from 1
	// Text is the line without what printk puts before it (the time and, with
	// CONFIG_PRINTK_CALLER, who called), without /init's prefixes and without
	// terminal control sequences.
	Text   string
	Source Source
}

// A Log is the console of one boot.
type Log struct {
	Lines []Line
	begin int // index of the line after /init's first, or -1
}

var (
	// The time, as print_time in kernel/printk/printk.c has it since 2.6:
	// seconds and microseconds in brackets; then the caller, T and a thread's
	// or C and a processor's number.
	stamp = regexp.MustCompile(`^\[ *\d+\.\d{6}\](\[ *[TC]\d+\])? ?`)
	// ECMA-48 control sequences, which firmware sends to a terminal.
	control = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|[@-Z\\-_c])`)
)

// Parse reads a console. Any bytes are a console.
func Parse(console []byte) *Log {
	l := &Log{begin: -1}
	n := 0
	for text := range strings.Lines(string(console)) {
		n++
		line := parseLine(text)
		line.Number = n
		l.Lines = append(l.Lines, line)
		if l.begin < 0 && line.Source == Init && line.Text == bootplan.Started {
			l.begin = n
		}
	}
	return l
}

func parseLine(text string) Line {
	text = strings.ToValidUTF8(control.ReplaceAllString(text, ""), "?")
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
	rest := stamp.ReplaceAllString(text, "")
	if rest != text {
		// Only what has printk's time can be /init's: it writes to the log.
		if own, ok := strings.CutPrefix(rest, bootplan.Prefix); ok {
			return Line{Text: own, Source: Init}
		}
		if script, ok := strings.CutPrefix(rest, bootplan.ScriptPrefix); ok {
			return Line{Text: script, Source: Script}
		}
	}
	return Line{Text: rest, Source: Kernel}
}

// Started reports whether /init ran.
func (l *Log) Started() bool { return l.begin >= 0 }

// judged are the lines that a test is about: all after /init began.
func (l *Log) judged() []Line {
	if l.begin < 0 {
		return nil
	}
	return l.Lines[l.begin:]
}

// last returns the last line from /init, nil if it said nothing.
func (l *Log) last() *Line {
	lines := l.judged()
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Source == Init {
			return &lines[i]
		}
	}
	return nil
}

// Doing returns what /init had begun when the log ends, "" if it never ran.
func (l *Log) Doing() string {
	if line := l.last(); line != nil {
		return line.Text
	}
	if l.Started() {
		return bootplan.Started
	}
	return ""
}

// Passed reports whether /init carried out the whole plan.
func (l *Log) Passed() bool { return l.Doing() == bootplan.Passed }

// Tail returns the last n lines as they are in the log, with their numbers.
func (l *Log) Tail(n int) []string {
	lines := l.Lines[max(len(l.Lines)-n, 0):]
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = line.String()
	}
	return out
}

// String returns the line with its number, /init's prefix put back.
func (l *Line) String() string {
	prefix := ""
	switch l.Source {
	case Init:
		prefix = bootplan.Prefix
	case Script:
		prefix = bootplan.ScriptPrefix
	}
	return fmt.Sprintf("%5d  %s%s", l.Number, prefix, l.Text)
}
