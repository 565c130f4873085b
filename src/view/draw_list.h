/* draw_list: a picture as a list of commands, from the back to the front.
 *
 * The scene fills it, purely; a screen, a PNG and an SVG play the same list. It knows no pixel, no
 * font file and no window. It also holds the *hit regions*, so that what lies under the pointer is
 * answered from the list alone, and by whoever holds it (a test, a browser).
 *
 *     scene ──▶ draw_box, draw_text, … ──▶ ┌───────────┐ ──▶ shell/sdl/raster (pixels)
 *               draw_hit               ──▶ │ draw_list │ ──▶ readers' SVG
 *                                          └───────────┘ ──▶ draw_list_dump (golden tests)
 *
 * Units: int32_t in 1/64 of a design unit (geometry.h). Colours are 0xAARRGGBB, alpha not multiplied
 * in, as the theme gave them; alpha 0 draws nothing.
 *
 * Ownership: texts and points are copied into the list's arena; they live until the next
 * draw_list_begin or draw_list_free.
 * Limits: DRAW_LIST_COMMANDS_MAX commands; what goes beyond is dropped and `overflowed` stays set.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "view/geometry.h"
#include "view/icon.h"
#include "view/text_metrics.h"

enum {
  DRAW_LIST_COMMANDS_MAX = 200000,
  DRAW_LIST_HITS_MAX = 50000,
  DRAW_STACK_MAX = 16, /* depth of clips, and of alphas */
  DRAW_TEXT_MAX = 4096 /* bytes of one text run; the rest is cut */
};

enum draw_kind {
  DRAW_BOX,
  DRAW_SHADOW,
  DRAW_CIRCLE,
  DRAW_STROKE,
  DRAW_POLYGON,
  DRAW_TEXT,
  DRAW_ICON,
  DRAW_CLIP_PUSH,
  DRAW_CLIP_POP,
  DRAW_ALPHA_PUSH,
  DRAW_ALPHA_POP,
  DRAW_KIND_COUNT
};

/* Which corners of a box are round; the others are square. */
enum {
  DRAW_CORNER_TOP_LEFT = 1,
  DRAW_CORNER_TOP_RIGHT = 2,
  DRAW_CORNER_BOTTOM_LEFT = 4,
  DRAW_CORNER_BOTTOM_RIGHT = 8,
  DRAW_CORNERS_LEFT = 5,
  DRAW_CORNERS_RIGHT = 10,
  DRAW_CORNERS_TOP = 3,
  DRAW_CORNERS_BOTTOM = 12,
  DRAW_CORNERS_ALL = 15
};

/* A rectangle. The border lies inside the rectangle's edge; radius 0 gives sharp corners. */
struct draw_box {
  struct rect rect;
  int32_t radius; /* at most half the shorter side is used */
  uint32_t fill;  /* colour; 0 for none */
  uint32_t border;
  int32_t border_width;
  uint8_t corners; /* DRAW_CORNER_*; 0 means all */
};

/* The soft shadow that a box of this size would cast, or a glow. Draw it before the box. */
struct draw_shadow {
  struct rect rect; /* moved down by the caller for light from above */
  int32_t radius;
  int32_t blur; /* how far it fades out beyond the edge, and as far inside */
  uint32_t colour;
};

/* A disc, a ring, or both. The border lies inside the radius. */
struct draw_circle {
  struct point centre;
  int32_t radius;
  uint32_t fill;
  uint32_t border;
  int32_t border_width;
};

enum { DRAW_ARROW_NONE = 0, DRAW_ARROW_END = 1, DRAW_ARROW_START = 2 };

/* A line through points, with round joints. The tip of an arrow head is the end point itself; the
 * line stops inside the head. */
struct draw_stroke {
  const struct point *points;
  uint32_t count; /* a polyline: 2 or more; a curve: 4, 7, 10 … (cubic Bézier pieces) */
  bool is_curve;
  bool butt_ends; /* ends cut straight instead of round; dashes too */
  uint8_t arrows; /* DRAW_ARROW_* */
  int32_t width;
  int32_t arrow_length, arrow_width; /* of a head; 0: 4 and 4.5 times the width, at least 10 units */
  int32_t dash, gap;                 /* lengths; 0 for a solid line */
  int32_t dash_start;                /* how far into the pattern the line starts */
  uint32_t colour;
};

/* A filled polygon, closed by itself; its edges do not cross. */
struct draw_polygon {
  const struct point *points;
  uint32_t count;
  uint32_t fill;
};

/* One run of text in one style on one line. No line end is obeyed. */
struct draw_text {
  struct point baseline; /* left end */
  struct text_style style;
  uint32_t colour;
  struct span text; /* UTF-8; what is not is drawn as text_metrics.h says */
};

/* A named sign, in a rectangle that it fills as well as its shape allows. */
struct draw_icon {
  enum icon icon;
  struct rect rect;
  uint32_t colour; /* its lines and areas */
  uint32_t back;   /* what shows in its holes; for the envelope, its paper */
};

/* Only what is inside is drawn until the matching pop; clips intersect. */
struct draw_clip {
  struct rect rect;
};

/* Multiplies the alpha of every colour until the matching pop; alphas multiply. Each command by
 * itself: where two overlap, the lower one shines through. */
struct draw_alpha {
  uint8_t alpha; /* 255 is opaque */
};

struct draw_command {
  enum draw_kind kind;
  union {
    struct draw_box box;
    struct draw_shadow shadow;
    struct draw_circle circle;
    struct draw_stroke stroke;
    struct draw_polygon polygon;
    struct draw_text text;
    struct draw_icon icon;
    struct draw_clip clip;   /* DRAW_CLIP_PUSH */
    struct draw_alpha alpha; /* DRAW_ALPHA_PUSH */
  } as;
};

enum hit_flags {
  HIT_FOCUSABLE = 1, /* Tab reaches it, Enter activates it */
  HIT_SCROLLS = 2,   /* the wheel is for it */
  HIT_DRAGS = 4,     /* can be dragged */
  HIT_TEXT = 8,      /* its label is text that can be selected and copied */
  HIT_PANEL = 16     /* a whole panel: what is written in it can be copied */
};

/* A place that answers to the pointer. */
struct hit_region {
  uint64_t id;       /* means something to the scene only */
  struct rect rect;  /* already cut to the clip */
  uint32_t flags;    /* HIT_* */
  struct span label; /* in words, for tests, tooltips and screen readers; may be empty */
};

struct draw_list {
  int32_t width, height; /* of the whole picture */
  uint32_t background;   /* what is there before the first command */
  struct draw_command *commands;
  size_t count;
  struct hit_region *hits; /* the last one that contains a point wins */
  size_t hit_count;
  bool overflowed;

  /* Of draw_list.c. */
  struct arena arena;
  size_t capacity, hit_capacity;
  struct rect clips[DRAW_STACK_MAX];
  uint32_t clip_depth, alpha_depth;
};

#define DRAW_LIST_EMPTY ((struct draw_list){.width = 0})

/* Empties the list and starts a picture of that size; memory is kept for the next one. */
void draw_list_begin(struct draw_list *list, int32_t width, int32_t height, uint32_t background);
/* Checks that every push had its pop. */
void draw_list_end(struct draw_list *list);
void draw_list_free(struct draw_list *list);

/* Each copies the command, and its points and texts, to the end of the list. What can leave no mark (an
 * empty rectangle, no colour) is left out. */
void draw_box(struct draw_list *list, const struct draw_box *box);
void draw_shadow(struct draw_list *list, const struct draw_shadow *shadow);
void draw_circle(struct draw_list *list, const struct draw_circle *circle);
void draw_stroke(struct draw_list *list, const struct draw_stroke *stroke);
void draw_polygon(struct draw_list *list, const struct draw_polygon *polygon);
void draw_text(struct draw_list *list, const struct draw_text *text);
void draw_icon(struct draw_list *list, const struct draw_icon *icon);
void draw_clip_push(struct draw_list *list, struct rect rect);
void draw_clip_pop(struct draw_list *list);
void draw_alpha_push(struct draw_list *list, uint8_t alpha);
void draw_alpha_pop(struct draw_list *list);
void draw_hit(struct draw_list *list, uint64_t id, struct rect rect, uint32_t flags, struct span label);

/* Shorthands. */
void draw_fill(struct draw_list *list, struct rect rect, uint32_t colour);
void draw_line(struct draw_list *list, struct point from, struct point to, int32_t width, uint32_t colour);
enum draw_align { DRAW_LEFT, DRAW_CENTRE, DRAW_RIGHT };
/* Text whose left end, middle or right end is at the point, on the baseline. Returns its width. */
int32_t draw_label(struct draw_list *list, struct text_style style, struct point baseline,
                   enum draw_align align, uint32_t colour, struct span text);
/* Text in the middle of the rectangle's height (of its capitals), at its left, middle or right; cut with
 * an ellipsis if it is wider. Returns its width. */
int32_t draw_label_in(struct draw_list *list, struct text_style style, struct rect rect,
                      enum draw_align align, uint32_t colour, struct span text);

/* The topmost region under the point, or NULL. */
const struct hit_region *draw_list_hit(const struct draw_list *list, struct point point);
const struct hit_region *draw_list_find_hit(const struct draw_list *list, uint64_t id);
/* The rectangle a command may leave marks in, clips not counted. */
struct rect draw_command_bounds(const struct draw_command *command);
/* The size of the stroke's arrow heads, with the rule for 0 applied. */
int32_t draw_stroke_arrow_length(const struct draw_stroke *stroke);
int32_t draw_stroke_arrow_width(const struct draw_stroke *stroke);
/* An icon as boxes, circles, strokes and polygons, for whoever draws: adds them to out. */
void draw_icon_expand(const struct draw_icon *icon, struct draw_list *out);

/* The same pictures (commands, size, background). Hit regions do not count. */
bool draw_list_equal(const struct draw_list *a, const struct draw_list *b);
/* Equal pictures have equal hashes; for caches only, not to be kept or shown. */
uint64_t draw_list_hash(const struct draw_list *list);
/* One line a command, then one line a hit region; lengths in design units. For golden tests. */
void draw_list_dump(const struct draw_list *list, struct buf *out);
