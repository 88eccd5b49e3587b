/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRIM_H
#define TRIM_H

int trim_used(void);
int trim_used_gpl(void);
int trim_unused(void);
int _trim_used(void);
int Trim_used(void);
int __trim_used(void);
int trim__used(void);
int trim_used_(void);
int trim_inner(void);
int __trim_inner(void);
int trim_weak(void);
int trim_by_name(void);
int trim_kept(void);
int trim_used_outside(void);
int trim_spare(void);

#endif
