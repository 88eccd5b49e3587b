/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STACK_MIX_H
#define STACK_MIX_H

#include <linux/linkage.h>
#include <linux/types.h>

/* Mixes the bits of a value; mixing twice gives it back. In mix.S. */
asmlinkage u32 stack_mix(u32 value);

#endif
