#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

KSYMTAB_DATA(delta_common_exported, "", "");

SYMBOL_CRC(delta_common_exported, 0xc4ff7538, "");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0xbdfb6dbb, "__fentry__" },
	{ 0x5b8239ca, "__x86_return_thunk" },
	{ 0x2f9b2b9a, "module_layout" },
};

MODULE_INFO(depends, "");


MODULE_INFO(srcversion, "51DBC2E23BCD09B564C8D52");
