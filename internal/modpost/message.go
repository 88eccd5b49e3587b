package modpost

import (
	"fmt"
	"strings"
)

// A Level says how bad a message is.
type Level int

// The levels of messages. Anything above Warning fails the run.
const (
	Warning Level = iota
	Error
	Fatal // an error that ends Kbuild's modpost at once
)

// A Message is one diagnostic: Kbuild's words, and what Kbuild cannot know.
type Message struct {
	Level Level
	Text  string // without prefix; a few of Kbuild's have more than one line
	Hint  string // what to do, for a line of its own; empty if there is no more to say

	undefined bool // about an undefined symbol: only the first few are shown
	bare      bool // without prefix: more about the message before
}

// String returns the message as modpost prints it, without the last newline.
func (m Message) String() string {
	prefix := "WARNING"
	switch m.Level {
	case Error:
		prefix = "ERROR"
	case Fatal:
		prefix = "FATAL"
	}
	s := prefix + ": modpost: " + m.Text
	if m.bare {
		s = m.Text
	}
	if m.Hint != "" {
		s = strings.TrimSuffix(s, "\n") + "\n  " + m.Hint
	}
	return s
}

// maxUndefined is how many undefined symbols a run shows.
const maxUndefined = 10

// log collects messages in order.
type log struct {
	messages []Message
}

func (l *log) add(m Message) { l.messages = append(l.messages, m) }

func (l *log) warn(format string, args ...any) {
	l.add(Message{Level: Warning, Text: fmt.Sprintf(format, args...)})
}

func (l *log) error(format string, args ...any) {
	l.add(Message{Level: Error, Text: fmt.Sprintf(format, args...)})
}

// errorUnless is a warning if tolerated.
func (l *log) errorUnless(tolerated bool, m Message) {
	m.Level = Error
	if tolerated {
		m.Level = Warning
	}
	l.add(m)
}

// take moves the messages of l to the result, cutting the undefined symbols
// short. A run for exports only leaves warnings to the one that checks.
func (r *runner) take(l *log) {
	for _, m := range l.messages {
		if m.Level == Warning && r.o.ExportsOnly {
			continue
		}
		if m.Level != Warning {
			r.result.Failed = true
		}
		if m.undefined {
			r.undefined++
			if r.undefined > maxUndefined {
				continue
			}
		}
		r.result.Messages = append(r.result.Messages, m)
	}
	l.messages = nil
}
