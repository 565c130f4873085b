#include "base/name_index.h"

#include "base/mem.h"

void name_index_init(struct name_index *index, size_t count, bool any_case) {
  name_index_free(index);
  index->capacity = 16;
  while (index->capacity < 2 * count) index->capacity *= 2;
  index->heads = mem_zalloc(index->capacity * sizeof *index->heads);
  index->names = mem_alloc(index->capacity * sizeof *index->names);
  index->any_case = any_case;
}

void name_index_free(struct name_index *index) {
  mem_free(index->heads);
  mem_free(index->names);
  *index = (struct name_index){NULL, NULL, 0, false};
}

/* Up to eight octets as one number, the rest of it zero; in small letters where case does not count. Names
 * hold no NUL, so that a head with a zero octet is the whole name. */
static inline uint64_t head_of(struct span name, bool any_case) {
  uint64_t head = span_first_octets(name);
  if (!any_case) return head;
  /* Each octet from A to Z gets its bit 0x20 (octets above 127 are left alone). */
  uint64_t low = head & UINT64_C(0x7f7f7f7f7f7f7f7f);
  uint64_t from_a = low + UINT64_C(0x3f3f3f3f3f3f3f3f), beyond_z = low + UINT64_C(0x2525252525252525);
  uint64_t capital = (from_a ^ beyond_z) & ~head & UINT64_C(0x8080808080808080);
  return head | capital >> 2;
}

static inline size_t hash_of(struct span name, bool any_case, uint64_t head) {
  uint64_t hash = (head ^ name.len) * UINT64_C(0x9e3779b97f4a7c15);
  for (size_t at = 8; at < name.len; at += 8)
    hash = ((hash >> 29) ^ hash ^ head_of(span_skip(name, at), any_case)) * UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(hash >> 32);
}

/* The slot where the name is, or would be. */
static inline size_t slot_of(const struct name_index *index, struct span name, uint64_t head) {
  for (size_t at = hash_of(name, index->any_case, head);; at++) {
    at &= index->capacity - 1;
    if (!index->heads[at]) return at;
    if (index->heads[at] != head) continue;
    if (name.len < 8) return at;
    const struct span *known = index->names[at];
    if (index->any_case ? span_equal_nocase(*known, name) : span_equal(*known, name)) return at;
  }
}

const struct span *name_index_add(struct name_index *index, const struct span *name) {
  uint64_t head = head_of(*name, index->any_case);
  size_t slot = slot_of(index, *name, head);
  if (index->heads[slot]) return index->names[slot];
  index->heads[slot] = head;
  index->names[slot] = name;
  return NULL;
}

const struct span *name_index_find(const struct name_index *index, struct span name) {
  if (!index->capacity || !name.len) return NULL;
  size_t slot = slot_of(index, name, head_of(name, index->any_case));
  return index->heads[slot] ? index->names[slot] : NULL;
}

bool name_index_has(const struct name_index *index, struct span name) {
  return name_index_find(index, name) != NULL;
}
