#include <linux/kernel.h>
#include <linux/export.h>
#include <linux/list.h>
#include "beta.h"
#include "sub/inner.h"
int beta_two(void) { return INNER; }
EXPORT_SYMBOL_GPL(beta_two);
