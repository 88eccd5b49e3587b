// SPDX-License-Identifier: Apache-2.0
/* An object of the provider whose exports are all used. */
#include <linux/export.h>

#include "trim.h"

int trim_spare(void) { return 11; }
EXPORT_SYMBOL(trim_spare);
