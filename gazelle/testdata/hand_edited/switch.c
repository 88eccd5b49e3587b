#include <linux/module.h>
extern int lamp_on(void);
int switch_on(void) { return lamp_on(); }
MODULE_LICENSE("GPL");
