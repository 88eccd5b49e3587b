/* SPDX-License-Identifier: Apache-2.0 */
#define SPELLING_BESIDE_DIR "include/beside"
