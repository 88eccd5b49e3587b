/* SPDX-License-Identifier: Apache-2.0 */
int provider_first(void);
int provider_second(void);
