#include "world/whatif_internal.h"

#include <stdarg.h>

#include "base/duration.h"
#include "base/json_write.h"
#include "proto/dns_record.h"

/* ---- words ---- */

bool whatif_has_word(const struct whatif_reader *reader) {
  return reader->at < reader->count && !span_equal(reader->words[reader->at], SPAN("and"));
}

struct span whatif_take(struct whatif_reader *reader) {
  return whatif_has_word(reader) ? reader->words[reader->at++] : SPAN_EMPTY;
}

bool whatif_take_if(struct whatif_reader *reader, const char *word) {
  if (!whatif_has_word(reader) || !span_equal_nocase(reader->words[reader->at], span_from(word)))
    return false;
  reader->at++;
  return true;
}

bool whatif_fail(struct whatif_reader *reader, const char *expected, struct span hint, const char *format,
                 ...) {
  va_list arguments;
  va_start(arguments, format);
  struct span message = arena_vformat(&reader->arena, format, arguments);
  va_end(arguments);
  error_list_add(reader->errors, &(struct error){.file = SPAN("what if"),
                                                 .message = message,
                                                 .expected = span_from(expected),
                                                 .hint = hint});
  return false;
}

struct span whatif_hint(struct whatif_reader *reader, struct span word, const struct span *candidates,
                        size_t count, const char *other) {
  struct span nearest = error_nearest(word, candidates, count);
  if (!nearest.len) return span_from(other);
  return arena_format(&reader->arena, "did you mean \"%.*s\"?", SPAN_ARG(nearest));
}

bool whatif_take_time(struct whatif_reader *reader, const char *word, int64_t *us_inout) {
  if (!whatif_take_if(reader, word)) return true;
  struct span text = whatif_take(reader);
  const char *wrong = duration_parse(text, us_inout);
  if (!wrong && *us_inout >= 0) return true;
  return whatif_fail(reader, "a length of time such as 90s, 10m or 1h30m", SPAN_EMPTY,
                     "\"%.*s\" after \"%s\" is no time", SPAN_ARG(text), word);
}

/* ---- what is written ---- */

struct buf *whatif_member(struct whatif_reader *reader, enum whatif_section section) {
  struct buf *out = &reader->sections[section];
  buf_format(out, "%s\n    \"what if %zu\": ", out->len ? "," : "", reader->actions);
  return out;
}

void whatif_write_time(int64_t us, struct buf *out) {
  static const struct {
    int64_t us;
    const char *name;
  } units[] = {{INT64_C(3600000000), "h"}, {60000000, "m"}, {1000000, "s"}, {1000, "ms"}, {1, "us"}};
  size_t unit = 0;
  while (us % units[unit].us) unit++;
  buf_format(out, "%lld%s", (long long)(us / units[unit].us), us ? units[unit].name : "s");
}

void whatif_say_time(int64_t us, struct buf *out) {
  if (us % 1000000)
    duration_write_clock(us, out);
  else
    whatif_write_time(us, out);
}

void whatif_write_text(const char *key, struct span text, struct buf *out) {
  buf_format(out, ", \"%s\": ", key);
  json_write_octets(text, out);
}

static void say_when(struct whatif_reader *reader, int64_t at_us, int64_t for_us) {
  buf_add_text(reader->what, " at ");
  whatif_say_time(at_us, reader->what);
  if (!for_us) return;
  buf_add_text(reader->what, " for ");
  whatif_write_time(for_us, reader->what);
}

/* ---- machines and paths ---- */

/* The one machine whose name begins with this word and a dot: "mx1" for mx1.example.edu. Empty: none, or
 * several. */
static struct span hint_for_first_label(struct whatif_reader *reader, struct span word) {
  const struct scenario *scenario = reader->source->scenario;
  struct span meant = SPAN_EMPTY;
  for (size_t i = 0; i < scenario->host_count; i++) {
    struct span name = scenario->hosts[i].name;
    if (!span_starts_with_nocase(name, word) || name.len == word.len || name.data[word.len] != '.') continue;
    if (meant.len) return SPAN_EMPTY;
    meant = name;
  }
  return meant.len ? arena_format(&reader->arena, "did you mean \"%.*s\"?", SPAN_ARG(meant)) : SPAN_EMPTY;
}

bool whatif_known_host(struct whatif_reader *reader, struct span word, struct span *name_out) {
  const struct scenario *scenario = reader->source->scenario;
  struct span *names = arena_alloc(&reader->arena, (scenario->host_count + 1) * sizeof *names);
  for (size_t i = 0; i < scenario->host_count; i++) {
    names[i] = scenario->hosts[i].name;
    if (!span_equal_nocase(names[i], word)) continue;
    *name_out = names[i];
    return true;
  }
  struct span hint = hint_for_first_label(reader, word);
  if (!hint.len)
    hint = whatif_hint(reader, word, names, scenario->host_count, "waystation show FILE path lists some");
  return whatif_fail(reader, "the name of a machine of the scenario", hint, "there is no machine \"%.*s\"",
                     SPAN_ARG(word));
}

static bool take_tails(struct whatif_reader *reader, int64_t *at_us_out, int64_t *for_us_out) {
  *at_us_out = reader->source->at_us < 0 ? 0 : reader->source->at_us;
  *for_us_out = 0;
  return whatif_take_time(reader, "at", at_us_out) && whatif_take_time(reader, "for", for_us_out) &&
         whatif_take_time(reader, "at", at_us_out);
}

/* One member of "faults"; target: the machine or the path, as JSON after its key. */
static bool add_fault(struct whatif_reader *reader, struct span target, bool up) {
  int64_t at_us, for_us;
  if (!take_tails(reader, &at_us, &for_us)) return false;
  struct buf *out = whatif_member(reader, WHATIF_FAULTS);
  buf_add_text(out, "{ \"at\": \"");
  whatif_write_time(at_us, out);
  buf_format(out, "\", %.*s", SPAN_ARG(target));
  if (up) buf_add_text(out, ", \"is\": \"up\"");
  if (for_us) {
    buf_add_text(out, ", \"for\": \"");
    whatif_write_time(for_us, out);
    buf_add_char(out, '"');
  }
  buf_add_text(out, " }");
  say_when(reader, at_us, for_us);
  return true;
}

static bool machine(struct whatif_reader *reader, bool up) {
  struct span host = whatif_take(reader);
  if (!whatif_known_host(reader, host, &host)) return false;
  buf_format(reader->what, "%.*s %s", SPAN_ARG(host), up ? "comes up" : "goes down");
  /* A host's name needs no escape: letters, digits, hyphens, dots. */
  return add_fault(reader, arena_format(&reader->arena, "\"host\": \"%.*s\"", SPAN_ARG(host)), up);
}

static bool path_between(struct whatif_reader *reader, bool up) {
  struct span both = whatif_take(reader), a, b;
  size_t middle = span_search(both, SPAN("--"));
  if (middle == SPAN_NONE)
    return whatif_fail(reader, "two machines with -- between: a.example--b.example", SPAN_EMPTY,
                       "\"%.*s\" is no path between two machines", SPAN_ARG(both));
  if (!whatif_known_host(reader, span_first(both, middle), &a) ||
      !whatif_known_host(reader, span_skip(both, middle + 2), &b))
    return false;
  if (span_equal(a, b))
    return whatif_fail(reader, "two different machines", SPAN_EMPTY, "a path from %.*s to itself",
                       SPAN_ARG(a));
  buf_format(reader->what, "the path from %.*s to %.*s %s", SPAN_ARG(a), SPAN_ARG(b),
             up ? "is mended" : "is cut");
  struct span target =
      arena_format(&reader->arena, "\"link\": [\"%.*s\", \"%.*s\"]", SPAN_ARG(a), SPAN_ARG(b));
  return add_fault(reader, target, up);
}

static bool down(struct whatif_reader *reader) {
  return machine(reader, false);
}
static bool up(struct whatif_reader *reader) {
  return machine(reader, true);
}
static bool cut(struct whatif_reader *reader) {
  return path_between(reader, false);
}
static bool mend(struct whatif_reader *reader) {
  return path_between(reader, true);
}

/* ---- names ---- */

struct dns_words {
  struct span name, type, data;
  int64_t at_us;
  uint64_t ttl_s;
  bool has_ttl;
};

/* The words up to the next that belongs to the action and not to the record. */
static struct span take_data(struct whatif_reader *reader) {
  struct buf text = {0};
  while (whatif_has_word(reader)) {
    struct span word = reader->words[reader->at];
    if (span_equal(word, SPAN("at")) || span_equal(word, SPAN("ttl"))) break;
    buf_format(&text, "%s%.*s", text.len ? " " : "", SPAN_ARG(word));
    reader->at++;
  }
  struct span data = arena_copy(&reader->arena, buf_span(&text));
  buf_free(&text);
  return data;
}

static bool take_record(struct whatif_reader *reader, struct dns_words *dns) {
  struct dns_record record;
  enum dns_type type;
  dns->at_us = reader->source->at_us < 0 ? 0 : reader->source->at_us;
  dns->name = whatif_take(reader);
  dns->type = span_equal(dns->name, SPAN_EMPTY) ? SPAN_EMPTY : take_data(reader);
  size_t space = span_find(dns->type, ' ');
  if (space != SPAN_NONE) {
    dns->data = span_skip(dns->type, space + 1);
    dns->type = span_first(dns->type, space);
  }
  if (whatif_take_if(reader, "ttl")) {
    struct span text = whatif_take(reader);
    dns->has_ttl = true;
    if (!span_to_u64(text, INT32_MAX, &dns->ttl_s))
      return whatif_fail(reader, "a number of seconds", SPAN_EMPTY, "\"%.*s\" after \"ttl\" is none",
                         SPAN_ARG(text));
  }
  if (!whatif_take_time(reader, "at", &dns->at_us)) return false;
  if (!dns->name.len)
    return whatif_fail(reader, "a domain name, then a record: example.edu MX 10 mx.example.edu", SPAN_EMPTY,
                       "whose records?");
  if (dns->type.len && !dns_type_named(dns->type, &type))
    return whatif_fail(reader, "a type such as A, MX or TXT", SPAN_EMPTY, "\"%.*s\" is no type of DNS record",
                       SPAN_ARG(dns->type));
  enum dns_problem problem =
      dns->data.len ? dns_record_make(dns->name, dns->type, 1, dns->data, DNS_ROOT, &reader->arena, &record)
                    : DNS_OK;
  if (problem != DNS_OK)
    return whatif_fail(reader, "a record such as MX 10 mx.example.edu or A 192.0.2.7", SPAN_EMPTY,
                       "\"%.*s %.*s\" is no DNS record: %s", SPAN_ARG(dns->type), SPAN_ARG(dns->data),
                       dns_problem_text(problem));
  return true;
}

static void begin_change(struct whatif_reader *reader, const struct dns_words *dns) {
  struct buf *out = whatif_member(reader, WHATIF_DNS);
  buf_add_text(out, "{ \"at\": \"");
  whatif_write_time(dns->at_us, out);
  buf_add_char(out, '"');
  whatif_write_text("name", dns->name, out);
}

/* Without a type: every type that the name has in the scenario, or may have got meanwhile. */
static bool dns_remove(struct whatif_reader *reader) {
  static const char *const usual[] = {"A", "AAAA", "MX", "CNAME", "TXT", "NS", "PTR"};
  struct dns_words dns = {.data = SPAN_EMPTY};
  if (!take_record(reader, &dns)) return false;
  struct buf *out = &reader->sections[WHATIF_DNS];
  begin_change(reader, &dns);
  if (dns.type.len) {
    whatif_write_text("remove",
                      arena_format(&reader->arena, "%.*s%s%.*s", SPAN_ARG(dns.type), dns.data.len ? " " : "",
                                   SPAN_ARG(dns.data)),
                      out);
  } else {
    buf_add_text(out, ", \"remove\": [");
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
      buf_format(out, "%s\"%s\"", i ? ", " : "", usual[i]);
    buf_add_char(out, ']');
  }
  buf_add_text(out, " }");
  buf_format(reader->what, "%.*s loses its %s%.*s%s%.*s", SPAN_ARG(dns.name), dns.data.len ? "record " : "",
             SPAN_ARG(dns.type),
             dns.data.len   ? " "
             : dns.type.len ? " records"
                            : "DNS records",
             SPAN_ARG(dns.data));
  say_when(reader, dns.at_us, 0);
  return true;
}

static bool dns_give(struct whatif_reader *reader, bool in_place) {
  struct dns_words dns = {.data = SPAN_EMPTY};
  if (!take_record(reader, &dns)) return false;
  if (!dns.data.len)
    return whatif_fail(reader, "a record such as MX 10 mx.example.edu or A 192.0.2.7", SPAN_EMPTY,
                       "which record shall %.*s have?", SPAN_ARG(dns.name));
  struct buf *out = &reader->sections[WHATIF_DNS];
  begin_change(reader, &dns);
  struct span record = arena_format(&reader->arena, "%.*s %.*s", SPAN_ARG(dns.type), SPAN_ARG(dns.data));
  buf_format(out, ", \"%s\": ", in_place ? "set" : "add");
  if (dns.has_ttl) buf_add_text(out, "{ \"record\": ");
  json_write_octets(record, out);
  if (dns.has_ttl) buf_format(out, ", \"ttl_s\": %llu }", (unsigned long long)dns.ttl_s);
  buf_add_text(out, " }");
  buf_format(reader->what, "%.*s %s %.*s", SPAN_ARG(dns.name),
             in_place ? "has the record" : "has one record more,", SPAN_ARG(record));
  say_when(reader, dns.at_us, 0);
  return true;
}

static bool dns(struct whatif_reader *reader) {
  if (whatif_take_if(reader, "set")) return dns_give(reader, true);
  if (whatif_take_if(reader, "add")) return dns_give(reader, false);
  if (whatif_take_if(reader, "remove")) return dns_remove(reader);
  return whatif_fail(reader, "dns set, dns add or dns remove", SPAN_EMPTY, "what shall happen to the DNS?");
}

/* ---- all actions ---- */

static const struct {
  const char *word;
  bool (*read)(struct whatif_reader *reader);
} verbs[] = {{"down", down},           {"up", up},   {"cut", cut},
             {"mend", mend},           {"dns", dns}, {"resend", whatif_resend},
             {"script", whatif_script}};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static bool read_action(struct whatif_reader *reader) {
  struct span word = whatif_take(reader), names[VERB_COUNT];
  for (size_t i = 0; i < VERB_COUNT; i++) {
    names[i] = span_from(verbs[i].word);
    if (span_equal_nocase(word, names[i])) return verbs[i].read(reader);
  }
  static const char expected[] = "down, up, cut, mend, dns, resend or script";
  if (!word.len) return whatif_fail(reader, expected, SPAN_EMPTY, "what shall happen?");
  return whatif_fail(reader, expected,
                     whatif_hint(reader, word, names, VERB_COUNT, "waystation whatif --help has examples"),
                     "\"%.*s\" is nothing that can be changed", SPAN_ARG(word));
}

static bool read_actions(struct whatif_reader *reader) {
  do {
    if (++reader->actions > WHATIF_ACTIONS_MAX)
      return whatif_fail(reader, "at most 40 actions", SPAN_EMPTY, "too many changes at once");
    if (reader->what->len) buf_add_text(reader->what, ", and ");
    if (!read_action(reader)) return false;
    if (whatif_has_word(reader))
      return whatif_fail(reader, "\"and\" before the next action, or the end",
                         SPAN("a text of several words goes in quotation marks"),
                         "\"%.*s\" does not belong here", SPAN_ARG(reader->words[reader->at]));
  } while (reader->at++ < reader->count);
  return true;
}

enum { TITLE_MAX = 300 }; /* octets of a change that a title can tell */

static struct span title_of(struct whatif_reader *reader) {
  struct span before = reader->source->so_far, what = buf_span(reader->what);
  if (before.len + what.len > TITLE_MAX)
    return before.len ? SPAN("What if several things were different?")
                      : arena_format(&reader->arena, "What if %zu things were different?", reader->actions);
  return arena_format(&reader->arena, "What if %.*s%s%.*s?", SPAN_ARG(before), before.len ? ", then " : "",
                      SPAN_ARG(what));
}

static void write_overlay(struct whatif_reader *reader, struct buf *out) {
  static const char *const names[] = {"script", "faults", "dns_changes"};
  const struct scenario *scenario = reader->source->scenario;
  buf_add_text(out, "{\n  \"waystation\": 1");
  buf_add_text(out, ",\n  \"extends\": ");
  json_write_octets(reader->source->extends, out);
  buf_add_text(out, ",\n  \"title\": ");
  json_write_octets(title_of(reader), out);
  buf_add_text(out, ",\n  \"subtitle\": ");
  json_write_octets(reader->source->original.len ? reader->source->original : scenario->title, out);
  for (size_t i = 0; i < WHATIF_SECTION_COUNT; i++)
    if (reader->sections[i].len)
      buf_format(out, ",\n  \"%s\": {%.*s\n  }", names[i], SPAN_ARG(buf_span(&reader->sections[i])));
  /* What was expected of the original need not come true here, nor what was said about its steps. */
  if (scenario->expectation_count) buf_add_text(out, ",\n  \"expect\": []");
  if (scenario->narration_count) buf_add_text(out, ",\n  \"narration\": []");
  if (scenario->question_count) buf_add_text(out, ",\n  \"questions\": []");
  buf_add_text(out, "\n}\n");
}

bool whatif_overlay(const struct whatif_source *source, const struct span *words, size_t count,
                    struct buf *json_out, struct buf *what_out, struct error_list *errors) {
  struct whatif_reader reader = {
      .source = source, .words = words, .count = count, .what = what_out, .errors = errors};
  bool good = count <= WHATIF_WORDS_MAX ||
              whatif_fail(&reader, "at most 400 words", SPAN_EMPTY, "too many changes at once");
  good = good && read_actions(&reader);
  if (good) write_overlay(&reader, json_out);
  for (size_t i = 0; i < WHATIF_SECTION_COUNT; i++) buf_free(&reader.sections[i]);
  arena_free(&reader.arena);
  return good;
}
