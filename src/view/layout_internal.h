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

/* A card's sizes in whole units, and what it needs around it. */
struct card_form {
  enum card_size size;
  int32_t width, height, gap_min, row_gap, padding, gutter_min;
};
enum { LAYOUT_FORMS = 11, LAYOUT_REGION_TITLE = 40 /* above the cards */, LAYOUT_REGION_FOOT = 12 };
/* From the largest to the smallest. */
extern const struct card_form layout_forms[LAYOUT_FORMS];

/* Moves machines to their pins; the others make room. Regions follow their machines. */
void layout_pin_all(const struct world_view *world, struct rect stage, const struct layout_pin *pins,
                    size_t count, struct layout *layout);
/* Whether some stand nearer to each other than they should; makes all cards one size smaller, if there is
 * one. */
bool layout_is_crowded(const struct layout *layout);
bool layout_shrink(struct layout *layout);
/* Exchanges machines within their region until nothing gets better; the arena is for what it needs for that.
 */
void layout_improve(struct layout_board *board, struct arena *arena);
/* Links being run on a stage. */
struct layout_running {
  struct layout *layout;
  struct rect stage;
};
/* How one of them runs; they may be run in any order. */
void layout_route(const struct layout_running *run, struct layout_link *link);
/* Whether there is another one between the same machines. */
bool layout_has_opposite(const struct layout_running *run, const struct layout_link *link);
/* How wide cards of a size have to be for the names of all machines, in whole units; at most so much that it
 * is still a card. */
int32_t layout_words_width(const struct world_view *world, const struct layout *layout, enum card_size size);
/* Regions that lie over each other are cut apart: none covers a part of another. */
void layout_part_regions(struct layout *layout);
/* Runs the links, finds places for their labels. */
void layout_run_links(const struct world_view *world, struct rect stage, struct arena *arena,
                      struct layout *layout);
