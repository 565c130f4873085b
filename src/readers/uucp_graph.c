#include "readers/uucp_graph.h"

#include <stdlib.h>

#include "base/mem.h"

/* ---- arcs ---- */

static bool is_down(const struct uucp_query *query, int32_t machine) {
  for (size_t i = 0; i < query->without_count; i++)
    if (query->without[i] == machine) return true;
  return false;
}

/* What goes by the edge for this question. False: nothing. */
static bool arc_of(const struct uucp_map *map, const struct uucp_query *query, int32_t from,
                   const struct uucp_edge *edge, bool last_resort, struct uucp_arc *arc) {
  int beyond = edge->dead + (map->machines[from].dead && from != query->from);
  bool ends = edge->terminal && query->to != UUCP_NONE && edge->to != query->to;
  beyond += ends;
  if (beyond && !last_resort) return false;
  *arc = (struct uucp_arc){.from = from,
                           .to = edge->to,
                           .edge = edge,
                           .units = edge->cost.units + (int64_t)beyond * UUCP_COST_DEAD,
                           .last_resort = beyond > 0,
                           .terminal = edge->terminal};
  return true;
}

static int compare_arcs(const void *a, const void *b) {
  const struct uucp_arc *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  if (x->units != y->units) return x->units < y->units ? -1 : 1;
  return x->terminal != y->terminal ? x->terminal - y->terminal : x->backwards - y->backwards;
}

/* One arc for each pair, the cheapest; but where everything is looked at, one that goes on before one that
 * ends. */
static void keep_cheapest(struct uucp_graph *graph) {
  size_t kept = 0;
  for (size_t i = 0; i < graph->arc_count; i++) {
    struct uucp_arc *last = kept ? &graph->arcs[kept - 1] : NULL;
    if (!last || last->from != graph->arcs[i].from || last->to != graph->arcs[i].to)
      graph->arcs[kept++] = graph->arcs[i];
    else
      last->terminal &= graph->arcs[i].terminal;
  }
  graph->arc_count = kept;
}

static void index_arcs(struct uucp_graph *graph) {
  size_t machines = graph->machine_count;
  graph->first = mem_zalloc((machines + 2) * sizeof *graph->first);
  graph->first_into = mem_zalloc((machines + 2) * sizeof *graph->first_into);
  graph->into = mem_alloc((graph->arc_count + 1) * sizeof *graph->into);
  for (size_t i = 0; i < graph->arc_count; i++) {
    graph->first[graph->arcs[i].from + 1]++;
    graph->first_into[graph->arcs[i].to + 1]++;
  }
  for (size_t m = 0; m < machines; m++) {
    graph->first[m + 1] += graph->first[m];
    graph->first_into[m + 1] += graph->first_into[m];
  }
  size_t *next = mem_alloc((machines + 1) * sizeof *next);
  memcpy(next, graph->first_into, (machines + 1) * sizeof *next);
  for (size_t i = 0; i < graph->arc_count; i++) graph->into[next[graph->arcs[i].to]++] = (uint32_t)i;
  mem_free(next);
}

void uucp_graph_make(struct uucp_graph *graph, const struct uucp_map *map, const struct uucp_query *query,
                     bool last_resort) {
  size_t room = map->edge_count * (last_resort ? 2 : 1) + 1;
  bool *down = mem_zalloc(map->machine_count + 1);
  *graph = (struct uucp_graph){.machine_count = map->machine_count};
  graph->arcs = mem_alloc(room * sizeof *graph->arcs);
  for (size_t m = 0; m < map->machine_count; m++) down[m] = is_down(query, (int32_t)m);
  for (size_t m = 0; m < map->machine_count; m++) {
    const struct uucp_machine *machine = &map->machines[m];
    for (size_t i = 0; i < machine->edge_count && !down[m]; i++) {
      const struct uucp_edge *edge = &map->edges[machine->first_edge + i];
      struct uucp_arc *arc = &graph->arcs[graph->arc_count];
      if (down[edge->to]) continue;
      if (arc_of(map, query, (int32_t)m, edge, last_resort, arc)) graph->arc_count++;
      if (!last_resort) continue;
      graph->arcs[graph->arc_count++] = (struct uucp_arc){.from = edge->to,
                                                          .to = (int32_t)m,
                                                          .edge = edge,
                                                          .units = edge->cost.units + UUCP_COST_DEAD,
                                                          .last_resort = true,
                                                          .backwards = true};
    }
  }
  if (graph->arc_count) qsort(graph->arcs, graph->arc_count, sizeof *graph->arcs, compare_arcs);
  keep_cheapest(graph);
  index_arcs(graph);
  mem_free(down);
}

void uucp_graph_free(struct uucp_graph *graph) {
  mem_free(graph->first);
  mem_free(graph->arcs);
  mem_free(graph->first_into);
  mem_free(graph->into);
  *graph = (struct uucp_graph){0};
}

/* ---- the heap ---- */

static bool is_before(struct uucp_heap_item a, struct uucp_heap_item b) {
  return uucp_label_is_less(a.label, b.label);
}

void uucp_heap_push(struct uucp_heap *heap, struct uucp_heap_item item) {
  heap->items = mem_grow(heap->items, &heap->capacity, heap->count + 1, sizeof *heap->items);
  size_t at = heap->count++;
  while (at && is_before(item, heap->items[(at - 1) / 2])) {
    heap->items[at] = heap->items[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap->items[at] = item;
}

struct uucp_heap_item uucp_heap_pop(struct uucp_heap *heap) {
  CHECK(heap->count > 0);
  struct uucp_heap_item least = heap->items[0], last = heap->items[--heap->count];
  size_t at = 0;
  for (;;) {
    size_t child = at * 2 + 1;
    if (child >= heap->count) break;
    if (child + 1 < heap->count && is_before(heap->items[child + 1], heap->items[child])) child++;
    if (!is_before(heap->items[child], last)) break;
    heap->items[at] = heap->items[child];
    at = child;
  }
  heap->items[at] = last;
  return least;
}

/* ---- what can be reached ---- */

size_t uucp_reach(const struct uucp_map *map, const struct uucp_query *query, bool backwards, bool *reached) {
  struct uucp_graph graph;
  struct uucp_query open = *query;
  if (!backwards) open.to = UUCP_NONE; /* where what is terminal ends counts, too */
  uucp_graph_make(&graph, map, &open, false);
  int32_t start = backwards ? query->to : query->from;
  int32_t *queue = mem_alloc((map->machine_count + 1) * sizeof *queue);
  bool *passed = mem_zalloc(map->machine_count + 1);
  size_t head = 0, count = 0;
  memset(reached, 0, map->machine_count * sizeof *reached);
  queue[count++] = start;
  passed[start] = true;
  while (head < count) {
    int32_t at = queue[head++];
    const size_t *first = backwards ? graph.first_into : graph.first;
    for (size_t i = first[at]; i < first[at + 1]; i++) {
      const struct uucp_arc *arc = &graph.arcs[backwards ? graph.into[i] : i];
      int32_t other = backwards ? arc->from : arc->to;
      reached[other] = true;
      if (passed[other] || (!backwards && arc->terminal)) continue;
      passed[other] = true;
      queue[count++] = other;
    }
  }
  reached[start] = false;
  size_t total = 0;
  for (size_t m = 0; m < map->machine_count; m++) total += reached[m];
  mem_free(queue);
  mem_free(passed);
  uucp_graph_free(&graph);
  return total;
}
