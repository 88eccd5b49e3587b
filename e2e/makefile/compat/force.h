/* SPDX-License-Identifier: Apache-2.0 */
#define MK_FORCED 1
