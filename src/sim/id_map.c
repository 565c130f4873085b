#include "sim/id_map.h"

#include "base/check.h"
#include "base/mem.h"

enum { BITS_FIRST = 4 };

/* Fibonacci hashing: numbers that follow each other land far apart. */
static uint32_t home_of(const struct id_map *map, uint32_t id) {
  return id * 2654435769u >> (32 - map->bits);
}

static uint32_t mask_of(const struct id_map *map) {
  return (1u << map->bits) - 1;
}

/* Where the number is, or the free entry where it would be. */
static uint32_t find(const struct id_map *map, uint32_t id) {
  uint32_t at = home_of(map, id);
  while (map->entries[at].id != id && map->entries[at].id != 0) at = (at + 1) & mask_of(map);
  return at;
}

static void enlarge(struct id_map *map) {
  struct id_map larger = {.bits = map->bits ? map->bits + 1 : BITS_FIRST, .count = map->count};
  CHECK(larger.bits < 32);
  larger.entries = mem_zalloc(((size_t)1 << larger.bits) * sizeof *larger.entries);
  size_t size = map->entries ? (size_t)1 << map->bits : 0;
  for (size_t i = 0; i < size; i++)
    if (map->entries[i].id) larger.entries[find(&larger, map->entries[i].id)] = map->entries[i];
  mem_free(map->entries);
  *map = larger;
}

void *id_map_get(const struct id_map *map, uint32_t id) {
  return map->count > 0 && id != 0 ? map->entries[find(map, id)].value : NULL;
}

void id_map_put(struct id_map *map, uint32_t id, void *value) {
  CHECK(id != 0 && value);
  if (!map->entries || map->count >= (mask_of(map) + 1) / 2) enlarge(map);
  uint32_t at = find(map, id);
  CHECK(map->entries[at].id == 0);
  map->entries[at] = (struct id_map_entry){id, value};
  map->count++;
}

/* Moves later entries of the same run into the gap, unless that would put them before their home. */
void id_map_remove(struct id_map *map, uint32_t id) {
  CHECK(map->count > 0 && id != 0);
  uint32_t gap = find(map, id), mask = mask_of(map);
  CHECK(map->entries[gap].id == id);
  for (uint32_t at = (gap + 1) & mask; map->entries[at].id != 0; at = (at + 1) & mask) {
    uint32_t from_home = (at - home_of(map, map->entries[at].id)) & mask;
    if (from_home < ((at - gap) & mask)) continue;
    map->entries[gap] = map->entries[at];
    gap = at;
  }
  map->entries[gap] = (struct id_map_entry){0, NULL};
  map->count--;
}

void id_map_free(struct id_map *map) {
  mem_free(map->entries);
  *map = (struct id_map){NULL, 0, 0};
}
