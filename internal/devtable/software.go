package devtable

import "strings"

// softwareBuses are those that exist between programs: of a hypervisor, a coprocessor's firmware, or the kernel itself.
var softwareBuses = []bus{
	row("platform", "char name[20]; long driver_data", "platform:{name}").before(6016),
	row("platform", "char name[24]; long driver_data", "platform:{name}").from(6016),
	row("auxiliary", "char name[32]; long driver_data", "auxiliary:{name}").before(6019),
	row("auxiliary", "char name[40]; long driver_data", "auxiliary:{name}").from(6019),
	row("virtio", "u32 device vendor", "virtio:d{device!ffffffff}v{vendor!ffffffff}*"),
	row("vmbus", "u8 guid[16]; long driver_data", "vmbus:{guid:hex}"),
	row("rpmsg", "char name[32]; long driver_data", "rpmsg:{name}"),
	row("mei", "char name[32]; u8 uuid[16] version; long driver_info", "mei:{name|*}:{uuid:guid}:{version!ff}:*"),
	row("mhi", "char chan[32]; long driver_data", "mhi:{chan}"),
	row("mhi_ep", "char chan[32]; long driver_data", "mhi_ep:{chan}"),
	row("ssam", "u8 match_flags domain category target instance function; long driver_data",
		"ssam:d{domain}c{category}t{target?1}i{instance?2}f{function?4}"),
	row("tee", "u8 uuid[16]", "tee:{uuid:uuid}*"),
	special("ishtp", "u8 guid[16]; long driver_data", func(c *converter, e entry) {
		c.alias("ishtp:{" + strings.ToUpper(guid(e.bytes("guid"))) + "}")
	}),
	row("vchiq", "char name[32]", "vchiq:{name}").from(6007),
}
