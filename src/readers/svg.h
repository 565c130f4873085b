/* svg: a draw list as a picture of lines and text (SVG 1.1): the same list that the screen plays.
 *
 *     scene ──▶ draw_list ──▶ svg_write ──▶ <svg> … </svg>, by itself or within a page
 *
 * Text is text: it can be found, selected, read aloud. Each run names its face and others in its place, and
 * says how wide it is, so that it fits where the face is not installed. What a stranger's mail brings is
 * escaped, and has no octet in it that XML forbids.
 */
#pragma once

#include "view/draw_list.h"

struct svg_options {
  struct span title, description; /* for who cannot see it */
  int32_t width_px, height_px;    /* 0: as wide as there is room (within a page) */
  bool is_a4;                     /* a sheet of paper, upright, in place of pixels */
  struct span id; /* before the names of its parts, so that several fit into one page: letters and digits */
};

void svg_write(const struct draw_list *list, const struct svg_options *options, struct buf *out);
/* Text for XML and HTML: markup escaped, invalid octets and control characters replaced as on the screen. */
void svg_write_escaped(struct span text, struct buf *out);
