package devtable

const inputFields = "long flags; u16 bustype vendor product version; bits evbit[32] keybit[768] relbit[16] absbit[64] " +
	"mscbit[8] ledbit[16] sndbit[8] ffbit[128] swbit[18] propbit[32]; long driver_info"

// inputBuses are those of what people touch, and of cameras.
var inputBuses = []bus{
	special("input", inputFields, input(0x10)).before(6016),
	special("input", inputFields, input(0x11)).from(6016),
	row("hid", "u16 bus group; u32 vendor product; long driver_data",
		"hid:b{bus!ffff}g{group!0}v{vendor!ffffffff}p{product!ffffffff}"),
	row("serio", "u8 type extra id proto", "serio:ty{type!ff}pr{proto!ff}id{id!ff}ex{extra!ff}*"),
	row("ieee1394", "u32 match_flags vendor_id model_id specifier_id version; long driver_data",
		"ieee1394:ven{vendor_id?1}mo{model_id?2}sp{specifier_id?4}ver{version?8}*"),
}

// inputIDs and inputMaps are what an entry may ask for, with the flag that says so. Of keys only those from 0x71 on count:
// every keyboard has the others.
var (
	inputIDs = []struct {
		letter, field string
		flag          uint64
	}{{"b", "bustype", 1}, {"v", "vendor", 2}, {"p", "product", 4}, {"e", "version", 8}}

	inputMaps = []struct {
		letter, field string
		flag          uint64
		first, last   int
	}{
		{"-e", "evbit", 0x10, 0, 0x1f}, {"k", "keybit", 0x20, 0x71, 0x2ff}, {"r", "relbit", 0x40, 0, 0xf}, {"a", "absbit", 0x80, 0, 0x3f},
		{"m", "mscbit", 0x100, 0, 7}, {"l", "ledbit", 0x200, 0, 0xf}, {"s", "sndbit", 0x400, 0, 7}, {"f", "ffbit", 0x800, 0, 0x7f},
		{"w", "swbit", 0x1000, 0, 0},
	}
)

// input says the bits of an entry's maps. The last switch differs between kernels.
func input(lastSwitch int) formatter {
	return func(c *converter, e entry) {
		alias := buffer{c: c}
		flags := e.uint("flags")
		for _, id := range inputIDs {
			if flags&id.flag != 0 {
				alias.add("%s%04X", id.letter, e.uint(id.field))
			} else {
				alias.add("%s*", id.letter)
			}
		}
		for _, m := range inputMaps {
			alias.add("%s*", m.letter)
			if flags&m.flag == 0 {
				continue
			}
			last := m.last
			if m.field == "swbit" {
				last = lastSwitch
			}
			for n := m.first; n <= last; n++ {
				if e.bit(m.field, n) {
					alias.add("%X,*", n)
				}
			}
		}
		c.alias("input:" + alias.text.String())
	}
}
