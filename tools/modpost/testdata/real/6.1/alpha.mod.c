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
	.arch = MODULE_ARCH_INIT,
};

#ifdef CONFIG_RETPOLINE
MODULE_INFO(retpoline, "Y");
#endif

SYMBOL_CRC(alpha_plain, 0xd60bffed, "");
SYMBOL_CRC(alpha_gpl, 0x746ebfa0, "_gpl");
SYMBOL_CRC(alpha_ns, 0xfea9df0c, "_gpl");
SYMBOL_CRC(alpha_data, 0x44c895cf, "_gpl");
SYMBOL_CRC(alpha_ro, 0x155186d2, "");
SYMBOL_CRC(alpha_weak, 0x4553e420, "");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0xbdfb6dbb, "__fentry__" },
	{ 0x5b8239ca, "__x86_return_thunk" },
	{ 0x9060323f, "module_layout" },
};

MODULE_INFO(depends, "");

