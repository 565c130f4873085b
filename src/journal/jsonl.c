/* Writing the public form: JSON Lines (docs/journal.md). */
#include "base/base64.h"
#include "base/check.h"
#include "base/json_write.h"
#include "journal/journal.h"

enum { WRITE_AT_ONCE = 64 * 1024, KEY_MAX = 64 };

/* ,"name": in one piece: there are as many of these as there is anything else. */
static void write_key(struct buf *out, struct span name, struct span ending) {
  char key[KEY_MAX];
  CHECK(name.len + ending.len + 4 <= sizeof key);
  memcpy(key, ",\"", 2);
  memcpy(key + 2, name.data, name.len);
  memcpy(key + 2 + name.len, ending.data, ending.len);
  memcpy(key + 2 + name.len + ending.len, "\":", 2);
  buf_add(out, span_of(key, name.len + ending.len + 4));
}

/* An integer that some JSON readers would round is written as a string of its digits. */
static void write_number(struct buf *out, const char *name, int64_t value) {
  bool exact = value >= -JOURNAL_INTEGER_MAX && value <= JOURNAL_INTEGER_MAX;
  write_key(out, span_from(name), SPAN_EMPTY);
  if (!exact) buf_add_char(out, '"');
  buf_add_i64(out, value);
  if (!exact) buf_add_char(out, '"');
}

static void write_reference(struct buf *out, const char *name, uint32_t value) {
  if (value) write_number(out, name, value);
}

static bool is_json_text(struct span text) {
  return span_find(text, '\0') == SPAN_NONE && span_is_utf8(text, NULL);
}

static void write_text(struct buf *out, const char *name, struct span text) {
  if (is_json_text(text)) {
    write_key(out, span_from(name), SPAN_EMPTY);
    json_write_string(text, out);
  } else {
    write_key(out, span_from(name), SPAN("_base64"));
    buf_add_char(out, '"');
    base64_encode(text, out);
    buf_add_char(out, '"');
  }
}

void journal_record_to_json(const struct journal_record *record, struct buf *out) {
  const struct journal_kind_info *info = journal_kind_info((enum journal_kind)record->kind);
  buf_add(out, SPAN("{\"seq\":"));
  buf_add_u64(out, record->seq);
  write_number(out, "time_us", record->time_us);
  write_key(out, SPAN("kind"), SPAN_EMPTY);
  json_write_string(span_from(info->name), out);
  write_reference(out, "cause", record->cause);
  write_reference(out, "host", record->host);
  write_reference(out, "agent", record->agent);
  write_reference(out, "connection", record->connection);
  write_reference(out, "message", record->message);
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++)
    write_number(out, info->number[i], record->number[i]);
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) write_text(out, info->text[i], record->text[i]);
  buf_add_char(out, '}');
}

bool journal_write_jsonl(const struct journal *journal, journal_sink *sink, void *context) {
  CHECK(journal_mode_of(journal) == JOURNAL_FULL);
  struct buf lines = {0};
  bool well = true;
  journal_seq count = journal_count(journal);
  for (journal_seq seq = 1; seq <= count && well; seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    journal_record_to_json(&record, &lines);
    buf_add_char(&lines, '\n');
    if (lines.len < WRITE_AT_ONCE && seq < count) continue;
    well = sink(context, buf_span(&lines));
    buf_clear(&lines);
  }
  buf_free(&lines);
  return well;
}
