#include "journal/files_view.h"

#include "base/mem.h"
#include "mail/mbox.h"

static struct file_view *find(struct files_view *view, uint16_t host, struct span path) {
  for (size_t i = 0; i < view->count; i++)
    if (view->files[i].host == host && span_equal(view->files[i].path, path)) return &view->files[i];
  return NULL;
}

static struct file_view *find_or_add(struct files_view *view, uint16_t host, struct span path) {
  struct file_view *file = find(view, host, path);
  if (file) return file;
  view->files = mem_grow(view->files, &view->capacity, view->count + 1, sizeof *view->files);
  view->files[view->count] = (struct file_view){.host = host, .path = path, .form = SPAN_EMPTY};
  return &view->files[view->count++];
}

static void take_out(struct files_view *view, struct file_view *file) {
  buf_free(&file->contents);
  size_t index = (size_t)(file - view->files);
  memmove(file, file + 1, (view->count - index - 1) * sizeof *file);
  view->count--;
}

static void write_piece(struct files_view *view, const struct journal_versions *versions,
                        const struct journal_record *record) {
  struct file_view *file = find_or_add(view, record->host, record->text[0]);
  buf_add(&file->contents, record->text[1]);
  if (!record->number[1]) return;
  struct buf message = {0};
  bool mbox = span_equal(record->text[2], SPAN("mbox"));
  file->form = record->text[2];
  journal_message_write(versions, record->number[1], &message);
  mbox_write_lines(buf_span(&message), mbox ? MBOX_RD : MBOX_UNQUOTED, &file->contents);
  if (mbox) buf_add_char(&file->contents, '\n');
  buf_free(&message);
}

static void cut_piece(struct files_view *view, const struct journal_record *record) {
  struct file_view *file = find(view, record->host, record->text[0]);
  size_t offset = (size_t)record->number[0], octets = (size_t)record->number[1];
  if (!file || offset > file->contents.len || octets > file->contents.len - offset)
    return; /* a stranger's journal */
  memmove(file->contents.data + offset, file->contents.data + offset + octets,
          file->contents.len - offset - octets);
  file->contents.len -= octets;
}

static void rename_file(struct files_view *view, const struct journal_record *record) {
  struct file_view *file = find(view, record->host, record->text[0]);
  struct file_view *replaced = find(view, record->host, record->text[1]);
  if (!file || file == replaced) return;
  if (replaced) take_out(view, replaced);
  find(view, record->host, record->text[0])->path = record->text[1];
}

void files_view_take(struct files_view *view, const struct journal_versions *versions,
                     const struct journal_record *record) {
  struct file_view *file;
  switch (record->kind) {
  case JOURNAL_FILE_WRITE: write_piece(view, versions, record); break;
  case JOURNAL_FILE_CUT: cut_piece(view, record); break;
  case JOURNAL_FILE_RENAME: rename_file(view, record); break;
  case JOURNAL_FILE_REMOVE:
    file = find(view, record->host, record->text[0]);
    if (file) take_out(view, file);
    break;
  default: break;
  }
}

struct files_view files_view_make(const struct journal *journal, const struct journal_versions *versions,
                                  journal_seq last) {
  struct files_view view = {0};
  struct journal_record record;
  if (last == 0 || last > journal_count(journal)) last = journal_count(journal);
  for (journal_seq seq = 1; seq <= last; seq++) {
    enum journal_kind kind = journal_kind_at(journal, seq);
    if (kind != JOURNAL_FILE_WRITE && kind != JOURNAL_FILE_CUT && kind != JOURNAL_FILE_REMOVE &&
        kind != JOURNAL_FILE_RENAME)
      continue;
    journal_get(journal, seq, &record);
    files_view_take(&view, versions, &record);
  }
  return view;
}

void files_view_free(struct files_view *view) {
  for (size_t i = 0; i < view->count; i++) buf_free(&view->files[i].contents);
  mem_free(view->files);
  *view = (struct files_view){0};
}
