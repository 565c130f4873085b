/* arena: memory with one lifetime. Allocated piece by piece, given back all at once.
 *
 * Lifetimes in Waystation: a run, a transaction, the journal. No pointer from a longer life into
 * a shorter one. Pieces are aligned for any type and are not zeroed unless said.
 */
#pragma once

#include <stdarg.h>

#include "base/span.h"

/* Where pieces lie, one behind the other. */
struct arena_chunk {
  struct arena_chunk *older;
  size_t size;
  size_t used;
  _Alignas(max_align_t) char data[];
};

struct arena {
  struct arena_chunk *chunks; /* newest first */
};

#define ARENA_EMPTY ((struct arena){NULL})

/* What a piece of that size takes. */
static inline size_t arena_size(size_t size) {
  return (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}
/* The way there when the newest chunk has no room. */
struct arena_chunk *arena_add_chunk(struct arena *arena, size_t at_least);
static inline void *arena_alloc(struct arena *arena, size_t size) {
  struct arena_chunk *chunk = arena->chunks;
  if (!chunk || chunk->size - chunk->used < size) chunk = arena_add_chunk(arena, size);
  void *piece = chunk->data + chunk->used;
  chunk->used += arena_size(size);
  return piece;
}
/* Makes room for so many octets in one go, for who knows what will be asked for: the sum of arena_size(…) of
 * each piece. */
void arena_reserve(struct arena *arena, size_t size);
/* The sum of all pieces, for limits. */
size_t arena_used_bytes(const struct arena *arena);
void *arena_zalloc(struct arena *arena, size_t size);
struct span arena_copy(struct arena *arena, struct span bytes); /* a NUL follows, for C's sake */
char *arena_text(struct arena *arena, struct span bytes);       /* the same, as a C string */
struct span arena_join(struct arena *arena, const struct span *pieces, size_t count);
struct span arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct span arena_vformat(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void arena_free_newer(struct arena *arena); /* all chunks but the oldest */
/* Frees all pieces, keeps one chunk for reuse. */
static inline void arena_reset(struct arena *arena) {
  if (!arena->chunks) return;
  if (arena->chunks->older) arena_free_newer(arena);
  arena->chunks->used = 0;
}
void arena_free(struct arena *arena);
