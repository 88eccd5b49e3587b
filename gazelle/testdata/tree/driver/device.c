#include <linux/module.h>
#include <bus.h>
static int device_init(void) { return bus_register(); }
module_init(device_init);
MODULE_LICENSE("GPL");
