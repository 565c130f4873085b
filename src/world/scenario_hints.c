/* What to try, where the nearest spelling is no help: people write "email" for "address", and "90" for "90s".
 */
#include "world/scenario_hints.h"

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

const char *hint_for_key(struct loading *loading, const struct key_table *table, struct span word) {
  for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++) {
    if (!span_equal_nocase(word, span_from(other_words[i].said))) continue;
    if (find_key(loading, table, other_words[i].meant))
      return arena_format(&loading->scratch, "it is called \"%s\" here", other_words[i].meant).data;
  }
  return NULL;
}

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
  return arena_format(&loading->scratch, "write \"%.*s%c\"", SPAN_ARG(number), unit).data;
}
