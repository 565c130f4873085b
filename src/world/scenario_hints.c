/* What to try, where the nearest spelling is no help: people write "email" for "address", and "90" for "90s".
 */
#include "world/scenario_hints.h"

#include "mail/date.h"

/* What is said elsewhere, and what it is here. The first whose right word the object has is taken. */
static const struct {
  const char *said, *meant;
} other_words[] = {
    {"email", "address"},
    {"mail", "address"},
    {"ip", "address"},
    {"host", "uses"},
    {"machine", "uses"},
    {"computer", "uses"},
    {"display_name", "name"},
    {"body", "text"},
    {"content", "text"},
    {"message", "text"},
    {"recipient", "to"},
    {"recipients", "to"},
    {"sender", "from"},
    {"time", "at"},
    {"when", "at"},
    {"from", "at"},
    {"to", "until"},
    {"duration", "for"},
    {"person", "who"},
    {"user", "who"},
    {"action", "does"},
    {"do", "does"},
    {"server", "to_host"},
    {"commands", "lines"},
    {"roles", "runs"},
    {"services", "runs"},
    {"domain", "mail_for"},
    {"domains", "mail_for"},
    {"smtp", "submits_to"},
    {"outgoing", "submits_to"},
    {"incoming", "reads_from"},
    {"pop3", "reads_from"},
    {"pop", "pop3"},
    {"imap4", "imap"},
    {"delay", "latency_ms"},
    {"latency", "latency_ms"},
    {"bandwidth", "bytes_per_second"},
    {"speed", "bytes_per_second"},
    {"ttl", "ttl_s"},
    {"type", "record"},
    {"data", "record"},
    {"code", "reply"},
    {"action", "reply"},
    {"pattern", "when"},
    {"at", "when"},
    {"words", "say"},
    {"verify", "client"},
    {"policy", "client"},
    {"name", "names"},
    {"delivered", "delivered_to"},
};

const struct key *key_called_otherwise(struct loading *loading, const struct key_table *table,
                                       struct span word) {
  for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
    if (!span_equal_nocase(word, span_from(other_words[i].said))) continue;
    const struct key *meant = find_key(loading, table, other_words[i].meant);
    if (meant) return meant;
  }
  return NULL;
}

/* The word after a number: "minutes" of "5 minutes". Empty if it is not a number and one word. */
static struct span unit_word(struct span text, bool *spaced_out) {
  struct span rest = span_trim(text);
  size_t digits = 0;
  while (digits < rest.len && ascii_is_digit(rest.data[digits])) digits++;
  if (!digits) return SPAN_EMPTY;
  rest = span_skip(rest, digits);
  *spaced_out = rest.len && ascii_is_space(rest.data[0]);
  rest = span_trim(rest);
  for (size_t i = 0; i < rest.len; i++)
    if (!ascii_is_alpha(rest.data[i])) return SPAN_EMPTY;
  return rest;
}

const char *fault_of_duration(struct loading *loading, struct span text, const char *wrong) {
  static const struct span units[] = {SPAN_INIT("us"), SPAN_INIT("ms"), SPAN_INIT("s"),
                                      SPAN_INIT("m"),  SPAN_INIT("h"),  SPAN_INIT("d")};
  bool spaced = false;
  struct span word = unit_word(text, &spaced);
  if (!word.len) return wrong;
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    if (span_equal(word, units[i])) return spaced ? "a space stands before the unit" : wrong;
  return arena_format(&loading->scratch, "there is no unit \"%s\"", shown(loading, word)).data;
}

/* ---- names and addresses ---- */

const char *hint_for_domain(struct loading *loading, struct span text) {
  enum { LABEL_MAX = 63 };
  struct span rest = text, label;
  for (size_t i = 0; i < text.len; i++)
    if ((unsigned char)text.data[i] >= 0x80)
      return "only the letters a to z stand in DNS; a name beyond them is written as xn--… (RFC 5891)";
  if (span_find(text, '@') != SPAN_NONE) return "only one @ stands in an address";
  while (span_next(&rest, '.', &label))
    if (!label.len)
      return "one dot between two parts of the name, and none at its ends";
    else if (label.len > LABEL_MAX)
      return arena_format(&loading->scratch, "at most 63 characters between two dots; \"%s\" has %zu",
                          shown(loading, label), label.len)
          .data;
  return NULL;
}

const char *hint_for_ip_address(struct span text) {
  if (span_find(text, ':') != SPAN_NONE)
    return "up to eight groups of one to four of 0–9 a–f, with : between; :: once, for groups of zeros";
  return "four numbers from 0 to 255 with points between, no leading zeros";
}

/* ---- lengths of time ---- */

/* "5 minutes", "90", "2 hrs": a number, perhaps with a word after it that begins as a unit does. */
const char *hint_for_duration(struct loading *loading, struct span text) {
  static const char usual[] = "the units are us, ms, s, m, h and d";
  struct span trimmed = span_trim(text);
  size_t digits = 0;
  while (digits < trimmed.len && ascii_is_digit(trimmed.data[digits])) digits++;
  struct span number = span_first(trimmed, digits), rest = span_trim(span_skip(trimmed, digits));
  if (!digits || digits > 9) return usual;
  char unit = 's';
  if (rest.len) unit = ascii_lower(rest.data[0]);
  for (size_t i = 0; i < rest.len; i++)
    if (!ascii_is_alpha(rest.data[i])) return usual;
  if (unit != 's' && unit != 'm' && unit != 'h' && unit != 'd') return usual;
  if (span_starts_with_nocase(rest, SPAN("ms")) || span_starts_with_nocase(rest, SPAN("mil")))
    return arena_format(&loading->scratch, "write \"%.*sms\"", SPAN_ARG(number)).data;
  if (span_starts_with_nocase(rest, SPAN("mo"))) return usual;
  if (rest.len == 1 && rest.data[0] == unit && digits + 1 == text.len)
    return "take a shorter time"; /* well said */
  return arena_format(&loading->scratch, "write \"%.*s%c\"", SPAN_ARG(number), unit).data;
}

/* ---- moments ---- */

static bool read_digits(struct span text, size_t at, size_t count, uint64_t *out) {
  return text.len >= at + count && span_to_u64(span_slice(text, at, count), 9999, out);
}

/* "2024-02-30T00:00:00Z": year, month, day, hour, minute, second, each with its place. */
const char *hint_for_moment(struct loading *loading, struct span text) {
  static const char form[] = "year-month-day, T, hours:minutes:seconds, zone";
  static const size_t starts[] = {0, 5, 8, 11, 14, 17};
  uint64_t parts[6];
  for (size_t i = 0; i < 6; i++)
    if (!read_digits(text, starts[i], i ? 2 : 4, &parts[i])) return form;
  struct date_civil day = {.year = (int32_t)parts[0], .month = (uint8_t)parts[1], .day = 31};
  if (parts[1] < 1 || parts[1] > 12) return "the months are 01 to 12";
  if (parts[0] < 1) return "the years begin with 0001";
  while (!date_civil_is_valid(&day)) day.day--;
  if (parts[2] < 1 || parts[2] > day.day)
    return arena_format(&loading->scratch, "%.*s has the days 01 to %u", SPAN_ARG(span_first(text, 7)),
                        day.day)
        .data;
  if (parts[3] > 23) return "the hours are 00 to 23; midnight is 00:00 of the next day";
  if (parts[4] > 59 || parts[5] > 60) return "minutes and seconds are 00 to 59";
  return text.len == 19 ? "the zone belongs to it: -06:00, or Z for UTC" : form;
}
