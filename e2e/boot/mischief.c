// A module that goes wrong in the way that its parameter asks for.
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/module.h>

static char *mode = "none";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "warn, oops, hang, refuse or none");

static int __init mischief_init(void)
{
	pr_info("mischief: %s\n", mode);
	if (!strcmp(mode, "warn"))
		WARN(1, "mischief warns");
	if (!strcmp(mode, "oops"))
		*(volatile int *)8 = 1;
	if (!strcmp(mode, "hang"))
		for (;;)
			msleep(1000);
	if (!strcmp(mode, "refuse"))
		return -ENODEV;
	return 0;
}
module_init(mischief_init);

static void __exit mischief_exit(void)
{
}
module_exit(mischief_exit);

MODULE_DESCRIPTION("Goes wrong on request");
MODULE_LICENSE("GPL");
