#include <linux/module.h>
#include "gamma.h"
#include "../alpha.h"
int beta_two(void);
static int __init g(void) { return beta_two() + alpha_plain(G) ; }
module_init(g);
MODULE_VERSION("7");
MODULE_LICENSE("GPL v2");
MODULE_DESCRIPTION("g");
