#include "journal/match.h"

/* ---- what a term looks at ---- */

struct digits {
  char text[20];
};

static struct span decimal(int64_t value, struct digits *digits) {
  uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  size_t at = sizeof digits->text;
  do digits->text[--at] = (char)('0' + left % 10);
  while (left /= 10);
  if (value < 0) digits->text[--at] = '-';
  return span_of(digits->text + at, sizeof digits->text - at);
}

static bool number_field(const struct journal_record *record, struct span key, int64_t *value_out) {
  const struct journal_kind_info *info = journal_kind_info((enum journal_kind)record->kind);
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) {
    if (!span_equal(key, span_from(info->number[i]))) continue;
    *value_out = record->number[i];
    return true;
  }
  return false;
}

static bool text_field(const struct journal_record *record, struct span key, struct span *text_out) {
  const struct journal_kind_info *info = journal_kind_info((enum journal_kind)record->kind);
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) {
    if (!span_equal(key, span_from(info->text[i]))) continue;
    *text_out = record->text[i];
    return true;
  }
  return false;
}

/* The number that a key names, of the members that every record has or of the kind's fields. */
static bool number_of(const struct journal_record *record, struct span key, int64_t *value_out) {
  if (span_equal(key, SPAN("host")))
    *value_out = record->host;
  else if (span_equal(key, SPAN("agent")))
    *value_out = record->agent;
  else if (span_equal(key, SPAN("message")))
    *value_out = record->message;
  else if (span_equal(key, SPAN("connection")))
    *value_out = record->connection;
  else if (span_equal(key, SPAN("cause")))
    *value_out = record->cause;
  else
    return number_field(record, key, value_out);
  return true;
}

/* The bytes that a term's value is compared with; false if the record has no such field. */
static bool subject_of(const struct match_term *term, const struct journal_preamble *preamble,
                       const struct journal_record *record, struct digits *digits, struct span *out) {
  int64_t number;
  *out = SPAN_EMPTY;
  if (term->subject == MATCH_TEXT) return text_field(record, term->key, out);
  if (!number_of(record, term->key, &number)) return false;
  switch (term->subject) {
  case MATCH_HOST: *out = journal_host_name(preamble, number); break;
  case MATCH_AGENT: *out = journal_agent_role(preamble, number); break;
  case MATCH_PERSON: *out = journal_person_name(preamble, number); break;
  case MATCH_SIDE: *out = number == 0 ? SPAN("client") : SPAN("server"); break;
  case MATCH_NUMBER: *out = decimal(number, digits); break;
  case MATCH_TEXT: return false; /* not a number */
  }
  return true;
}

/* ---- comparing ---- */

static bool same(struct span a, struct span b, bool any_case) {
  return any_case ? span_equal_nocase(a, b) : span_equal(a, b);
}

/* What follows the first place where the piece stands in *rest. */
static bool pass(struct span *rest, struct span piece, bool any_case) {
  size_t at = 0;
  if (any_case) {
    while (piece.len <= rest->len - at && !span_equal_nocase(span_slice(*rest, at, piece.len), piece)) at++;
    if (piece.len > rest->len - at) return false;
  } else {
    at = span_search(*rest, piece);
    if (at == SPAN_NONE) return false;
  }
  *rest = span_skip(*rest, at + piece.len);
  return true;
}

/* The earliest place for each piece between the first and the last leaves the most for the next. */
static bool fits(const struct match_term *term, struct span subject) {
  bool any_case = term->subject == MATCH_HOST;
  struct span first = term->pieces[0], last = term->pieces[term->piece_count - 1];
  if (term->piece_count == 1) return same(subject, first, any_case);
  if (subject.len < first.len + last.len) return false;
  struct span rest = span_skip(subject, first.len);
  if (!same(span_first(subject, first.len), first, any_case)) return false;
  if (!same(span_skip(rest, rest.len - last.len), last, any_case)) return false;
  rest = span_first(rest, rest.len - last.len);
  for (size_t i = 1; i + 1 < term->piece_count; i++)
    if (!pass(&rest, term->pieces[i], any_case)) return false;
  return true;
}

bool match_record(const struct match *match, const struct journal_preamble *preamble,
                  const struct journal_record *record) {
  if (match->kind != JOURNAL_NO_KIND && match->kind != (enum journal_kind)record->kind) return false;
  for (size_t i = 0; i < match->term_count; i++) {
    const struct match_term *term = &match->terms[i];
    struct digits digits;
    struct span subject;
    if (!subject_of(term, preamble, record, &digits, &subject)) return false;
    if (fits(term, subject) == term->negated) return false;
  }
  return true;
}

journal_seq match_next(const struct match *match, const struct journal_preamble *preamble,
                       const struct journal *journal, journal_seq from) {
  for (journal_seq seq = from ? from : 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    if (match->kind != JOURNAL_NO_KIND && match->kind != journal_kind_at(journal, seq)) continue;
    journal_get(journal, seq, &record);
    if (match_record(match, preamble, &record)) return seq;
  }
  return 0;
}

/* ---- do the names exist? ---- */

static struct span name_of(const struct journal_preamble *preamble, enum match_subject subject, size_t i) {
  if (subject == MATCH_HOST) return preamble->hosts[i].name;
  if (subject == MATCH_AGENT) return preamble->agents[i].role;
  return preamble->people[i].name;
}

static bool name_exists(const struct match_term *term, const struct journal_preamble *preamble,
                        const char *what, size_t count, struct arena *arena, struct error *error_out) {
  struct span name = term->pieces[0];
  struct span *known = arena_alloc(arena, (count + 1) * sizeof *known);
  for (size_t i = 0; i < count; i++) {
    known[i] = name_of(preamble, term->subject, i);
    if (same(known[i], name, term->subject == MATCH_HOST)) return true;
  }
  *error_out = (struct error){
      .column = term->offset + 1,
      .message = arena_format(arena, "unknown %s \"%.*s\"", what, SPAN_ARG(name)),
      .expected = arena_format(arena, "the name of %s %s of the scenario", *what == 'a' ? "an" : "a", what),
      .hint = error_nearest(name, known, count),
  };
  return false;
}

bool match_names_exist(const struct match *match, const struct journal_preamble *preamble,
                       struct arena *arena, struct error *error_out) {
  for (size_t i = 0; i < match->term_count; i++) {
    const struct match_term *term = &match->terms[i];
    const char *what = NULL;
    size_t count = 0;
    if (term->piece_count > 1 || !term->pieces[0].len) continue;
    if (term->subject == MATCH_HOST) what = "host", count = preamble->host_count;
    if (term->subject == MATCH_AGENT) what = "agent", count = preamble->agent_count;
    if (term->subject == MATCH_PERSON) what = "person", count = preamble->person_count;
    if (what && !name_exists(term, preamble, what, count, arena, error_out)) return false;
  }
  return true;
}
