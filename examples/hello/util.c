// SPDX-License-Identifier: Apache-2.0
#include <linux/printk.h>

#include "util.h"

void greet(const char *whom)
{
	pr_info("hello: hello, %s\n", whom);
}
