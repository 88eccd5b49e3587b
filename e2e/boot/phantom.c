// A module that imports a symbol that no kernel has.
#include <linux/module.h>

void phantom_symbol(void);

static int __init phantom_init(void)
{
	phantom_symbol();
	return 0;
}
module_init(phantom_init);

static void __exit phantom_exit(void)
{
}
module_exit(phantom_exit);

MODULE_DESCRIPTION("Imports what nobody exports");
MODULE_LICENSE("GPL");
