/* scenario_extends: one tree of a file and all that it extends.
 *
 * "extends": "base.json" reads that file first and lays this one over it: objects are merged member by
 * member, anything else replaces what was there, null takes a member away (as in RFC 7396). A list that is
 * laid over by an object is changed by it: { "2": … } is its second entry, any word adds one. The path
 * is relative to the file that says it and stays beside or below the first file's folder.
 */
#pragma once

#include "world/scenario_tree.h"

/* NULL after complaining. */
cJSON *scenario_open_all(struct loading *loading, struct span path);
