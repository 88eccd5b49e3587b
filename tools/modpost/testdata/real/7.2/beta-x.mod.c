#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

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

KSYMTAB_FUNC(beta_two, "");
SYMBOL_FLAGS(beta_two, 0x01);
KSYMTAB_FUNC(beta_asm, "");
SYMBOL_FLAGS(beta_asm, 0x00);

MODULE_INFO(depends, "alpha");

MODULE_ALIAS("pci:v00008086d0000100Esv*sd*bc*sc*i*");
MODULE_ALIAS("of:N*T*Cacme,beta");
MODULE_ALIAS("of:N*T*Cacme,betaC*");
MODULE_ALIAS("of:N*Tx_y*Cacme,beta2");
MODULE_ALIAS("of:N*Tx_y*Cacme,beta2C*");
MODULE_ALIAS("usb:v1234p5678d*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d010[5-9]dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d023[0-1]dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d01[1-9]*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("usb:v1111p2222d02[0-2]*dc*dsc*dp*ic*isc*ip*in*");
MODULE_ALIAS("pci:v*d*sv*sd*bc0Csc03i30*");

MODULE_INFO(srcversion, "0993B3A77D4EC71E346D3B9");
