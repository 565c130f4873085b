/* From links to edges: who reaches whom in one hop, by a link or over networks. Of several ways between two
 * machines the cheapest is kept ("the least-cost occurrence dictates"); one that ends there beside one that
 * goes on, since it is another thing.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "readers/uucp_draft.h"

struct seen { /* of a machine: what was found for the present one */
  uint32_t stamp;
  int32_t edges[2]; /* that goes on, that is terminal */
};
struct reach { /* of a network */
  uint32_t entry;
  bool dead, waiting;
  int64_t units;
  int32_t before; /* the node of the network before it; UUCP_NONE */
};

enum { NAME_OCTETS_MAX = 64 << 20 }; /* of names put together with domains */

struct search {
  struct uucp_draft *draft;
  uint32_t stamp; /* the present machine, from 1 */
  uint32_t entry; /* its present way into networks, from 1 for the first of all */
  struct seen *seen;
  struct reach *reaches; /* by node */
  uint32_t *queue;
  size_t queue_head, queue_count, queue_size; /* a ring; each network waits in it once */
  size_t capacity, name_octets;
  uint64_t work;
};

static bool is_better(const struct uucp_edge *edge, const struct uucp_edge *other) {
  if (edge->dead != other->dead) return other->dead;
  if (edge->cost.units != other->cost.units) return edge->cost.units < other->cost.units;
  if (edge->line != other->line) return edge->line < other->line;
  return edge->network == UUCP_NONE && other->network != UUCP_NONE;
}

/* Where it is kept, or NULL: there is a better one. */
static struct uucp_edge *offer(struct search *search, const struct uucp_edge *edge) {
  struct uucp_map *map = search->draft->map;
  struct seen *seen = &search->seen[edge->to];
  if ((uint32_t)edge->to + 1 == search->stamp) return NULL; /* itself */
  if (seen->stamp != search->stamp) *seen = (struct seen){search->stamp, {UUCP_NONE, UUCP_NONE}};
  int32_t *place = &seen->edges[edge->terminal];
  if (*place != UUCP_NONE) {
    struct uucp_edge *kept = &map->edges[*place];
    if (!is_better(edge, kept)) return NULL;
    *kept = *edge;
    return kept;
  }
  if (map->edge_count == UUCP_EDGES_MAX) {
    search->work = UUCP_WORK_MAX;
    return NULL;
  }
  map->edges = mem_grow(map->edges, &search->capacity, map->edge_count + 1, sizeof *map->edges);
  *place = (int32_t)map->edge_count;
  map->edges[map->edge_count] = *edge;
  return &map->edges[map->edge_count++];
}

/* "ernie", by .berkeley, by .edu: ernie.berkeley.edu (the manual, "Domains"). */
static struct span name_by(struct search *search, struct span name, int32_t network) {
  struct uucp_draft *draft = search->draft;
  struct buf text = {0};
  buf_add(&text, name);
  for (; network != UUCP_NONE; network = search->reaches[network].before) {
    struct span domain = draft->nodes[network].name;
    if (domain.data[0] == '.' && text.len + domain.len <= UUCP_NAME_MAX) buf_add(&text, domain);
  }
  struct span joined = text.len > name.len ? arena_copy(&draft->map->arena, buf_span(&text)) : name;
  if (text.len > name.len) search->name_octets += text.len;
  if (search->name_octets > NAME_OCTETS_MAX) search->work = UUCP_WORK_MAX;
  buf_free(&text);
  return joined;
}

static void enter(struct search *search, uint32_t network, int32_t before, int64_t units, bool dead) {
  struct reach *reach = &search->reaches[network];
  bool fresh = reach->entry != search->entry;
  if (!fresh && (dead != reach->dead ? dead : units >= reach->units)) return;
  bool waiting = !fresh && reach->waiting;
  *reach = (struct reach){search->entry, dead, true, units, before};
  if (waiting) return;
  search->queue[(search->queue_head + search->queue_count++) % search->queue_size] = network;
}

/* What the links of a network lead to, for a machine that has come into it by `entry`. */
static void leave(struct search *search, uint32_t network, const struct uucp_edge *entry, int32_t first) {
  const struct uucp_draft *draft = search->draft;
  const struct reach reach = search->reaches[network];
  const struct uucp_node *node = &draft->nodes[network];
  for (int32_t i = node->first_link; i != UUCP_NONE; i = draft->links[i].next) {
    const struct uucp_link *link = &draft->links[i];
    const struct uucp_node *to = &draft->nodes[link->to];
    if (search->work++ >= UUCP_WORK_MAX) return;
    if (link->removed || to->place == UUCP_NONE) continue;
    struct uucp_cost out = link->cost;
    if (link->way == UUCP_WAY_OUT)
      out.units = 0;
    else
      uucp_cost_adjust(&out, node->adjust);
    bool dead = reach.dead || link->dead || (link->way == UUCP_WAY_INTO && to->gatewayed);
    if (to->network) {
      enter(search, link->to, (int32_t)network, reach.units + out.units, dead);
      continue;
    }
    struct uucp_edge edge = *entry;
    edge.to = to->place;
    edge.network = draft->nodes[first].place;
    edge.cost.units = reach.units + out.units;
    edge.terminal = entry->terminal || link->terminal;
    edge.dead = dead;
    struct uucp_edge *kept = offer(search, &edge);
    if (kept) kept->name = name_by(search, to->name, (int32_t)network);
  }
}

static void go_by_networks(struct search *search, uint32_t network, const struct uucp_edge *entry) {
  search->entry++;
  search->queue_count = 0;
  enter(search, network, UUCP_NONE, entry->cost.units, entry->dead);
  while (search->queue_count && search->work < UUCP_WORK_MAX) {
    uint32_t from = search->queue[search->queue_head];
    search->queue_head = (search->queue_head + 1) % search->queue_size;
    search->queue_count--;
    search->reaches[from].waiting = false;
    leave(search, from, entry, (int32_t)network);
  }
}

/* By all links that stand under one of the machine's names. */
static void follow_links(struct search *search, const struct uucp_node *node) {
  const struct uucp_draft *draft = search->draft;
  for (int32_t i = node->first_link; i != UUCP_NONE; i = draft->links[i].next) {
    const struct uucp_link *link = &draft->links[i];
    const struct uucp_node *to = &draft->nodes[link->to];
    if (search->work++ >= UUCP_WORK_MAX) return;
    if (link->removed || to->place == UUCP_NONE) continue;
    struct uucp_edge edge = {.to = to->place,
                             .network = UUCP_NONE,
                             .name = to->name,
                             .cost = link->cost,
                             .sign = link->sign,
                             .user_first = link->user_first,
                             .terminal = link->terminal,
                             .dead = link->dead || (link->way == UUCP_WAY_INTO && to->gatewayed),
                             .line = link->line};
    uucp_cost_adjust(&edge.cost, node->adjust);
    if (to->network)
      go_by_networks(search, link->to, &edge);
    else
      offer(search, &edge);
  }
}

static int compare_edges(const void *a, const void *b) {
  const struct uucp_edge *x = a, *y = b;
  return x->to != y->to ? (x->to < y->to ? -1 : 1) : x->terminal - y->terminal;
}

/* In order; a terminal edge beside one that goes on is kept only if it is better. */
static void arrange(struct uucp_map *map, struct uucp_machine *machine) {
  struct uucp_edge *edges = map->edges ? map->edges + machine->first_edge : NULL;
  size_t count = map->edge_count - machine->first_edge, kept = 0;
  if (count) qsort(edges, count, sizeof *edges, compare_edges);
  for (size_t i = 0; i < count; i++)
    if (!kept || edges[kept - 1].to != edges[i].to || is_better(&edges[i], &edges[kept - 1]))
      edges[kept++] = edges[i];
  machine->edge_count = kept;
  map->edge_count = machine->first_edge + kept;
}

/* The nodes of each machine, one behind the other: those of machine m from starts[m] to starts[m + 1]. */
static uint32_t *group_nodes(const struct uucp_draft *draft, size_t *starts) {
  size_t machines = draft->map->machine_count;
  uint32_t *nodes = mem_alloc((draft->node_count + 1) * sizeof *nodes);
  for (size_t i = 0; i < draft->node_count; i++)
    if (!draft->nodes[i].network && draft->nodes[i].place != UUCP_NONE) starts[draft->nodes[i].place + 1]++;
  for (size_t m = 0; m < machines; m++) starts[m + 1] += starts[m];
  size_t *next = mem_alloc((machines + 1) * sizeof *next);
  memcpy(next, starts, (machines + 1) * sizeof *next);
  for (uint32_t i = 0; i < draft->node_count; i++)
    if (!draft->nodes[i].network && draft->nodes[i].place != UUCP_NONE)
      nodes[next[draft->nodes[i].place]++] = i;
  mem_free(next);
  return nodes;
}

void uucp_draft_find_edges(struct uucp_draft *draft) {
  struct uucp_map *map = draft->map;
  struct search search = {.draft = draft, .queue_size = draft->node_count + 1};
  size_t *starts = mem_zalloc((map->machine_count + 2) * sizeof *starts);
  uint32_t *nodes = group_nodes(draft, starts);
  search.seen = mem_zalloc((map->machine_count + 1) * sizeof *search.seen);
  search.reaches = mem_zalloc((draft->node_count + 1) * sizeof *search.reaches);
  search.queue = mem_alloc(search.queue_size * sizeof *search.queue);
  for (size_t m = 0; m < map->machine_count && search.work < UUCP_WORK_MAX; m++) {
    search.stamp = (uint32_t)m + 1;
    map->machines[m].first_edge = map->edge_count;
    for (size_t i = starts[m]; i < starts[m + 1]; i++) follow_links(&search, &draft->nodes[nodes[i]]);
    arrange(map, &map->machines[m]);
  }
  if (search.work >= UUCP_WORK_MAX)
    uucp_draft_complain(draft, (struct uucp_place){0}, SPAN("the networks of the map join too many machines"),
                        "at most 4,000,000 pairs of neighbours", SPAN_EMPTY);
  mem_free(starts);
  mem_free(nodes);
  mem_free(search.seen);
  mem_free(search.reaches);
  mem_free(search.queue);
}
