/* The pool: pieces do not overlap, are as large as said, and are used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/span.h"
#include "sim/pool.h"

enum { PIECES = 200, OPERATIONS = 20000 };

static bool is_filled(const unsigned char *piece, size_t size, unsigned char with) {
  for (size_t i = 0; i < size; i++)
    if (piece[i] != with) return false;
  return true;
}

static void pieces_are_their_owners(void **state) {
  (void)state;
  struct pool pool = POOL_EMPTY;
  struct rng rng = rng_named(3, SPAN("pool"));
  struct {
    unsigned char *piece;
    size_t size;
  } held[PIECES] = {{NULL, 0}};
  for (int i = 0; i < OPERATIONS; i++) {
    size_t k = (size_t)rng_below(&rng, PIECES);
    if (held[k].piece) {
      assert_true(is_filled(held[k].piece, held[k].size, (unsigned char)k));
      pool_give_back(&pool, held[k].piece, held[k].size);
      held[k].piece = NULL;
    } else {
      size_t wanted = (size_t)rng_below(&rng, 2 * POOL_PIECE_MAX) >> rng_below(&rng, 17);
      held[k].piece = pool_take(&pool, wanted, &held[k].size);
      assert_true(held[k].size >= wanted);
      assert_int_equal((uintptr_t)held[k].piece % _Alignof(max_align_t), 0);
      memset(held[k].piece, (int)k, held[k].size);
    }
  }
  for (size_t k = 0; k < PIECES; k++)
    if (held[k].piece) pool_give_back(&pool, held[k].piece, held[k].size);
  pool_free(&pool);
}

static void what_was_given_back_is_used_again(void **state) {
  (void)state;
  struct pool pool = POOL_EMPTY;
  size_t size, again;
  void *piece = pool_take(&pool, 100, &size);
  assert_int_equal(size, 128);
  pool_give_back(&pool, piece, size);
  assert_ptr_equal(pool_take(&pool, 65, &again), piece);
  assert_ptr_not_equal(pool_take(&pool, 65, &again), piece);
  assert_int_equal((pool_take(&pool, 0, &size), size), POOL_PIECE_MIN);
  pool_free(&pool);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_their_owners),
      cmocka_unit_test(what_was_given_back_is_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
