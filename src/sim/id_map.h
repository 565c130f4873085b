/* id_map: from a number to what it stands for, for looking up only: it cannot be walked, so that its
 * order can reach no result. A number is not 0. Open addressing; taking out leaves no gaps behind. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct id_map {
  struct id_map_entry {
    uint32_t id; /* 0: free */
    void *value;
  } * entries;
  uint32_t bits; /* 2^bits entries; 0: none yet */
  uint32_t count;
};

void *id_map_get(const struct id_map *map, uint32_t id);       /* NULL if there is none */
void id_map_put(struct id_map *map, uint32_t id, void *value); /* the number must be new (CHECKed) */
void id_map_remove(struct id_map *map, uint32_t id);           /* must be there (CHECKed) */
void id_map_free(struct id_map *map);
