/* SPDX-License-Identifier: Apache-2.0 */
#define SPELLING_BESIDE "module/beside"
