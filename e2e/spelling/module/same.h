/* SPDX-License-Identifier: Apache-2.0 */
#define SPELLING_SAME "module/same"
