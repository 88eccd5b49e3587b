package devtable

import "fmt"

// expansionBuses are those of cards and slots.
var expansionBuses = []bus{
	special("pci", "u32 vendor device subvendor subdevice class class_mask; long driver_data; u32 override_only", pci),
	special("cdx", "u16 vendor device subvendor subdevice; u32 class class_mask override_only", cdx).from(6004),
	row("pcmcia", "u16 match_flags manf_id card_id; u8 func_id function device_no; u32 prod_id_hash0 prod_id_hash1 prod_id_hash2 prod_id_hash3; long prod_id[4] driver_info cisfile",
		"pcmcia:m{manf_id?1}c{card_id?2}f{func_id?4}fn{function?8}pfn{device_no?100}"+
			"pa{prod_id_hash0?10}pb{prod_id_hash1?20}pc{prod_id_hash2?40}pd{prod_id_hash3?80}*"),
	special("isapnp", "u16 card_vendor card_device vendor function; long driver_data", isapnp),
	special("eisa", "char sig[8]; long driver_data", func(c *converter, e entry) { c.alias("eisa:s" + e.text("sig") + "*") }),
	row("zorro", "u32 id; long driver_data", "zorro:i{id!ffffffff}"),
	row("parisc", "u8 hw_type hversion_rev; u16 hversion; u32 sversion",
		"parisc:t{hw_type!ff}hv{hversion!ffff}rev{hversion_rev!ff}sv{sversion!ffffffff}*"),
	row("ipack", "u8 format; u32 vendor device", "ipack:f{format!ff}v{vendor!ffffffff}d{device!ffffffff}*"),
	row("rapidio", "u16 did vid asm_did asm_vid", "rapidio:v{vid!ffff}d{did!ffff}av{asm_vid!ffff}ad{asm_did!ffff}*"),
	row("mcb", "u16 device; long driver_data", "mcb:16z{device:%03d}").from(6019),
}

var pciDevice = parsePattern("v{vendor!ffffffff}d{device!ffffffff}sv{subvendor!ffffffff}sd{subdevice!ffffffff}")

// pci devices match by class too: three bytes, each of which a mask wants whole or not at all. Devices that only a driver
// override binds have aliases of their own.
//
// 7.2's modpost goes on after an unknown override with what its buffer happens to hold; no alias is all we can say.
func pci(c *converter, e entry) {
	var prefix string
	switch n := e.uint("override_only"); n {
	case 0:
		prefix = "pci:"
	case 1:
		prefix = "vfio_pci:"
	default:
		c.warn("Unknown PCI driver_override alias %08X", n)
		return
	}
	alias := prefix + pciDevice.expand(e)
	for i, part := range []string{"bc", "sc", "i"} {
		shift := 16 - 8*i
		switch uint8(e.uint("class_mask") >> shift) {
		case 0:
			alias += part + "*"
		case 0xff:
			alias += fmt.Sprintf("%s%02X", part, uint8(e.uint("class")>>shift))
		default:
			c.warn("Can't handle masks in %s:%04X", c.table.Module, e.uint("class_mask"))
			return
		}
	}
	c.alias(withStar(alias))
}

var cdxDevice = parsePattern("v{vendor!ffff}d{device!ffff}sv{subvendor!ffff}sd{subdevice!ffff}")

// cdx devices match by their class as a whole.
func cdx(c *converter, e entry) {
	var prefix string
	switch n := e.uint("override_only"); n {
	case 0:
		prefix = "cdx:"
	case 1:
		prefix = "vfio_cdx:"
	default:
		c.warn("Unknown CDX driver_override alias %08X", n)
		return
	}
	class := "*"
	if e.uint("class_mask") == 0xffffff {
		class = fmt.Sprintf("%08X", e.uint("class"))
	}
	c.alias(prefix + cdxDevice.expand(e) + "c" + class)
}

// isapnp has EISA's compressed names, three letters of five bits each, in the byte order of ISA PnP's resource data.
func isapnp(c *converter, e entry) {
	v, f := e.uint("vendor"), e.uint("function")
	letter := func(n uint64) string { return string([]byte{'A' - 1 + byte(n)}) }
	c.alias("pnp:d" + letter(v>>2&0x3f) + letter(v&3<<3|v>>13&7) + letter(v>>8&0x1f) +
		fmt.Sprintf("%x%x%x%x*", f>>4&0xf, f&0xf, f>>12&0xf, f>>8&0xf))
}
