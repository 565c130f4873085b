/* Fewer crossings, shorter links: machines change places within their region.
 *
 *     as placed ─▶ descend: every exchange that makes things better ─▶ shake: some exchanges that do not
 *                     ▲                                                  │
 *                     └──────────── until the budget is spent ◀──────────┘      the best board is kept
 *
 * An exchange is judged by what it changes: the links of the two machines, and who stands behind what. The
 * shakes come from a fixed sequence, so the same machines always come to stand in the same places. */
#include "base/mem.h"
#include "view/layout_internal.h"

/* What a fault costs, in units of length. */
enum {
  COST_BEHIND = 1400,     /* a link runs behind a machine */
  COST_CROSSING = 700,    /* two links cross */
  COST_NAMELESS = 200,    /* between the two machines there is no room for a link's label */
  LABEL_WIDTH = 50,       /* what one needs between neighbours in a row */
  LABEL_HEIGHT = 34,      /* and in a column */
  COST_USER_UP = 1200,    /* a user not in the bottom row, for each row */
  COST_SERVER_DOWN = 160, /* a server in it */
  LENGTH_SQUARED = 420,   /* a link twice as long is more than twice as bad */
  TRIES_EACH = 30,        /* how often an exchange is tried, about */
  TRIES_MAX = 3000,       /* after the first descent, which goes on until nothing gets better */
  SHAKE_MOVES = 3,
  CELLS_MAX = LAYOUT_HOSTS_MAX * 2, /* a grid that is half empty */
  WORDS = (CELLS_MAX + 63) / 64
};

/* Where a line between two cells runs behind other cells, one bit for each; found when first asked for. */
struct sight {
  bool is_known;
  uint64_t behind[WORDS];
};

/* A link as it lies now. */
struct lie {
  int32_t ax, ay, bx, by, left, right, top, bottom;
};

struct improver {
  struct layout_board *board;
  struct sight *sights;     /* of each pair of cells */
  uint64_t occupied[WORDS]; /* cells with a machine */
  uint16_t *first_edge;     /* of each node in `edges_of`; one more than there are nodes */
  uint16_t *edges_of;       /* edges, by node */
  uint32_t *mark, mark_now; /* by edge: counted in this round */
  struct lie *lies;         /* by edge */
  uint16_t *best;           /* cell_of, by node */
  uint32_t chance, tried, budget;
};

/* ---- geometry ---- */

static int32_t absolute(int32_t value) {
  return value < 0 ? -value : value;
}

/* On which side of the line from a to b the point is: negative, 0, positive. */
static int64_t side_of(const struct lie *line, int32_t x, int32_t y) {
  return (int64_t)(line->bx - line->ax) * (y - line->ay) - (int64_t)(line->by - line->ay) * (x - line->ax);
}

static int sign(int64_t value) {
  return value < 0 ? -1 : value > 0;
}

static bool cross(const struct lie *one, const struct lie *other) {
  if (one->right < other->left || other->right < one->left || one->bottom < other->top ||
      other->bottom < one->top)
    return false;
  return sign(side_of(one, other->ax, other->ay)) * sign(side_of(one, other->bx, other->by)) < 0 &&
         sign(side_of(other, one->ax, one->ay)) * sign(side_of(other, one->bx, one->by)) < 0;
}

static struct lie lie_between(const struct layout_cell *a, const struct layout_cell *b) {
  bool right = a->x < b->x, down = a->y < b->y;
  return (struct lie){a->x,
                      a->y,
                      b->x,
                      b->y,
                      right ? a->x : b->x,
                      right ? b->x : a->x,
                      down ? a->y : b->y,
                      down ? b->y : a->y};
}

/* Whether the line meets the card in the middle of the cell. */
static bool runs_behind(const struct layout_board *board, const struct lie *line,
                        const struct layout_cell *cell) {
  int32_t w = board->card_width / 2 - 6, h = board->card_height / 2 - 6;
  if (cell->x + w < line->left || cell->x - w > line->right || cell->y + h < line->top ||
      cell->y - h > line->bottom)
    return false;
  int corners = sign(side_of(line, cell->x - w, cell->y - h)) +
                sign(side_of(line, cell->x + w, cell->y - h)) +
                sign(side_of(line, cell->x - w, cell->y + h)) + sign(side_of(line, cell->x + w, cell->y + h));
  return absolute(corners) < 4;
}

/* ---- cells ---- */

static bool has_bit(const uint64_t bits[WORDS], size_t cell) {
  return (bits[cell / 64] >> cell % 64 & 1) != 0;
}

static const struct sight *sight_between(struct improver *it, uint16_t a, uint16_t b) {
  const struct layout_board *board = it->board;
  uint16_t low = a < b ? a : b, high = a < b ? b : a;
  struct sight *sight = &it->sights[low * board->cell_count + high];
  if (sight->is_known) return sight;
  sight->is_known = true;
  const struct lie line = lie_between(&board->cells[low], &board->cells[high]);
  for (size_t c = 0; c < board->cell_count; c++)
    if (c != low && c != high && runs_behind(board, &line, &board->cells[c]))
      sight->behind[c / 64] |= (uint64_t)1 << c % 64;
  return sight;
}

static int32_t count_bits(uint64_t bits) {
  int32_t count = 0;
  for (; bits; bits &= bits - 1) count++;
  return count;
}

/* ---- what a board costs ---- */

/* Neighbours that stand so near that no label has room between them. */
static bool is_nameless(const struct layout_board *board, const struct layout_cell *a,
                        const struct layout_cell *b) {
  int32_t dx = absolute(a->x - b->x), dy = absolute(a->y - b->y);
  return (dy == 0 && dx < board->card_width + LABEL_WIDTH) ||
         (dx == 0 && dy < board->card_height + LABEL_HEIGHT);
}

static int64_t cost_alone(struct improver *it, const struct layout_edge *edge) {
  const struct layout_board *board = it->board;
  uint16_t at = board->cell_of[edge->a], to = board->cell_of[edge->b];
  const struct layout_cell *a = &board->cells[at], *b = &board->cells[to];
  int64_t length = absolute(a->x - b->x) + absolute(a->y - b->y);
  int64_t cost = length + length * length / LENGTH_SQUARED;
  if (is_nameless(board, a, b)) cost += COST_NAMELESS;
  const struct sight *sight = sight_between(it, at, to);
  for (int i = 0; i < WORDS; i++)
    cost += (int64_t)COST_BEHIND * count_bits(sight->behind[i] & it->occupied[i]);
  return cost;
}

/* Crossings with those that have not been counted yet. */
static int64_t cost_of_crossings(const struct improver *it, size_t edge) {
  const struct lie *own = &it->lies[edge];
  int64_t cost = 0;
  for (size_t i = 0; i < it->board->edge_count; i++)
    if (it->mark[i] != it->mark_now && cross(own, &it->lies[i])) cost += COST_CROSSING;
  return cost;
}

static int64_t cost_of_node(struct improver *it, uint16_t node) {
  const struct layout_board *board = it->board;
  const struct layout_cell *cell = &board->cells[board->cell_of[node]];
  int64_t cost = 0;
  if (board->is_user[node])
    cost += (int64_t)COST_USER_UP * cell->row_from_bottom;
  else if (cell->row_from_bottom == 0)
    cost += COST_SERVER_DOWN;
  for (uint16_t i = it->first_edge[node]; i < it->first_edge[node + 1]; i++) {
    uint16_t edge = it->edges_of[i];
    if (it->mark[edge] == it->mark_now) continue;
    it->mark[edge] = it->mark_now;
    cost += cost_alone(it, &board->edges[edge]) + cost_of_crossings(it, edge);
  }
  return cost;
}

/* What depends on who stands in the two cells. */
static int64_t cost_at(struct improver *it, size_t a, size_t b) {
  const struct layout_board *board = it->board;
  const uint16_t nodes[2] = {board->cells[a].node, board->cells[b].node};
  int64_t cost = 0;
  it->mark_now++;
  for (int i = 0; i < 2; i++)
    if (nodes[i]) cost += cost_of_node(it, (uint16_t)(nodes[i] - 1));
  if (nodes[0] && nodes[1]) return cost;
  /* An empty place fills, another empties: somebody else's link may run behind that. */
  size_t filled = nodes[0] ? a : b;
  for (size_t i = 0; i < board->edge_count; i++) {
    const struct layout_edge *edge = &board->edges[i];
    if (it->mark[i] == it->mark_now) continue;
    const struct sight *sight = sight_between(it, board->cell_of[edge->a], board->cell_of[edge->b]);
    if (has_bit(sight->behind, filled)) cost += COST_BEHIND;
  }
  return cost;
}

static int64_t cost_of_all(struct improver *it) {
  int64_t cost = 0;
  it->mark_now++;
  for (size_t node = 0; node < it->board->node_count; node++) cost += cost_of_node(it, (uint16_t)node);
  return cost;
}

/* ---- exchanges ---- */

/* A machine, or none, comes to stand in a cell. */
static void settle(struct improver *it, size_t cell, uint16_t node) {
  struct layout_board *board = it->board;
  uint64_t bit = (uint64_t)1 << cell % 64, *word = &it->occupied[cell / 64];
  board->cells[cell].node = node;
  if (node)
    *word |= bit;
  else
    *word &= ~bit;
  if (node) board->cell_of[node - 1] = (uint16_t)cell;
}

static void follow_edges(struct improver *it, uint16_t node) {
  const struct layout_board *board = it->board;
  for (uint16_t i = it->first_edge[node]; i < it->first_edge[node + 1]; i++) {
    const struct layout_edge *edge = &board->edges[it->edges_of[i]];
    it->lies[it->edges_of[i]] =
        lie_between(&board->cells[board->cell_of[edge->a]], &board->cells[board->cell_of[edge->b]]);
  }
}

static void exchange(struct improver *it, size_t a, size_t b) {
  struct layout_board *board = it->board;
  uint16_t one = board->cells[a].node, other = board->cells[b].node;
  settle(it, a, other);
  settle(it, b, one);
  if (one) follow_edges(it, (uint16_t)(one - 1));
  if (other) follow_edges(it, (uint16_t)(other - 1));
}

static bool may_exchange(const struct layout_board *board, size_t a, size_t b) {
  const struct layout_cell *one = &board->cells[a], *other = &board->cells[b];
  return one->region == other->region && (one->node || other->node);
}

/* All exchanges, once each; those that make things better are kept. False if there was none. */
static bool descend_once(struct improver *it, int64_t *cost) {
  struct layout_board *board = it->board;
  bool any = false;
  for (size_t a = 0; a < board->cell_count; a++) {
    for (size_t b = a + 1; b < board->cell_count; b++) {
      if (!may_exchange(board, a, b)) continue;
      int64_t before = cost_at(it, a, b);
      exchange(it, a, b);
      int64_t change = cost_at(it, a, b) - before;
      it->tried++;
      if (change < 0) {
        *cost += change;
        any = true;
      } else {
        exchange(it, a, b);
      }
    }
  }
  return any;
}

static int64_t descend(struct improver *it) {
  int64_t cost = cost_of_all(it);
  while (it->tried < it->budget && descend_once(it, &cost)) continue;
  return cost;
}

/* The next of a fixed sequence that looks like chance. */
static uint32_t chance_below(struct improver *it, size_t limit) {
  it->chance = it->chance * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)(it->chance >> 8) * limit >> 24);
}

static void shake(struct improver *it) {
  size_t count = it->board->cell_count, moves = 0;
  for (uint32_t attempt = 0; attempt < 64 && moves < SHAKE_MOVES; attempt++) {
    size_t a = chance_below(it, count), b = chance_below(it, count);
    if (a == b || !may_exchange(it->board, a, b)) continue;
    exchange(it, a, b);
    moves++;
  }
}

static void keep(struct improver *it) {
  for (size_t node = 0; node < it->board->node_count; node++) it->best[node] = it->board->cell_of[node];
}

static void go_back(struct improver *it) {
  struct layout_board *board = it->board;
  for (size_t cell = 0; cell < board->cell_count; cell++) settle(it, cell, 0);
  for (size_t node = 0; node < board->node_count; node++) settle(it, it->best[node], (uint16_t)(node + 1));
  for (size_t node = 0; node < board->node_count; node++) follow_edges(it, (uint16_t)node);
}

static uint32_t count_exchanges(const struct layout_board *board) {
  uint32_t count = 0;
  for (size_t a = 0; a < board->cell_count; a++)
    for (size_t b = a + 1; b < board->cell_count; b++) count += may_exchange(board, a, b);
  return count;
}

/* ---- all ---- */

static void collect_edges(struct improver *it) {
  const struct layout_board *board = it->board;
  uint16_t at = 0;
  for (uint16_t node = 0; node < board->node_count; node++) {
    it->first_edge[node] = at;
    for (size_t i = 0; i < board->edge_count; i++)
      if (board->edges[i].a == node || board->edges[i].b == node) it->edges_of[at++] = (uint16_t)i;
  }
  it->first_edge[board->node_count] = at;
}

void layout_improve(struct layout_board *board, struct arena *arena) {
  size_t cells = board->cell_count, nodes = board->node_count;
  struct improver it = {.board = board, .chance = 1, .budget = UINT32_MAX};
  if (cells < 2 || cells > CELLS_MAX) return;
  it.sights = mem_zalloc(cells * cells * sizeof *it.sights);
  it.first_edge = arena_zalloc(arena, (nodes + 1) * sizeof *it.first_edge);
  it.edges_of = arena_zalloc(arena, (2 * board->edge_count + 1) * sizeof *it.edges_of);
  it.mark = arena_zalloc(arena, (board->edge_count + 1) * sizeof *it.mark);
  it.lies = arena_zalloc(arena, (board->edge_count + 1) * sizeof *it.lies);
  it.best = arena_zalloc(arena, (nodes + 1) * sizeof *it.best);
  collect_edges(&it);
  keep(&it);
  go_back(&it);
  int64_t least = descend(&it);
  uint32_t tries = count_exchanges(board) * TRIES_EACH;
  it.budget = it.tried + (tries < TRIES_MAX ? tries : TRIES_MAX);
  keep(&it);
  while (it.tried < it.budget) {
    shake(&it);
    int64_t cost = descend(&it);
    if (cost < least) {
      least = cost;
      keep(&it);
    } else {
      go_back(&it);
    }
    it.tried++; /* also where there is nothing to exchange */
  }
  go_back(&it);
  mem_free(it.sights);
}
