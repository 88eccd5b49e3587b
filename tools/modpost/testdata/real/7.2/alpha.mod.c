#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

KSYMTAB_FUNC(alpha_plain, "");
SYMBOL_FLAGS(alpha_plain, 0x00);
KSYMTAB_FUNC(alpha_gpl, "");
SYMBOL_FLAGS(alpha_gpl, 0x01);
KSYMTAB_FUNC(alpha_ns, "ALPHA");
SYMBOL_FLAGS(alpha_ns, 0x01);
KSYMTAB_DATA(alpha_data, "");
SYMBOL_FLAGS(alpha_data, 0x01);
KSYMTAB_DATA(alpha_ro, "ALPHA");
SYMBOL_FLAGS(alpha_ro, 0x00);
KSYMTAB_FUNC(alpha_weak, "");
SYMBOL_FLAGS(alpha_weak, 0x00);
KSYMTAB_FUNC(alpha_for, "module:beta-*,gamma");
SYMBOL_FLAGS(alpha_for, 0x01);

MODULE_INFO(depends, "");

