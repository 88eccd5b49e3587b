package devtable

// s390Buses are those of the IBM mainframe: channel devices, crypto adapters, subchannels.
var s390Buses = []bus{
	row("ccw", "u16 match_flags cu_type dev_type; u8 cu_model dev_model; long driver_info",
		"ccw:t{cu_type?1}m{cu_model?2}dt{dev_type?4}dm{dev_model?8}*"),
	row("ap", "u16 match_flags; u8 dev_type; long driver_info", "ap:t{dev_type}*"),
	row("css", "u8 match_flags type; long driver_data", "css:t{type:%01X}"),
}
