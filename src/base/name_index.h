/* name_index: finds names among many, for looking up only: it has no order that could reach a result.
 *
 * Laid out for the cache: mostly the heads alone are looked at. Names hold no NUL. The index owns its memory,
 * not the names.
 */
#pragma once

#include "base/span.h"

struct name_index {
  uint64_t *heads; /* the first eight octets of each name; 0: a free slot */
  const struct span **names;
  size_t capacity; /* a power of two; 0: nothing was ever put into it */
  bool any_case;
};

/* Makes room for so many names, none of which may be empty. any_case: they are the same in any letter case,
 * as host names are (RFC 1035 2.3.3). */
void name_index_init(struct name_index *index, size_t count, bool any_case);
/* The name that was there before under the same spelling, or NULL if it is new and was added. The name
 * is borrowed by address, so that it tells which of an array of structs it stands in. */
const struct span *name_index_add(struct name_index *index, const struct span *name);
const struct span *name_index_find(const struct name_index *index, struct span name);
bool name_index_has(const struct name_index *index, struct span name);
void name_index_free(struct name_index *index);
