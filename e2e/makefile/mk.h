/* SPDX-License-Identifier: Apache-2.0 */
int mk_first(void);
const char *mk_shared(void);
