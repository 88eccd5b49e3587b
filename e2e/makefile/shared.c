// SPDX-License-Identifier: Apache-2.0
#include <linux/kernel.h>

#include "mk.h"

/* Kbuild compiles this once for both modules, and calls it by both names. */
const char *mk_shared(void)
{
	return KBUILD_MODNAME;
}
