/* mem: the only door to the heap. Out of memory ends the program with a message, so that no
 * caller needs a branch for it. */
#pragma once

#include <stddef.h>
#include <string.h>

#include "base/check.h"

void *mem_alloc(size_t size);                /* uninitialised */
void *mem_zalloc(size_t size);               /* zeroed */
void *mem_resize(void *memory, size_t size); /* like realloc */
void *mem_grow(void *memory, size_t *capacity, size_t wanted,
               size_t item_size); /* doubles capacity until wanted fits */
void mem_free(void *memory);      /* NULL is fine */

/* Pieces for short lives: a line on its way, a session, a letter in a queue. A piece that is given back is
 * kept for the next of its size, so that it costs no call to the heap. Sizes are rounded up to
 * MEM_PIECE_STEP; a piece larger than MEM_PIECE_MAX is the heap's own. Memory once used for pieces stays with
 * the program. Built with a sanitizer, every piece is the heap's own, so that each wrong use is seen. One
 * thread only. */
enum { MEM_PIECE_STEP = 16, MEM_PIECE_MAX = 4096 };

#if defined(__SANITIZE_ADDRESS__)
#define MEM_PIECES_FROM_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEM_PIECES_FROM_HEAP 1
#endif
#endif
#ifndef MEM_PIECES_FROM_HEAP
#define MEM_PIECES_FROM_HEAP 0
#endif

/* What a piece of that size really has room for. */
static inline size_t mem_piece_size(size_t size) {
  return size > MEM_PIECE_MAX ? size : (size + MEM_PIECE_STEP - 1) & ~((size_t)MEM_PIECE_STEP - 1);
}

/* Those that were given back, by size in steps. */
struct mem_piece {
  struct mem_piece *next;
};
extern struct mem_piece *mem_pieces[MEM_PIECE_MAX / MEM_PIECE_STEP + 1];
static inline struct mem_piece **mem_pieces_of(size_t size) {
  return &mem_pieces[(size + MEM_PIECE_STEP - 1) / MEM_PIECE_STEP];
}

void *mem_take_slowly(size_t size); /* when there is none, or it is the heap's */
/* Uninitialised. */
static inline void *mem_take(size_t size) {
  struct mem_piece *piece = size <= MEM_PIECE_MAX ? *mem_pieces_of(size) : NULL;
  if (UNLIKELY(!piece)) return mem_take_slowly(size);
  *mem_pieces_of(size) = piece->next;
  return piece;
}
/* Zeroed. */
static inline void *mem_ztake(size_t size) {
  return memset(mem_take(size), 0, size);
}
/* The same size as asked for, or what mem_piece_size made of it. NULL is fine. */
static inline void mem_give(void *memory, size_t size) {
  struct mem_piece *piece = memory;
  if (MEM_PIECES_FROM_HEAP || UNLIKELY(size > MEM_PIECE_MAX)) {
    mem_free(memory);
  } else if (piece) {
    piece->next = *mem_pieces_of(size);
    *mem_pieces_of(size) = piece;
  }
}
