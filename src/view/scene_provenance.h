/* scene_provenance: what is pointed at, whose it is, and how claims and observations look. For scene*.c
 * alone. */
#pragma once

#include "view/provenance.h"
#include "view/scene_internal.h"

/* What the pointer is on, or, with no pointer on anything, the keyboard's focus; 0: nothing. */
uint64_t pointed_id(const struct scene_view *view);
/* The record that made what is pointed at; 0: none. */
journal_seq pointed_record(const struct painter *p);
/* The machine that wrote what is pointed at in a panel; 0: none. */
uint16_t pointed_author(const struct painter *p);

/* Under text from x on: dashed for a claim, solid for an observation, double for what was looked up. */
void paint_provenance_line(struct painter *p, enum provenance provenance, int32_t x, int32_t baseline,
                           int32_t width, uint32_t colour);
/* How high the legend is: two rows. */
int32_t provenance_legend_height(void);
/* The three kinds of line with their names; while something is pointed at, that in words. */
void paint_provenance_legend(struct painter *p, struct rect area);
