#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
	.arch = MODULE_ARCH_INIT,
};



static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0xc02f6ff8, "beta_two" },
	{ 0xd60bffed, "alpha_plain" },
	{ 0x5b8239ca, "__x86_return_thunk" },
	{ 0xbdfb6dbb, "__fentry__" },
	{ 0x2f9b2b9a, "module_layout" },
};

MODULE_INFO(depends, "beta-x,alpha");


MODULE_INFO(srcversion, "9D915C4510A6C8CF3C25F2F");
