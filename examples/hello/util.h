/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HELLO_UTIL_H
#define HELLO_UTIL_H

/* Greets by a line in the kernel log. */
void greet(const char *whom);

#endif
