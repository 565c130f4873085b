/* scene_machine: the panel of one machine. For scene_machine*.c alone.
 *
 *     scene_machine.c          the panel: heading, what it is, its clock, what it added
 *     scene_machine_holds.c    queue, store, names it knows, its zone, how it is set up
 *     scene_machine_files.c    its files: aliases, .forward, lists; the mailbox of the step shown
 *     scene_machine_column.c   headings, pairs and entries under each other
 */
#pragma once

#include "view/machine_facts.h"
#include "view/scene_internal.h"

/* What stands under each other. With `paints` false it is only measured. */
struct machine_column {
  struct painter *p;
  struct rect area; /* its y is the top, scrolled away or not */
  int32_t y;
  int32_t indent;   /* of words alone */
  uint16_t entries; /* so far */
  const struct machine_facts *facts;
};

/* A heading with a remark at its right. */
void column_heading(struct machine_column *column, struct span title, struct span remark);
/* A word and what stands beside it, in as many rows as it takes. */
void column_pair(struct machine_column *column, struct span word, struct span text);
/* Words alone. */
void column_words(struct machine_column *column, struct span text);
/* A line in mono type. */
void column_line(struct machine_column *column, struct span text);
/* The same, marked, and leading to the step of a record. */
void column_marked_line(struct machine_column *column, journal_seq record, uint32_t hop, struct span text);
/* An entry that leads to the step of a record: a line in mono type, further ones in words; empty ones are
 * left out. A hop is the colour of its bar; 0: muted. */
void column_entry(struct machine_column *column, journal_seq record, uint32_t hop, struct span first,
                  struct span second, struct span third);
void column_gap(struct machine_column *column);
/* Where a pair's text begins. */
int32_t column_value_indent(void);

void paint_machine_queue(struct machine_column *column);
/* Settings called by a path are files. */
bool machine_setting_is_file(const struct journal_setting *setting);
void paint_machine_files(struct machine_column *column);
/* The file that the step shown has to do with, as it lies there; false if there is none. */
bool paint_machine_file_of_step(struct machine_column *column);
void paint_machine_store(struct machine_column *column);
void paint_machine_names(struct machine_column *column);
void paint_machine_zone(struct machine_column *column);
void paint_machine_settings(struct machine_column *column);
