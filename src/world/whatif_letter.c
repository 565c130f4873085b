/* whatif_letter: letters sent once more, edited; entries of the script that say something else. */
#include "base/json_write.h"
#include "journal/preamble.h"
#include "mail/dsn_request.h"
#include "world/whatif_internal.h"

/* ---- the keys of an action, and how their values are written ---- */

enum value_form { FORM_TEXT, FORM_LIST, FORM_LINES, FORM_FLAG, FORM_NUMBER };

struct edit_key {
  const char *name;
  enum value_form form;
};
static const struct edit_key keys[] = {
    {"at", FORM_TEXT},          {"who", FORM_TEXT},
    {"does", FORM_TEXT},        {"to", FORM_LIST},
    {"cc", FORM_LIST},          {"bcc", FORM_LIST},
    {"subject", FORM_TEXT},     {"text", FORM_TEXT},
    {"from", FORM_TEXT},        {"reverse_path", FORM_TEXT},
    {"envelope_to", FORM_LIST}, {"date", FORM_TEXT},
    {"message_id", FORM_TEXT},  {"no_message_id", FORM_FLAG},
    {"no_date", FORM_FLAG},     {"fields", FORM_LINES},
    {"field_order", FORM_LIST}, {"notify", FORM_LIST},
    {"return", FORM_TEXT},      {"envelope_id", FORM_TEXT},
    {"to_host", FORM_TEXT},     {"port", FORM_NUMBER},
    {"lines", FORM_LINES},      {"from_host", FORM_TEXT},
};
enum { KEY_COUNT_OF_EDITS = sizeof keys / sizeof *keys };

struct edits {
  struct span value[KEY_COUNT_OF_EDITS];
  bool given[KEY_COUNT_OF_EDITS];
  size_t count;
};

static size_t key_named(struct span name) {
  size_t i = 0;
  while (i < KEY_COUNT_OF_EDITS && !span_equal(name, span_from(keys[i].name))) i++;
  return i;
}

/* "\n" for a line end, as a person can type it. */
static struct span unescaped(struct whatif_reader *reader, struct span text) {
  char *copy = arena_alloc(&reader->arena, text.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < text.len; i++) {
    bool line_end = text.data[i] == '\\' && i + 1 < text.len && text.data[i + 1] == 'n';
    copy[len++] = line_end ? '\n' : text.data[i];
    i += line_end;
  }
  return span_of(copy, len);
}

static void write_list(struct span text, char separator, struct buf *out) {
  struct span piece;
  bool is_first = true;
  buf_add_char(out, '[');
  while (text.len && span_next(&text, separator, &piece)) {
    if (!is_first) buf_add_text(out, ", ");
    json_write_octets(separator == ',' ? span_trim(piece) : piece, out);
    is_first = false;
  }
  buf_add_char(out, ']');
}

static void write_edit(size_t key, struct span value, struct buf *out) {
  buf_format(out, "\"%s\": ", keys[key].name);
  switch (keys[key].form) {
  case FORM_TEXT: json_write_octets(value, out); break;
  case FORM_LIST: write_list(value, ',', out); break;
  case FORM_LINES: write_list(value, '\n', out); break;
  case FORM_FLAG:
  case FORM_NUMBER: buf_add(out, value); break;
  }
}

static bool is_good_value(enum value_form form, struct span value) {
  uint64_t number;
  if (form == FORM_FLAG) return span_equal(value, SPAN("true")) || span_equal(value, SPAN("false"));
  if (form == FORM_NUMBER) return span_to_u64(value, 65535, &number) && number > 0;
  return span_is_utf8(value, NULL);
}

static bool take_edit(struct whatif_reader *reader, struct edits *edits) {
  struct span word = whatif_take(reader), names[KEY_COUNT_OF_EDITS];
  size_t equals = span_find(word, '=');
  struct span name = span_first(word, equals == SPAN_NONE ? word.len : equals);
  size_t key = key_named(name);
  for (size_t i = 0; i < KEY_COUNT_OF_EDITS; i++) names[i] = span_from(keys[i].name);
  if (equals == SPAN_NONE)
    return whatif_fail(reader, "KEY=VALUE, such as subject=Dinner or to=janelle",
                       SPAN("a value of several words goes in quotation marks: subject=\"Are you there?\""),
                       "\"%.*s\" is no edit", SPAN_ARG(word));
  if (key == KEY_COUNT_OF_EDITS)
    return whatif_fail(
        reader, "a key of an entry of the script",
        whatif_hint(reader, name, names, KEY_COUNT_OF_EDITS, "docs/scenario.md lists them under The script"),
        "a letter has no \"%.*s\"", SPAN_ARG(name));
  struct span value = unescaped(reader, span_skip(word, equals + 1));
  if (!is_good_value(keys[key].form, value))
    return whatif_fail(reader,
                       keys[key].form == FORM_FLAG     ? "true or false"
                       : keys[key].form == FORM_NUMBER ? "a port, from 1 to 65535"
                                                       : "text in UTF-8",
                       SPAN_EMPTY, "%.*s cannot be \"%.*s\"", SPAN_ARG(name), SPAN_ARG(value));
  if (!edits->given[key]) edits->count++;
  edits->given[key] = true;
  edits->value[key] = value;
  return true;
}

static void say_edits(struct whatif_reader *reader, const struct edits *edits) {
  for (size_t i = 0, n = 0; i < KEY_COUNT_OF_EDITS; i++) {
    if (!edits->given[i]) continue;
    struct span value = edits->value[i], line = span_first(value, span_find(value, '\n'));
    buf_format(reader->what, "%s%s \"%.*s%s\"", n++ ? ", " : " with ", keys[i].name, SPAN_ARG(line),
               line.len < value.len ? " …" : "");
  }
}

/* ---- the letter as the script has it ---- */

static struct span joined(struct whatif_reader *reader, struct span_list list, char separator) {
  struct buf text = {0};
  for (size_t i = 0; i < list.count; i++) {
    if (i) buf_add_char(&text, separator);
    buf_add(&text, list.items[i]);
  }
  struct span copy = arena_copy(&reader->arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

static void original(struct edits *edits, const char *name, struct span value, bool said) {
  size_t key = key_named(span_from(name));
  if (!said || edits->given[key]) return;
  edits->given[key] = true;
  edits->value[key] = value;
}

static struct span field_lines(struct whatif_reader *reader, const struct scenario_action *action) {
  struct span lines = SPAN_EMPTY;
  for (size_t i = 0; i < action->field_count; i++)
    lines = arena_format(&reader->arena, "%.*s%s%.*s: %.*s", SPAN_ARG(lines), i ? "\n" : "",
                         SPAN_ARG(action->fields[i].name), SPAN_ARG(action->fields[i].value));
  return lines;
}

/* "success,failure": the words of "notify". */
static struct span notify_words(struct whatif_reader *reader, uint8_t notify) {
  static const struct {
    enum dsn_notify bit;
    const char *word;
  } words[] = {{DSN_NOTIFY_NEVER, "never"},
               {DSN_NOTIFY_SUCCESS, "success"},
               {DSN_NOTIFY_FAILURE, "failure"},
               {DSN_NOTIFY_DELAY, "delay"}};
  struct span all = SPAN_EMPTY;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (notify & words[i].bit)
      all = arena_format(&reader->arena, "%.*s%s%s", SPAN_ARG(all), all.len ? "," : "", words[i].word);
  return all;
}

/* What is not edited stays; Date and Message-ID are new, as a mail program makes them for a letter that is
 * sent again (RFC 5322 3.6.4: another version is another message). */
static void fill_from(struct whatif_reader *reader, const struct scenario_action *action,
                      struct edits *edits) {
  original(edits, "who", action->who, true);
  original(edits, "does", action->verb == VERB_REPLY ? SPAN("reply") : SPAN("send"), true);
  original(edits, "to", joined(reader, action->to, ','), action->to.count > 0);
  original(edits, "cc", joined(reader, action->cc, ','), action->cc.count > 0);
  original(edits, "bcc", joined(reader, action->bcc, ','), action->bcc.count > 0);
  original(edits, "subject", action->subject, action->subject.len > 0);
  original(edits, "text", action->text, action->text.len > 0);
  original(edits, "from", action->from, action->from.len > 0);
  original(edits, "reverse_path", action->reverse_path, action->reverse_path.len > 0);
  original(edits, "envelope_to", joined(reader, action->envelope_to, ','), action->has_envelope_to);
  original(edits, "no_message_id", SPAN("true"), action->no_message_id);
  original(edits, "no_date", SPAN("true"), action->no_date);
  original(edits, "fields", field_lines(reader, action), action->field_count > 0);
  original(edits, "notify", notify_words(reader, action->notify), action->notify != 0);
  original(edits, "return", action->returns == DSN_RETURN_FULL ? SPAN("full") : SPAN("headers"),
           action->returns != DSN_RETURN_UNSAID);
  original(edits, "envelope_id", action->envelope_id, action->envelope_id.len > 0);
  original(edits, "field_order", joined(reader, action->field_order, ','), action->field_order.count > 0);
}

/* ---- which entry of the script wrote a letter ---- */

static bool is_done_by(const struct scenario_action *action, const struct journal_preamble *preamble,
                       const struct journal_record *record) {
  static const char *const names[] = {[VERB_SEND] = "send",
                                      [VERB_FETCH] = "fetch",
                                      [VERB_REPLY] = "reply",
                                      [VERB_TYPE] = "type",
                                      [VERB_READ] = "read"};
  return action->at_us == record->time_us && span_equal(span_from(names[action->verb]), record->text[0]) &&
         span_equal(action->who, journal_person_name(preamble, record->number[0]));
}

/* The action that led to a record; 0: none did. */
static journal_seq action_behind(const struct journal *journal, journal_seq seq) {
  struct journal_record record;
  for (; seq; seq = record.cause) {
    journal_get(journal, seq, &record);
    if (record.kind == JOURNAL_ACTION) return seq;
    if (record.kind != JOURNAL_COMPOSE) return 0;
  }
  return 0;
}

static const struct scenario_action *find_action(struct whatif_reader *reader, journal_seq seq) {
  const struct journal *journal = reader->source->journal;
  const struct scenario *scenario = reader->source->scenario;
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct journal_record record, other;
  const struct scenario_action *found = NULL;
  size_t nth = 0; /* of those that look the same */
  journal_get(journal, seq, &record);
  for (journal_seq i = preamble->last + 1; i < seq; i++) {
    if (journal_kind_at(journal, i) != JOURNAL_ACTION) continue;
    journal_get(journal, i, &other);
    nth += other.time_us == record.time_us && other.number[0] == record.number[0] &&
           span_equal(other.text[0], record.text[0]);
  }
  for (size_t i = 0; i < scenario->action_count && !found; i++)
    if (is_done_by(&scenario->actions[i], preamble, &record) && nth-- == 0) found = &scenario->actions[i];
  journal_preamble_free(preamble);
  return found;
}

static const struct scenario_action *letter_writer(struct whatif_reader *reader, struct span word) {
  const struct journal *journal = reader->source->journal;
  uint64_t number;
  static const char expected[] = "the number of a letter that a person wrote, counted from 1";
  if (!span_to_u64(word, UINT32_MAX, &number) || number == 0) {
    whatif_fail(reader, expected, SPAN_EMPTY, "\"%.*s\" is no number of a letter", SPAN_ARG(word));
    return NULL;
  }
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    if (journal_kind_at(journal, seq) != JOURNAL_COMPOSE) continue;
    journal_get(journal, seq, &record);
    if (record.message != number) continue;
    journal_seq action = action_behind(journal, seq);
    const struct scenario_action *found = action ? find_action(reader, action) : NULL;
    if (!found)
      whatif_fail(reader, expected, SPAN_EMPTY,
                  "letter %llu was written by a program, a report of failure perhaps",
                  (unsigned long long)number);
    return found;
  }
  whatif_fail(reader, expected, SPAN("waystation show FILE envelope lists the letters"),
              "there is no letter %llu in this run", (unsigned long long)number);
  return NULL;
}

static int64_t end_of_run(const struct journal *journal) {
  journal_seq last = journal_count(journal);
  return last ? journal_time_at(journal, last) : 0;
}

/* ---- the two actions ---- */

static bool take_edits_and_time(struct whatif_reader *reader, struct edits *edits, int64_t *at_us_out) {
  const struct whatif_source *source = reader->source;
  *at_us_out = source->at_us >= 0 ? source->at_us : end_of_run(source->journal);
  while (whatif_has_word(reader) && !span_equal(reader->words[reader->at], SPAN("at")))
    if (!take_edit(reader, edits)) return false;
  return whatif_take_time(reader, "at", at_us_out);
}

/* What a machine has of the letter; its number stands before "from". */
static bool resend_copy(struct whatif_reader *reader, struct span word) {
  struct edits edits = {.count = 0};
  struct whatif_edit list[KEY_COUNT_OF_EDITS];
  struct span host;
  size_t count = 0;
  uint64_t number;
  int64_t at_us;
  if (!span_to_u64(word, UINT32_MAX, &number) || number == 0)
    return whatif_fail(reader, "the number of a letter, counted from 1",
                       SPAN("waystation show FILE envelope lists the letters"),
                       "\"%.*s\" is no number of a letter", SPAN_ARG(word));
  if (!whatif_known_host(reader, whatif_take(reader), &host) || !take_edits_and_time(reader, &edits, &at_us))
    return false;
  for (size_t i = 0; i < KEY_COUNT_OF_EDITS; i++)
    if (edits.given[i]) list[count++] = (struct whatif_edit){keys[i].name, edits.value[i]};
  if (!whatif_resend_copy(reader, (uint32_t)number, host, list, count, at_us)) return false;
  say_edits(reader, &edits);
  buf_add_text(reader->what, " at ");
  whatif_say_time(at_us, reader->what);
  return true;
}

bool whatif_resend(struct whatif_reader *reader) {
  struct span number = whatif_take(reader);
  struct edits edits = {.count = 0};
  int64_t at_us;
  if (whatif_take_if(reader, "from")) return resend_copy(reader, number);
  const struct scenario_action *action = letter_writer(reader, number);
  if (!action || !take_edits_and_time(reader, &edits, &at_us)) return false;
  buf_format(reader->what, "letter %.*s is sent once more", SPAN_ARG(number));
  say_edits(reader, &edits);
  buf_add_text(reader->what, " at ");
  whatif_say_time(at_us, reader->what);
  fill_from(reader, action, &edits);
  struct buf *out = whatif_member(reader, WHATIF_SCRIPT);
  buf_add_text(out, "{ \"at\": \"");
  whatif_write_time(at_us, out);
  buf_add_char(out, '"');
  for (size_t i = 0; i < KEY_COUNT_OF_EDITS; i++) {
    if (!edits.given[i] || i == key_named(SPAN("at"))) continue;
    buf_add_text(out, ", ");
    write_edit(i, edits.value[i], out);
  }
  buf_add_text(out, " }");
  return true;
}

bool whatif_script(struct whatif_reader *reader) {
  struct span word = whatif_take(reader);
  size_t most = reader->source->scenario->action_count;
  struct edits edits = {.count = 0};
  uint64_t number;
  if (!span_to_u64(word, most, &number) || number == 0)
    return whatif_fail(reader, "the number of an entry of the script, counted from 1", SPAN_EMPTY,
                       "the script has %zu entries; \"%.*s\" is none", most, SPAN_ARG(word));
  struct buf *out = &reader->sections[WHATIF_SCRIPT];
  if (whatif_take_if(reader, "never")) {
    buf_format(out, "%s\n    \"%llu\": null", out->len ? "," : "", (unsigned long long)number);
    buf_format(reader->what, "entry %llu of the script is never done", (unsigned long long)number);
    return true;
  }
  while (whatif_has_word(reader))
    if (!take_edit(reader, &edits)) return false;
  if (!edits.count)
    return whatif_fail(reader, "KEY=VALUE, or never", SPAN("script 1 subject=Dinner"),
                       "what shall entry %llu of the script say?", (unsigned long long)number);
  buf_format(out, "%s\n    \"%llu\": { ", out->len ? "," : "", (unsigned long long)number);
  for (size_t i = 0, n = 0; i < KEY_COUNT_OF_EDITS; i++) {
    if (!edits.given[i]) continue;
    if (n++) buf_add_text(out, ", ");
    write_edit(i, edits.value[i], out);
  }
  buf_add_text(out, " }");
  buf_format(reader->what, "entry %llu of the script is done", (unsigned long long)number);
  say_edits(reader, &edits);
  return true;
}
