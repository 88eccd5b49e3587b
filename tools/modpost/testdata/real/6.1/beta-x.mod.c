#include <linux/module.h>
#define INCLUDE_VERMAGIC
#include <linux/build-salt.h>
#include <linux/elfnote-lto.h>
#include <linux/export-internal.h>
#include <linux/vermagic.h>
#include <linux/compiler.h>

BUILD_SALT;
BUILD_LTO_INFO;

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
#ifdef CONFIG_MODULE_UNLOAD
	.exit = cleanup_module,
#endif
	.arch = MODULE_ARCH_INIT,
};

#ifdef CONFIG_RETPOLINE
MODULE_INFO(retpoline, "Y");
#endif

SYMBOL_CRC(beta_two, 0xc02f6ff8, "_gpl");
SYMBOL_CRC(beta_asm, 0x00000000, "");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0xbdfb6dbb, "__fentry__" },
	{ 0x92997ed8, "_printk" },
	{ 0x44c895cf, "alpha_data" },
	{ 0xfea9df0c, "alpha_ns" },
	{ 0xd60bffed, "alpha_plain" },
	{ 0x5b8239ca, "__x86_return_thunk" },
	{ 0x746ebfa0, "alpha_gpl" },
	{ 0x4553e420, "alpha_weak" },
	{ 0x155186d2, "alpha_ro" },
	{ 0x9060323f, "module_layout" },
};

MODULE_INFO(depends, "alpha");

MODULE_ALIAS("usb:v1234p5678d*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d010[5-9]dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d023[0-1]dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d01[1-9]*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d02[0-2]*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("pci:v00008086d0000100Esv*sd*bc*sc*i*");
MODULE_ALIAS("pci:v*d*sv*sd*bc0Csc03i30*");
MODULE_ALIAS("of:N*T*Cacme,beta");
MODULE_ALIAS("of:N*T*Cacme,betaC*");
MODULE_ALIAS("of:N*Tx_y*Cacme,beta2");
MODULE_ALIAS("of:N*Tx_y*Cacme,beta2C*");
MODULE_ALIAS("pci:v00008086d0000100Esv*sd*bc*sc*i*");

MODULE_INFO(srcversion, "CB57A4581FDC651201DE223");
