/* Maps of UUCP machines from strangers: whatever comes in, complaints have a place, edges are in order and
 * lead somewhere, and the routes that are given are routes, in order, none twice. */
#include "base/check.h"
#include "readers/uucp_tell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROUTES_MAX = 20, STEPS_MAX = 2000 };

static void check_map(const struct uucp_map *map) {
  for (size_t m = 0; m < map->machine_count; m++) {
    const struct uucp_machine *machine = &map->machines[m];
    CHECK(machine->name.len && machine->first_edge + machine->edge_count <= map->edge_count);
    CHECK(m == 0 || span_compare(map->machines[m - 1].name, machine->name) <= 0);
    for (size_t i = 0; i < machine->edge_count; i++) {
      const struct uucp_edge *edge = &map->edges[machine->first_edge + i];
      CHECK(edge->to >= 0 && (size_t)edge->to < map->machine_count && edge->to != (int32_t)m);
      CHECK(edge->cost.units >= 0 && edge->cost.wait_s >= 0 && edge->name.len && edge->sign);
      CHECK(edge->network < (int32_t)map->network_count);
      CHECK(i == 0 || edge->to >= edge[-1].to);
    }
  }
  for (size_t i = 0; i < map->entry_count; i++) CHECK(uucp_map_find(map, map->entries[i].name) != UUCP_NONE);
}

static void check_route(const struct uucp_map *map, const struct uucp_query *query,
                        const struct uucp_route *route) {
  int32_t at = query->from;
  int64_t units = 0;
  for (size_t i = 0; i < route->hop_count; i++) {
    const struct uucp_hop *hop = &route->hops[i];
    CHECK(hop->from == at && hop->to != query->from);
    for (size_t j = 0; j < i; j++) CHECK(route->hops[j].to != hop->to);
    CHECK(hop->units == hop->edge->cost.units || hop->last_resort);
    CHECK((size_t)hop->to < map->machine_count);
    units += hop->units;
    at = hop->to;
  }
  CHECK(at == query->to && units == route->units);
}

static void check_routes(const struct uucp_map *map, const struct uucp_query *query) {
  struct uucp_routes *routes = uucp_routes_new(map, query);
  struct uucp_route route;
  struct uucp_count count;
  int64_t before = 0;
  uint64_t given = 0;
  for (int i = 0; i < ROUTES_MAX && uucp_routes_next(routes, &route); i++) {
    check_route(map, query, &route);
    CHECK(route.units >= before);
    before = route.units;
    given += !route.last_resort;
  }
  uucp_routes_count(routes, UUCP_NONE, 0, STEPS_MAX, &count);
  if (count.all) CHECK(count.total >= given);
  if (count.all && uucp_routes_are_all(routes)) CHECK(count.total == given);
  CHECK(count.at_least >= count.total);
  uucp_routes_free(routes);
}

static void check_words(const struct uucp_map *map, const struct uucp_query *query) {
  struct uucp_question question = {.query = *query, .via = UUCP_NONE, .listed = 2, .hops_max = 3};
  struct buf out = {0};
  if (map->machine_count > 2) question.via = (int32_t)map->machine_count / 2;
  if (question.via == query->from || question.via == query->to) question.via = UUCP_NONE;
  (void)uucp_tell_routes(map, &question, false, &out);
  (void)uucp_tell_routes(map, &question, true, &out);
  (void)uucp_tell_address(map, query->from, map->machines[query->to].name, false, &out);
  CHECK(out.len > 0);
  buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct error_list errors = {0};
  struct uucp_map *map = uucp_map_read(SPAN("x.map"), span_of((const char *)data, size), &errors);
  CHECK((map == NULL) == (errors.total > 0));
  for (size_t i = 0; i < errors.count; i++)
    CHECK(errors.items[i].line >= 1 && errors.items[i].line <= size + 1 && errors.items[i].message.len);
  if (map) {
    check_map(map);
    if (map->machine_count > 1 && map->machine_count < 100) {
      struct uucp_query query = {.from = 0, .to = (int32_t)map->machine_count - 1};
      check_routes(map, &query);
      check_words(map, &query);
    }
  }
  uucp_map_free(map);
  error_list_free(&errors);
  return 0;
}
