#include <linux/module.h>
#include "version.h"
#include "tables.h"
MODULE_LICENSE("GPL");
