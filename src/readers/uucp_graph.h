/* uucp_graph: what of a map counts for one question: who may be gone to from where, for how much. Only the
 * files named uucp_ know it.
 */
#pragma once

#include "readers/uucp_routes.h"

struct uucp_arc {
  int32_t from, to;
  const struct uucp_edge *edge;
  int64_t units;
  bool last_resort, backwards, terminal;
};

/* Arcs by `from`, then `to`, one for each pair; and the same seen from where they lead. */
struct uucp_graph {
  size_t machine_count;
  size_t *first; /* [machine_count + 1] in arcs */
  struct uucp_arc *arcs;
  size_t arc_count;
  size_t *first_into; /* [machine_count + 1] in into */
  uint32_t *into;     /* arcs, by `to` */
};

/* What is terminal leads to query.to alone; if that is UUCP_NONE, everywhere. */
void uucp_graph_make(struct uucp_graph *graph, const struct uucp_map *map, const struct uucp_query *query,
                     bool last_resort);
void uucp_graph_free(struct uucp_graph *graph);

/* How far it is from a machine to where one wants to go. */
struct uucp_label {
  int64_t units;
  int32_t hops; /* UUCP_NONE: not known, or no way */
};
static inline bool uucp_label_is_less(struct uucp_label a, struct uucp_label b) {
  return a.units != b.units ? a.units < b.units : a.hops < b.hops;
}

struct uucp_heap_item {
  struct uucp_label label;
  int32_t machine;
};
struct uucp_heap {
  struct uucp_heap_item *items;
  size_t count, capacity;
};
void uucp_heap_push(struct uucp_heap *heap, struct uucp_heap_item item);
struct uucp_heap_item uucp_heap_pop(struct uucp_heap *heap); /* the least; there must be one */

struct uucp_routes {
  const struct uucp_map *map;
  struct uucp_query query;
  struct uucp_graph graph;
  bool last_resort;
  struct arena arena;
  struct uucp_label *labels; /* to query.to, nothing barred */
  /* the same with some machines barred, for one search at a time */
  struct uucp_label *near;
  uint32_t *near_search; /* of which search the label is */
  bool *near_settled;
  bool *barred; /* machines that the start of a route has passed */
  bool *banned; /* where the last of them may not go on to */
  uint32_t search;
  uint64_t work; /* links looked at for the further ones */
  size_t kept;   /* hops of those that wait */
  struct uucp_heap heap;
  struct uucp_ranked *given, *waiting;
  bool last_was_left; /* what lies beside the one given last was sought */
  size_t given_count, given_capacity, waiting_count, waiting_capacity;
};
