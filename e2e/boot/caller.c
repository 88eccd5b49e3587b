// A module that needs another: imports greet_whom.
#include <linux/module.h>

const char *greet_whom(void);

static int __init caller_init(void)
{
	pr_info("caller: greet greets %s\n", greet_whom());
	return 0;
}
module_init(caller_init);

static void __exit caller_exit(void)
{
	pr_info("caller: done\n");
}
module_exit(caller_exit);

MODULE_DESCRIPTION("Asks whom greet greets");
MODULE_LICENSE("GPL");
