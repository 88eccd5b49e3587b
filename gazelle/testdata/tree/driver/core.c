#include <linux/module.h>
#include <bus.h>
#include "private.h"
int bus_register(void) { return bus_fast(); }
EXPORT_SYMBOL_GPL(bus_register);
MODULE_LICENSE("GPL");
