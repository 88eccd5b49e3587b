/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KLP_TARGET_H
#define KLP_TARGET_H

int klp_answer(void);
int klp_named(void);
int klp_unused(void);

#endif
