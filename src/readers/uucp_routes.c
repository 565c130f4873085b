#include "readers/uucp_routes.h"

#include "base/mem.h"
#include "readers/uucp_graph.h"

/* A route while it is sought: its arcs, and from which of them on it is its own. */
struct uucp_ranked {
  uint32_t *arcs;
  size_t arc_count;
  int64_t units;
  size_t leaves; /* it left the route that it was found beside at this hop */
};

static const struct uucp_label nowhere = {INT64_MAX, UUCP_NONE};

static bool is_known(struct uucp_label label) {
  return label.hops != UUCP_NONE;
}

/* ---- the distances to where one wants to go ---- */

static void find_labels(struct uucp_routes *routes) {
  const struct uucp_graph *graph = &routes->graph;
  for (size_t m = 0; m < graph->machine_count; m++) routes->labels[m] = nowhere;
  routes->labels[routes->query.to] = (struct uucp_label){0, 0};
  routes->heap.count = 0;
  uucp_heap_push(&routes->heap, (struct uucp_heap_item){{0, 0}, routes->query.to});
  while (routes->heap.count) {
    struct uucp_heap_item item = uucp_heap_pop(&routes->heap);
    if (uucp_label_is_less(routes->labels[item.machine], item.label)) continue; /* an older, longer way */
    for (size_t i = graph->first_into[item.machine]; i < graph->first_into[item.machine + 1]; i++) {
      const struct uucp_arc *arc = &graph->arcs[graph->into[i]];
      struct uucp_label label = {item.label.units + arc->units, item.label.hops + 1};
      if (!uucp_label_is_less(label, routes->labels[arc->from])) continue;
      routes->labels[arc->from] = label;
      uucp_heap_push(&routes->heap, (struct uucp_heap_item){label, arc->from});
    }
  }
}

static struct uucp_label near_label(const struct uucp_routes *routes, int32_t machine) {
  return routes->near_search[machine] == routes->search ? routes->near[machine] : nowhere;
}

/* The same without the machines that are barred, and without where `start` may not go on to; until the
 * distance of start is known. */
static void find_near_labels(struct uucp_routes *routes, int32_t start) {
  const struct uucp_graph *graph = &routes->graph;
  routes->search++;
  routes->heap.count = 0;
  routes->near[routes->query.to] = (struct uucp_label){0, 0};
  routes->near_search[routes->query.to] = routes->search;
  uucp_heap_push(&routes->heap, (struct uucp_heap_item){{0, 0}, routes->query.to});
  while (routes->heap.count) {
    struct uucp_heap_item item = uucp_heap_pop(&routes->heap);
    if (item.machine == start) return;
    if (uucp_label_is_less(near_label(routes, item.machine), item.label)) continue;
    for (size_t i = graph->first_into[item.machine]; i < graph->first_into[item.machine + 1]; i++) {
      const struct uucp_arc *arc = &graph->arcs[graph->into[i]];
      struct uucp_label label = {item.label.units + arc->units, item.label.hops + 1};
      routes->work++;
      if (arc->from == start ? routes->banned[arc->to] : routes->barred[arc->from]) continue;
      if (!uucp_label_is_less(label, near_label(routes, arc->from))) continue;
      routes->near[arc->from] = label;
      routes->near_search[arc->from] = routes->search;
      uucp_heap_push(&routes->heap, (struct uucp_heap_item){label, arc->from});
    }
  }
}

/* ---- the cheapest way on from a machine ---- */

static void add_arc(struct uucp_routes *routes, struct uucp_ranked *route, uint32_t arc) {
  route->arcs[route->arc_count++] = arc;
  route->units += routes->graph.arcs[arc].units;
}

static struct uucp_label label_of(const struct uucp_routes *routes, int32_t machine, bool near) {
  return near ? near_label(routes, machine) : routes->labels[machine];
}

/* The first arc, by name, by which a shortest way goes on. */
static uint32_t arc_on(const struct uucp_routes *routes, int32_t machine, bool near) {
  const struct uucp_graph *graph = &routes->graph;
  struct uucp_label label = label_of(routes, machine, near);
  size_t i = graph->first[machine];
  for (;; i++) {
    CHECK(i < graph->first[machine + 1]);
    const struct uucp_arc *arc = &graph->arcs[i];
    struct uucp_label rest = label_of(routes, arc->to, near);
    if (is_known(rest) && rest.units + arc->units == label.units && rest.hops + 1 == label.hops) break;
  }
  return (uint32_t)i;
}

/* The first of the best arcs from `start` that are allowed; SIZE_MAX: none. */
static size_t arc_from(const struct uucp_routes *routes, int32_t start, bool near) {
  const struct uucp_graph *graph = &routes->graph;
  struct uucp_label best = nowhere;
  size_t found = SIZE_MAX;
  for (size_t i = graph->first[start]; i < graph->first[start + 1]; i++) {
    const struct uucp_arc *arc = &graph->arcs[i];
    struct uucp_label rest = label_of(routes, arc->to, near);
    if (routes->barred[arc->to] || routes->banned[arc->to] || !is_known(rest)) continue;
    struct uucp_label whole = {rest.units + arc->units, rest.hops + 1};
    if (!uucp_label_is_less(whole, best)) continue;
    best = whole;
    found = i;
  }
  return found;
}

enum found { FOUND, FOUND_NONE, FOUND_BARRED };

/* Goes on from `start` to the end by the distances; barred: they lead by a machine that was passed already.
 */
static enum found go_on(struct uucp_routes *routes, struct uucp_ranked *route, int32_t start, bool near) {
  const struct uucp_graph *graph = &routes->graph;
  size_t arc = arc_from(routes, start, near);
  if (arc == SIZE_MAX) return FOUND_NONE;
  for (;;) {
    int32_t at = graph->arcs[arc].to;
    if (routes->barred[at]) return FOUND_BARRED;
    routes->work += 1 + graph->first[at + 1] - graph->first[at];
    add_arc(routes, route, (uint32_t)arc);
    if (at == routes->query.to) return FOUND;
    arc = arc_on(routes, at, near);
  }
}

/* First by the distances without bars, which nearly always do. */
static bool complete(struct uucp_routes *routes, struct uucp_ranked *route, int32_t start) {
  const struct uucp_ranked begun = *route;
  routes->work += 1 + routes->graph.first[start + 1] - routes->graph.first[start];
  enum found found = go_on(routes, route, start, false);
  if (found != FOUND_BARRED) return found == FOUND;
  *route = begun;
  find_near_labels(routes, start);
  return go_on(routes, route, start, true) == FOUND;
}

/* ---- the further ones ---- */

static int compare_routes(const struct uucp_routes *routes, const struct uucp_ranked *a,
                          const struct uucp_ranked *b) {
  const struct uucp_arc *arcs = routes->graph.arcs;
  if (a->units != b->units) return a->units < b->units ? -1 : 1;
  if (a->arc_count != b->arc_count) return a->arc_count < b->arc_count ? -1 : 1;
  for (size_t i = 0; i < a->arc_count; i++)
    if (arcs[a->arcs[i]].to != arcs[b->arcs[i]].to) return arcs[a->arcs[i]].to < arcs[b->arcs[i]].to ? -1 : 1;
  return 0;
}

static void keep(struct uucp_routes *routes, struct uucp_ranked *route) {
  routes->kept += route->arc_count;
  route->arcs = memcpy(arena_alloc(&routes->arena, route->arc_count * sizeof *route->arcs), route->arcs,
                       route->arc_count * sizeof *route->arcs);
  routes->waiting = mem_grow(routes->waiting, &routes->waiting_capacity, routes->waiting_count + 1,
                             sizeof *routes->waiting);
  routes->waiting[routes->waiting_count++] = *route;
}

/* Where the routes go on that were given and begin with the same hops; on or off. */
static void ban(struct uucp_routes *routes, const struct uucp_ranked *route, size_t hop, bool on) {
  routes->work += routes->given_count * (1 + hop / 8);
  for (size_t i = 0; i < routes->given_count; i++) {
    const struct uucp_ranked *other = &routes->given[i];
    bool same = other->arc_count > hop &&
                (hop == 0 || memcmp(other->arcs, route->arcs, hop * sizeof *route->arcs) == 0);
    if (same) routes->banned[routes->graph.arcs[other->arcs[hop]].to] = on;
  }
}

static bool is_exhausted(const struct uucp_routes *routes) {
  return routes->work > UUCP_SEARCH_MAX || routes->kept > UUCP_KEPT_MAX;
}

/* All that leave this route at one of its hops, and before which it left the one it was found beside. */
static void find_beside(struct uucp_routes *routes, const struct uucp_ranked *route) {
  uint32_t *arcs = mem_alloc((routes->graph.machine_count + 1) * sizeof *arcs);
  struct uucp_ranked begun = {.arcs = arcs};
  for (size_t hop = 0; hop < route->arc_count && !is_exhausted(routes); hop++) {
    int32_t start = routes->graph.arcs[route->arcs[hop]].from;
    routes->barred[start] = true;
    if (hop >= route->leaves) {
      struct uucp_ranked found = begun;
      found.leaves = hop;
      ban(routes, route, hop, true);
      if (complete(routes, &found, start)) keep(routes, &found);
      ban(routes, route, hop, false);
    }
    add_arc(routes, &begun, route->arcs[hop]);
  }
  for (size_t hop = 0; hop < route->arc_count; hop++)
    routes->barred[routes->graph.arcs[route->arcs[hop]].from] = false;
  mem_free(arcs);
}

static bool take_least(struct uucp_routes *routes) {
  size_t least = 0;
  if (!routes->waiting_count) return false;
  for (size_t i = 1; i < routes->waiting_count; i++)
    if (compare_routes(routes, &routes->waiting[i], &routes->waiting[least]) < 0) least = i;
  routes->given =
      mem_grow(routes->given, &routes->given_capacity, routes->given_count + 1, sizeof *routes->given);
  routes->given[routes->given_count++] = routes->waiting[least];
  routes->waiting[least] = routes->waiting[--routes->waiting_count];
  return true;
}

static void find_first(struct uucp_routes *routes) {
  uint32_t *arcs = mem_alloc((routes->graph.machine_count + 1) * sizeof *arcs);
  struct uucp_ranked first = {.arcs = arcs};
  routes->barred[routes->query.from] = true;
  if (complete(routes, &first, routes->query.from)) keep(routes, &first);
  routes->barred[routes->query.from] = false;
  mem_free(arcs);
}

static struct uucp_hop hop_of(const struct uucp_routes *routes, const struct uucp_arc *arc) {
  struct uucp_hop hop = {.from = arc->from,
                         .to = arc->to,
                         .name = arc->edge->name,
                         .edge = arc->edge,
                         .units = arc->units,
                         .last_resort = arc->last_resort,
                         .backwards = arc->backwards};
  if (arc->backwards) hop.name = routes->map->machines[arc->to].name;
  return hop;
}

bool uucp_routes_next(struct uucp_routes *routes, struct uucp_route *route_out) {
  if (routes->given_count == UUCP_RANKED_MAX || is_exhausted(routes)) return false;
  if (routes->given_count) {
    const struct uucp_ranked last = routes->given[routes->given_count - 1];
    if (!routes->last_was_left) find_beside(routes, &last);
    routes->last_was_left = true;
  }
  if (is_exhausted(routes) || !take_least(routes)) return false; /* the least may not be among them */
  routes->last_was_left = false;
  const struct uucp_ranked *route = &routes->given[routes->given_count - 1];
  *route_out = (struct uucp_route){.hop_count = route->arc_count, .units = route->units};
  route_out->hops = arena_alloc(&routes->arena, (route->arc_count + 1) * sizeof *route_out->hops);
  for (size_t i = 0; i < route->arc_count; i++) {
    struct uucp_hop *hop = &route_out->hops[i];
    *hop = hop_of(routes, &routes->graph.arcs[route->arcs[i]]);
    route_out->wait_s += hop->edge->cost.wait_s;
    route_out->last_resort |= hop->last_resort;
  }
  return true;
}

bool uucp_routes_are_all(const struct uucp_routes *routes) {
  return !is_exhausted(routes) && !routes->waiting_count && (!routes->given_count || routes->last_was_left);
}

/* ---- a question ---- */

struct uucp_routes *uucp_routes_new(const struct uucp_map *map, const struct uucp_query *query) {
  struct uucp_routes *routes = mem_zalloc(sizeof *routes);
  size_t machines = map->machine_count + 1;
  routes->map = map;
  routes->query = *query;
  routes->labels = mem_alloc(machines * sizeof *routes->labels);
  routes->near = mem_alloc(machines * sizeof *routes->near);
  routes->near_search = mem_zalloc(machines * sizeof *routes->near_search);
  routes->barred = mem_zalloc(machines);
  routes->banned = mem_zalloc(machines);
  uucp_graph_make(&routes->graph, map, query, false);
  find_labels(routes);
  if (!is_known(routes->labels[query->from])) {
    uucp_graph_free(&routes->graph);
    routes->last_resort = true;
    uucp_graph_make(&routes->graph, map, query, true);
    find_labels(routes);
  }
  if (query->from != query->to) find_first(routes);
  return routes;
}

void uucp_routes_free(struct uucp_routes *routes) {
  if (!routes) return;
  uucp_graph_free(&routes->graph);
  arena_free(&routes->arena);
  mem_free(routes->labels);
  mem_free(routes->near);
  mem_free(routes->near_search);
  mem_free(routes->barred);
  mem_free(routes->banned);
  mem_free(routes->heap.items);
  mem_free(routes->given);
  mem_free(routes->waiting);
  mem_free(routes);
}

/* ---- the address ---- */

void uucp_route_write(const struct uucp_route *route, struct span user, struct buf *out) {
  struct buf before = {0}, behind = {0};
  for (size_t i = 0; i < route->hop_count; i++) {
    const struct uucp_hop *hop = &route->hops[i];
    bool right = hop->edge->user_first && !hop->backwards;
    char sign = hop->backwards ? '!' : hop->edge->sign;
    struct buf *side = right ? &behind : &before;
    if (!right) {
      buf_add(side, hop->name);
      buf_add_char(side, sign);
      continue;
    }
    /* Nearer to the user than what stands there; of several "@" only the last stays one: the "magic %" rule.
     */
    struct buf joined = {0};
    buf_add_char(&joined, side->len && sign == '@' ? '%' : sign);
    buf_add(&joined, hop->name);
    buf_add(&joined, buf_span(side));
    buf_free(side);
    *side = joined;
  }
  buf_add(out, buf_span(&before));
  buf_add(out, user);
  buf_add(out, buf_span(&behind));
  buf_free(&before);
  buf_free(&behind);
}
