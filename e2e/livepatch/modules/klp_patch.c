// SPDX-License-Identifier: Apache-2.0
/* A livepatch module: replaces a function of klp_target. */
#include <linux/livepatch.h>
#include <linux/module.h>

/* A klp symbol as klp-build leaves it for modpost: undefined and weak. A tool that runs after the link makes klp relocations of it. */
extern int named(void) __asm__("\".klp.sym.klp_target.klp_named,0\"") __attribute__((weak));

int (*const klp_patch_named)(void) = named;

static int patched_answer(void)
{
	return 42;
}

static struct klp_func funcs[] = {
	{
		.old_name = "klp_answer",
		.new_func = patched_answer,
	},
	{}
};

static struct klp_object objects[] = {
	{
		.name = "klp_target",
		.funcs = funcs,
	},
	{}
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init klp_patch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klp_patch_exit(void)
{
}

module_init(klp_patch_init);
module_exit(klp_patch_exit);

MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("A live patch of klp_target");
MODULE_LICENSE("GPL");
