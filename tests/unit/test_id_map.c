/* The map from numbers beside a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/span.h"
#include "sim/id_map.h"

enum { NUMBERS = 5000, OPERATIONS = 200000 };

static void agrees_with_an_array(void **state) {
  (void)state;
  static char values[NUMBERS];
  static bool there[NUMBERS];
  static const uint32_t strides[] = {1, 64, 4096, 65537, 0x10000000 / NUMBERS};
  for (size_t k = 0; k < sizeof strides / sizeof strides[0]; k++) {
    struct id_map map = {NULL, 0, 0};
    struct rng rng = rng_named(k, SPAN("map"));
    uint32_t count = 0;
    memset(there, 0, sizeof there);
    for (int i = 0; i < OPERATIONS; i++) {
      uint32_t number = (uint32_t)rng_below(&rng, i < OPERATIONS / 2 ? 40 : NUMBERS);
      uint32_t id = 1 + number * strides[k];
      assert_ptr_equal(id_map_get(&map, id), there[number] ? &values[number] : NULL);
      if (there[number])
        id_map_remove(&map, id);
      else
        id_map_put(&map, id, &values[number]);
      there[number] = !there[number];
      count += there[number] ? 1 : -1u;
      assert_int_equal(map.count, count);
    }
    for (uint32_t number = 0; number < NUMBERS; number++)
      assert_ptr_equal(id_map_get(&map, 1 + number * strides[k]), there[number] ? &values[number] : NULL);
    id_map_free(&map);
  }
}

static void knows_nothing_when_empty(void **state) {
  (void)state;
  struct id_map map = {NULL, 0, 0};
  assert_null(id_map_get(&map, 7));
  assert_null(id_map_get(&map, 0));
  id_map_put(&map, 7, &map);
  assert_null(id_map_get(&map, 0));
  id_map_remove(&map, 7);
  assert_null(id_map_get(&map, 7));
  id_map_free(&map);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_an_array),
      cmocka_unit_test(knows_nothing_when_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
