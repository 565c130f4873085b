#include "journal/message_view.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

/* Two arrays in the order of what they are searched by. Versions are usually numbered in the order of
 * their records, so that sorting has nothing to do. */
struct version_entry {
  int64_t version;
  journal_seq record;
};

struct message_entry {
  uint32_t message;
  journal_seq record;
};

struct journal_versions {
  const struct journal *journal;
  journal_seq seen; /* records taken in so far */
  size_t count, version_capacity, message_capacity;
  struct version_entry *by_version; /* by version, then record */
  struct message_entry *by_message; /* by message, then record */
};

static int compare_versions(const void *a, const void *b) {
  const struct version_entry *x = a, *y = b;
  if (x->version != y->version) return x->version < y->version ? -1 : 1;
  return (x->record > y->record) - (x->record < y->record);
}

static int compare_messages(const void *a, const void *b) {
  const struct message_entry *x = a, *y = b;
  if (x->message != y->message) return x->message < y->message ? -1 : 1;
  return (x->record > y->record) - (x->record < y->record);
}

bool journal_makes_version(enum journal_kind kind) {
  return kind == JOURNAL_COMPOSE || kind == JOURNAL_STAMP || kind == JOURNAL_REWRITE ||
         kind == JOURNAL_CONVERT;
}

static void add(struct journal_versions *versions, const struct journal_record *record) {
  size_t wanted = versions->count + 1;
  versions->by_version =
      mem_grow(versions->by_version, &versions->version_capacity, wanted, sizeof *versions->by_version);
  versions->by_message =
      mem_grow(versions->by_message, &versions->message_capacity, wanted, sizeof *versions->by_message);
  versions->by_version[versions->count] = (struct version_entry){record->number[0], record->seq};
  versions->by_message[versions->count] = (struct message_entry){record->message, record->seq};
  versions->count = wanted;
}

void journal_versions_update(struct journal_versions *versions) {
  size_t before = versions->count;
  bool in_order = true;
  while (versions->seen < journal_count(versions->journal)) {
    versions->seen++;
    if (!journal_makes_version(journal_kind_at(versions->journal, versions->seen))) continue;
    struct journal_record record;
    journal_get(versions->journal, versions->seen, &record);
    add(versions, &record);
    size_t last = versions->count - 1;
    if (last && compare_versions(&versions->by_version[last - 1], &versions->by_version[last]) > 0)
      in_order = false;
  }
  if (versions->count == before) return;
  if (!in_order) qsort(versions->by_version, versions->count, sizeof *versions->by_version, compare_versions);
  qsort(versions->by_message, versions->count, sizeof *versions->by_message, compare_messages);
}

uint32_t journal_letter_count(const struct journal *journal) {
  uint32_t last = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    if (record.message > last) last = record.message;
  }
  return last;
}

struct journal_versions *journal_versions_new(const struct journal *journal) {
  CHECK(journal_mode_of(journal) == JOURNAL_FULL);
  struct journal_versions *versions = mem_zalloc(sizeof *versions);
  versions->journal = journal;
  journal_versions_update(versions);
  return versions;
}

void journal_versions_free(struct journal_versions *versions) {
  if (!versions) return;
  mem_free(versions->by_version);
  mem_free(versions->by_message);
  mem_free(versions);
}

/* The first record that claims the version: a second claim, in a stranger's journal, changes nothing. */
journal_seq journal_version_record(const struct journal_versions *versions, int64_t version) {
  size_t low = 0, high = versions->count; /* the first entry not below the version is in low … high */
  if (version == 0) return 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (versions->by_version[middle].version < version)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == versions->count || versions->by_version[low].version != version) return 0;
  return versions->by_version[low].record;
}

int64_t journal_message_newest(const struct journal_versions *versions, uint32_t message, journal_seq at) {
  struct message_entry wanted = {message, at};
  size_t low = 0, high = versions->count; /* entries up to the wanted one: low … high */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_messages(&versions->by_message[middle], &wanted) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0 || versions->by_message[low - 1].message != message) return 0;
  struct journal_record record;
  journal_get(versions->journal, versions->by_message[low - 1].record, &record);
  return record.number[0];
}

/* The parent, if it is there and older; else 0. */
static int64_t parent_of(const struct journal_versions *versions, const struct journal_record *record) {
  if (record->kind == JOURNAL_COMPOSE) return 0;
  journal_seq parent = journal_version_record(versions, record->number[1]);
  return parent && parent < record->seq ? record->number[1] : 0;
}

bool journal_message_block(const struct journal_versions *versions, int64_t version,
                           struct journal_block *block_out) {
  struct journal_record record;
  journal_seq seq = journal_version_record(versions, version);
  if (!seq) return false;
  journal_get(versions->journal, seq, &record);
  int64_t parent = parent_of(versions, &record);
  bool is_stamp = record.kind == JOURNAL_STAMP;
  *block_out = (struct journal_block){
      .record = seq,
      .kind = (enum journal_kind)record.kind,
      .host = record.host,
      .agent = record.agent,
      .message = record.message,
      .time_us = record.time_us,
      .version = version,
      .under = is_stamp ? parent : 0,
      .parent = parent,
      .fields = record.text[0],
      .sources = is_stamp ? record.text[1] : SPAN_EMPTY,
  };
  return true;
}

void journal_message_header(const struct journal_versions *versions, int64_t version, struct buf *out) {
  struct journal_block block;
  for (; journal_message_block(versions, version, &block); version = block.under) buf_add(out, block.fields);
}

struct span journal_message_body(const struct journal_versions *versions, int64_t version) {
  return journal_message_body_by(versions, version, NULL);
}

struct span journal_message_body_by(const struct journal_versions *versions, int64_t version,
                                    journal_seq *record_out) {
  struct journal_block block;
  if (record_out) *record_out = 0;
  struct journal_record record;
  for (; journal_message_block(versions, version, &block); version = block.parent) {
    if (block.kind != JOURNAL_COMPOSE && block.kind != JOURNAL_CONVERT) continue;
    journal_get(versions->journal, block.record, &record);
    if (record_out) *record_out = block.record;
    return record.text[1];
  }
  return SPAN_EMPTY;
}

void journal_message_write(const struct journal_versions *versions, int64_t version, struct buf *out) {
  journal_message_header(versions, version, out);
  buf_add(out, SPAN("\r\n"));
  buf_add(out, journal_message_body(versions, version));
}

size_t journal_message_size(const struct journal_versions *versions, int64_t version) {
  struct journal_block block;
  size_t octets = 2 + journal_message_body(versions, version).len;
  if (!journal_message_block(versions, version, &block)) return 0;
  for (; journal_message_block(versions, version, &block); version = block.under) octets += block.fields.len;
  return octets;
}

bool journal_next_field(struct span *fields, struct span *field_out) {
  size_t end = 0;
  if (fields->len == 0) return false;
  do {
    size_t line = span_find(span_skip(*fields, end), '\n');
    end = line == SPAN_NONE ? fields->len : end + line + 1;
  } while (end < fields->len && (fields->data[end] == ' ' || fields->data[end] == '\t'));
  *field_out = span_first(*fields, end);
  *fields = span_skip(*fields, end);
  return true;
}

static bool has_field(struct span fields, struct span wanted) {
  struct span field;
  while (journal_next_field(&fields, &field))
    if (span_equal(field, wanted)) return true;
  return false;
}

bool journal_replaces_header(enum journal_kind kind) {
  return kind == JOURNAL_REWRITE || kind == JOURNAL_CONVERT;
}

struct journal_block journal_field_author(const struct journal_versions *versions,
                                          const struct journal_block *block, struct span field) {
  struct journal_block author = *block, under;
  for (bool older = true; older && journal_replaces_header(author.kind);) {
    older = false;
    for (int64_t version = author.parent;
         !older && version && journal_message_block(versions, version, &under); version = under.under)
      older = has_field(under.fields, field);
    if (older) author = under;
  }
  return author;
}

int64_t journal_data_octets(const struct journal_record *data) {
  enum { DOT_LINE = 3 };
  return data->number[3] < DOT_LINE ? 0 : data->number[3] - DOT_LINE;
}
