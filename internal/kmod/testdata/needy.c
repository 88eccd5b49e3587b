// Imports from greet, and asks for modules before and after it.
#include <linux/module.h>

const char *greet_whom(void);

static int __init needy_init(void)
{
	pr_info("needy: %s\n", greet_whom());
	return 0;
}
module_init(needy_init);

MODULE_SOFTDEP("pre: early-bird sooner post: later");
MODULE_DESCRIPTION("Needs greet, and asks for others");
MODULE_LICENSE("GPL");
