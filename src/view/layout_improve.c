/* Fewer crossings, shorter links: machines change places within their region. */
#include "view/layout_internal.h"

/* What a fault costs, in units of length. */
enum {
  COST_BEHIND = 1400,     /* a link runs behind a machine */
  COST_CROSSING = 700,    /* two links cross */
  COST_USER_UP = 1200,    /* a user not in the bottom row, for each row */
  COST_SERVER_DOWN = 160, /* a server in it */
  LENGTH_SQUARED = 420,   /* a link twice as long is more than twice as bad */
  PASSES_MAX = 400,       /* exchanges at most */
  CELLS_FOR_TWO = 14
};

static int32_t absolute(int32_t value) {
  return value < 0 ? -value : value;
}

/* On which side of the line from a to b the point is: -1, 0, 1. */
static int side_of(const struct layout_cell *a, const struct layout_cell *b, int32_t x, int32_t y) {
  int64_t turn = (int64_t)(b->x - a->x) * (y - a->y) - (int64_t)(b->y - a->y) * (x - a->x);
  return turn < 0 ? -1 : turn > 0;
}

static bool cross(const struct layout_cell *a, const struct layout_cell *b, const struct layout_cell *c,
                  const struct layout_cell *d) {
  return side_of(a, b, c->x, c->y) * side_of(a, b, d->x, d->y) < 0 &&
         side_of(c, d, a->x, a->y) * side_of(c, d, b->x, b->y) < 0;
}

/* Whether the line from a to b meets the card in the middle of c. */
static bool runs_behind(const struct layout_board *board, const struct layout_cell *a,
                        const struct layout_cell *b, const struct layout_cell *c) {
  int32_t w = board->card_width / 2 - 6, h = board->card_height / 2 - 6;
  int32_t left = a->x < b->x ? a->x : b->x, right = a->x < b->x ? b->x : a->x;
  int32_t top = a->y < b->y ? a->y : b->y, bottom = a->y < b->y ? b->y : a->y;
  if (c->x + w < left || c->x - w > right || c->y + h < top || c->y - h > bottom) return false;
  int corners = side_of(a, b, c->x - w, c->y - h) + side_of(a, b, c->x + w, c->y - h) +
                side_of(a, b, c->x - w, c->y + h) + side_of(a, b, c->x + w, c->y + h);
  return absolute(corners) < 4;
}

static const struct layout_cell *cell_of(const struct layout_board *board, uint16_t node) {
  return &board->cells[board->cell_of[node]];
}

static int64_t cost_of_edge(const struct layout_board *board, size_t edge) {
  const struct layout_edge *e = &board->edges[edge];
  const struct layout_cell *a = cell_of(board, e->a), *b = cell_of(board, e->b);
  int64_t length = absolute(a->x - b->x) + absolute(a->y - b->y);
  int64_t cost = length + length * length / LENGTH_SQUARED;
  for (uint16_t node = 0; node < board->node_count; node++)
    if (node != e->a && node != e->b && runs_behind(board, a, b, cell_of(board, node))) cost += COST_BEHIND;
  for (size_t i = edge + 1; i < board->edge_count; i++) {
    const struct layout_edge *other = &board->edges[i];
    if (cross(a, b, cell_of(board, other->a), cell_of(board, other->b))) cost += COST_CROSSING;
  }
  return cost;
}

static int64_t cost_of(const struct layout_board *board) {
  int64_t cost = 0;
  for (size_t i = 0; i < board->edge_count; i++) cost += cost_of_edge(board, i);
  for (uint16_t node = 0; node < board->node_count; node++) {
    const struct layout_cell *cell = cell_of(board, node);
    if (board->is_user[node])
      cost += (int64_t)COST_USER_UP * cell->row_from_bottom;
    else if (cell->row_from_bottom == 0)
      cost += COST_SERVER_DOWN;
  }
  return cost;
}

static void exchange(struct layout_board *board, size_t a, size_t b) {
  uint16_t node = board->cells[a].node;
  board->cells[a].node = board->cells[b].node;
  board->cells[b].node = node;
  if (board->cells[a].node) board->cell_of[board->cells[a].node - 1] = (uint16_t)a;
  if (board->cells[b].node) board->cell_of[board->cells[b].node - 1] = (uint16_t)b;
}

static bool may_exchange(const struct layout_board *board, size_t a, size_t b) {
  const struct layout_cell *one = &board->cells[a], *other = &board->cells[b];
  return one->region == other->region && (one->node || other->node);
}

/* All exchanges, once each; those that make things better are kept. False if there was none. */
static bool improve_once(struct layout_board *board, int64_t *cost) {
  bool any = false;
  for (size_t a = 0; a < board->cell_count; a++) {
    for (size_t b = a + 1; b < board->cell_count; b++) {
      if (!may_exchange(board, a, b)) continue;
      exchange(board, a, b);
      int64_t now = cost_of(board);
      if (now < *cost) {
        *cost = now;
        any = true;
      } else {
        exchange(board, a, b);
      }
    }
  }
  return any;
}

/* Two at once, where neither alone would do: only on small boards, since there are many pairs of pairs. */
static bool improve_twice(struct layout_board *board, int64_t *cost) {
  if (board->cell_count > CELLS_FOR_TWO) return false;
  for (size_t a = 0; a < board->cell_count; a++) {
    for (size_t b = a + 1; b < board->cell_count; b++) {
      if (!may_exchange(board, a, b)) continue;
      exchange(board, a, b);
      if (improve_once(board, cost)) return true;
      exchange(board, a, b);
    }
  }
  return false;
}

void layout_improve(struct layout_board *board) {
  int64_t cost = cost_of(board);
  for (int pass = 0; pass < PASSES_MAX; pass++)
    if (!improve_once(board, &cost) && !improve_twice(board, &cost)) break;
}
