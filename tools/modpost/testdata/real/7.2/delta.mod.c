#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

KSYMTAB_DATA(delta_common_exported, "");
SYMBOL_FLAGS(delta_common_exported, 0x00);

MODULE_INFO(depends, "");


MODULE_INFO(srcversion, "51DBC2E23BCD09B564C8D52");
