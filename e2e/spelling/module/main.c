// SPDX-License-Identifier: Apache-2.0
#include <linux/module.h>

#include "../up.h"
#include "beside.h"
#include "sub/../same.h"
#include <spelling_beside.h>
#include <module/sub/local.h>

const char *spelling_main = SPELLING_UP SPELLING_BESIDE SPELLING_SAME SPELLING_BESIDE_DIR SPELLING_LOCAL;

MODULE_DESCRIPTION("Has headers by many paths");
MODULE_VERSION("1");
MODULE_LICENSE("GPL");
