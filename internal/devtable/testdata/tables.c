// SPDX-License-Identifier: GPL-2.0
// One MODULE_DEVICE_TABLE of each type that modpost knows, with the entries whose aliases are easy to get wrong.
// make.sh compiles it and runs the kernel's own modpost on it: README.md.
#include <linux/module.h>
#include <linux/mod_devicetable.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("device tables");

#define ANY16 0xffff
#define ANY32 0xffffffff
#define GUID { .b = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe } }

/* ---- pci, pcmcia and other expansion buses ---- */

static const struct pci_device_id pci_ids[] = {
	{ .vendor = 0x8086, .device = 0x100e, .subvendor = ANY32, .subdevice = ANY32 },
	{ .vendor = 0x8086, .device = ANY32, .subvendor = 0x1028, .subdevice = 0xabcd1234, .class = 0x010802, .class_mask = 0xffffff },
	{ .vendor = ANY32, .device = ANY32, .subvendor = ANY32, .subdevice = ANY32, .class = 0x0c0330, .class_mask = 0xffff00 },
	{ .vendor = ANY32, .device = ANY32, .subvendor = ANY32, .subdevice = ANY32, .class = 0x020000, .class_mask = 0xff0000 },
	{ .vendor = ANY32, .device = ANY32, .subvendor = ANY32, .subdevice = ANY32, .class = 0x0c0330, .class_mask = 0x00ff },
	{ .vendor = 0x10de, .device = 0x1, .subvendor = ANY32, .subdevice = ANY32, .class = 0x030000, .class_mask = 0x0f0000 },
	{ .vendor = 0x10de, .device = 0x2, .subvendor = ANY32, .subdevice = ANY32, .class = 0x030000, .class_mask = 0xff0100 },
	{ .vendor = 0x10de, .device = 0x3, .subvendor = ANY32, .subdevice = ANY32, .class = 0x030000, .class_mask = 0xff00fe },
	{ .vendor = 0x10de, .device = 0x6, .subvendor = ANY32, .subdevice = ANY32, .class = 0xff030000, .class_mask = 0xffff0000 },
	{ .vendor = 0x15b3, .device = 0x101e, .subvendor = ANY32, .subdevice = ANY32, .override_only = 1 },
#if LINE < 702 /* 7.2 goes on with whatever its buffer holds */
	{ .vendor = 0x15b3, .device = 0x4, .subvendor = ANY32, .subdevice = ANY32, .override_only = 2 },
	{ .vendor = 0x15b3, .device = 0x7, .subvendor = ANY32, .subdevice = ANY32, .override_only = 3, .class_mask = 0x7 },
#endif
	{ .driver_data = 5 },
	{ .vendor = 0x15b3, .device = 0x5, .subvendor = ANY32, .subdevice = ANY32, .driver_data = 7 },
	{ }
};
MODULE_DEVICE_TABLE(pci, pci_ids);

#if LINE >= 612
static const struct cdx_device_id cdx_ids[] = {
	{ .vendor = 0x10ee, .device = 0x8084, .subvendor = ANY16, .subdevice = ANY16 },
	{ .vendor = 0x10ee, .device = ANY16, .subvendor = 0x10, .subdevice = 0x20, .class = 0x010203, .class_mask = 0xffffff },
	{ .vendor = ANY16, .device = 0x1, .subvendor = ANY16, .subdevice = ANY16, .override_only = 1 },
	{ .vendor = ANY16, .device = 0x1, .subvendor = ANY16, .subdevice = ANY16, .override_only = 3 },
	{ .vendor = ANY16, .device = 0x2, .subvendor = ANY16, .subdevice = ANY16, .class = 0x010203, .class_mask = 0x0f0000 },
	{ }
};
MODULE_DEVICE_TABLE(cdx, cdx_ids);
#endif

static const struct pcmcia_device_id pcmcia_ids[] = {
	{ .match_flags = 0x003, .manf_id = 0x0149, .card_id = 0xc1ab },
	{ .match_flags = 0x10c, .func_id = 6, .function = 1, .device_no = 2 },
	{ .match_flags = 0x0f0, .prod_id_hash = { 0x2d858104, 0x0733cc81, 0x62ebbbe6, 1 } },
	{ .match_flags = 0x230, .prod_id_hash = { 0xdb50dbdf, 0x481e0094 } },
	{ .match_flags = 0x400, .manf_id = 1 },
	{ }
};
MODULE_DEVICE_TABLE(pcmcia, pcmcia_ids);

static const struct isapnp_device_id isapnp_ids[] = {
	{ .card_vendor = 0x6d50, .card_device = 0x5080, .vendor = 0x6d50, .function = 0x1480 },
	{ .card_vendor = ANY16, .card_device = ANY16, .vendor = 0xd041, .function = 0x00f0 },
	{ .card_vendor = 0x1234, .card_device = 0xabcd, .vendor = ANY16, .function = ANY16 },
	{ }
};
MODULE_DEVICE_TABLE(isapnp, isapnp_ids);

static const struct eisa_device_id eisa_ids[] = {
	{ .sig = "TCM5090" }, { .sig = "", .driver_data = 1 }, { .sig = "SHORT" }, { .sig = "STAR*" }, { .sig = { 'F', 'U', 'L', 'L', 'S', 'I', 'G', '8' }, .driver_data = 1 }, { }
};
MODULE_DEVICE_TABLE(eisa, eisa_ids);

static const struct zorro_device_id zorro_ids[] = {
	{ .id = 0x020200a }, { .id = ANY32 }, { }
};
MODULE_DEVICE_TABLE(zorro, zorro_ids);

static const struct parisc_device_id parisc_ids[] = {
	{ .hw_type = 0x0a, .hversion_rev = 0xff, .hversion = 0xffff, .sversion = 0x00082 },
	{ .hw_type = 0xff, .hversion_rev = 0x01, .hversion = 0x502, .sversion = 0xffffffff },
	{ .hw_type = 0x07, .hversion_rev = 0xff, .hversion = 0x16d, .sversion = 0xb00 },
	{ }
};
MODULE_DEVICE_TABLE(parisc, parisc_ids);

static const struct ipack_device_id ipack_ids[] = {
	{ .format = 1, .vendor = 0xf0, .device = 0x22 }, { .format = 0xff, .vendor = ANY32, .device = ANY32 },
	{ .format = 2, .vendor = ANY32, .device = 0x5 }, { }
};
MODULE_DEVICE_TABLE(ipack, ipack_ids);

static const struct rio_device_id rapidio_ids[] = {
	{ .did = 0x578, .vid = 0x38, .asm_did = ANY16, .asm_vid = ANY16 },
	{ .did = ANY16, .vid = ANY16, .asm_did = 0x11, .asm_vid = 0x22 }, { .did = 1, .vid = ANY16, .asm_did = ANY16, .asm_vid = 2 }, { }
};
MODULE_DEVICE_TABLE(rapidio, rapidio_ids);

static const struct mcb_device_id mcb_ids[] = {
	{ .device = 0x7d }, { .device = 0x3 }, { .device = 1234 }, { .device = 0xffff }, { }
};
MODULE_DEVICE_TABLE(mcb, mcb_ids);

/* ---- usb and its relatives ---- */

#define USB_RANGE(lo, hi) { .match_flags = 0x00f, .idVendor = 0x1234, .idProduct = 0x5678, .bcdDevice_lo = lo, .bcdDevice_hi = hi }
static const struct usb_device_id usb_ids[] = {
	{ .match_flags = 0x003, .idVendor = 0x046d, .idProduct = 0xc52b },
	{ .match_flags = 0x001, .idVendor = 0x046d, .idProduct = 0xc52b },
	{ .match_flags = 0x070, .bDeviceClass = 9, .bDeviceSubClass = 1, .bDeviceProtocol = 2 },
	{ .match_flags = 0x780, .bInterfaceClass = 0xff, .bInterfaceSubClass = 0xfe, .bInterfaceProtocol = 3, .bInterfaceNumber = 4 },
	{ .match_flags = 0x383, .idVendor = 1, .idProduct = 2, .bInterfaceClass = 8, .bInterfaceSubClass = 6, .bInterfaceProtocol = 0x50 },
	{ .match_flags = 0x300, .bInterfaceSubClass = 6, .driver_info = 1 },
	{ .match_flags = 0x004, .idVendor = 7, .bcdDevice_lo = 0x0150, .bcdDevice_hi = 0x0100 },
	{ .match_flags = 0x008, .idVendor = 8, .bcdDevice_lo = 0x0150, .bcdDevice_hi = 0x0250 },
	{ .match_flags = 0x004, .idVendor = 9, .bcdDevice_lo = 0x1a50 },
	{ .match_flags = 0x008, .idVendor = 9, .bcdDevice_hi = 0x1a50 },
	USB_RANGE(0x0000, 0x0000), USB_RANGE(0x0000, 0x9999), USB_RANGE(0x0000, 0xffff), USB_RANGE(0x0100, 0x0100),
	USB_RANGE(0x0100, 0x0199), USB_RANGE(0x0100, 0x019f), USB_RANGE(0x0123, 0x0456), USB_RANGE(0x0001, 0x9998),
	USB_RANGE(0x0999, 0x1000), USB_RANGE(0x0fff, 0x1000), USB_RANGE(0x00a0, 0x00af), USB_RANGE(0x0005, 0x000c),
	USB_RANGE(0x0009, 0x000a), USB_RANGE(0x0008, 0x000f), USB_RANGE(0x000a, 0x000b), USB_RANGE(0x1234, 0xabcd),
	USB_RANGE(0x0200, 0xffff), USB_RANGE(0x9999, 0xffff), USB_RANGE(0x9998, 0xffff), USB_RANGE(0xa000, 0xffff),
	USB_RANGE(0x0000, 0x0001), USB_RANGE(0x0002, 0x0009), USB_RANGE(0x0099, 0x0101), USB_RANGE(0x0500, 0x0400),
	USB_RANGE(0x0209, 0x0210), USB_RANGE(0x0299, 0x0300), USB_RANGE(0x1999, 0x2001), USB_RANGE(0x0000, 0x0fff),
	USB_RANGE(0x0100, 0xa123), USB_RANGE(0x9990, 0xa123), USB_RANGE(0x9412, 0x9f00), USB_RANGE(0x1000, 0xb845),
	{ .match_flags = 0x007, .idVendor = 10, .bcdDevice_lo = 0xffff }, { .match_flags = 0x007, .idVendor = 11, .bcdDevice_lo = 0x9999 },
	{ .match_flags = 0x007, .idVendor = 12, .bcdDevice_lo = 0xf733 }, { .idProduct = 1 }, { .bDeviceSubClass = 1, .bDeviceProtocol = 1 }, { .bInterfaceProtocol = 1, .bInterfaceNumber = 1 },
	{ }
};
MODULE_DEVICE_TABLE(usb, usb_ids);

static const struct typec_device_id typec_ids[] = {
	{ .svid = 0xff01, .mode = 0 }, { .svid = 0x955, .mode = 7 }, { .svid = 0xff01, .mode = 1 }, { .svid = 0x8087, .mode = 0x12 }, { }
};
MODULE_DEVICE_TABLE(typec, typec_ids);

static const struct tb_service_id tbsvc_ids[] = {
	{ .match_flags = 3, .protocol_key = "network", .protocol_id = 1, .protocol_version = 2, .protocol_revision = 3 },
	{ .match_flags = 0xf, .protocol_key = "dma_test", .protocol_id = 1, .protocol_version = 2, .protocol_revision = 0xabc },
	{ .match_flags = 0xe, .protocol_key = "x", .protocol_id = 1, .protocol_version = 2, .protocol_revision = 3 },
	{ .match_flags = 1, .protocol_key = "" },
	{ }
};
MODULE_DEVICE_TABLE(tbsvc, tbsvc_ids);

static const struct ulpi_device_id ulpi_ids[] = { { .vendor = 0x451, .product = 0x1507 }, { .vendor = 0xabcd, .product = 0 }, { } };
MODULE_DEVICE_TABLE(ulpi, ulpi_ids);

/* ---- what firmware describes ---- */

static const struct of_device_id of_ids[] = {
	{ .compatible = "vendor,device" }, { .name = "serial", .type = "ser ial", .compatible = "ns16550\ta" },
	{ .name = "mem" }, { .type = "cpu" }, { .name = "a b", .compatible = "c d" }, { .data = (void *)1 },
	{ .name = "0123456789012345678901234567890A", .type = "runs on" }, { .compatible = "ends*" }, { .compatible = "back\\nslash" }, { }
};
MODULE_DEVICE_TABLE(of, of_ids);

static const struct vio_device_id vio_ids[] = {
	{ .type = "network", .compat = "IBM,l-lan" }, { .type = "block", .compat = "" }, { .type = "", .compat = "x y" }, { .type = "a\tb*", .compat = "c*" }, { }
};
MODULE_DEVICE_TABLE(vio, vio_ids);

static const struct acpi_device_id acpi_ids[] = {
	{ .id = "PNP0C0A" }, { .id = "lower12" }, { .cls = 0x010601, .cls_msk = 0xffffff }, { .cls = 0x0c0300, .cls_msk = 0xffff00 },
	{ .cls = 0xabcdef, .cls_msk = 0xff0f00 }, { .id = "BOTH", .cls = 0x010101, .cls_msk = 0xffffff }, { .driver_data = 3 }, { .cls = 5 }, { }
};
MODULE_DEVICE_TABLE(acpi, acpi_ids);

static const struct pnp_device_id pnp_ids[] = {
	{ .id = "PNP0501" }, { .id = "pnp0c0a" }, { .id = "aUREAL" }, { .id = "star*" }, { .id = { 'f', 'u', 'l', 'l', 'i', 'd', '7', '8' }, .driver_data = 0x6162 }, { .id = "" , .driver_data = 1 }, { .id = "PNP0501" }, { }
};
MODULE_DEVICE_TABLE(pnp, pnp_ids);

static const struct pnp_card_device_id pnp_card_ids[] = {
	{ .id = "CTL0024", .devs = { { "CTL0031" }, { "ctl0021" } } },
	{ .id = "CTL0025", .devs = { { "CTL0031" }, { "CTL0041" }, { "" }, { "CTL0099" } } },
	{ .id = "CTL0026" },
	{ .id = "AAA0000", .devs = { { "A1" }, { "A2" }, { "A3" }, { "A4" }, { "A5" }, { "A6" }, { "A7" }, { "A8" } } },
	{ .id = "BBB0000", .devs = { { "CTL0021" }, { "B1" }, { "B1" } } },
	{ .id = "CCC0000", .devs = { { "CTL0099" }, { "CTL0041" }, { "aureal" } } },
	{ .id = "DDD0000", .devs = { { "CTL0099" } } },
	{ }
};
MODULE_DEVICE_TABLE(pnp_card, pnp_card_ids);

static const struct dmi_system_id dmi_ids[] = {
	{ .matches = { DMI_MATCH(DMI_SYS_VENDOR, "ASUSTeK COMPUTER INC."), DMI_MATCH(DMI_PRODUCT_NAME, "X:200\x7f\xc3\xa9(TA)*?") } },
	{ .matches = { DMI_EXACT_MATCH(DMI_BOARD_NAME, "exact"), DMI_MATCH(DMI_BIOS_VENDOR, "bv"), DMI_MATCH(DMI_BIOS_VERSION, "bver"), DMI_MATCH(DMI_BIOS_DATE, "01/01/20") } },
	{ .matches = { DMI_MATCH(DMI_BIOS_RELEASE, "1.2"), DMI_MATCH(DMI_EC_FIRMWARE_RELEASE, "ec"), DMI_MATCH(DMI_PRODUCT_VERSION, "pv"), DMI_MATCH(DMI_PRODUCT_SERIAL, "ps") } },
	{ .matches = { DMI_MATCH(DMI_PRODUCT_UUID, "uuid"), DMI_MATCH(DMI_PRODUCT_SKU, "sku"), DMI_MATCH(DMI_PRODUCT_FAMILY, "fam"), DMI_MATCH(DMI_BOARD_VENDOR, "bdv") } },
	{ .matches = { DMI_MATCH(DMI_BOARD_VERSION, "bdver"), DMI_MATCH(DMI_BOARD_SERIAL, "bds"), DMI_MATCH(DMI_BOARD_ASSET_TAG, "tag"), DMI_MATCH(DMI_CHASSIS_VENDOR, "cv") } },
	{ .matches = { DMI_MATCH(DMI_CHASSIS_TYPE, "10"), DMI_MATCH(DMI_CHASSIS_VERSION, "cver"), DMI_MATCH(DMI_CHASSIS_SERIAL, "cs"), DMI_MATCH(DMI_CHASSIS_ASSET_TAG, "ct") } },
	{ .matches = { DMI_MATCH(DMI_SYS_VENDOR, "0123456789012345678901234567890123456789012345678901234567890123456789abcdefghi"), DMI_EXACT_MATCH(DMI_PRODUCT_NAME, "next") } },
	{ .matches = { DMI_MATCH(DMI_OEM_STRING, "oem"), DMI_MATCH(DMI_SYS_VENDOR, "one"), DMI_MATCH(DMI_SYS_VENDOR, "two") } },
	{ .ident = 0, .driver_data = (void *)1 },
	{ .matches = { DMI_MATCH(DMI_SYS_VENDOR, "0123456789012345678901234567890123456789012345678901234567890123456789abcdefgh"),
		       DMI_MATCH(DMI_PRODUCT_NAME, " ") } },
	{ }
};
MODULE_DEVICE_TABLE(dmi, dmi_ids);

static const struct wmi_device_id wmi_ids[] = {
	{ .guid_string = "97845ED0-4E6D-11DE-8A39-0800200C9A66" }, { .guid_string = "fa50ff2b-f2e8-45de-83fa-65417f2f49ba" }, { }
};
MODULE_DEVICE_TABLE(wmi, wmi_ids);

#if LINE >= 612
static const struct coreboot_device_id coreboot_ids[] = { { .tag = 0x31 }, { .tag = 0xabcdef01 }, { } };
MODULE_DEVICE_TABLE(coreboot, coreboot_ids);
#endif

/* ---- serial buses ---- */

static const struct i2c_device_id i2c_ids[] = {
	{ "24c02" }, { "with space" }, { "", 1 }, { { '0','1','2','3','4','5','6','7','8','9','0','1','2','3','4','5','6','7','8','9' } }, { "x*" }, { }
};
MODULE_DEVICE_TABLE(i2c, i2c_ids);

static const struct i3c_device_id i3c_ids[] = {
	{ .match_flags = 1, .dcr = 0xcc }, { .match_flags = 6, .manuf_id = 0x23a, .part_id = 0x1 }, { .match_flags = 0xe, .manuf_id = 0x23a, .part_id = 0x1, .extra_info = 0x9 }, { }
};
MODULE_DEVICE_TABLE(i3c, i3c_ids);

static const struct spi_device_id spi_ids[] = { { "m25p80" }, { { "0123456789012345678901234567890A" }, 0x00434241 }, { "012345678901234567890123456789a" }, { } };
MODULE_DEVICE_TABLE(spi, spi_ids);

static const struct slim_device_id slim_ids[] = { { .manf_id = 0x217, .prod_code = 0x250, .dev_index = 1, .instance = 2 }, { .manf_id = 0xabc, .prod_code = 1 }, { } };
MODULE_DEVICE_TABLE(slim, slim_ids);

static const struct spmi_device_id spmi_ids[] = { { "pmic" }, { } };
MODULE_DEVICE_TABLE(spmi, spmi_ids);

static const struct apr_device_id apr_ids[] = { { "apr" }, { } };
MODULE_DEVICE_TABLE(apr, apr_ids);

static const struct sdw_device_id sdw_ids[] = {
	{ .mfg_id = 0x25d, .part_id = 0x711, .sdw_version = 3, .class_id = 1 }, { .mfg_id = 0x1fa, .part_id = 0x4243 },
	{ .part_id = 1 }, { .class_id = 2 }, { }
};
MODULE_DEVICE_TABLE(sdw, sdw_ids);

static const struct hda_device_id hdaudio_ids[] = {
	{ .vendor_id = 0x10ec0295, .api_version = 1 }, { .vendor_id = 0x10ec0262, .rev_id = 0x100100, .api_version = 2 },
	{ .rev_id = 0x5 }, { .api_version = 1 }, { }
};
MODULE_DEVICE_TABLE(hdaudio, hdaudio_ids);

static const struct mdio_device_id mdio_ids[] = {
	{ 0x01410cc0, 0xfffffff0 }, { 0xffffffff, 0xffffffff }, { 0x12345678, 0x0f0f0f0f }, { 0x80000001, 0x80000001 }, { 1, 0 }, { }
};
MODULE_DEVICE_TABLE(mdio, mdio_ids);

static const struct sdio_device_id sdio_ids[] = {
	{ .class = 0xff, .vendor = 0x2d0, .device = 0x4329 }, { .class = 7, .vendor = ANY16, .device = ANY16 }, { .class = 1, .vendor = 2, .device = 3 }, { }
};
MODULE_DEVICE_TABLE(sdio, sdio_ids);

/* ---- inside a chip ---- */

static const struct ssb_device_id ssb_ids[] = { { 0x4243, 0x812, 5 }, { 0xffff, 0xffff, 0xff }, { 0x4243, 0xffff, 1 }, { } };
MODULE_DEVICE_TABLE(ssb, ssb_ids);

static const struct bcma_device_id bcma_ids[] = { { 0x4bf, 0x812, 0x11, 0xff }, { 0xffff, 0xffff, 0xff, 0xff }, { 0x4bf, 0xffff, 0xff, 1 }, { } };
MODULE_DEVICE_TABLE(bcma, bcma_ids);

static const struct amba_id amba_ids[] = {
	{ .id = 0x00041011, .mask = 0x000fffff }, { .id = 0x00000000, .mask = 0xff0f0070 }, { .id = 0xb105900d, .mask = 0xffffffff },
	{ .id = 0x00280180, .mask = 0x00ff0ff1 }, { .id = 0x12480000, .mask = 0x36cb0000 }, { .id = 0, .mask = 0x1248ffff }, { .data = (void *)1 }, { }
};
MODULE_DEVICE_TABLE(amba, amba_ids);

static const struct mips_cdmm_device_id mipscdmm_ids[] = { { 0xfd }, { 0x1 }, { } };
MODULE_DEVICE_TABLE(mipscdmm, mipscdmm_ids);

static const struct fsl_mc_device_id fslmc_ids[] = { { .vendor = 0x1957, .obj_type = "dpni" }, { .vendor = 1, .obj_type = { '0','1','2','3','4','5','6','7','8','9','a','b','c','d','e','f' } }, { } };
MODULE_DEVICE_TABLE(fslmc, fslmc_ids);

static const struct dfl_device_id dfl_ids[] = { { .type = 0, .feature_id = 0x20 }, { .type = 1, .feature_id = 0xabc }, { } };
MODULE_DEVICE_TABLE(dfl, dfl_ids);

static const struct x86_cpu_id x86cpu_ids[] = {
	{ .vendor = 0, .family = 6, .model = 0x8c }, { .vendor = 0xffff, .feature = 0x119 }, { .vendor = 2, .family = 0x17, .model = 0, .feature = 7 },
	{ .vendor = 9, .family = 0, .model = 5, .steppings = 3, .feature = 0, .flags = 1 }, { }
};
MODULE_DEVICE_TABLE(x86cpu, x86cpu_ids);

struct cpu_device_id;
static const struct cpu_feature cpu_ids[] = { { 0x21 }, { 0xabcd }, { } };
MODULE_DEVICE_TABLE(cpu, cpu_ids);

/* ---- s390 ---- */

static const struct ccw_device_id ccw_ids[] = {
	{ .match_flags = 0xf, .cu_type = 0x3990, .cu_model = 0xe9, .dev_type = 0x3390, .dev_model = 0xa }, { .match_flags = 1, .cu_type = 0x1731 },
	{ .match_flags = 0xe, .cu_model = 1, .dev_type = 2, .dev_model = 3 }, { .match_flags = 4, .dev_type = 0x3390 }, { }
};
MODULE_DEVICE_TABLE(ccw, ccw_ids);

static const struct ap_device_id ap_ids[] = { { .match_flags = 1, .dev_type = 0xa }, { .match_flags = 2, .dev_type = 0xbc }, { } };
MODULE_DEVICE_TABLE(ap, ap_ids);

static const struct css_device_id css_ids[] = { { .match_flags = 1, .type = 0 }, { .match_flags = 1, .type = 3 }, { .match_flags = 1, .type = 0x1f }, { } };
MODULE_DEVICE_TABLE(css, css_ids);

/* ---- input ---- */

#define BIT_OF(n) [(n) / BITS_PER_LONG] = 1UL << ((n) % BITS_PER_LONG)
static const struct input_device_id input_ids[] = {
	{ .flags = 0x10, .evbit = { 0x2a } },
	{ .flags = 0x000f, .bustype = 3, .vendor = 0x46d, .product = 0xc52b, .version = 0x111 },
	{ .flags = 0x2, .bustype = 3, .vendor = 0x46d },
	{ .flags = 0x3ff0, .evbit = { 1UL << 31 | 1 }, .keybit = { BIT_OF(0x70), [0x71 / BITS_PER_LONG + 1] = 5, BIT_OF(0x2ff) }, .relbit = { 0xffff },
	  .absbit = { BIT_OF(0), BIT_OF(0x3f) }, .mscbit = { 0x80 }, .ledbit = { 0x8001 }, .sndbit = { 0x81 }, .ffbit = { 3, BIT_OF(0x7f) },
	  .swbit = { 0x10003 }, .propbit = { 0x80000001 } },
	{ .flags = 0x3ff0, .evbit = { 0x7fffffff }, .keybit = { BIT_OF(0x71), BIT_OF(0x2fe) }, .relbit = { 0x7ffe }, .absbit = { 2, BIT_OF(0x3e) },
	  .mscbit = { 0x40 }, .ledbit = { 0x4000 }, .sndbit = { 0x40 }, .ffbit = { BIT_OF(0x50), BIT_OF(0x7e) }, .swbit = { 0x8000 }, .propbit = { 0x40000000 } },
	{ .flags = 0x10, .keybit = { [0x110 / BITS_PER_LONG] = 1 }, .driver_info = 1 },
	{ .flags = 0x3ff0, .relbit = { 0x10001 }, .mscbit = { 0x101 }, .sndbit = { 0x101 }, .ledbit = { 0x10001 }, .swbit = { 0x20001 }, .absbit = { 1, 1 } },
	{ }
};
MODULE_DEVICE_TABLE(input, input_ids);

static const struct hid_device_id hid_ids[] = {
	{ .bus = 3, .group = 1, .vendor = 0x46d, .product = 0xc52b }, { .bus = 0xffff, .group = 0, .vendor = ANY32, .product = ANY32 },
	{ .bus = 0x18, .group = 0, .vendor = 0x46d, .product = ANY32 }, { }
};
MODULE_DEVICE_TABLE(hid, hid_ids);

static const struct serio_device_id serio_ids[] = {
	{ .type = 6, .extra = 0xff, .id = 0xff, .proto = 0xff }, { .type = 0xff, .extra = 1, .id = 2, .proto = 3 }, { .type = 0xff, .extra = 0xff, .id = 0xff, .proto = 0xff }, { }
};
MODULE_DEVICE_TABLE(serio, serio_ids);

static const struct ieee1394_device_id ieee1394_ids[] = {
	{ .match_flags = 0xc, .specifier_id = 0x609e, .version = 0x10483 }, { .match_flags = 0xf, .vendor_id = 1, .model_id = 2, .specifier_id = 3, .version = 4 }, { }
};
MODULE_DEVICE_TABLE(ieee1394, ieee1394_ids);

/* ---- by name, by GUID, and buses of software ---- */

static const struct platform_device_id platform_ids[] = { { "serial8250" }, { { '0','1','2','3','4','5','6','7','8','9','0','1','2','3','4','5','6','7','8','9' } }, { } };
MODULE_DEVICE_TABLE(platform, platform_ids);

static const struct auxiliary_device_id auxiliary_ids[] = { { .name = "mlx5_core.eth" }, { .name = "a*" }, { } };
MODULE_DEVICE_TABLE(auxiliary, auxiliary_ids);

static const struct virtio_device_id virtio_ids[] = { { 1, ANY32 }, { ANY32, 2 }, { ANY32, ANY32 }, { 0x1a, 0x1af4 }, { } };
MODULE_DEVICE_TABLE(virtio, virtio_ids);

static const struct hv_vmbus_device_id vmbus_ids[] = { { .guid = GUID }, { .guid = { .b = { 0xff } } }, { } };
MODULE_DEVICE_TABLE(vmbus, vmbus_ids);

static const struct rpmsg_device_id rpmsg_ids[] = { { .name = "rpmsg-tty" }, { .name = "a b" }, { } };
MODULE_DEVICE_TABLE(rpmsg, rpmsg_ids);

static const struct mei_cl_device_id mei_ids[] = {
	{ .name = "iwlmei", .uuid = GUID, .version = 0xff }, { .name = "", .uuid = GUID, .version = 1 }, { .name = "x", .version = 0 }, { }
};
MODULE_DEVICE_TABLE(mei, mei_ids);

static const struct mhi_device_id mhi_ids[] = { { .chan = "IPCR" }, { } };
MODULE_DEVICE_TABLE(mhi, mhi_ids);

struct mhi_ep_device_id;
static const struct mhi_device_id mhi_ep_ids[] = { { .chan = "IP_SW0" }, { } };
MODULE_DEVICE_TABLE(mhi_ep, mhi_ep_ids);

static const struct ssam_device_id ssam_ids[] = {
	{ .match_flags = 7, .domain = 1, .category = 2, .target = 3, .instance = 4, .function = 5 }, { .match_flags = 0, .domain = 1, .category = 0x11 },
	{ .match_flags = 2, .domain = 1, .category = 2, .target = 3, .instance = 4, .function = 5 }, { }
};
MODULE_DEVICE_TABLE(ssam, ssam_ids);

static const struct tee_client_device_id tee_ids[] = { { .uuid = GUID }, { } };
MODULE_DEVICE_TABLE(tee, tee_ids);

static const struct ishtp_device_id ishtp_ids[] = { { .guid = GUID }, { } };
MODULE_DEVICE_TABLE(ishtp, ishtp_ids);

#if LINE >= 612
static const struct vchiq_device_id vchiq_ids[] = { { "bcm2835-audio" }, { } };
MODULE_DEVICE_TABLE(vchiq, vchiq_ids);
#endif

/* ---- what modpost passes over ---- */

static const struct platform_device_id unknown_ids[] = { { "of_no_known_type" }, { } };
MODULE_DEVICE_TABLE(nosuchbus, unknown_ids);

static struct platform_device_id empty_ids[1];
MODULE_DEVICE_TABLE(platform, empty_ids);

static const struct platform_device_id with__underscores[] = { { "underscores" }, { "underscores" }, { } };
MODULE_DEVICE_TABLE(platform, with__underscores);
