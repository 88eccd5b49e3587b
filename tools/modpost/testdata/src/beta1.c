#include <linux/module.h>
#include <linux/version.h>
#include <linux/pci.h>
#include <linux/usb.h>
#include <linux/of.h>
#include <linux/mod_devicetable.h>
#include "alpha.h"
#include "beta.h"
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6,13,0)
#define NS(x) #x
#else
#define NS(x) x
#endif
/*/ odd comment */
static const char *odd = "a \\" "/* not a comment */" "tab	in \" string";
static int __init beta_init(void) { pr_info("%s %d %d\n", odd, alpha_ns(alpha_gpl(alpha_plain(alpha_weak(1)))), alpha_data + alpha_ro[0] + beta_asm() + beta_two());
	if (nowhere_weak) nowhere_weak(3);
#ifdef EXPORT_SYMBOL_FOR_MODULES
	alpha_for(3);
#endif
	return 0; }
static void __exit beta_exit(void) { pr_info("bye '\"' %d\n", beta_two()); }
module_init(beta_init);
module_exit(beta_exit);
static const struct pci_device_id beta_pci[] = { { PCI_DEVICE(0x8086, 0x100e) }, { PCI_DEVICE_CLASS(0x0c0330, ~0) }, { } };
MODULE_DEVICE_TABLE(pci, beta_pci);
static const struct usb_device_id beta_usb[] = { { USB_DEVICE(0x1234, 0x5678) }, { USB_DEVICE_VER(0x1111,0x2222,0x0105,0x0231) }, { } };
MODULE_DEVICE_TABLE(usb, beta_usb);
static const struct of_device_id beta_of[] = { { .compatible = "acme,beta" }, { .compatible = "acme,beta2", .type = "x y" }, { } };
MODULE_DEVICE_TABLE(of, beta_of);
static const struct pci_device_id beta_pci2[] = { { PCI_DEVICE(0x8086, 0x100e) }, { } };
MODULE_DEVICE_TABLE(pci, beta_pci2);
MODULE_IMPORT_NS(NS(ALPHA));
MODULE_VERSION("1.2-3");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("beta");
