#include "base/arena.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"

/* Small lives (a letter in a queue) and long ones (a run, a large scenario) share this: chunks double, up to
 * what comes in large pages. With its head a chunk is a piece of memory without a rest. What is used of one,
 * and so what is left, is a multiple of the alignment.
 */
enum { CHUNK_HEAD = 32, FIRST_CHUNK = 128, LARGEST_CHUNK = 4 * 1024 * 1024 };

_Static_assert(sizeof(struct arena_chunk) == CHUNK_HEAD, "a chunk's head");

struct arena_chunk *arena_add_chunk(struct arena *arena, size_t at_least) {
  CHECK(at_least < SIZE_MAX / 2);
  at_least = arena_size(at_least);
  size_t size = arena->chunks ? (arena->chunks->size + CHUNK_HEAD) * 2 : FIRST_CHUNK;
  if (size > LARGEST_CHUNK) size = LARGEST_CHUNK;
  size = mem_piece_size(size < CHUNK_HEAD + at_least ? CHUNK_HEAD + at_least : size);
  struct arena_chunk *chunk = mem_take(size);
  chunk->older = arena->chunks;
  chunk->size = size - CHUNK_HEAD;
  chunk->used = 0;
  arena->chunks = chunk;
  return chunk;
}

void arena_reserve(struct arena *arena, size_t size) {
  const struct arena_chunk *chunk = arena->chunks;
  if (!chunk || chunk->size - chunk->used < size) arena_add_chunk(arena, size);
}

size_t arena_used_bytes(const struct arena *arena) {
  size_t sum = 0;
  for (const struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->older) sum += chunk->used;
  return sum;
}

void *arena_zalloc(struct arena *arena, size_t size) {
  return memset(arena_alloc(arena, size), 0, size);
}

struct span arena_copy(struct arena *arena, struct span bytes) {
  char *copy = arena_alloc(arena, bytes.len + 1);
  buf_copy(copy, bytes);
  copy[bytes.len] = 0;
  return span_of(copy, bytes.len);
}

char *arena_text(struct arena *arena, struct span bytes) {
  struct span copy = arena_copy(arena, bytes);
  return (char *)(uintptr_t)copy.data;
}

struct span arena_join(struct arena *arena, const struct span *pieces, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += pieces[i].len;
  char *joined = arena_alloc(arena, total + 1), *to = joined;
  for (size_t i = 0; i < count; i++) to = buf_put(to, pieces[i]);
  *to = 0;
  return span_of(joined, total);
}

struct span arena_vformat(struct arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  CHECK(length >= 0);
  char *text = arena_alloc(arena, (size_t)length + 1);
  vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return span_of(text, (size_t)length);
}

struct span arena_format(struct arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct span text = arena_vformat(arena, format, arguments);
  va_end(arguments);
  return text;
}

static void free_newest(struct arena *arena) {
  struct arena_chunk *older = arena->chunks->older;
  mem_give(arena->chunks, arena->chunks->size + CHUNK_HEAD);
  arena->chunks = older;
}

void arena_free_newer(struct arena *arena) {
  while (arena->chunks->older) free_newest(arena);
}

void arena_free(struct arena *arena) {
  while (arena->chunks) free_newest(arena);
}
