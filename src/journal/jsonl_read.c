/* Reading the public form: JSON Lines (docs/journal.md), from whoever made the file.
 *
 * Each line is looked at as bytes first (UTF-8, no control characters, no NUL in a string: what cJSON
 * would take silently), then parsed, then checked member by member against the kind's fields. Nothing
 * reaches journal_append that it would refuse. After an error the next lines are still read, so that a
 * person sees them all at once, but nothing more is kept. */
#include <cjson/cJSON.h>

#include "base/base64.h"
#include "base/mem.h"
#include "journal/journal.h"

enum {
  /* the longest line we would write ourselves: every octet as \u00XX */
  READ_LINE_MAX = 6 * JOURNAL_RECORD_MAX + 4096,
  COMMON_MEMBERS = 8,
  MEMBERS = COMMON_MEMBERS + JOURNAL_NUMBERS + JOURNAL_TEXTS,
  NAME_SHOWN_MAX = 80, /* of a stranger's word in a message */
  LINES_A_TELLING = 4096,
};

struct reader {
  struct journal *journal;
  struct error_list *errors;
  struct span file;
  uint32_t line_number;
  struct span line;
  bool failed;
  size_t errors_before;              /* in the list, from other files */
  struct buf decoded[JOURNAL_TEXTS]; /* texts that came in base64 */
};

/* The members that every record has, and what each may hold. */
enum common { SEQ, TIME_US, KIND, CAUSE, HOST, AGENT, CONNECTION, MESSAGE };
static const struct {
  const char *name;
  int64_t most;
  const char *expected;
} common[COMMON_MEMBERS] = {
    [SEQ] = {"seq", UINT32_MAX, "the number of the record, counted from 1"},
    [TIME_US] = {"time_us", JOURNAL_INTEGER_MAX,
                 "microseconds since the start, an integer from 0 to 2^53 - 1"},
    [KIND] = {"kind", 0, "a kind of record, as a string"},
    [CAUSE] = {"cause", UINT32_MAX, "the seq of an earlier record, or nothing"},
    [HOST] = {"host", UINT16_MAX, "an integer from 0 to 65535"},
    [AGENT] = {"agent", UINT16_MAX, "an integer from 0 to 65535"},
    [CONNECTION] = {"connection", UINT32_MAX, "an integer from 0 to 4294967295"},
    [MESSAGE] = {"message", UINT32_MAX, "an integer from 0 to 4294967295"},
};

/* ---- errors ---- */

static void fail(struct reader *reader, size_t offset, struct span message, struct span expected,
                 struct span hint) {
  reader->failed = true;
  error_list_add(reader->errors, &(struct error){
                                     .file = reader->file,
                                     .line = reader->line_number,
                                     .column = (uint32_t)offset + 1,
                                     .message = message,
                                     .expected = expected,
                                     .hint = hint,
                                 });
}

/* A person has enough to read, and each error costs a search of its line. */
static bool has_enough(const struct reader *reader) {
  return reader->errors->total - reader->errors_before >= ERROR_LIST_MAX;
}

/* Where a member's name stands in the line. cJSON keeps no positions, so the name is looked for; a name
 * that was written with escapes is not found and counts as the line's beginning. */
static size_t offset_of_member(const struct reader *reader, struct span name) {
  for (size_t at = 0; at < reader->line.len; at++) {
    struct span rest = span_skip(reader->line, at);
    size_t next = span_search(rest, name);
    if (next == SPAN_NONE) return 0;
    at += next;
    if (at && reader->line.data[at - 1] == '"' && at + name.len < reader->line.len &&
        reader->line.data[at + name.len] == '"')
      return at - 1;
  }
  return 0;
}

static void fail_member(struct reader *reader, struct span name, const char *what, struct span expected,
                        struct span hint) {
  struct buf message = {0};
  struct span shown = span_first(name, NAME_SHOWN_MAX);
  buf_format(&message, "%s \"%.*s\"", what, SPAN_ARG(shown));
  fail(reader, offset_of_member(reader, name), buf_span(&message), expected, hint);
  buf_free(&message);
}

/* ---- a line as bytes ---- */

static bool check_bytes(struct reader *reader) {
  struct span line = reader->line;
  size_t bad;
  if (line.len > READ_LINE_MAX) {
    fail(reader, 0, SPAN("a line too long for a record"), SPAN("at most 384 MiB"), SPAN_EMPTY);
    return false;
  }
  if (!span_is_utf8(line, &bad)) {
    fail(reader, bad, SPAN("not UTF-8"), SPAN("UTF-8; other bytes as \"NAME_base64\""), SPAN_EMPTY);
    return false;
  }
  for (size_t i = 0; i < line.len; i++) {
    unsigned char c = (unsigned char)line.data[i];
    if (c < ' ' && c != '\t' && c != '\r') {
      fail(reader, i, SPAN("a control character"), SPAN("an escape, such as \\u0001"), SPAN_EMPTY);
      return false;
    }
    if (c != '\\') continue;
    if (span_starts_with(span_skip(line, i), SPAN("\\u0000"))) {
      fail(reader, i, SPAN("a NUL in a string"), SPAN("such a text as \"NAME_base64\""), SPAN_EMPTY);
      return false;
    }
    i++; /* what is escaped is not itself an escape */
  }
  return true;
}

/* The line as one JSON object, or NULL. */
static cJSON *parse(struct reader *reader) {
  if (!check_bytes(reader)) return NULL;
  const char *end = reader->line.data;
  cJSON *object = cJSON_ParseWithLengthOpts(reader->line.data, reader->line.len, &end, false);
  size_t offset = end >= reader->line.data ? (size_t)(end - reader->line.data) : 0;
  if (!object) {
    fail(reader, offset, SPAN("not JSON"), SPAN("one JSON object"), SPAN_EMPTY);
    return NULL;
  }
  if (!cJSON_IsObject(object))
    fail(reader, 0, SPAN("not a record"), SPAN("a JSON object"), SPAN_EMPTY);
  else if (span_trim(span_skip(reader->line, offset)).len)
    fail(reader, offset, SPAN("more after the record"), SPAN("the end of the line"), SPAN_EMPTY);
  else
    return object;
  cJSON_Delete(object);
  return NULL;
}

/* ---- members ---- */

/* An integer exactly as it was written, or false. Both ends of the range of a JSON number that every
 * reader holds exactly are 2^53 - 1 away from 0; beyond, it is a string of digits. */
static bool integer_of(const cJSON *item, int64_t *value_out) {
  if (cJSON_IsString(item)) {
    bool well = span_to_i64(span_from(item->valuestring), value_out);
    return well && (*value_out > JOURNAL_INTEGER_MAX || *value_out < -JOURNAL_INTEGER_MAX);
  }
  if (!cJSON_IsNumber(item)) return false;
  if (!(item->valuedouble >= -JOURNAL_INTEGER_MAX && item->valuedouble <= JOURNAL_INTEGER_MAX)) return false;
  *value_out = (int64_t)item->valuedouble;
  return (double)*value_out == item->valuedouble; /* exact: it is below 2^53 */
}

static void read_common(struct reader *reader, enum common member, const cJSON *item,
                        struct journal_record *record) {
  int64_t value = 0;
  struct span name = span_from(common[member].name);
  if (member == KIND) return; /* known already */
  journal_seq seq = journal_count(reader->journal) + 1;
  bool well = integer_of(item, &value) && value >= 0 && value <= common[member].most;
  if (well && member == SEQ && value != seq && !reader->failed) well = false;
  if (well && member == CAUSE && value >= seq && !reader->failed) well = false;
  if (!well) {
    fail_member(reader, name, "wrong value of", span_from(common[member].expected), SPAN_EMPTY);
    return;
  }
  switch (member) {
  case SEQ:
  case KIND: break;
  case TIME_US: record->time_us = value; break;
  case CAUSE: record->cause = (journal_seq)value; break;
  case HOST: record->host = (uint16_t)value; break;
  case AGENT: record->agent = (uint16_t)value; break;
  case CONNECTION: record->connection = (uint32_t)value; break;
  case MESSAGE: record->message = (uint32_t)value; break;
  }
}

static void read_number(struct reader *reader, const char *name, const cJSON *item, int64_t *value_out) {
  if (!integer_of(item, value_out))
    fail_member(reader, span_from(name), "wrong value of",
                SPAN("an integer, or from 2^53 on a string of its digits"), SPAN_EMPTY);
}

static void read_text(struct reader *reader, int index, bool base64, const cJSON *item,
                      struct journal_record *record) {
  struct span name = span_from(item->string);
  struct span text = cJSON_IsString(item) ? span_from(item->valuestring) : SPAN_EMPTY;
  struct buf *decoded = &reader->decoded[index];
  if (!cJSON_IsString(item)) fail_member(reader, name, "wrong value of", SPAN("a string"), SPAN_EMPTY);
  if (base64) {
    buf_clear(decoded);
    if (!base64_decode(text, decoded))
      fail_member(reader, name, "wrong value of", SPAN("base64 with its padding (RFC 4648)"), SPAN_EMPTY);
    text = buf_span(decoded);
  }
  record->text[index] = text;
}

/* Which member of this kind a key names: 0 … MEMBERS - 1 as common, number and text fields; or MEMBERS. */
static int member_named(const struct journal_kind_info *info, struct span key, bool *base64_out) {
  static const struct span ending = SPAN_INIT("_base64");
  *base64_out = false;
  for (int i = 0; i < COMMON_MEMBERS; i++)
    if (span_equal(key, span_from(common[i].name))) return i;
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++)
    if (span_equal(key, span_from(info->number[i]))) return COMMON_MEMBERS + i;
  *base64_out = span_ends_with(key, ending);
  if (*base64_out) key = span_first(key, key.len - ending.len);
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++)
    if (span_equal(key, span_from(info->text[i]))) return COMMON_MEMBERS + JOURNAL_NUMBERS + i;
  return MEMBERS;
}

static void fail_unknown(struct reader *reader, const struct journal_kind_info *info, struct span key) {
  struct span known[MEMBERS];
  size_t count = 0;
  for (int i = 0; i < COMMON_MEMBERS; i++) known[count++] = span_from(common[i].name);
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) known[count++] = span_from(info->number[i]);
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) known[count++] = span_from(info->text[i]);
  struct buf expected = {0};
  buf_format(&expected, "a field of \"%s\" (docs/journal.md)", info->name);
  fail_member(reader, key, "unknown key", buf_span(&expected), error_nearest(key, known, count));
  buf_free(&expected);
}

static void read_members(struct reader *reader, const cJSON *object, const struct journal_kind_info *info,
                         struct journal_record *record) {
  bool seen[MEMBERS] = {false};
  const cJSON *item;
  cJSON_ArrayForEach(item, object) {
    bool base64;
    struct span key = span_from(item->string);
    if (has_enough(reader)) return;
    int member = member_named(info, key, &base64);
    if (member == MEMBERS) {
      fail_unknown(reader, info, key);
      continue;
    }
    if (seen[member]) fail_member(reader, key, "twice:", SPAN("each key once"), SPAN_EMPTY);
    seen[member] = true;
    int field = member - COMMON_MEMBERS;
    if (field < 0)
      read_common(reader, (enum common)member, item, record);
    else if (field < JOURNAL_NUMBERS)
      read_number(reader, info->number[field], item, &record->number[field]);
    else
      read_text(reader, field - JOURNAL_NUMBERS, base64, item, record);
  }
  if (!seen[TIME_US])
    fail(reader, 0, SPAN("no \"time_us\""), span_from(common[TIME_US].expected), SPAN_EMPTY);
}

/* ---- records ---- */

static enum journal_kind read_kind(struct reader *reader, const cJSON *object) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, "kind");
  struct span expected = span_from(common[KIND].expected);
  if (!cJSON_IsString(item)) {
    fail(reader, 0, item ? SPAN("\"kind\" is not a string") : SPAN("no \"kind\""), expected, SPAN_EMPTY);
    return JOURNAL_NO_KIND;
  }
  struct span name = span_from(item->valuestring);
  enum journal_kind kind = journal_kind_named(name);
  if (kind != JOURNAL_NO_KIND) return kind;
  struct span known[JOURNAL_KIND_COUNT - 1];
  for (int i = 1; i < JOURNAL_KIND_COUNT; i++)
    known[i - 1] = span_from(journal_kind_info((enum journal_kind)i)->name);
  struct span hint = error_nearest(name, known, JOURNAL_KIND_COUNT - 1);
  fail_member(reader, name, "unknown kind", SPAN("a kind of docs/journal.md"), hint);
  return JOURNAL_NO_KIND;
}

/* What the first line must be, and no other may be. */
static void check_place(struct reader *reader, const struct journal_record *record) {
  bool is_first = journal_count(reader->journal) == 0;
  if (is_first != (record->kind == JOURNAL_SCENARIO)) {
    struct span expected = is_first ? SPAN("\"scenario\", with \"format\": 1") : SPAN("it on line 1 only");
    fail(reader, 0, is_first ? SPAN("a journal begins otherwise") : SPAN("a second scenario"), expected,
         SPAN_EMPTY);
  } else if (is_first && record->number[0] != JOURNAL_FORMAT) {
    bool newer = record->number[0] > JOURNAL_FORMAT;
    fail_member(reader, SPAN("format"),
                newer ? "made by a newer program: a higher" : "not known:", SPAN("format 1"),
                newer ? SPAN("a newer Waystation") : SPAN_EMPTY);
  } else if (!is_first &&
             record->time_us < journal_time_at(reader->journal, journal_count(reader->journal))) {
    fail_member(reader, SPAN("time_us"), "time goes back:", SPAN("at least that of the line before"),
                SPAN_EMPTY);
  }
}

static void check_size(struct reader *reader, const struct journal_record *record) {
  size_t octets = 0;
  for (int i = 0; i < JOURNAL_TEXTS; i++) octets += record->text[i].len;
  if (octets > JOURNAL_RECORD_MAX)
    fail(reader, 0, SPAN("texts too long"), SPAN("at most 64 MiB in a record"), SPAN_EMPTY);
  if (journal_count(reader->journal) == JOURNAL_COUNT_MAX)
    fail(reader, 0, SPAN("too many records"), SPAN("at most 2^32 - 2"), SPAN_EMPTY);
}

static void read_line(struct reader *reader) {
  cJSON *object = parse(reader);
  if (!object) return;
  struct journal_record record = {0};
  enum journal_kind kind = read_kind(reader, object);
  record.kind = (uint16_t)kind;
  if (kind != JOURNAL_NO_KIND) {
    read_members(reader, object, journal_kind_info(kind), &record);
    if (!reader->failed) check_place(reader, &record);
    if (!reader->failed) check_size(reader, &record);
    if (!reader->failed) journal_append(reader->journal, &record);
  }
  cJSON_Delete(object);
}

struct journal *journal_read_jsonl(struct span file_name, struct span bytes, struct error_list *errors) {
  return journal_read_jsonl_watched(file_name, bytes, NULL, errors);
}

struct journal *journal_read_jsonl_watched(struct span file_name, struct span bytes,
                                           const struct journal_watch *watch, struct error_list *errors) {
  struct reader reader = {.journal = journal_new(JOURNAL_FULL), .errors = errors, .file = file_name};
  reader.errors_before = errors->total;
  while (span_next(&bytes, '\n', &reader.line) && !has_enough(&reader)) {
    reader.line_number++;
    if (span_trim(reader.line).len) read_line(&reader);
    if (watch && reader.line_number % LINES_A_TELLING == 0) watch->tell(watch->context, reader.journal);
    /* what follows a first line that is not ours is not ours either */
    if (reader.failed && journal_count(reader.journal) == 0) break;
  }
  if (!reader.failed && journal_count(reader.journal) == 0) {
    reader.line_number = 0; /* it is about the whole file */
    fail(&reader, 0, SPAN("an empty file"), SPAN("a journal: one JSON object a line"), SPAN_EMPTY);
  }
  for (int i = 0; i < JOURNAL_TEXTS; i++) buf_free(&reader.decoded[i]);
  if (!reader.failed) return reader.journal;
  journal_free(reader.journal);
  return NULL;
}
