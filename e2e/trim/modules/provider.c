// SPDX-License-Identifier: Apache-2.0
/* Exports of every kind, some of which nobody uses. */
#include <linux/module.h>

#include "trim.h"

int trim_used(void) { return 1; }
EXPORT_SYMBOL(trim_used);

int trim_used_gpl(void) { return 2; }
EXPORT_SYMBOL_GPL(trim_used_gpl);

int trim_unused(void) { return 3; }
EXPORT_SYMBOL(trim_unused);

/* Names that differ from a used one only in an underscore or in case. */
int _trim_used(void) { return 4; }
EXPORT_SYMBOL(_trim_used);

int Trim_used(void) { return 5; }
EXPORT_SYMBOL(Trim_used);

int __trim_used(void) { return 6; }
EXPORT_SYMBOL_GPL(__trim_used);

int trim__used(void) { return 12; }
EXPORT_SYMBOL(trim__used);

int trim_used_(void) { return 13; }
EXPORT_SYMBOL(trim_used_);

/* Of these, the one with the underscores is used. */
int trim_inner(void) { return 14; }
EXPORT_SYMBOL(trim_inner);

int __trim_inner(void) { return 0; }
EXPORT_SYMBOL(__trim_inner);

int trim_weak(void) { return 7; }
EXPORT_SYMBOL(trim_weak);

int trim_by_name(void) { return 8; }
EXPORT_SYMBOL_GPL(trim_by_name);

int trim_kept(void) { return 9; }
EXPORT_SYMBOL(trim_kept);

int trim_used_outside(void) { return 10; }
EXPORT_SYMBOL(trim_used_outside);

MODULE_DESCRIPTION("Exports for the tests of trimming");
MODULE_LICENSE("GPL");
