/* layout: where on the stage each machine stands, how the links run, where the caption has room.
 *
 *     regions side by side     ┌ comcast.net ────────┐   ┌ umich.edu ──────────┐
 *     servers along the top    │  MSA ───▶ MTA ──────┼───┼──▶ MTA ───▶ MDA     │
 *     users at the bottom      │  MUA   ┌────────────┼───┼─────────┐  MUA      │
 *     words in the hollow      └────────│ caption    │   │         │───────────┘
 *
 * Any graph: machines are put into the cells of a grid, then exchanged within their region as long as that
 * makes the links shorter, fewer of them cross, and none runs behind a machine. Cards become smaller, rows
 * and bands of regions more, until all fit. A machine that the scenario pins stays where it is pinned; hosts
 * with the icon "hidden" are left out. Integers only, no chance: the same journal and size give the same
 * picture.
 *
 * Ownership: everything is in the arena given. Limits: LAYOUT_HOSTS_MAX machines are drawn.
 */
#pragma once

#include "base/arena.h"
#include "view/geometry.h"
#include "view/theme.h"
#include "view/world_view.h"

enum {
  LAYOUT_HOSTS_MAX = 120,
  LAYOUT_LINKS_MAX = 400,
  LAYOUT_PIN_WIDTH = 1600, /* the stage, as pins measure it, whatever its size is */
  LAYOUT_PIN_HEIGHT = 900,
  LAYOUT_LARGE_PERCENT = 130, /* of the words on the largest cards */
  LAYOUT_ZOOM_MIN = 100,
  LAYOUT_ZOOM_MAX = 400
};

enum card_size {
  CARD_LARGE, /* where few machines stand */
  CARD_FULL,
  CARD_MEDIUM,
  CARD_SMALL,
  CARD_TINY,
  CARD_DOT, /* a number */
  CARD_SIZE_COUNT
};

struct layout_node {
  uint16_t host;
  uint32_t region; /* index */
  struct rect card;
  struct rect rest; /* where an envelope lies that it holds: at its lower right corner, beside the words */
};

struct layout_region {
  struct span name;
  struct rect rect;
};

/* Where somebody wants a machine: the middle of its card, on a stage of LAYOUT_PIN_WIDTH by _HEIGHT. */
struct layout_pin {
  struct span host; /* by name */
  int32_t x, y;
};

/* What a person wants of the picture that the scenario does not say. */
struct layout_wish {
  const struct layout_pin *pins;
  size_t pin_count;
  int32_t zoom_percent;     /* LAYOUT_ZOOM_MIN, all machines, to LAYOUT_ZOOM_MAX */
  struct point zoom_centre; /* what stands in the middle then, measured as pins are */
};

/* From whom mail goes to whom; a pull's arrow goes from the server to the client. */
struct layout_link {
  uint16_t client, server;
  bool is_pull;
  struct span protocol;  /* "SMTP" */
  struct span word;      /* "push", "pull", or "by hand" where a person types */
  struct span name;      /* what the scenario calls the line: "slow line"; mostly empty */
  struct span beside;    /* both, as they stand beside the protocol: "push, slow line" */
  journal_seq first;     /* used from here on */
  struct point curve[4]; /* as the mail goes */
  struct rect label;     /* empty: no room for one */
  bool label_is_stacked; /* protocol, word and name one above the other; otherwise in a pill */
};

struct layout {
  enum card_size size;
  struct layout_node *nodes;
  size_t node_count;
  struct layout_region *regions;
  size_t region_count;
  struct layout_link *links;
  size_t link_count;
  struct rect caption;
  bool has_hollow; /* the caption lies among the machines, not below them */
  bool fits;       /* false: even the smallest cards did not fit side by side */
  int32_t strip;   /* what is kept free below the machines */
};

/* Machines and regions in that rectangle, without links: the slow part. With a strip, room for the caption is
 * kept free below the machines; otherwise it is looked for among them, and `has_hollow` says whether there is
 * enough. */
void layout_place(const struct world_view *world, struct rect stage, int32_t strip, struct arena *arena,
                  struct layout *out);
/* The same with what a person wishes, and with the links. The wish may be NULL. */
void layout_arrange(const struct world_view *world, struct rect stage, const struct layout *placed,
                    const struct layout_wish *wish, struct arena *arena, struct layout *out);
/* Both, without a wish. */
void layout_make(const struct world_view *world, struct rect stage, int32_t strip, struct arena *arena,
                 struct layout *out);
/* A point of the stage as pins measure it (at a zoom of 100 %), and back. */
struct point layout_pin_of(struct rect stage, int32_t strip, struct point point);
struct point layout_point_of(struct rect stage, int32_t strip, struct point pin);
/* The point under a point of the picture, before the zoom. */
struct point layout_unzoomed(struct rect stage, int32_t strip, const struct layout_wish *wish,
                             struct point point);
const struct layout_node *layout_node_of(const struct layout *layout, uint16_t host); /* NULL: not drawn */
/* NULL if they have no link. */
const struct layout_link *layout_link_of(const struct layout *layout, uint16_t client, uint16_t server,
                                         bool is_pull);
/* The styles of a label's two words. */
struct text_style layout_protocol_style(enum card_size size, const struct theme *theme);
struct text_style layout_word_style(enum card_size size, const struct theme *theme);
/* Where "Internet" stands between two regions that are side by side; empty: there is no room for it. */
enum { LAYOUT_WORD_FROM = 190 }; /* regions as wide as that have room for words beside them */
struct rect layout_internet_word(struct rect left, struct rect right);
