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

struct span fault_words(const struct journal_preamble *preamble, const struct journal_record *record,
                        enum fault_hosts hosts, struct arena *arena) {
  struct span (*call)(const struct journal_preamble *, int64_t) =
      hosts == FAULT_HOSTS_BY_LABEL ? journal_host_label : journal_host_name;
  struct span what = record->text[0], why = record->text[1], name = record->text[2], rcode = record->text[3];
  struct span host = call(preamble, record->host), says;
  if (name.len)
    says = of_name(what, name, rcode, arena);
  else if (record->number[0])
    says = of_path(what, host, call(preamble, record->number[0]), arena);
  else
    says = of_host(what, host, arena);
  return why.len ? arena_format(arena, "%.*s: %.*s", SPAN_ARG(says), SPAN_ARG(why)) : says;
}
