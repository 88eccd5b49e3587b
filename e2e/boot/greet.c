// A module that behaves: says hello and goodbye, takes a parameter, exports a
// symbol.
#include <linux/module.h>

static char *whom = "world";
module_param(whom, charp, 0444);
MODULE_PARM_DESC(whom, "whom to greet");

const char *greet_whom(void);
const char *greet_whom(void)
{
	return whom;
}
EXPORT_SYMBOL_GPL(greet_whom);

static int __init greet_init(void)
{
	pr_info("greet: hello, %s\n", whom);
	return 0;
}
module_init(greet_init);

static void __exit greet_exit(void)
{
	pr_info("greet: goodbye, %s\n", whom);
}
module_exit(greet_exit);

MODULE_DESCRIPTION("Greets");
MODULE_LICENSE("GPL");
