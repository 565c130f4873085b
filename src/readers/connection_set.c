#include "readers/connection_set.h"

#include <string.h>

#include "base/mem.h"

void connection_set_add(struct connection_set *set, uint32_t connection) {
  size_t before = set->capacity;
  if (connection >= before) {
    set->has = mem_grow(set->has, &set->capacity, (size_t)connection + 1, sizeof *set->has);
    memset(set->has + before, 0, (set->capacity - before) * sizeof *set->has);
  }
  set->has[connection] = true;
}

void connection_set_free(struct connection_set *set) {
  mem_free(set->has);
  *set = (struct connection_set){NULL, 0};
}
