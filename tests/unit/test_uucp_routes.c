/* Routes over a map of UUCP machines, against all that there are: small maps made by chance, every route of
 * which is found by trying everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "readers/uucp_routes.h"

enum { MACHINES_MAX = 8, FOUND_MAX = 20000 };

static struct uucp_map *read_map(struct span text) {
  struct error_list errors = {0};
  struct uucp_map *map = uucp_map_read(SPAN("x.map"), text, &errors);
  if (!map) fail_msg("%.*s: %.*s", SPAN_ARG(text), SPAN_ARG(errors.items[0].message));
  error_list_free(&errors);
  return map;
}

/* ---- everything, tried ---- */

struct tried {
  int64_t units;
  int hops;
  int32_t machines[MACHINES_MAX + 1];
};
struct all {
  const struct uucp_map *map;
  const struct uucp_query *query;
  struct tried *routes;
  size_t count;
};

static bool is_usable(const struct all *all, int32_t from, const struct uucp_edge *edge) {
  for (size_t i = 0; i < all->query->without_count; i++)
    if (all->query->without[i] == edge->to) return false;
  if (edge->dead || (all->map->machines[from].dead && from != all->query->from)) return false;
  return !edge->terminal || edge->to == all->query->to;
}

/* The cheapest link from one machine to another; -1: none. */
static int64_t link_units(const struct all *all, int32_t from, int32_t to) {
  const struct uucp_machine *machine = &all->map->machines[from];
  int64_t best = -1;
  for (size_t i = 0; i < machine->edge_count; i++) {
    const struct uucp_edge *edge = &all->map->edges[machine->first_edge + i];
    if (edge->to == to && is_usable(all, from, edge) && (best < 0 || edge->cost.units < best))
      best = edge->cost.units;
  }
  return best;
}

static void try_all(struct all *all, struct tried *so_far) {
  int32_t at = so_far->machines[so_far->hops];
  if (at == all->query->to) {
    assert_true(all->count < FOUND_MAX);
    all->routes[all->count++] = *so_far;
    return;
  }
  for (int32_t to = 0; to < (int32_t)all->map->machine_count; to++) {
    int64_t units = link_units(all, at, to);
    bool passed = units < 0;
    for (int i = 0; i <= so_far->hops; i++) passed |= so_far->machines[i] == to;
    if (passed) continue;
    struct tried further = *so_far;
    further.units += units;
    further.machines[++further.hops] = to;
    try_all(all, &further);
  }
}

static int compare_tried(const void *a, const void *b) {
  const struct tried *x = a, *y = b;
  if (x->units != y->units) return x->units < y->units ? -1 : 1;
  if (x->hops != y->hops) return x->hops - y->hops;
  for (int i = 0; i <= x->hops; i++)
    if (x->machines[i] != y->machines[i]) return x->machines[i] - y->machines[i];
  return 0;
}

/* ---- maps by chance ---- */

static void make_map(struct rng *rng, struct buf *out) {
  static const char *const costs[] = {"(0)", "(1)", "(1)", "(2)", "(3)", "(5)", "(DEAD)"};
  uint64_t machines = 2 + rng_below(rng, MACHINES_MAX - 1);
  for (uint64_t m = 0; m < machines; m++) {
    buf_format(out, "m%llu", (unsigned long long)m);
    uint64_t links = 1 + rng_below(rng, 4);
    for (uint64_t i = 0; i < links; i++) {
      bool terminal = rng_below(rng, 12) == 0;
      unsigned long long to = rng_below(rng, machines);
      buf_format(out, "%s %sm%llu%s%s", i ? "," : "", terminal ? "<" : "", to, terminal ? ">" : "",
                 costs[rng_below(rng, sizeof costs / sizeof *costs)]);
    }
    buf_add_char(out, '\n');
  }
  if (rng_below(rng, 3) == 0) buf_add_text(out, "n = {m0, m1}(1)\n");
  if (rng_below(rng, 4) == 0) buf_add_text(out, "dead {m1}\n");
}

static void compare(const struct uucp_map *map, const struct uucp_query *query, struct span text) {
  struct all all = {map, query, mem_alloc(FOUND_MAX * sizeof(struct tried)), 0};
  struct tried start = {.machines = {query->from}};
  struct uucp_routes *routes = uucp_routes_new(map, query);
  struct uucp_route route;
  struct uucp_count count;
  size_t given = 0;
  try_all(&all, &start);
  qsort(all.routes, all.count, sizeof *all.routes, compare_tried);
  while (uucp_routes_next(routes, &route) && !route.last_resort) {
    if (given >= all.count) fail_msg("%.*s: one route too many", SPAN_ARG(text));
    const struct tried *wanted = &all.routes[given++];
    bool same = route.units == wanted->units && (int)route.hop_count == wanted->hops;
    for (size_t i = 0; same && i < route.hop_count; i++) same = route.hops[i].to == wanted->machines[i + 1];
    if (!same) fail_msg("%.*s: route %zu is another one", SPAN_ARG(text), given);
  }
  if (given != all.count && given < UUCP_RANKED_MAX)
    fail_msg("%.*s: %zu of %zu routes", SPAN_ARG(text), given, all.count);
  uucp_routes_count(routes, UUCP_NONE, 0, 1000000, &count);
  assert_true(count.all);
  assert_int_equal(count.total, all.count);
  uint64_t of_length[MACHINES_MAX + 1] = {0};
  for (size_t i = 0; i < all.count; i++) of_length[all.routes[i].hops]++;
  for (size_t i = 0; i <= MACHINES_MAX; i++) assert_int_equal(count.of_length[i], of_length[i]);
  uucp_routes_free(routes);
  mem_free(all.routes);
}

static void against_everything(void **state) {
  struct rng rng = rng_named(7, SPAN("uucp routes"));
  size_t with_routes = 0;
  (void)state;
  for (int i = 0; i < 1500; i++) {
    struct buf text = {0};
    make_map(&rng, &text);
    struct uucp_map *map = read_map(buf_span(&text));
    int32_t down = 1;
    struct uucp_query query = {.from = 0, .to = (int32_t)map->machine_count - 1, .without = &down};
    query.without_count = map->machine_count > 3 && i % 3 == 0;
    if (map->machine_count > 1) compare(map, &query, buf_span(&text));
    with_routes += map->edge_count > 5;
    uucp_map_free(map);
    buf_free(&text);
  }
  assert_true(with_routes > 1000);
}

/* ---- single answers ---- */

static void expect_route(const char *text, const char *from, const char *to, const char *expected) {
  struct uucp_map *map = read_map(span_from(text));
  struct uucp_query query = {uucp_map_find(map, span_from(from)), uucp_map_find(map, span_from(to)), NULL, 0};
  struct uucp_routes *routes = uucp_routes_new(map, &query);
  struct uucp_route route;
  struct buf out = {0};
  if (uucp_routes_next(routes, &route)) {
    uucp_route_write(&route, SPAN("u"), &out);
    buf_format(&out, " %lld%s", (long long)route.units, route.last_resort ? " last resort" : "");
  }
  if (!span_equal(buf_span(&out), span_from(expected)))
    fail_msg("%s\n%s to %s: %.*s, not %s", text, from, to, SPAN_ARG(buf_span(&out)), expected);
  buf_free(&out);
  uucp_routes_free(routes);
  uucp_map_free(map);
}

static void ties(void **state) {
  (void)state;
  /* fewer hops first, then names, hop by hop */
  expect_route("a b(1), d(2)\nb c(1)\nc z(1)\nd z(1)\n", "a", "z", "d!z!u 3");
  expect_route("a c(1), b(1)\nb z(1)\nc z(1)\n", "a", "z", "b!z!u 2");
  expect_route("a b(1), c(1)\nb y(1)\nc x(1)\nx z(1)\ny z(1)\n", "a", "z", "b!y!z!u 3");
  expect_route("a b(0), z(0)\nb z(0)\n", "a", "z", "z!u 0");
}

static void last_resort(void **state) {
  (void)state;
  expect_route("a b(1)\nb c(DEAD)\n", "a", "c", "b!c!u 200000001 last resort");
  expect_route("a b(1)\nb c(1)\ndead {b}\n", "a", "c", "b!c!u 100000002 last resort");
  expect_route("a b(1), d(500)\nb c(1)\nd c(1)\ndead {b}\n", "a", "c", "d!c!u 501");
  expect_route("a b(1)\nc b(1)\n", "a", "c", "b!c!u 100000002 last resort"); /* backwards */
  /* past what is terminal: "the path from seismo to allegra uses ihnp4 as a relay, not research" */
  expect_route("seismo <research>(10), research(100), ihnp4(10)\nresearch allegra(10)\nihnp4 allegra(50)\n",
               "seismo", "allegra", "ihnp4!allegra!u 60");
  expect_route("seismo <research>(10), research(100), ihnp4(10)\nresearch allegra(10)\nihnp4 allegra(50)\n",
               "seismo", "research", "research!u 10");
  expect_route("a b(1)\nc d(1)\n", "a", "c", "");
}

static void addresses(void **state) {
  (void)state;
  expect_route("a b(1)\nb @c(1)\n", "a", "c", "b!u@c 2");
  expect_route("a @b(1)\nb @c(1)\nc d(1)\n", "a", "c", "u%c@b 2");
  expect_route("a @b(1)\nb @c(1)\nc d(1)\n", "a", "d", "d!u%c@b 3");
  expect_route("a b:(1)\nb c(1)\n", "a", "c", "b:c!u 2");
  expect_route("x = y\na y(1)\nx c(1)\n", "a", "c", "y!c!u 2");
  expect_route("h .EDU\n.EDU = {.B}\n.B = {e}\ne f(1)\n", "h", "f", "e.B.EDU!f!u 4001");
}

static void counting(void **state) {
  struct uucp_count count;
  struct buf text = {0};
  (void)state;
  for (int a = 0; a < 12; a++)
    for (int b = 0; b < 12; b++)
      if (a != b) buf_format(&text, "m%02d m%02d(1)\n", a, b);
  struct uucp_map *map = read_map(buf_span(&text));
  struct uucp_query query = {.from = 0, .to = 11};
  struct uucp_routes *routes = uucp_routes_new(map, &query);
  /* of the complete graph of 12: with k of the ten others, in each order, 10!/(10-k)! */
  uucp_routes_count(routes, UUCP_NONE, 4, 1000000, &count);
  assert_int_equal(count.exact_hops, 4);
  assert_int_equal(count.of_length[1], 1);
  assert_int_equal(count.of_length[2], 10);
  assert_int_equal(count.of_length[3], 90);
  assert_int_equal(count.of_length[4], 720);
  assert_int_equal(count.total, 821);
  assert_false(count.all);
  /* by way of one of them: k of k+1 places, so k/10 of all */
  uucp_routes_count(routes, 5, 4, 1000000, &count);
  assert_int_equal(count.of_length[2], 1);
  assert_int_equal(count.of_length[3], 18);
  assert_int_equal(count.of_length[4], 216);
  /* steps that do not suffice */
  uucp_routes_count(routes, UUCP_NONE, 0, 10000, &count);
  assert_false(count.all);
  assert_true(count.exact_hops >= 3 && count.at_least >= count.total && count.at_least < 9864101);
  /* and that do: the sum of all */
  uucp_routes_count(routes, UUCP_NONE, 0, 60000000, &count);
  assert_true(count.all);
  assert_int_equal(count.total, 9864101);
  assert_int_equal(count.of_length[11], 3628800);
  uucp_routes_free(routes);
  uucp_map_free(map);
  buf_free(&text);
}

static void reach(void **state) {
  bool reached[8];
  struct uucp_map *map = read_map(SPAN("a b(1), <c>(1)\nb d(1)\nc e(1)\nf a(1)\nd g(DEAD)\n"));
  struct uucp_query query = {.from = 0, .to = 3};
  (void)state;
  assert_int_equal(uucp_reach(map, &query, false, reached), 3); /* b, c and d: not beyond c, not g */
  assert_true(reached[1] && reached[2] && reached[3] && !reached[4]);
  assert_int_equal(uucp_reach(map, &query, true, reached), 3); /* a, b and f */
  assert_true(reached[0] && reached[1] && reached[5]);
  uucp_map_free(map);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(against_everything), cmocka_unit_test(ties),     cmocka_unit_test(last_resort),
      cmocka_unit_test(addresses),          cmocka_unit_test(counting), cmocka_unit_test(reach),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
