/* The files that a machine was set up with: its aliases, its users' .forward files, lists. Where one of them
 * has just made somebody out of a recipient, the line that did is marked, and leads to that step. */
#include "view/scene_machine.h"

enum { FILE_LINES_MAX = 60 }; /* shown of a file; how many more there are is said */

bool machine_setting_is_file(const struct journal_setting *setting) {
  return setting->name.len && setting->name.data[0] == '/';
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
      column_marked_line(column, record.seq, world_hop(p->world, file->host), line);
    else
      column_line(column, line);
  }
  if (number > FILE_LINES_MAX)
    column_words(column, arena_format(p->arena, "and %lld lines more", (long long)(number - FILE_LINES_MAX)));
}

void paint_machine_files(struct machine_column *column) {
  const struct journal_preamble *preamble = column->p->world->preamble;
  for (size_t i = 0; i < preamble->setting_count; i++) {
    const struct journal_setting *setting = &preamble->settings[i];
    if (setting->host == column->facts->host && machine_setting_is_file(setting)) paint_file(column, setting);
  }
}
