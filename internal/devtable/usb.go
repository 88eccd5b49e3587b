package devtable

import "fmt"

// usbBuses are USB and its relatives.
var usbBuses = []bus{
	special("usb", "u16 match_flags idVendor idProduct bcdDevice_lo bcdDevice_hi; u8 bDeviceClass bDeviceSubClass bDeviceProtocol "+
		"bInterfaceClass bInterfaceSubClass bInterfaceProtocol bInterfaceNumber; aligned long driver_info", usb),
	row("typec", "u16 svid; u8 mode; long driver_data", "typec:id{svid}m{mode!7}").before(6014),
	row("typec", "u16 svid; u8 mode; long driver_data", "typec:id{svid}").from(6014),
	row("tbsvc", "u32 match_flags; char protocol_key[9]; u32 protocol_id protocol_version protocol_revision; long driver_data",
		"tbsvc:k{protocol_key?1}p{protocol_id?2}v{protocol_version?4}r{protocol_revision?8}*"),
	row("ulpi", "u16 vendor product; long driver_data", "ulpi:v{vendor:%04x}p{product:%04x}"),
}

var (
	usbDevice = parsePattern("usb:v{idVendor?1}p{idProduct?2}d")
	usbClass  = parsePattern("dc{bDeviceClass?10}dsc{bDeviceSubClass?20}dp{bDeviceProtocol?40}" +
		"ic{bInterfaceClass?80}isc{bInterfaceSubClass?100}ip{bInterfaceProtocol?200}in{bInterfaceNumber?400}*")
)

// usb entries have a range of device releases, which takes one alias for each pattern that it needs. An entry that has
// no id and no class is a place for one that is filled in at run time, and has no alias.
func usb(c *converter, e entry) {
	if e.uint("idVendor") == 0 && e.uint("idProduct") == 0 && e.uint("bDeviceClass") == 0 && e.uint("bInterfaceClass") == 0 {
		return
	}
	// A range without an end ends at a number of more digits than releases have, which shows in the patterns of one that
	// begins at the last release.
	first, last := uint64(0), uint64(0xffffffff)
	if e.uint("match_flags")&4 != 0 {
		first = e.uint("bcdDevice_lo")
	}
	if e.uint("match_flags")&8 != 0 {
		last = e.uint("bcdDevice_hi")
	}
	for _, release := range releasePatterns(first, last) {
		c.alias(usbDevice.expand(e) + release + usbClass.expand(e))
	}
}

const releaseDigits = 4

// releasePatterns returns the globs that together match the releases of four digits from first to last. Releases are in
// BCD, but some vendors count in hexadecimal; a range whose ends have decimal digits only is taken for BCD.
//
// Each round splits off the releases that share all digits but the last with an end of the range, and goes on with the
// tens between them, as if the last digit were not there.
func releasePatterns(first, last uint64) []string {
	var out []string
	base := numberBase(first, min(last, 0x9999))
	top := base - 1
	for digits := releaseDigits - 1; first <= last; digits-- {
		from, to := first&0xf, min(last&0xf, top)
		first >>= 4
		last >>= 4
		if first == last || digits == 0 {
			return append(out, releasePattern(first, digits, from, to, top))
		}
		if from > 0 {
			out = append(out, releasePattern(first, digits, from, top, top))
			first = step(first, 1, base)
		}
		if to < top {
			out = append(out, releasePattern(last, digits, 0, to, top))
			last = step(last, -1, base)
		}
	}
	return out
}

// numberBase is 16 if one of the numbers has a digit above 9, else 10.
func numberBase(numbers ...uint64) uint64 {
	for _, n := range numbers {
		for ; n > 0; n >>= 4 {
			if n&0xf > 9 {
				return 16
			}
		}
	}
	return 10
}

// step adds by to the number whose digits are n's nibbles. A nibble that is no digit counts as the highest.
func step(n uint64, by int, base uint64) uint64 {
	value, unit := uint64(0), uint64(1)
	for i := range releaseDigits {
		value += min(n>>(4*i)&0xf, base-1) * unit
		unit *= base
	}
	value += uint64(by)
	n = 0
	for i := range releaseDigits {
		n |= value % base << (4 * i)
		value /= base
	}
	return n
}

// releasePattern matches the releases that begin with the given number of digits of prefix, and go on with a digit from
// from to to and anything. The fnmatch that reads a range must not rely on what lies between 9 and A.
func releasePattern(prefix uint64, digits int, from, to, top uint64) string {
	var s string
	if digits > 0 {
		s = fmt.Sprintf("%0*X", digits, prefix)
	}
	switch {
	case from == to:
		s += fmt.Sprintf("%X", from)
	case from == 0 && to == top:
	case from > 9 || to < 10:
		s += fmt.Sprintf("[%X-%X]", from, to)
	default:
		s += "[" + digitRange(from, 9) + digitRange(10, to) + "]"
	}
	if digits < releaseDigits-1 {
		s += "*"
	}
	return s
}

func digitRange(from, to uint64) string {
	if from == to {
		return fmt.Sprintf("%X", from)
	}
	return fmt.Sprintf("%X-%X", from, to)
}
