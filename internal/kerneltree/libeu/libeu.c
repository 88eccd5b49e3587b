/*
 * What a static libelf of elfutils 0.192 lacks: it calls the functions by which
 * its parts share search trees, and does not hold them (its shared library does;
 * sourceware's bug 32293). These are for programs of one thread.
 */
#define _GNU_SOURCE
#include <search.h>

struct tree {
	void *root;
};

typedef int comparison(const void *, const void *);

void eu_search_tree_init(struct tree *tree)
{
	tree->root = 0;
}

void eu_search_tree_fini(struct tree *tree, void (*free_node)(void *))
{
	tdestroy(tree->root, free_node);
	tree->root = 0;
}

void *eu_tsearch(const void *key, struct tree *tree, comparison *compare)
{
	return tsearch(key, &tree->root, compare);
}

void *eu_tfind(const void *key, struct tree *tree, comparison *compare)
{
	return tfind(key, &tree->root, compare);
}

void *eu_tdelete(const void *key, struct tree *tree, comparison *compare)
{
	return tdelete(key, &tree->root, compare);
}
