/* SPDX-License-Identifier: Apache-2.0 */
#define SPELLING_UP "up"
