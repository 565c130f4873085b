/* Reading the patterns of match.h. They are written by people, so each mistake is told with its place. */
#include "base/check.h"
#include "journal/match.h"

enum { PIECES_MAX = 64, KEYS_MAX = 5 + JOURNAL_KIND_COUNT * (JOURNAL_NUMBERS + JOURNAL_TEXTS) };

struct parser {
  struct span pattern;
  size_t at;
  struct arena *arena;
  struct error *error;
};

/* Keys whose numbers stand for something with a name. All other numbers are numbers. */
static const struct {
  struct span key;
  enum match_subject subject;
} named_numbers[] = {
    {SPAN_INIT("host"), MATCH_HOST},   {SPAN_INIT("agent"), MATCH_AGENT}, {SPAN_INIT("to_host"), MATCH_HOST},
    {SPAN_INIT("host_a"), MATCH_HOST}, {SPAN_INIT("host_b"), MATCH_HOST}, {SPAN_INIT("person"), MATCH_PERSON},
    {SPAN_INIT("side"), MATCH_SIDE},
};

static const struct span common_keys[] = {
    SPAN_INIT("host"), SPAN_INIT("agent"), SPAN_INIT("message"), SPAN_INIT("connection"), SPAN_INIT("cause"),
};
enum { COMMON_KEYS = sizeof common_keys / sizeof *common_keys };

static bool fail(struct parser *parser, size_t offset, struct span message, struct span expected,
                 struct span hint) {
  *parser->error =
      (struct error){.column = (uint32_t)offset + 1, .message = message, .expected = expected, .hint = hint};
  return false;
}

/* A word of the pattern in a message: "unknown kind "conect"". */
static struct span quoted(struct parser *parser, const char *what, struct span word) {
  return arena_format(parser->arena, "%s \"%.*s\"", what, SPAN_ARG(word));
}

static int peek(const struct parser *parser) {
  return parser->at < parser->pattern.len ? (unsigned char)parser->pattern.data[parser->at] : -1;
}

static void skip_space(struct parser *parser) {
  while (ascii_is_space(peek(parser))) parser->at++;
}

static struct span take_name(struct parser *parser) {
  size_t begin = parser->at;
  while (ascii_is_alnum(peek(parser)) || peek(parser) == '_') parser->at++;
  return span_slice(parser->pattern, begin, parser->at - begin);
}

/* ---- the kind ---- */

static bool parse_kind(struct parser *parser, struct match *match) {
  static const struct span expected = SPAN_INIT("a kind of record (docs/journal.md), or *");
  skip_space(parser);
  size_t begin = parser->at;
  if (peek(parser) == '*') {
    parser->at++;
    match->kind = JOURNAL_NO_KIND;
  } else {
    struct span name = take_name(parser), known[JOURNAL_KIND_COUNT - 1];
    if (!name.len) return fail(parser, begin, SPAN("no kind of record"), expected, SPAN_EMPTY);
    for (int i = 1; i < JOURNAL_KIND_COUNT; i++)
      known[i - 1] = span_from(journal_kind_info((enum journal_kind)i)->name);
    match->kind = journal_kind_named(name);
    if (match->kind == JOURNAL_NO_KIND)
      return fail(parser, begin, quoted(parser, "unknown kind", name), expected,
                  error_nearest(name, known, JOURNAL_KIND_COUNT - 1));
  }
  if (peek(parser) < 0 || ascii_is_space(peek(parser))) return true;
  return fail(parser, parser->at, SPAN("something right after the kind"), SPAN("a space, then KEY=VALUE"),
              SPAN_EMPTY);
}

/* ---- keys ---- */

/* Adds the names of one kind's fields. */
static void add_fields(enum journal_kind kind, struct span keys[KEYS_MAX], size_t *count) {
  const struct journal_kind_info *info = journal_kind_info(kind);
  for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++) keys[(*count)++] = span_from(info->number[i]);
  for (int i = 0; i < JOURNAL_TEXTS && info->text[i]; i++) keys[(*count)++] = span_from(info->text[i]);
}

static size_t known_keys(enum journal_kind kind, struct span keys[KEYS_MAX]) {
  size_t count = 0;
  for (; count < COMMON_KEYS; count++) keys[count] = common_keys[count];
  if (kind != JOURNAL_NO_KIND) add_fields(kind, keys, &count);
  for (int i = 1; kind == JOURNAL_NO_KIND && i < JOURNAL_KIND_COUNT; i++)
    add_fields((enum journal_kind)i, keys, &count);
  return count;
}

static bool is_number_of_any_kind(struct span key) {
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    const struct journal_kind_info *info = journal_kind_info((enum journal_kind)kind);
    for (int i = 0; i < JOURNAL_NUMBERS && info->number[i]; i++)
      if (span_equal(key, span_from(info->number[i]))) return true;
  }
  return false;
}

/* No field's name is a number in one kind and a text in another (a test sees to it). */
static enum match_subject subject_of_key(struct span key) {
  for (size_t i = 0; i < sizeof named_numbers / sizeof *named_numbers; i++)
    if (span_equal(key, named_numbers[i].key)) return named_numbers[i].subject;
  for (size_t i = 0; i < COMMON_KEYS; i++)
    if (span_equal(key, common_keys[i])) return MATCH_NUMBER;
  return is_number_of_any_kind(key) ? MATCH_NUMBER : MATCH_TEXT;
}

static bool fail_key(struct parser *parser, enum journal_kind kind, struct span key, const struct span *known,
                     size_t count) {
  bool has_sign = peek(parser) == '=' || peek(parser) == '~' || peek(parser) == '!';
  if (!has_sign)
    return fail(parser, parser->at - key.len, quoted(parser, "a word by itself:", key),
                SPAN("KEY=VALUE; a value with a space in it stands in quotation marks: text=\"250 OK\""),
                SPAN_EMPTY);
  struct buf expected = {0};
  buf_add_text(&expected, kind == JOURNAL_NO_KIND ? "a field of any kind (docs/journal.md), or " : "one of ");
  size_t shown = kind == JOURNAL_NO_KIND ? COMMON_KEYS : count;
  for (size_t i = 0; i < shown; i++) {
    if (i) buf_add_text(&expected, ", ");
    buf_add(&expected, known[i]);
  }
  fail(parser, parser->at - key.len, quoted(parser, "unknown key", key),
       arena_copy(parser->arena, buf_span(&expected)), error_nearest(key, known, count));
  buf_free(&expected);
  return false;
}

static bool parse_key(struct parser *parser, enum journal_kind kind, struct match_term *term) {
  struct span keys[KEYS_MAX];
  size_t count = known_keys(kind, keys);
  struct span key = take_name(parser);
  if (!key.len) return fail(parser, parser->at, SPAN("no key"), SPAN("KEY=VALUE or KEY~PART"), SPAN_EMPTY);
  for (size_t i = 0; i < count; i++) {
    if (!span_equal(key, keys[i])) continue;
    term->key = keys[i];
    term->subject = subject_of_key(key);
    return true;
  }
  return fail_key(parser, kind, key, keys, count);
}

/* ---- values ---- */

/* A value on its way: its octets, cut into pieces at each *. */
struct value {
  struct buf octets;
  size_t ends[PIECES_MAX]; /* where in octets each piece but the last ends */
  size_t cuts;
};

static bool cut(struct parser *parser, struct value *value) {
  if (value->cuts == PIECES_MAX - 1)
    return fail(parser, parser->at, SPAN("too many *"), SPAN("at most 60 in a value"), SPAN_EMPTY);
  value->ends[value->cuts++] = value->octets.len;
  return true;
}

static bool take_escape(struct parser *parser, struct value *value) {
  static const char escapes[][2] = {{'"', '"'},  {'\\', '\\'}, {'*', '*'},
                                    {'r', '\r'}, {'n', '\n'},  {'t', '\t'}};
  parser->at++;
  for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
    if (peek(parser) != escapes[i][0]) continue;
    parser->at++;
    return buf_add_char(&value->octets, escapes[i][1]);
  }
  return fail(parser, parser->at - 1, SPAN("unknown escape"), SPAN("\\\" \\\\ \\* \\r \\n or \\t"),
              SPAN_EMPTY);
}

/* One octet of a value, an escape or a *. */
static bool take_octet(struct parser *parser, struct value *value) {
  int c = peek(parser);
  if (c == '\\') return take_escape(parser, value);
  bool well = c == '*' ? cut(parser, value) : buf_add_char(&value->octets, (char)c);
  parser->at++;
  return well;
}

/* Up to a space, or up to the closing quotation mark. */
static bool take_value(struct parser *parser, struct value *value) {
  size_t begin = parser->at;
  bool in_quotes = peek(parser) == '"';
  if (peek(parser) == '=')
    return fail(parser, begin, SPAN("one = too many"),
                SPAN("KEY=VALUE; a value that begins with = stands in quotation marks"), SPAN_EMPTY);
  if (in_quotes) parser->at++;
  while (peek(parser) >= 0 && (in_quotes ? peek(parser) != '"' : !ascii_is_space(peek(parser))))
    if (!take_octet(parser, value)) return false;
  if (!in_quotes) return true;
  if (peek(parser) < 0)
    return fail(parser, begin, SPAN("a quotation mark without its fellow"), SPAN("\" at the end"),
                SPAN_EMPTY);
  parser->at++;
  if (peek(parser) < 0 || ascii_is_space(peek(parser))) return true;
  return fail(parser, parser->at, SPAN("something right after the quotation mark"), SPAN("a space"),
              SPAN_EMPTY);
}

static bool parse_operator(struct parser *parser, struct match_term *term, bool *contains_out) {
  size_t begin = parser->at;
  term->negated = peek(parser) == '!';
  if (term->negated) parser->at++;
  *contains_out = peek(parser) == '~';
  if (peek(parser) != '=' && peek(parser) != '~')
    return fail(parser, begin, quoted(parser, "no operator after", term->key), SPAN("= ~ != or !~"),
                SPAN_EMPTY);
  parser->at++;
  return true;
}

static void keep_pieces(struct parser *parser, const struct value *value, struct match_term *term) {
  struct span octets = arena_copy(parser->arena, buf_span(&value->octets));
  term->piece_count = value->cuts + 1;
  term->pieces = arena_alloc(parser->arena, term->piece_count * sizeof *term->pieces);
  size_t begin = 0;
  for (size_t i = 0; i < term->piece_count; i++) {
    size_t end = i < value->cuts ? value->ends[i] : octets.len;
    term->pieces[i] = span_slice(octets, begin, end - begin);
    begin = end;
  }
}

/* A value that can never fit is a slip. */
static bool check_value(struct parser *parser, const struct match_term *term, size_t begin) {
  int64_t number;
  struct span word = term->pieces[0];
  if (term->piece_count == 1 && term->subject == MATCH_NUMBER && !span_to_i64(word, &number))
    return fail(parser, begin, quoted(parser, "not a number:", word), SPAN("decimal digits, or * among them"),
                SPAN_EMPTY);
  if (term->piece_count == 1 && term->subject == MATCH_SIDE && !span_equal(word, SPAN("client")) &&
      !span_equal(word, SPAN("server")))
    return fail(parser, begin, quoted(parser, "unknown side", word), SPAN("client or server"), SPAN_EMPTY);
  return true;
}

static bool parse_term(struct parser *parser, enum journal_kind kind, struct match_term *term) {
  struct value value = {0};
  bool contains;
  term->offset = (uint32_t)parser->at;
  if (!parse_key(parser, kind, term) || !parse_operator(parser, term, &contains)) return false;
  size_t begin = parser->at;
  bool well = !contains || cut(parser, &value);
  well = well && take_value(parser, &value);
  well = well && (!contains || cut(parser, &value));
  if (well) keep_pieces(parser, &value, term);
  buf_free(&value.octets);
  return well && check_value(parser, term, begin);
}

bool match_parse(struct span pattern, struct arena *arena, struct match *match_out, struct error *error_out) {
  struct parser parser = {.pattern = pattern, .arena = arena, .error = error_out};
  struct match_term terms[MATCH_TERMS_MAX];
  *match_out = (struct match){0};
  if (pattern.len > MATCH_TEXT_MAX)
    return fail(&parser, MATCH_TEXT_MAX, SPAN("too long"), SPAN("a pattern of at most 4096 octets"),
                SPAN_EMPTY);
  if (!parse_kind(&parser, match_out)) return false;
  for (skip_space(&parser); peek(&parser) >= 0; skip_space(&parser)) {
    if (match_out->term_count == MATCH_TERMS_MAX)
      return fail(&parser, parser.at, SPAN("too many terms"), SPAN("at most 16"), SPAN_EMPTY);
    if (!parse_term(&parser, match_out->kind, &terms[match_out->term_count])) return false;
    match_out->term_count++;
  }
  match_out->terms = arena_alloc(arena, (match_out->term_count + 1) * sizeof *terms);
  memcpy(match_out->terms, terms, match_out->term_count * sizeof *terms);
  return true;
}
