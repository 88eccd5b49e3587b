// SPDX-License-Identifier: Apache-2.0
/* Exports one symbol that the consumer uses, and one that it does not yet. */
#include <linux/module.h>

#include "provider.h"

int provider_first(void) { return 1; }
EXPORT_SYMBOL(provider_first);

int provider_second(void) { return 2; }
EXPORT_SYMBOL(provider_second);

MODULE_DESCRIPTION("Exports");
MODULE_LICENSE("GPL");
