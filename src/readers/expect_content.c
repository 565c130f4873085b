/* expect_content: judges of what stands in a header, and of which records there are. */
#include "readers/expect_internal.h"

#include "journal/match.h"
#include "mail/header.h"

/* ---- headers ---- */

/* The last version of the letter that was made on that host; on any host if none is named. */
static bool version_of(struct expectation *e, int64_t *version_out) {
  const struct court *court = e->court;
  struct span at = expect_text(e, EXPECTATION_AT);
  int64_t message;
  journal_seq composed;
  if (!expect_number(e, EXPECTATION_MESSAGE, &message)) return expect_fail(e, "no \"message\" is named");
  if (!expect_letter(e, message, &composed)) return false;
  *version_out = 0;
  for (journal_seq seq = journal_count(court->journal); seq > 0 && !*version_out; seq--) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(court->journal, seq);
    if (!journal_makes_version(kind)) continue;
    journal_get(court->journal, seq, &record);
    if (record.message != (uint32_t)message) continue;
    if (!at.len || span_equal_nocase(journal_host_name(court->preamble, record.host), at))
      *version_out = record.number[0];
  }
  if (*version_out) return true;
  return at.len ? expect_fail(e, "%.*s wrote nothing into letter %lld", SPAN_ARG(at), (long long)message)
                : expect_fail(e, "there is no letter %lld", (long long)message);
}

/* A fold is as good as a space (RFC 5322 2.2.3), whether a space or a tab came after the line end. */
static struct span with_spaces(const struct expectation *e, struct span text) {
  char *copy = arena_text(e->court->arena, text);
  for (size_t i = 0; i < text.len; i++)
    if (copy[i] == '\t') copy[i] = ' ';
  return span_of(copy, text.len);
}

/* One field's value against "contains" and "equals". */
static bool value_fits(const struct expectation *e, struct span value) {
  struct span contains = with_spaces(e, expect_text(e, EXPECTATION_CONTAINS));
  struct span equals = with_spaces(e, expect_text(e, EXPECTATION_EQUALS));
  if (expect_member(e, EXPECTATION_CONTAINS) && span_search(value, contains) == SPAN_NONE) return false;
  return !expect_member(e, EXPECTATION_EQUALS) || span_equal(value, equals);
}

/* Whoever wrote it first, against "written_by": a field that came with the letter is its sender's, whatever
 * it says of itself. */
static bool author_fits(const struct expectation *e, const struct journal_block *block, struct span field) {
  struct span wanted = expect_text(e, EXPECTATION_WRITTEN_BY);
  if (!expect_member(e, EXPECTATION_WRITTEN_BY)) return true;
  struct journal_block author = journal_field_author(e->court->versions, block, field);
  return span_equal_nocase(journal_host_name(e->court->preamble, author.host), wanted);
}

struct found_fields {
  int64_t count, fitting;
  struct span last; /* the value of the last one */
};

/* The fields of a name, in the whole header, block by block. */
static struct found_fields find_fields(struct expectation *e, int64_t version, struct span name) {
  struct found_fields found = {.last = SPAN_EMPTY};
  struct journal_block block = {.under = version};
  struct header_field parsed;
  struct span field;
  while (block.under && journal_message_block(e->court->versions, block.under, &block)) {
    struct span rest = block.fields;
    while (journal_next_field(&rest, &field)) {
      struct header_reader reader = header_read(field);
      if (!header_next_named(&reader, name, &parsed)) continue;
      found.last = with_spaces(e, header_unfold(parsed.value, e->court->arena));
      found.count++;
      found.fitting += value_fits(e, found.last) && author_fits(e, &block, field);
    }
  }
  return found;
}

bool expect_header(struct expectation *e) {
  struct span name = expect_text(e, EXPECTATION_HEADER);
  int64_t version, wanted;
  if (!version_of(e, &version)) return false;
  struct found_fields found = find_fields(e, version, name);
  if (expect_number(e, EXPECTATION_COUNT, &wanted))
    return found.fitting == wanted ||
           expect_fail(e, "%lld such field%s \"%.*s\", not %lld", (long long)found.fitting,
                       found.fitting == 1 ? "" : "s", SPAN_ARG(name), (long long)wanted);
  if (found.fitting > 0) return true;
  return found.count
             ? expect_fail(e, "none fits; the letter says %.*s: %.*s", SPAN_ARG(name), SPAN_ARG(found.last))
             : expect_fail(e, "there is no field \"%.*s\"", SPAN_ARG(name));
}

bool expect_header_block(struct expectation *e) {
  int64_t version;
  struct buf header = {0};
  const cJSON *lines = expect_member(e, EXPECTATION_HEADER_BLOCK);
  if (!version_of(e, &version)) return false;
  journal_message_header(e->court->versions, version, &header);
  struct span rest = buf_span(&header), line;
  int number = 0, wanted = cJSON_GetArraySize(lines);
  bool same = true;
  while (same && span_next(&rest, '\n', &line)) {
    if (!rest.data && !line.len) break;
    const cJSON *item = cJSON_GetArrayItem(lines, number++);
    if (line.len && line.data[line.len - 1] == '\r') line.len--;
    same = item && cJSON_IsString(item) && span_equal(line, span_from(item->valuestring));
    if (!same) expect_fail(e, "line %d is: %.*s", number, SPAN_ARG(line));
  }
  if (same && number != wanted) same = expect_fail(e, "the header has %d lines", number);
  buf_free(&header);
  return same;
}

/* ---- records ---- */

static bool parse(struct expectation *e, enum expectation_key key, struct match *match_out) {
  struct error error = {0};
  return match_parse(expect_text(e, key), e->court->arena, match_out, &error) ||
         expect_fail(e, "the pattern is wrong: %.*s", SPAN_ARG(error.message));
}

/* Some record on the chain of causes matches. */
static bool has_cause(const struct court *court, journal_seq seq, const struct match *match) {
  struct journal_record record;
  journal_get(court->journal, seq, &record);
  while (record.cause) {
    journal_get(court->journal, record.cause, &record);
    if (match_record(match, court->preamble, &record)) return true;
  }
  return false;
}

static bool fail_count(struct expectation *e, const char *only, int64_t found, const char *than,
                       int64_t wanted) {
  return expect_fail(e, "%s%lld record%s, %s %lld", only, (long long)found,
                     found == 1 ? " matches" : "s match", than, (long long)wanted);
}

static bool check_count(struct expectation *e, int64_t found) {
  int64_t wanted;
  bool exact = expect_number(e, EXPECTATION_COUNT, &wanted);
  if (exact && found != wanted) return fail_count(e, "", found, "not", wanted);
  bool least = expect_number(e, EXPECTATION_AT_LEAST, &wanted);
  if (least && found < wanted) return fail_count(e, "only ", found, "not", wanted);
  bool most = expect_number(e, EXPECTATION_AT_MOST, &wanted);
  if (most && found > wanted) return fail_count(e, "", found, "more than", wanted);
  return exact || least || most || found > 0 || expect_fail(e, "no record matches");
}

bool expect_record(struct expectation *e) {
  const struct court *court = e->court;
  struct match match, cause, later;
  int64_t found = 0;
  bool with_cause = expect_member(e, EXPECTATION_CAUSED_BY) != NULL,
       with_before = expect_member(e, EXPECTATION_BEFORE) != NULL;
  if (!parse(e, EXPECTATION_RECORD, &match)) return false;
  if (with_cause && !parse(e, EXPECTATION_CAUSED_BY, &cause)) return false;
  if (with_before && !parse(e, EXPECTATION_BEFORE, &later)) return false;
  for (journal_seq seq = match_next(&match, court->preamble, court->journal, 1); seq;
       seq = match_next(&match, court->preamble, court->journal, seq + 1)) {
    found++;
    if (with_cause && !has_cause(court, seq, &cause))
      return expect_fail(e, "record %u has another cause", seq);
    if (with_before && !match_next(&later, court->preamble, court->journal, seq + 1))
      return expect_fail(e, "nothing of the kind comes after record %u", seq);
  }
  return check_count(e, found);
}
