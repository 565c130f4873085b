/* pool: memory for many short-lived pieces, such as what is on its way between two hosts.
 *
 * Pieces come in sizes of powers of two and go back to a list of their size, so that a line that travels
 * costs no call to the heap. A piece larger than POOL_PIECE_MAX is the heap's own.
 *
 * Ownership: the pool owns all memory; pool_free frees it, large pieces excepted, which must have been given
 * back before. Memory once used for pieces of a size is kept for that size.
 */
#pragma once

#include <stddef.h>

enum { POOL_SIZES = 11, POOL_PIECE_MIN = 64, POOL_PIECE_MAX = POOL_PIECE_MIN << (POOL_SIZES - 1) };

struct pool_piece;
struct pool_slab;
struct pool {
  struct pool_piece *free[POOL_SIZES];
  struct pool_slab *slabs;
};

#define POOL_EMPTY ((struct pool){.slabs = NULL})

/* At least so large; the true size, which pool_give_back wants to know, is told. Not zeroed. */
void *pool_take(struct pool *pool, size_t size, size_t *size_out);
void pool_give_back(struct pool *pool, void *piece, size_t size);
void pool_free(struct pool *pool);
