package devtable

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// firmwareBuses are those whose devices a machine's firmware describes.
var firmwareBuses = []bus{
	special("of", "char name[32] type[32] compatible[128]; long data", of),
	special("vio", "char type[32] compat[32]", vio),
	special("acpi", "char id[16]; long driver_data; u32 cls cls_msk", acpi),
	special("pnp", "char id[8]; long driver_data", func(c *converter, e entry) { pnpID(c, e.text("id")) }),
	special("pnp_card", "char id[8]; long driver_data; u8 devs[64]", pnpCard),
	special("dmi", "long callback ident; u8 matches[320]; long driver_data", dmi),
	special("wmi", "char guid_string[37]; long context", wmi),
	row("coreboot", "u32 tag; long driver_data", "coreboot:t{tag}").from(6009),
}

var ofNode = parsePattern("of:N{name|*}T{type|*}")

// of nodes match by name, type and what they are compatible with, of which a node's own alias may list more.
func of(c *converter, e entry) {
	alias := ofNode.expand(e)
	if compatible := e.text("compatible"); compatible != "" {
		if e.text("type") != "" {
			alias += "*"
		}
		alias += "C" + compatible
	}
	alias = spacesToUnderscores(alias)
	c.alias(alias)
	c.alias(alias + "C*")
}

var vioDevice = parsePattern("vio:T{type|*}S{compat|*}")

func vio(c *converter, e entry) { c.alias(withStar(spacesToUnderscores(vioDevice.expand(e)))) }

// acpi devices match by their id, or by a class of three bytes like PCI's. Before 6.12 modpost read the class in the byte
// order of the machine it ran on.
func acpi(c *converter, e entry) {
	if id := e.text("id"); id != "" {
		c.alias("acpi*:" + id + ":*")
		return
	}
	if c.version < 6012 {
		e.layout.target.Order = binary.LittleEndian
	}
	var class strings.Builder
	for shift := 16; shift >= 0; shift -= 8 {
		if uint8(e.uint("cls_msk")>>shift) == 0 {
			class.WriteString("??")
		} else {
			fmt.Fprintf(&class, "%02x", uint8(e.uint("cls")>>shift))
		}
	}
	c.alias("acpi*:" + class.String() + ":*")
}

// pnpID says what finds a PnP device: on ISA's bus, and as one of ACPI, where ids are in upper case, and never longer than
// the array.
func pnpID(c *converter, id string) {
	c.alias("pnp:d" + id + "*")
	c.alias("acpi*:" + upper(id[:min(len(id), pnpIDSize)]) + ":*")
}

// upper is C's toupper, which leaves bytes that are not ASCII alone.
func upper(s string) string {
	b := []byte(s)
	for i, ch := range b {
		if 'a' <= ch && ch <= 'z' {
			b[i] = ch - 'a' + 'A'
		}
	}
	return string(b)
}

const (
	pnpIDSize  = 8
	pnpDevices = 8
)

// pnpCard says a card's devices, if no card before it in the table has them.
func pnpCard(c *converter, e entry) {
	for _, id := range cardDevices(e) {
		known := false
		for n := 0; len(c.entry(n).rest) > len(e.rest) && !known; n++ {
			for _, other := range cardDevices(c.entry(n)) {
				known = known || other == id
			}
		}
		if !known {
			pnpID(c, id)
		}
	}
}

// cardDevices are the ids up to the first empty one.
func cardDevices(e entry) []string {
	var ids []string
	for i := range pnpDevices {
		id := e.textAt("devs", i*pnpIDSize)
		if id == "" {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// dmiFields are the fields of SMBIOS that the kernel's own DMI alias has, in its order, and their numbers in enum dmi_field.
var dmiFields = []struct {
	prefix string
	slot   byte
}{
	{"bvn", 1}, {"bvr", 2}, {"bd", 3}, {"br", 4}, {"efr", 5}, {"svn", 6}, {"pn", 7}, {"pvr", 8},
	{"rvn", 13}, {"rn", 14}, {"rvr", 15}, {"cvn", 18}, {"ct", 19}, {"cvr", 20},
}

const (
	dmiMatchSize = 80
	dmiMatches   = 4
)

// dmi entries have four pairs of a field and a text in it. A field's number is a bit-field of seven bits, which modpost
// reads as a machine does whose bit-fields begin at the low bit, whatever the target.
func dmi(c *converter, e entry) {
	alias := buffer{c: c}
	for _, f := range dmiFields {
		for i := range dmiMatches {
			if e.bytes("matches")[i*dmiMatchSize]&0x7f == f.slot {
				alias.add(":%s*", f.prefix)
				alias.addDMI(dmiText(e.textAt("matches", i*dmiMatchSize+1)))
				alias.add("*")
			}
		}
	}
	c.alias("dmi*" + alias.text.String() + ":")
}

// dmiText leaves out what the kernel leaves out of its alias: blanks, colons, and all that is not printable ASCII.
func dmiText(s string) string {
	var out []byte
	for _, ch := range []byte(s) {
		if ch > ' ' && ch < 0x7f && ch != ':' {
			out = append(out, ch)
		}
	}
	return string(out)
}

const guidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// wmi has GUIDs in text form. From 7.2 on they are checked and made upper case, as the kernel's are.
func wmi(c *converter, e entry) {
	guid := e.text("guid_string")
	if len(guid) != len(guidForm) {
		c.warn("Invalid WMI device id 'wmi:%s' in '%s'", guid, c.table.Module)
		return
	}
	if c.version >= 7002 {
		for i, ch := range []byte(guid) {
			if guidForm[i] == '-' && ch == '-' || guidForm[i] == 'x' && strings.IndexByte("0123456789abcdefABCDEF", ch) >= 0 {
				continue
			}
			c.warn("Invalid character %s inside WMI GUID string '%s' in '%s'", guid[i:i+1], guid, c.table.Module)
			return
		}
		guid = upper(guid)
	}
	c.alias("wmi:" + guid)
}
