/* journal_files: makes the files of a simulated host again, at any time, from the journal's records alone:
 * what a reader must be able to do. Simple and slow; knows nothing of agents. */
#pragma once

#include "journal/journal.h"

enum { JOURNAL_FILES_MAX = 64 };

struct journal_file {
  struct span path;
  struct buf contents;
};

struct journal_files {
  struct journal_file items[JOURNAL_FILES_MAX];
  size_t count;
};

/* A version's bytes: its blocks down to the letter's first version, an empty line, the body. */
static inline void write_version(const struct journal *journal, int64_t version, struct buf *out) {
  for (journal_seq seq = journal_count(journal); seq > 0; seq--) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    if ((record.kind != JOURNAL_COMPOSE && record.kind != JOURNAL_STAMP) || record.number[0] != version)
      continue;
    buf_add(out, record.text[0]);
    if (record.kind == JOURNAL_STAMP) {
      version = record.number[1];
      continue;
    }
    buf_add(out, SPAN("\r\n"));
    buf_add(out, record.text[1]);
    return;
  }
}

static inline void add_without_cr(struct span bytes, struct buf *out) {
  for (size_t i = 0; i < bytes.len; i++)
    if (bytes.data[i] != '\r' || i + 1 == bytes.len || bytes.data[i + 1] != '\n')
      buf_add_char(out, bytes.data[i]);
}

/* mboxrd: one more > before From_ lines that have any number of them; an empty line at the end. */
static inline void add_as_mbox(struct span text, struct buf *out) {
  struct span line, rest = text;
  while (rest.len && span_next(&rest, '\n', &line)) {
    size_t quotes = 0;
    while (quotes < line.len && line.data[quotes] == '>') quotes++;
    if (span_starts_with(span_skip(line, quotes), SPAN("From "))) buf_add_char(out, '>');
    buf_add(out, line);
    buf_add_char(out, '\n');
  }
  buf_add_char(out, '\n');
}

static inline struct journal_file *journal_file_at(struct journal_files *files, struct span path) {
  for (size_t i = 0; i < files->count; i++)
    if (span_equal(files->items[i].path, path)) return &files->items[i];
  return NULL;
}

static inline void write_file(const struct journal *journal, const struct journal_record *record,
                              struct journal_files *files) {
  struct journal_file *file = journal_file_at(files, record->text[0]);
  if (!file) {
    assert_true(files->count < JOURNAL_FILES_MAX);
    file = &files->items[files->count++];
    *file = (struct journal_file){.path = record->text[0]};
  }
  assert_int_equal(record->number[0], file->contents.len);
  buf_add(&file->contents, record->text[1]);
  if (record->number[1] == 0) return;
  struct buf wire = {0}, plain = {0};
  write_version(journal, record->number[1], &wire);
  assert_true(wire.len > 0);
  add_without_cr(buf_span(&wire), &plain);
  if (span_equal(record->text[2], SPAN("mbox")))
    add_as_mbox(buf_span(&plain), &file->contents);
  else
    buf_add(&file->contents, buf_span(&plain));
  buf_free(&wire);
  buf_free(&plain);
}

static inline void forget_file(struct journal_files *files, struct span path) {
  struct journal_file *file = journal_file_at(files, path);
  if (!file) return;
  buf_free(&file->contents);
  *file = files->items[--files->count];
}

static inline void cut_file(const struct journal_record *record, struct journal_files *files) {
  struct journal_file *file = journal_file_at(files, record->text[0]);
  size_t offset = (size_t)record->number[0], octets = (size_t)record->number[1];
  assert_non_null(file);
  assert_true(offset + octets <= file->contents.len);
  memmove(file->contents.data + offset, file->contents.data + offset + octets,
          file->contents.len - offset - octets);
  file->contents.len -= octets;
}

/* The files of one host after the record `until`. */
static inline void journal_files_make(const struct journal *journal, uint16_t host, journal_seq until,
                                      struct journal_files *files) {
  *files = (struct journal_files){.count = 0};
  for (journal_seq seq = 1; seq <= until; seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    if (record.host != host) continue;
    if (record.kind == JOURNAL_FILE_WRITE) write_file(journal, &record, files);
    if (record.kind == JOURNAL_FILE_CUT) cut_file(&record, files);
    if (record.kind == JOURNAL_FILE_REMOVE) {
      assert_non_null(journal_file_at(files, record.text[0]));
      forget_file(files, record.text[0]);
    }
    if (record.kind == JOURNAL_FILE_RENAME) {
      forget_file(files, record.text[1]);
      struct journal_file *file = journal_file_at(files, record.text[0]);
      assert_non_null(file);
      file->path = record.text[1];
    }
  }
}

static inline void journal_files_free(struct journal_files *files) {
  while (files->count) buf_free(&files->items[--files->count].contents);
}
