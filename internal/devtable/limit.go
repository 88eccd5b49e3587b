package devtable

import (
	"fmt"
	"strings"
)

// modpost has buffers for aliases, and refuses a table whose aliases do not fit.
const (
	// lineSize is that of a whole MODULE_ALIAS line, with its zero byte, before 6.13.
	lineSize = 500
	// bufferSize is that of an alias that is put together bit by bit, with its zero byte. 7.2 looks at it; kernels before
	// write past its end, or find the line too long.
	bufferSize = 256
)

// alias says an alias of the table.
func (c *converter) alias(s string) {
	if line := "MODULE_ALIAS(\"" + s + "\");\n"; c.version < 6013 && len(line) >= lineSize {
		c.fail("buf_printf output truncated for string %s: %d bytes needed, %d available", line[:lineSize-1], len(line)+1, lineSize)
		return
	}
	c.aliases = append(c.aliases, s)
}

// A buffer puts an alias together. The prefix that all aliases of a bus have is no part of it.
type buffer struct {
	c    *converter
	text strings.Builder
}

// add appends a part.
func (b *buffer) add(format string, args ...any) {
	part := fmt.Sprintf(format, args...)
	if room := bufferSize - b.text.Len(); b.c.version >= 7002 && len(part) >= room {
		b.fail("alias buffer (%d) overflow on append (need %d, have %d)", bufferSize, len(part), room)
		return
	}
	b.text.WriteString(part)
}

// addDMI appends what dmiText left of a text, about which modpost has words of its own.
func (b *buffer) addDMI(s string) {
	if b.c.version >= 7002 && b.text.Len()+len(s) >= bufferSize {
		b.fail("dmi_ascii_filter: alias buffer overflow")
		return
	}
	b.text.WriteString(s)
}

// fail keeps the first failure, where modpost ends.
func (b *buffer) fail(format string, args ...any) {
	if b.c.err == nil {
		b.c.fail(format, args...)
	}
}
