#include <linux/module.h>
#include <lamp.h>
int torch_on(void) { return lamp_on(); }
MODULE_LICENSE("GPL");
