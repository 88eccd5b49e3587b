// SPDX-License-Identifier: GPL-2.0-only
// What a module can ask for: by name, weakly, and with symbol_get().
#include <linux/module.h>

int ksym_plain(void);
extern int ksym_perhaps(void) __attribute__((weak));
extern int ksym_late(int);

static int __init user_init(void)
{
	int (*late)(int) = symbol_get(ksym_late);
	int n = ksym_plain();

	if (late) {
		n += late(n);
		symbol_put(ksym_late);
	}
	if (ksym_perhaps)
		n += ksym_perhaps();
	pr_info("%d\n", n);
	return n;
}
module_init(user_init);

static void __exit user_exit(void)
{
}
module_exit(user_exit);

MODULE_DESCRIPTION("exports and imports of every kind");
MODULE_LICENSE("GPL");
