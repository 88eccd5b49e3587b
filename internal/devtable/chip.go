package devtable

import "fmt"

// chipBuses are those inside a chip, and the processor itself.
var chipBuses = []bus{
	row("ssb", "u16 vendor coreid; u8 revision pad", "ssb:v{vendor!ffff}id{coreid!ffff}rev{revision!ff}*"),
	row("bcma", "u16 manuf id; u8 rev class", "bcma:m{manuf!ffff}id{id!ffff}rev{rev!ff}cl{class!ff}*"),
	special("amba", "u32 id mask; long data", amba),
	row("mipscdmm", "u8 type", "mipscdmm:t{type}*"),
	row("fslmc", "u16 vendor; char obj_type[16]", "fsl-mc:v{vendor:%08X}d{obj_type}"),
	row("dfl", "u16 type feature_id; long driver_data", "dfl:t{type}f{feature_id}*"),
	special("x86cpu", "u16 vendor family model steppings feature flags; long driver_data", x86cpu).before(6015),
	special("x86cpu", "u16 vendor family model steppings feature flags; u8 platform_mask type; long driver_data", x86cpu).from(6015),
	row("cpu", "u16 feature", "cpu:type:*:feature:*{feature}*"),
}

// amba ids have a mask of bits. A digit that the mask wants in part becomes the set of digits that fit.
func amba(c *converter, e entry) {
	id, mask := e.uint("id"), e.uint("mask")
	if id&^mask != 0 {
		c.fail("%s: Masked-off bit(s) of AMBA device ID are non-zero: id=0x%08X, mask=0x%08X.  Please fix this driver.", c.table.Module, id, mask)
		return
	}
	alias := "amba:d"
	for shift := 28; shift >= 0; shift -= 4 {
		digit, wanted := id>>shift&0xf, mask>>shift&0xf
		switch wanted {
		case 0:
			alias += "?"
		case 0xf:
			alias += fmt.Sprintf("%X", digit)
		default:
			alias += "["
			for n := range uint64(16) {
				if n&wanted == digit {
					alias += fmt.Sprintf("%X", n)
				}
			}
			alias += "]"
		}
	}
	c.alias(alias)
}

var x86cpuModel = parsePattern("cpu:type:x86,ven{vendor!ffff}fam{family!0}mod{model!0}:feature:*")

func x86cpu(c *converter, e entry) {
	alias := x86cpuModel.expand(e)
	if feature := e.uint("feature"); feature != 0 {
		alias += fmt.Sprintf("%04X*", feature)
	}
	c.alias(alias)
}
