#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

KSYMTAB_FUNC(alpha_plain, "", "");
KSYMTAB_FUNC(alpha_gpl, "_gpl", "");
KSYMTAB_FUNC(alpha_ns, "_gpl", "ALPHA");
KSYMTAB_DATA(alpha_data, "_gpl", "");
KSYMTAB_DATA(alpha_ro, "", "ALPHA");
KSYMTAB_FUNC(alpha_weak, "", "");

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
	{ 0x2f9b2b9a, "module_layout" },
};

MODULE_INFO(depends, "");

