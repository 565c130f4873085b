/* scene_sheet: the parts of the sheet of paper: envelope, header blocks, body. For scene_message.c and its
 * neighbours alone.
 *
 * Each paints at y in a column and returns how high it is, so that the sheet can be measured by painting it
 * where nobody sees it.
 */
#pragma once

#include "view/scene_internal.h"

enum {
  SHEET_LINE = 24 * 64,
  SHEET_FOLD = 20 * 64, /* of a folded line, further in */
};

/* Which letter, in which of its layers. */
struct sheet {
  uint32_t message;
  struct letter_state state;
  const struct letter_place *place;
  int64_t newest;               /* what the place has, or carries in the session shown */
  int64_t version;              /* shown */
  size_t layer, layers;         /* from 1; how many there are */
  struct journal_block made_by; /* the block on top of the version shown */
};

/* The letter that the view asks for, or the step's own; false if there is none yet. */
bool sheet_make(struct painter *p, struct sheet *sheet_out);

int32_t paint_envelope_strip(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y);
/* `nth` tells parts of one record apart: 0 for what stands first in its block. */
int32_t paint_header_block(struct painter *p, const struct journal_block *part, uint16_t nth,
                           struct rect column, int32_t y);
/* In place of envelope and header: what a mail program shows; below the sheet: how much it hides. */
int32_t paint_short_header(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y);
void paint_short_legend(struct painter *p, const struct sheet *sheet, struct rect area);
int32_t paint_message_body(struct painter *p, const struct sheet *sheet, struct rect column, int32_t y);
/* The row of buttons above the sheet: one for each layer. */
void paint_layers(struct painter *p, const struct sheet *sheet, struct rect row);
/* A sign that a line goes on because the column is narrow, not because it was folded. */
void paint_continuation(struct painter *p, struct rect place);
/* How much of a scrolled area is seen, at its right edge. */
void paint_scroll_bar(struct painter *p, struct rect area, int32_t height, int32_t scroll);
