// SPDX-License-Identifier: Apache-2.0
#include "local.h"
#include "../same.h"
#include "../../up.h"
#include "./sub/deep.h"

const char *spelling_part = SPELLING_LOCAL SPELLING_SAME SPELLING_UP SPELLING_DEEP;
