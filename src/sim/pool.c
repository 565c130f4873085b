#include "sim/pool.h"

#include "base/check.h"
#include "base/mem.h"

enum { SLAB_SIZE = 16 * 1024 };

struct pool_piece {
  struct pool_piece *next;
};

struct pool_slab {
  struct pool_slab *next;
  _Alignas(max_align_t) char pieces[];
};

static unsigned size_kind(size_t size) {
  unsigned kind = 0;
  while ((size_t)POOL_PIECE_MIN << kind < size) kind++;
  return kind;
}

static void add_slab(struct pool *pool, unsigned kind) {
  size_t size = (size_t)POOL_PIECE_MIN << kind;
  size_t count = size < SLAB_SIZE ? SLAB_SIZE / size : 1;
  struct pool_slab *slab = mem_alloc(sizeof *slab + count * size);
  slab->next = pool->slabs;
  pool->slabs = slab;
  for (size_t i = count; i-- > 0;) pool_give_back(pool, slab->pieces + i * size, size);
}

void *pool_take(struct pool *pool, size_t size, size_t *size_out) {
  if (size > POOL_PIECE_MAX) {
    *size_out = size;
    return mem_alloc(size);
  }
  unsigned kind = size_kind(size);
  if (!pool->free[kind]) add_slab(pool, kind);
  struct pool_piece *piece = pool->free[kind];
  pool->free[kind] = piece->next;
  *size_out = (size_t)POOL_PIECE_MIN << kind;
  return piece;
}

void pool_give_back(struct pool *pool, void *memory, size_t size) {
  if (size > POOL_PIECE_MAX) {
    mem_free(memory);
    return;
  }
  unsigned kind = size_kind(size);
  CHECK(size == (size_t)POOL_PIECE_MIN << kind);
  struct pool_piece *piece = memory;
  piece->next = pool->free[kind];
  pool->free[kind] = piece;
}

void pool_free(struct pool *pool) {
  while (pool->slabs) {
    struct pool_slab *next = pool->slabs->next;
    mem_free(pool->slabs);
    pool->slabs = next;
  }
  *pool = POOL_EMPTY;
}
