package devtable

// serialBuses are those of few wires.
var serialBuses = []bus{
	row("i2c", "char name[20]; long driver_data", "i2c:{name}"),
	row("i3c", "u8 match_flags dcr; u16 manuf_id part_id extra_info; long data",
		"i3c:dcr{dcr?1}manuf{manuf_id?2}part{part_id?4}ext{extra_info?8}"),
	row("spi", "char name[32]; long driver_data", "spi:{name}"),
	row("slim", "u16 manf_id prod_code dev_index instance; long driver_data", "slim:{manf_id:%x}:{prod_code:%x}:*").from(6012),
	row("sdw", "u16 mfg_id part_id; u8 sdw_version class_id; long driver_data",
		"sdw:m{mfg_id!0}p{part_id!0}v{sdw_version!0}c{class_id!0}*"),
	row("hdaudio", "u32 vendor_id rev_id; u8 api_version; long name driver_data", "hdaudio:v{vendor_id!0}r{rev_id!0}a{api_version!0}*"),
	row("sdio", "u8 class; u16 vendor device; long driver_data", "sdio:c{class!ff}v{vendor!ffff}d{device!ffff}*"),
	special("mdio", "u32 phy_id phy_id_mask", mdio),
}

// mdio writes the id in binary, with a ? for what the mask leaves out.
func mdio(c *converter, e entry) {
	id, mask := e.uint("phy_id"), e.uint("phy_id_mask")
	alias := []byte("mdio:")
	for bit := uint64(1) << 31; bit > 0; bit >>= 1 {
		switch {
		case mask&bit == 0:
			alias = append(alias, '?')
		case id&bit == 0:
			alias = append(alias, '0')
		default:
			alias = append(alias, '1')
		}
	}
	c.alias(string(alias))
}
