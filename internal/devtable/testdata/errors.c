// SPDX-License-Identifier: GPL-2.0
// Tables that modpost refuses or warns about. make.go runs modpost once for each.
#include <linux/module.h>
#include <linux/mod_devicetable.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("bad device tables");

/* the last entry is not all zero */
static const struct pci_device_id pci_open[] = { { .vendor = 1 }, { .override_only = 1 } };
MODULE_DEVICE_TABLE(pci, pci_open);
static const struct usb_device_id usb_open[] = { { .match_flags = 3, .idVendor = 1 } };
MODULE_DEVICE_TABLE(usb, usb_open);
static const struct of_device_id of_open[] = { { .compatible = "a" } };
MODULE_DEVICE_TABLE(of, of_open);
static const struct pnp_device_id pnp_open[] = { { .id = "PNP0000" } };
MODULE_DEVICE_TABLE(pnp, pnp_open);
static const struct pnp_card_device_id pnp_card_open[] = { { .id = "PNP0000" } };
MODULE_DEVICE_TABLE(pnp_card, pnp_card_open);
static const struct mhi_device_id mhi_ep_open[] = { { "a" } };
MODULE_DEVICE_TABLE(mhi_ep, mhi_ep_open);
static const struct x86_cpu_id x86cpu_open[] = { { 1 } };
MODULE_DEVICE_TABLE(x86cpu, x86cpu_open);

/* not a whole number of entries */
static const char odd[7];
MODULE_DEVICE_TABLE(pci, odd);
static const char odd_usb[7];
MODULE_DEVICE_TABLE(usb, odd_usb);
static const char odd_of[1];
MODULE_DEVICE_TABLE(of, odd_of);
static const char odd_pnp[9];
MODULE_DEVICE_TABLE(pnp, odd_pnp);
static const char odd_pnp_card[12];
MODULE_DEVICE_TABLE(pnp_card, odd_pnp_card);
static const char odd_tbsvc[11];
MODULE_DEVICE_TABLE(tbsvc, odd_tbsvc);
static const struct zorro_device_id zero_size[] = { };
MODULE_DEVICE_TABLE(zorro, zero_size);

/* entries that say what no device can match */
static const struct amba_id amba_masked_off[] = { { .id = 0x10, .mask = 0xff }, { .id = 0x11, .mask = 0x10 }, { .id = 0x1000, .mask = 0xfff }, { } };
MODULE_DEVICE_TABLE(amba, amba_masked_off);

static const struct wmi_device_id wmi_length[] = {
	{ .guid_string = "97845ED0-4E6D" }, { .guid_string = "", .context = (void *)1 }, { .guid_string = "97845ED0-4E6D-11DE-8A39-0800200C9A67" },
	{ .guid_string = { '9','7','8','4','5','E','D','0','-','4','E','6','D','-','1','1','D','E','-','8','A','3','9','-','0','8','0','0','2','0','0','C','9','A','6','6','X' } },
	{ }
};
MODULE_DEVICE_TABLE(wmi, wmi_length);
static const struct wmi_device_id wmi_characters[] = {
	{ .guid_string = "97845ED0-4E6D-11DE-8A39-0800200C9Gzz" }, { .guid_string = "97845ED0-4E6D-11DE-8A39+0800200c9A66" },
	{ .guid_string = "97845ED0-4E6D-11DE-8A39-0800200C9-67" }, { .guid_string = "97845ED0A4E6D-11DE-8A39-0800200C9A67" }, { }
};
MODULE_DEVICE_TABLE(wmi, wmi_characters);

/* aliases that do or do not fit into buffers */
#define A10 "aaaaaaaaaa"
#define A70 A10 A10 A10 A10 A10 A10 A10
#define DMI(name, text4) \
	static const struct dmi_system_id name[] = { { .matches = { DMI_MATCH(DMI_SYS_VENDOR, A70), DMI_MATCH(DMI_PRODUCT_NAME, A70), \
		DMI_MATCH(DMI_PRODUCT_VERSION, A70), DMI_MATCH(DMI_BOARD_NAME, text4) } }, { } }; \
	MODULE_DEVICE_TABLE(dmi, name)
DMI(dmi_fits, A10 A10 "aaa      ");
DMI(dmi_star_too_long, A10 A10 "aaaa");
DMI(dmi_text_too_long, A10 A10 "aaaaa");
static const struct dmi_system_id dmi_prefix_too_long[] = { { .matches = {
	DMI_MATCH(DMI_PRODUCT_VERSION, A70 "aaaaaaaa"), DMI_MATCH(DMI_BOARD_VENDOR, A70 "aaaaaaaa"), DMI_MATCH(DMI_BOARD_VERSION, A70 "aaaaaaa"), DMI_MATCH(DMI_CHASSIS_VERSION, "a") } }, { } };
MODULE_DEVICE_TABLE(dmi, dmi_prefix_too_long);

#define FF(n) ((n) <= 0 ? 0 : (n) >= BITS_PER_LONG ? ~0ul : (1ul << ((n) & (BITS_PER_LONG - 1))) - 1)
#define WORD(n, i) [(0x100 / BITS_PER_LONG) + (i)] = FF((n) - (i) * BITS_PER_LONG)
#define KEYS(name, ids, n) \
	static const struct input_device_id name[] = { { .flags = 0x20 | (ids), .bustype = 1, .vendor = 2, .product = 3, .version = 4, \
		.keybit = { WORD(n, 0), WORD(n, 1), WORD(n, 2), WORD(n, 3) } }, { } }; \
	MODULE_DEVICE_TABLE(input, name)
KEYS(input_47_keys, 0, 47);
KEYS(input_48_keys, 0, 48);
KEYS(input_49_keys, 0, 49);
KEYS(input_line_fits, 3, 88);
#ifdef __LP64__ /* the 32-bit modposts at hand are of older point releases, which only look one byte later */
KEYS(input_line_too_long, 7, 88);
#endif
