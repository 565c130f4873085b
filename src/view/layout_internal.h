/* layout_internal: what the parts of the layout share; for layout*.c alone. */
#pragma once

#include "view/layout.h"

/* A place for a machine, or for none. */
struct layout_cell {
  int32_t x, y; /* middle, in whole units */
  int32_t row_from_bottom;
  uint32_t region;
  uint16_t node; /* 1 + index; 0: empty */
};

struct layout_edge {
  uint16_t a, b; /* nodes */
};

struct layout_board {
  struct layout_cell *cells;
  size_t cell_count;
  uint16_t *cell_of; /* by node */
  bool *is_user;     /* by node */
  size_t node_count;
  struct layout_edge *edges;
  size_t edge_count;
  int32_t card_width, card_height; /* whole units */
};

/* Exchanges machines within their region until nothing gets better. */
void layout_improve(struct layout_board *board);
/* Runs the links, finds places for their labels. */
void layout_run_links(const struct world_view *world, struct rect stage, struct arena *arena,
                      struct layout *layout);
