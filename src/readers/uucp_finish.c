/* What was read becomes a map: orders carried out, the names of a machine put together, all in order. */
#include <stdlib.h>

#include "base/mem.h"
#include "readers/uucp_draft.h"

/* ---- orders ---- */

static void warn(struct uucp_draft *draft, const struct uucp_order *order, const char *before,
                 struct span name, const char *between, struct span other) {
  static const char *const words[] = {"dead", "delete", "adjust", "gatewayed"};
  struct buf what = {0};
  buf_format(&what, "%s: %s%.*s%s%.*s", words[order->kind], before, SPAN_ARG(name), between, SPAN_ARG(other));
  uucp_draft_warn(draft, (struct uucp_place){order->line, order->column}, buf_span(&what), NULL);
  buf_free(&what);
}

static void carry_out_on_links(struct uucp_draft *draft, const struct uucp_order *order) {
  struct uucp_node *from = &draft->nodes[order->node];
  bool found = false;
  for (int32_t i = from->first_link; i != UUCP_NONE; i = draft->links[i].next) {
    struct uucp_link *link = &draft->links[i];
    if (draft->work++ > UUCP_WORK_MAX) return;
    if (link->to != (uint32_t)order->to) continue;
    found = true;
    if (order->kind == UUCP_ORDER_DEAD)
      link->dead = true;
    else
      link->removed = true;
  }
  if (!found) warn(draft, order, "there is no link from ", from->name, " to ", draft->nodes[order->to].name);
}

static void carry_out(struct uucp_draft *draft, const struct uucp_order *order, const bool *linked) {
  struct uucp_node *node = &draft->nodes[order->node];
  if (order->to != UUCP_NONE) {
    carry_out_on_links(draft, order);
    return;
  }
  if (!linked[order->node]) warn(draft, order, "nothing else is said of ", node->name, "", SPAN_EMPTY);
  switch (order->kind) {
  case UUCP_ORDER_DEAD: /* a network that is dead needs a gateway (the manual, "Gateways") */
    node->dead = !node->network;
    node->gatewayed |= node->network;
    break;
  case UUCP_ORDER_DELETE: node->removed = true; break;
  case UUCP_ORDER_ADJUST:
    node->adjust += order->units;
    if (node->adjust > UUCP_COST_MAX) node->adjust = UUCP_COST_MAX;
    if (node->adjust < -UUCP_COST_MAX) node->adjust = -UUCP_COST_MAX;
    break;
  case UUCP_ORDER_GATEWAYED:
    if (!node->network) warn(draft, order, "", node->name, " is no network", SPAN_EMPTY);
    node->gatewayed = true;
    break;
  }
}

/* ---- machines ---- */

/* A machine or a network while its place is sought. */
struct candidate {
  struct span name;
  uint32_t root; /* of its names */
};

static int compare_candidates(const void *a, const void *b) {
  const struct candidate *x = a, *y = b;
  int order = span_compare(x->name, y->name);
  return order ? order : x->root < y->root ? -1 : x->root > y->root;
}

static int compare_entries(const void *a, const void *b) {
  return span_compare(((const struct uucp_entry *)a)->name, ((const struct uucp_entry *)b)->name);
}

/* The class of a node's names is a network if one of them is. */
static void mark_networks(struct uucp_draft *draft) {
  for (uint32_t i = 0; i < draft->node_count; i++)
    if (draft->nodes[i].network) draft->nodes[uucp_draft_root(draft, i)].network = true;
  for (uint32_t i = 0; i < draft->node_count; i++)
    draft->nodes[i].network = draft->nodes[uucp_draft_root(draft, i)].network;
}

static bool is_there(const struct uucp_draft *draft, uint32_t node, const bool *linked) {
  return linked[node] && !draft->nodes[node].removed;
}

/* One candidate for each class: under the name that stands first in the file and is still there. */
static size_t find_candidates(struct uucp_draft *draft, const bool *linked, bool networks,
                              struct candidate *candidates) {
  bool *seen = mem_zalloc(draft->node_count + 1);
  size_t count = 0;
  for (uint32_t i = 0; i < draft->node_count; i++) {
    uint32_t root = uucp_draft_root(draft, i);
    if (draft->nodes[i].network != networks || seen[root] || !is_there(draft, i, linked)) continue;
    seen[root] = true;
    candidates[count++] = (struct candidate){draft->nodes[i].name, root};
  }
  mem_free(seen);
  if (count) qsort(candidates, count, sizeof *candidates, compare_candidates);
  return count;
}

static void give_places(struct uucp_draft *draft, const bool *linked, const struct candidate *candidates,
                        size_t count, bool networks) {
  int32_t *place_of = mem_alloc((draft->node_count + 1) * sizeof *place_of);
  for (size_t i = 0; i < count; i++) place_of[candidates[i].root] = (int32_t)i;
  for (uint32_t i = 0; i < draft->node_count; i++)
    if (draft->nodes[i].network == networks && is_there(draft, i, linked))
      draft->nodes[i].place = place_of[uucp_draft_root(draft, i)];
  mem_free(place_of);
}

static int compare_spans(const void *a, const void *b) {
  return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The entries of a machine but its first name, next to one another. */
static void list_aliases(struct uucp_map *map, const struct uucp_entry *entries, size_t count) {
  size_t *counts = mem_zalloc((map->machine_count + 1) * sizeof *counts);
  struct span *names = arena_alloc(&map->arena, (count + 1) * sizeof *names);
  for (size_t i = 0; i < count; i++) counts[entries[i].machine]++;
  for (size_t m = 0; m < map->machine_count; m++) {
    map->machines[m].others = names;
    names += counts[m];
  }
  for (size_t i = 0; i < count; i++) {
    struct uucp_machine *machine = &map->machines[entries[i].machine];
    if (!span_equal(entries[i].name, machine->name))
      ((struct span *)machine->others)[machine->other_count++] = entries[i].name;
  }
  for (size_t m = 0; m < map->machine_count; m++)
    if (map->machines[m].other_count > 1)
      qsort((struct span *)map->machines[m].others, map->machines[m].other_count, sizeof(struct span),
            compare_spans);
  mem_free(counts);
}

static void make_machines(struct uucp_draft *draft, const bool *linked) {
  struct uucp_map *map = draft->map;
  struct candidate *candidates = mem_alloc((draft->node_count + 1) * sizeof *candidates);
  map->network_count = find_candidates(draft, linked, true, candidates);
  map->networks = arena_alloc(&map->arena, (map->network_count + 1) * sizeof *map->networks);
  for (size_t i = 0; i < map->network_count; i++) map->networks[i] = candidates[i].name;
  give_places(draft, linked, candidates, map->network_count, true);

  map->machine_count = find_candidates(draft, linked, false, candidates);
  map->machines = arena_zalloc(&map->arena, (map->machine_count + 1) * sizeof *map->machines);
  for (size_t i = 0; i < map->machine_count; i++) map->machines[i].name = candidates[i].name;
  give_places(draft, linked, candidates, map->machine_count, false);
  mem_free(candidates);

  struct uucp_entry *all = mem_alloc((draft->node_count + 1) * sizeof *all);
  size_t all_count = 0;
  map->entries = arena_alloc(&map->arena, (draft->node_count + 1) * sizeof *map->entries);
  for (size_t i = 0; i < draft->node_count; i++) {
    const struct uucp_node *node = &draft->nodes[i];
    if (node->network || node->place == UUCP_NONE) continue;
    struct uucp_machine *machine = &map->machines[node->place];
    machine->dead |= node->dead;
    machine->is_private |= node->is_private;
    all[all_count++] = (struct uucp_entry){node->name, node->place};
    if (!node->is_private) map->entries[map->entry_count++] = all[all_count - 1];
  }
  list_aliases(map, all, all_count);
  mem_free(all);
  if (map->entry_count) qsort(map->entries, map->entry_count, sizeof *map->entries, compare_entries);
}

void uucp_draft_finish(struct uucp_draft *draft) {
  bool *linked = mem_zalloc(draft->node_count + 1);
  for (size_t i = 0; i < draft->link_count; i++)
    linked[draft->links[i].from] = linked[draft->links[i].to] = true;
  for (uint32_t i = 0; i < draft->node_count; i++)
    if (uucp_draft_root(draft, i) != i) linked[i] = linked[uucp_draft_root(draft, i)] = true;
  for (size_t i = 0; i < draft->order_count; i++) carry_out(draft, &draft->orders[i], linked);
  if (draft->work > UUCP_WORK_MAX)
    uucp_draft_complain(draft, (struct uucp_place){0}, SPAN("the map has too many orders for its links"),
                        NULL, SPAN_EMPTY);
  mark_networks(draft);
  make_machines(draft, linked);
  mem_free(linked);
  uucp_draft_find_edges(draft);
}

/* ---- asking the map ---- */

int32_t uucp_map_find(const struct uucp_map *map, struct span name) {
  size_t low = 0, high = map->entry_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = span_compare(map->entries[middle].name, name);
    if (order == 0) return map->entries[middle].machine;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return UUCP_NONE;
}

size_t uucp_map_nearest(const struct uucp_map *map, struct span name, struct span *names_out, size_t max) {
  struct span *names = mem_alloc((map->entry_count + 1) * sizeof *names);
  size_t count = map->entry_count, found = 0;
  for (size_t i = 0; i < count; i++) names[i] = map->entries[i].name;
  while (found < max) {
    struct span nearest = error_nearest(name, names, count);
    if (!nearest.len) break;
    names_out[found++] = nearest;
    for (size_t i = 0; i < count; i++)
      if (names[i].data == nearest.data) names[i] = SPAN_EMPTY; /* too far from anything */
  }
  mem_free(names);
  return found;
}
