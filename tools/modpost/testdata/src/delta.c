#include <linux/module.h>
#include <linux/init.h>
int delta_common_exported;
EXPORT_SYMBOL(delta_common_exported);
static int counter;
int *delta(void) { return &counter; }
MODULE_VERSION("x");
MODULE_LICENSE("GPL");
