#include <linux/module.h>
#include <linux/version.h>
#include <linux/export.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6,13,0)
#define NS(x) #x
#else
#define NS(x) x
#endif
int alpha_plain(int x) { return x + 1; }
EXPORT_SYMBOL(alpha_plain);
int alpha_gpl(int x) { return x + 2; }
EXPORT_SYMBOL_GPL(alpha_gpl);
int alpha_ns(int x) { return x + 3; }
EXPORT_SYMBOL_NS_GPL(alpha_ns, NS(ALPHA));
int alpha_data = 5;
EXPORT_SYMBOL_GPL(alpha_data);
const char alpha_ro[] = "ro";
EXPORT_SYMBOL_NS(alpha_ro, NS(ALPHA));
int __weak alpha_weak(int x) { return x + 4; }
EXPORT_SYMBOL(alpha_weak);
#ifdef EXPORT_SYMBOL_FOR_MODULES
int alpha_for(int x) { return x; }
EXPORT_SYMBOL_FOR_MODULES(alpha_for, "beta-*,gamma");
#endif
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("alpha");
