#include "shell/live/live_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct live_journal {
  const struct journal *journal;
  struct span path;
  int file;
  journal_seq written;
  bool is_emptied;
  struct buf text;
};

static bool complain(const struct live_journal *file, const char *what, struct error_list *errors) {
  error_list_add_message(errors, file->path, "%s: %s", what, strerror(errno));
  return false;
}

struct live_journal *live_journal_open(const struct journal *journal, const char *path,
                                       struct error_list *errors) {
  struct live_journal *file = mem_zalloc(sizeof *file);
  file->journal = journal;
  file->path = span_from(path);
  file->file = strcmp(path, "-") == 0 ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT, 0644);
  if (file->file >= 0) return file;
  complain(file, "cannot write the journal", errors);
  mem_free(file);
  return NULL;
}

static bool write_all(int file, struct span bytes) {
  while (bytes.len) {
    ssize_t count = write(file, bytes.data, bytes.len);
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes = span_skip(bytes, (size_t)count);
  }
  return true;
}

/* What lay there before stays until there is something in its place. */
static bool empty(struct live_journal *file) {
  struct stat status;
  if (file->is_emptied || file->file == STDOUT_FILENO) return true;
  file->is_emptied = true;
  return fstat(file->file, &status) == 0 && (!S_ISREG(status.st_mode) || ftruncate(file->file, 0) == 0);
}

bool live_journal_write(struct live_journal *file, struct error_list *errors) {
  enum { ENOUGH = 1024 * 1024 };
  struct journal_record record;
  while (file->written < journal_count(file->journal)) {
    buf_clear(&file->text);
    while (file->written < journal_count(file->journal) && file->text.len < ENOUGH) {
      journal_get(file->journal, ++file->written, &record);
      journal_record_to_json(&record, &file->text);
      buf_add_char(&file->text, '\n');
    }
    if (!empty(file) || !write_all(file->file, buf_span(&file->text)))
      return complain(file, "cannot write the journal", errors);
  }
  return true;
}

void live_journal_close(struct live_journal *file) {
  if (!file) return;
  if (file->file != STDOUT_FILENO) close(file->file);
  buf_free(&file->text);
  mem_free(file);
}
