#include "readers/uucp_draft.h"

#include "base/mem.h"

/* ---- complaints ---- */

static void report(struct uucp_draft *draft, struct error_list *list, struct uucp_place place,
                   struct span message, const char *expected, struct span hint, bool warning) {
  struct arena arena = ARENA_EMPTY;
  if (draft->part.len)
    message = arena_format(&arena, "%.*s (in %.*s)", SPAN_ARG(message), SPAN_ARG(draft->part));
  error_list_add(list, &(struct error){.file = draft->map->file,
                                       .line = place.line,
                                       .column = place.column,
                                       .message = message,
                                       .expected = span_from(expected),
                                       .hint = hint,
                                       .warning = warning});
  arena_free(&arena);
}

void uucp_draft_complain(struct uucp_draft *draft, struct uucp_place place, struct span message,
                         const char *expected, struct span hint) {
  report(draft, draft->errors, place, message, expected, hint, false);
}

void uucp_draft_warn(struct uucp_draft *draft, struct uucp_place place, struct span message,
                     const char *hint) {
  report(draft, &draft->map->warnings, place, message, NULL, span_from(hint), true);
}

static void stop(struct uucp_draft *draft, struct uucp_place place, struct span message) {
  if (!draft->full) uucp_draft_complain(draft, place, message, NULL, SPAN_EMPTY);
  draft->full = true;
}

/* ---- names ---- */

static struct uucp_slot *slot_of(struct uucp_slot *slots, size_t count, struct span name) {
  size_t at = span_hash(name) & (count - 1);
  while (slots[at].name.data && !span_equal(slots[at].name, name)) at = (at + 1) & (count - 1);
  return &slots[at];
}

static void grow_slots(struct uucp_draft *draft) {
  size_t count = draft->slot_count ? draft->slot_count * 2 : 1024;
  struct uucp_slot *slots = mem_zalloc(count * sizeof *slots);
  for (size_t i = 0; i < draft->slot_count; i++)
    if (draft->slots[i].name.data) *slot_of(slots, count, draft->slots[i].name) = draft->slots[i];
  mem_free(draft->slots);
  draft->slots = slots;
  draft->slot_count = count;
}

static struct uucp_slot *find_slot(struct uucp_draft *draft, struct span name) {
  if (draft->slot_used * 2 >= draft->slot_count) grow_slots(draft);
  struct uucp_slot *slot = slot_of(draft->slots, draft->slot_count, name);
  if (slot->name.data) return slot;
  draft->slot_used++;
  *slot = (struct uucp_slot){name, UUCP_NONE};
  return slot;
}

static int32_t add_node(struct uucp_draft *draft, struct span name, struct uucp_place place) {
  if (draft->node_count == UUCP_NAMES_MAX) {
    stop(draft, place, SPAN("the map has too many names: more than 200,000"));
    return UUCP_NONE;
  }
  draft->nodes = mem_grow(draft->nodes, &draft->node_capacity, draft->node_count + 1, sizeof *draft->nodes);
  struct uucp_node *node = &draft->nodes[draft->node_count];
  *node = (struct uucp_node){.name = name, .line = place.line, .column = place.column};
  node->alias_of = (uint32_t)draft->node_count;
  node->first_link = UUCP_NONE;
  node->place = UUCP_NONE;
  /* A domain is entered by its gateways alone (the manual, "Domains"). */
  node->network = node->gatewayed = name.data[0] == '.';
  return (int32_t)draft->node_count++;
}

int32_t uucp_draft_node(struct uucp_draft *draft, struct span name, struct uucp_place place) {
  struct uucp_slot *slot = find_slot(draft, name);
  if (slot->node == UUCP_NONE) slot->node = add_node(draft, name, place);
  return slot->node;
}

void uucp_draft_hide(struct uucp_draft *draft, struct span name, struct uucp_place place) {
  struct uucp_slot *slot = find_slot(draft, name);
  if (slot->node != UUCP_NONE && draft->nodes[slot->node].is_private) return;
  int32_t node = add_node(draft, name, place);
  if (node == UUCP_NONE) return;
  draft->nodes[node].is_private = true;
  draft->hidden =
      mem_grow(draft->hidden, &draft->hidden_capacity, draft->hidden_count + 1, sizeof *draft->hidden);
  draft->hidden[draft->hidden_count++] = (struct uucp_hidden){name, slot->node};
  slot->node = node;
}

void uucp_draft_end_private(struct uucp_draft *draft) {
  for (size_t i = 0; i < draft->hidden_count; i++)
    find_slot(draft, draft->hidden[i].name)->node = draft->hidden[i].node;
  draft->hidden_count = 0;
}

uint32_t uucp_draft_root(struct uucp_draft *draft, uint32_t node) {
  while (draft->nodes[node].alias_of != node) {
    uint32_t *up = &draft->nodes[node].alias_of;
    *up = draft->nodes[*up].alias_of; /* so that the way is shorter next time */
    node = *up;
  }
  return node;
}

/* The root is the name that stands first in the map. */
void uucp_draft_join(struct uucp_draft *draft, uint32_t node, uint32_t alias) {
  uint32_t a = uucp_draft_root(draft, node), b = uucp_draft_root(draft, alias);
  if (a < b)
    draft->nodes[b].alias_of = a;
  else
    draft->nodes[a].alias_of = b;
}

/* ---- links and orders ---- */

void uucp_draft_link(struct uucp_draft *draft, const struct uucp_link *link) {
  if (draft->link_count == UUCP_LINKS_MAX) {
    stop(draft, uucp_draft_here(draft), SPAN("the map has too many links: more than 1,000,000"));
    return;
  }
  draft->links = mem_grow(draft->links, &draft->link_capacity, draft->link_count + 1, sizeof *draft->links);
  struct uucp_link *kept = &draft->links[draft->link_count];
  *kept = *link;
  kept->next = draft->nodes[link->from].first_link;
  draft->nodes[link->from].first_link = (int32_t)draft->link_count++;
  draft->map->link_count += link->way == UUCP_WAY_SAID;
}

void uucp_draft_order(struct uucp_draft *draft, const struct uucp_order *order) {
  if (draft->order_count == UUCP_LINKS_MAX) {
    stop(draft, uucp_draft_here(draft), SPAN("the map has too many orders: more than 1,000,000"));
    return;
  }
  draft->orders =
      mem_grow(draft->orders, &draft->order_capacity, draft->order_count + 1, sizeof *draft->orders);
  draft->orders[draft->order_count++] = *order;
}

/* ---- a whole map ---- */

struct uucp_map *uucp_map_read(struct span file, struct span text, struct error_list *errors) {
  struct uucp_map *map = mem_zalloc(sizeof *map);
  size_t errors_before = errors->total;
  map->file = arena_copy(&map->arena, file);
  struct uucp_draft draft = {.map = map, .errors = errors};
  draft.scan = uucp_scan_begin(arena_copy(&map->arena, text));
  uucp_draft_read(&draft);
  uucp_draft_end_private(&draft);
  draft.part = SPAN_EMPTY;
  if (errors->total == errors_before) uucp_draft_finish(&draft);
  mem_free(draft.nodes);
  mem_free(draft.links);
  mem_free(draft.orders);
  mem_free(draft.slots);
  mem_free(draft.hidden);
  if (errors->total == errors_before) return map;
  uucp_map_free(map);
  return NULL;
}

void uucp_map_free(struct uucp_map *map) {
  if (!map) return;
  mem_free(map->edges);
  error_list_free(&map->warnings);
  arena_free(&map->arena);
  mem_free(map);
}
