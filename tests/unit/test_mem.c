/* Pieces of memory: they do not overlap, are as large as said, and are used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/span.h"

enum { PIECES = 200, OPERATIONS = 20000 };

static bool is_filled(const unsigned char *piece, size_t size, unsigned char with) {
  for (size_t i = 0; i < size; i++)
    if (piece[i] != with) return false;
  return true;
}

static void pieces_are_their_owners(void **state) {
  (void)state;
  struct rng rng = rng_named(3, SPAN("pieces"));
  struct {
    unsigned char *piece;
    size_t wanted;
  } held[PIECES] = {{NULL, 0}};
  for (int i = 0; i < OPERATIONS; i++) {
    size_t k = (size_t)rng_below(&rng, PIECES);
    size_t size = mem_piece_size(held[k].wanted);
    if (held[k].piece) {
      assert_true(is_filled(held[k].piece, size, (unsigned char)k));
      mem_give(held[k].piece, i % 2 ? size : held[k].wanted);
      held[k].piece = NULL;
    } else {
      held[k].wanted = 1 + ((size_t)rng_below(&rng, 2 * MEM_PIECE_MAX) >> rng_below(&rng, 12));
      held[k].piece = mem_take(held[k].wanted);
      assert_int_equal((uintptr_t)held[k].piece % _Alignof(max_align_t), 0);
      memset(held[k].piece, (int)k, mem_piece_size(held[k].wanted));
    }
  }
  for (size_t k = 0; k < PIECES; k++)
    if (held[k].piece) mem_give(held[k].piece, held[k].wanted);
}

/* More at once than a small run has: they come from large blocks then. */
static void many_pieces_are_their_owners(void **state) {
  (void)state;
  enum { MANY = 30000 };
  static unsigned char *pieces[MANY];
  struct rng rng = rng_named(4, SPAN("sizes"));
  static size_t sizes[MANY];
  for (size_t i = 0; i < MANY; i++) {
    sizes[i] = mem_piece_size(1 + (size_t)rng_below(&rng, i % 10 ? 500 : MEM_PIECE_MAX));
    pieces[i] = mem_take(sizes[i]);
    memset(pieces[i], (int)(i % 251), sizes[i]);
  }
  for (size_t i = 0; i < MANY; i++) {
    assert_true(is_filled(pieces[i], sizes[i], (unsigned char)(i % 251)));
    mem_give(pieces[i], sizes[i]);
  }
}

static void sizes_are_rounded_up(void **state) {
  (void)state;
  assert_int_equal(mem_piece_size(1), MEM_PIECE_STEP);
  assert_int_equal(mem_piece_size(MEM_PIECE_STEP), MEM_PIECE_STEP);
  assert_int_equal(mem_piece_size(MEM_PIECE_STEP + 1), 2 * MEM_PIECE_STEP);
  assert_int_equal(mem_piece_size(MEM_PIECE_MAX), MEM_PIECE_MAX);
  assert_int_equal(mem_piece_size(MEM_PIECE_MAX + 1), MEM_PIECE_MAX + 1); /* the heap's own */
}

static void nothing_is_given_back(void **state) {
  (void)state;
  mem_give(NULL, 100);
  mem_give(NULL, MEM_PIECE_MAX + 1);
  unsigned char *zeroed = mem_take(300);
  memset(zeroed, 1, 300);
  mem_give(zeroed, 300);
  zeroed = mem_ztake(300);
  assert_true(is_filled(zeroed, 300, 0));
  mem_give(zeroed, 300);
  mem_give(mem_take(0), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_their_owners),
      cmocka_unit_test(many_pieces_are_their_owners),
      cmocka_unit_test(sizes_are_rounded_up),
      cmocka_unit_test(nothing_is_given_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
