#define _DEFAULT_SOURCE /* madvise */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/check.h"

/* Large blocks are filled from end to end: a scenario's actions, a journal. Asked for in large pages, they
 * come with a few hundred times fewer page faults, which are a third of the time of loading a large scenario.
 * A wish, not a need: where it is not granted nothing changes. */
enum { PAGE = 4096, LARGE_PAGE = 2 * 1024 * 1024, LARGE = 2 * LARGE_PAGE };

static void *in_large_pages(void *memory, size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  uintptr_t begin = ((uintptr_t)memory + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
  uintptr_t end = ((uintptr_t)memory + size) & ~(uintptr_t)(PAGE - 1);
  if (memory && size >= LARGE) (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
  (void)size;
#endif
  return memory;
}

static _Noreturn void out_of_memory(size_t size) {
  fprintf(stderr, "waystation: out of memory (%zu bytes wanted)\n", size);
  exit(3);
}

/* A large block begins where a large page does: the next one would not fill the page that this one began. */
static void *large_block(size_t size) {
  if (size > SIZE_MAX - LARGE_PAGE) return NULL;
  return aligned_alloc(LARGE_PAGE, (size + LARGE_PAGE - 1) & ~(size_t)(LARGE_PAGE - 1));
}

void *mem_alloc(size_t size) {
  void *memory = size >= LARGE ? large_block(size) : malloc(size ? size : 1);
  if (!memory) out_of_memory(size);
  return in_large_pages(memory, size);
}

void *mem_zalloc(size_t size) {
  void *memory = calloc(1, size ? size : 1);
  if (!memory) out_of_memory(size);
  return in_large_pages(memory, size);
}

void *mem_resize(void *memory, size_t size) {
  void *moved = realloc(memory, size ? size : 1);
  if (!moved) out_of_memory(size);
  return in_large_pages(moved, size);
}

void *mem_grow(void *memory, size_t *capacity, size_t wanted, size_t item_size) {
  if (wanted <= *capacity) return memory;
  size_t larger = *capacity ? *capacity : 8;
  while (larger < wanted) {
    if (larger > SIZE_MAX / 2) out_of_memory(SIZE_MAX);
    larger *= 2;
  }
  if (larger > SIZE_MAX / item_size) out_of_memory(SIZE_MAX);
  *capacity = larger;
  return mem_resize(memory, larger * item_size);
}

void mem_free(void *memory) {
  free(memory);
}

/* ---- pieces ---- */

enum {
  SLAB_SIZE = 32 * 1024,
  SLABS_ALONE = LARGE_PAGE / SLAB_SIZE, /* a small run's, asked for one by one; all others in large blocks */
};

/* All slabs hang together, so that whoever looks for lost memory finds them. */
struct slab {
  struct slab *next;
  _Alignas(max_align_t) char pieces[];
};
static struct slab *slabs;
static size_t slab_count;
static char *slabs_ahead, *slabs_ahead_end; /* what is left of the newest large block */

/* What lies here belongs to nobody, so it carries nothing from one run into the next. */
struct mem_piece *mem_pieces[MEM_PIECE_MAX / MEM_PIECE_STEP + 1];

/* Of many pieces each is touched now and then, here and there: in large pages that takes fewer page faults at
 * first, and fewer walks through the tables of pages for ever after. */
static struct slab *new_slab(size_t size) {
  if (slab_count++ < SLABS_ALONE) return mem_alloc(size);
  if ((size_t)(slabs_ahead_end - slabs_ahead) < size) {
    slabs_ahead = mem_alloc(LARGE);
    slabs_ahead_end = slabs_ahead + LARGE;
  }
  char *slab = slabs_ahead;
  slabs_ahead += size;
  return (struct slab *)(void *)slab;
}

/* Cuts a new slab into pieces, and gives the first. */
static void *cut_slab(size_t size) {
  size_t count = SLAB_SIZE / size;
  struct slab *slab = new_slab(sizeof *slab + count * size);
  slab->next = slabs;
  slabs = slab;
  for (size_t i = count; i-- > 1;) mem_give(slab->pieces + i * size, size);
  return slab->pieces;
}

void *mem_take_slowly(size_t size) {
  size_t whole = mem_piece_size(size ? size : 1);
  return MEM_PIECES_FROM_HEAP || size > MEM_PIECE_MAX ? mem_alloc(whole) : cut_slab(whole);
}
