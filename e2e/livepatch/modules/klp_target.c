// SPDX-License-Identifier: Apache-2.0
/* What klp_patch.c patches, and exports that only it, or nobody, needs. */
#include <linux/module.h>

#include "klp_target.h"

noinline int klp_answer(void) { return 41; }
EXPORT_SYMBOL(klp_answer);

int klp_named(void) { return 1; }
EXPORT_SYMBOL(klp_named);

int klp_unused(void) { return 2; }
EXPORT_SYMBOL(klp_unused);

MODULE_DESCRIPTION("A module to be live patched");
MODULE_LICENSE("GPL");
