#include <linux/module.h>
#include "../private.h"
extern int bus_register(void);
int x = 1;
static int net_init(void) { return bus_register(); }
module_init(net_init);
MODULE_LICENSE("GPL");
