/* SPDX-License-Identifier: Apache-2.0 */
#define SPELLING_LOCAL "module/sub/local"
