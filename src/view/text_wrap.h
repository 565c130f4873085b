/* text_wrap: lines of text that fit a width.
 *
 * Breaks after spaces and at line ends (LF or CRLF); a word wider than the line is cut between code
 * points. Pure: the pieces are spans of the text given. A first line may have less room, or the following
 * ones an indent, as a folded header field has.
 */
#pragma once

#include "base/arena.h"
#include "view/text_metrics.h"

struct text_line {
  struct span text; /* without the spaces and the line end it was broken at */
  int32_t x;        /* where it starts: the indent of the options */
  int32_t width;
};

struct text_wrap {
  struct text_style style;
  struct span rest; /* what is still to come */
  int32_t width;    /* of the column */
  int32_t x;        /* of the next line: first_x, then rest_x */
  int32_t rest_x;
  bool done;
};

/* A paragraph in a column of that width; lines start at x 0. */
struct text_wrap text_wrap(struct text_style style, struct span text, int32_t width);
/* The first line starts at first_x, the others at rest_x. */
struct text_wrap text_wrap_indented(struct text_style style, struct span text, int32_t width, int32_t first_x,
                                    int32_t rest_x);
/* The next line; an empty one for an empty line of the text. False at the end. */
bool text_wrap_next(struct text_wrap *wrap, struct text_line *line_out);
/* How many lines there will be; the same as calling next until it is false. */
size_t text_wrap_count(struct text_wrap wrap);
/* The widest of them. */
int32_t text_wrap_width(struct text_wrap wrap);

/* The text, or as much of it as fits with "…" at its end, or in its middle (for host names, whose ends
 * both matter). In the arena only if it was cut. */
struct span text_ellipsis(struct text_style style, struct span text, int32_t width, struct arena *arena);
struct span text_ellipsis_middle(struct text_style style, struct span text, int32_t width,
                                 struct arena *arena);
