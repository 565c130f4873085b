/* The files that a machine was set up with: its aliases, its users' .forward files, lists. Where one of them
 * has just made somebody out of a recipient, the line that did is marked, and leads to that step. */
#include "view/scene_machine.h"

enum { FILE_LINES_MAX = 60 }; /* shown of a file; how many more there are is said */

bool machine_setting_is_file(const struct journal_setting *setting) {
  return setting->name.len && setting->name.data[0] == '/';
}

/* As it is shown: a tab is four blanks. */
static struct span shown_line(struct painter *p, struct span line) {
  struct buf text = {0};
  if (span_find(line, '\t') == SPAN_NONE) return line;
  for (size_t i = 0; i < line.len; i++) {
    if (line.data[i] == '\t')
      buf_add(&text, SPAN("    "));
    else
      buf_add_char(&text, line.data[i]);
  }
  struct span copy = arena_copy(p->arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

/* The record of the step shown, if it is of this file. */
static bool is_read_now(const struct machine_column *column, const struct journal_setting *file,
                        struct journal_record *record_out) {
  const struct painter *p = column->p;
  if (!p->step->record || journal_kind_at(p->world->journal, p->step->record) != JOURNAL_EXPANDED)
    return false;
  journal_get(p->world->journal, p->step->record, record_out);
  return record_out->host == file->host && span_equal(record_out->text[5], file->name);
}

static void paint_file(struct machine_column *column, const struct journal_setting *file) {
  struct painter *p = column->p;
  struct journal_record record;
  bool now = is_read_now(column, file, &record);
  struct span rest = span_trim_right(file->value), line;
  int64_t number = 0;
  column_heading(column, file->name, now ? SPAN("read at this step") : SPAN("a file"));
  while (span_next(&rest, '\n', &line)) {
    if (++number > FILE_LINES_MAX) continue;
    if (now && number == record.number[0])
      column_marked_line(column, record.seq, world_hop(p->world, file->host), shown_line(p, line));
    else
      column_line(column, shown_line(p, line));
  }
  if (number > FILE_LINES_MAX)
    column_words(column, arena_format(p->arena, "and %lld lines more", (long long)(number - FILE_LINES_MAX)));
}

/* The path of the file of this machine that the step shown has to do with; empty: none. */
static struct span file_of_step(const struct machine_column *column, struct journal_record *record_out) {
  const struct painter *p = column->p;
  if (!p->step->record) return SPAN_EMPTY;
  journal_get(p->world->journal, p->step->record, record_out);
  if (record_out->host != column->facts->host) return SPAN_EMPTY;
  switch (record_out->kind) {
  case JOURNAL_FILE_WRITE:
  case JOURNAL_FILE_CUT:
  case JOURNAL_FILE_READ: return record_out->text[0];
  case JOURNAL_FILE_RENAME: return record_out->text[1];
  case JOURNAL_DELIVERED: return record_out->text[3];
  default: return SPAN_EMPTY;
  }
}

/* "From ann@sender.example Wed …", or quoted so as not to look like it. */
static bool is_from_line(struct span line) {
  while (line.len && line.data[0] == '>') line = span_skip(line, 1);
  return span_starts_with(line, SPAN("From "));
}

bool paint_machine_file_of_step(struct machine_column *column) {
  struct painter *p = column->p;
  struct journal_record record;
  struct span path = file_of_step(column, &record), contents, line;
  size_t number = 0;
  if (!path.len || !world_file(p->world, record.host, p->at, path, p->arena, &contents)) return false;
  column_heading(column, SPAN("This file"), arena_format(p->arena, "%zu octets", contents.len));
  column_line(column, path);
  column_gap(column);
  contents = span_trim_right(contents);
  while (contents.len && span_next(&contents, '\n', &line)) {
    if (++number > FILE_LINES_MAX) continue;
    if (is_from_line(line))
      column_marked_line(column, record.seq, world_hop(p->world, record.host), shown_line(p, line));
    else
      column_line(column, shown_line(p, line));
  }
  if (number > FILE_LINES_MAX)
    column_words(column, arena_format(p->arena, "and %zu lines more", number - FILE_LINES_MAX));
  return true;
}

void paint_machine_files(struct machine_column *column) {
  const struct journal_preamble *preamble = column->p->world->preamble;
  for (size_t i = 0; i < preamble->setting_count; i++) {
    const struct journal_setting *setting = &preamble->settings[i];
    if (setting->host == column->facts->host && machine_setting_is_file(setting)) paint_file(column, setting);
  }
}
