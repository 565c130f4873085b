#include "view/fault_words.h"

/* What happens to one machine. */
static struct span of_host(struct span what, struct span host, struct arena *arena) {
  bool up = span_equal(what, SPAN("host_up"));
  return arena_format(arena, "%.*s %s", SPAN_ARG(host), up ? "is up again" : "goes down");
}

/* What happens between two. */
static struct span of_path(struct span what, struct span a, struct span b, struct arena *arena) {
  if (span_equal(what, SPAN("tls_stripped")))
    return arena_format(arena,
                        "something between %.*s and %.*s takes the offer of TLS out of what the servers say",
                        SPAN_ARG(a), SPAN_ARG(b));
  if (span_equal(what, SPAN("tls_let_through")))
    return arena_format(arena, "the offer of TLS passes between %.*s and %.*s again", SPAN_ARG(a),
                        SPAN_ARG(b));
  bool up = span_equal(what, SPAN("link_up"));
  return arena_format(arena, "the path between %.*s and %.*s is %s", SPAN_ARG(a), SPAN_ARG(b),
                      up ? "there again" : "cut");
}

/* What happens to a name and all below it. */
static struct span of_name(struct span what, struct span name, struct span rcode, struct arena *arena) {
  if (span_equal(what, SPAN("dns_works")))
    return arena_format(arena, "the DNS answers about %.*s again", SPAN_ARG(name));
  if (span_equal(rcode, SPAN("TIMEOUT")))
    return arena_format(arena, "the DNS falls silent about %.*s and all below it", SPAN_ARG(name));
  return arena_format(arena, "the DNS answers every question about %.*s and all below it with %.*s",
                      SPAN_ARG(name), SPAN_ARG(rcode));
}

static struct span called(const struct journal_preamble *preamble, int64_t host, enum fault_hosts hosts) {
  return hosts == FAULT_HOSTS_BY_LABEL ? journal_host_label(preamble, host)
                                       : journal_host_name(preamble, host);
}

static struct span with_reason(struct span says, struct span why, struct arena *arena) {
  return why.len ? arena_format(arena, "%.*s: %.*s", SPAN_ARG(says), SPAN_ARG(why)) : says;
}

/* Entries, one a line, as they are said one after the other. */
static struct span one_after_the_other(struct span lines, struct arena *arena) {
  struct span line, text = SPAN_EMPTY;
  while (lines.len && span_next(&lines, '\n', &line))
    text = arena_format(arena, "%.*s%s%.*s", SPAN_ARG(text), text.len ? "; " : "", SPAN_ARG(line));
  return text;
}

struct span setting_words(const struct journal_preamble *preamble, const struct journal_record *record,
                          enum fault_hosts hosts, struct arena *arena) {
  struct span name = record->text[0], value = one_after_the_other(record->text[1], arena);
  struct span host = called(preamble, record->host, hosts), says;
  if (span_equal(name, SPAN("open_relay")))
    says = arena_format(arena, "%.*s %s", SPAN_ARG(host),
                        span_equal(value, SPAN("true")) ? "relays for everybody now"
                                                        : "no longer relays for everybody");
  else if (span_equal(name, SPAN("relays_from")))
    says = arena_format(arena, "%.*s relays for %.*s now", SPAN_ARG(host),
                        SPAN_ARG(value.len ? value : SPAN("no client of its own")));
  else if (span_equal(name, SPAN("policies")) && !value.len)
    says = arena_format(arena, "%.*s has no planned answers any more", SPAN_ARG(host));
  else
    says = arena_format(arena, "%.*s is set up anew, %.*s: %.*s", SPAN_ARG(host), SPAN_ARG(name),
                        SPAN_ARG(value.len ? value : SPAN("none")));
  return with_reason(says, record->text[2], arena);
}

struct span fault_words(const struct journal_preamble *preamble, const struct journal_record *record,
                        enum fault_hosts hosts, struct arena *arena) {
  struct span what = record->text[0], why = record->text[1], name = record->text[2], rcode = record->text[3];
  struct span host = called(preamble, record->host, hosts), says;
  if (name.len)
    says = of_name(what, name, rcode, arena);
  else if (record->number[0])
    says = of_path(what, host, called(preamble, record->number[0], hosts), arena);
  else
    says = of_host(what, host, arena);
  return with_reason(says, why, arena);
}
