/* trace_verdict: where trust ends, in sentences, and what could be done about it. Nothing is said but what
 * the lines say; of what is below, that it may be forged, and not that it is. */
#include "readers/trace_internal.h"

const struct trace_hop *trace_last_trusted(const struct trace *trace) {
  return trace->trusted_count ? &trace->hops[trace->trusted_count - 1] : NULL;
}

/* Whom a line saw: "203.0.113.77 (dhcp-77.cheapnet.example)", or what there is of it. */
static struct span who(const struct trace_hop *hop, struct arena *arena) {
  struct span dns = trace_shown(hop->dns_name, arena), claimed = trace_shown(hop->claimed, arena);
  if (hop->address.len && dns.len)
    return arena_format(arena, "%.*s (%.*s)", SPAN_ARG(hop->address), SPAN_ARG(dns));
  if (hop->address.len) return hop->address;
  if (claimed.len) return arena_format(arena, "somebody who called himself %.*s", SPAN_ARG(claimed));
  return SPAN("nobody that it names");
}

static bool is_one_line(const struct trace *trace) {
  return trace->trusted_count == 1;
}

const char *trace_trusted_server(const struct trace *trace) {
  return trace->trust_is_given ? "a server that you trust" : "a server taken for yours";
}

static struct span trusted_lines(const struct trace *trace, struct arena *arena) {
  uint32_t top = trace->hops[0].number, last = trace_last_trusted(trace)->number;
  if (is_one_line(trace))
    return arena_format(arena, "Line %u was stamped by %s.", top, trace_trusted_server(trace));
  return arena_format(arena, "Lines %u %s %u were stamped by servers %s.", top,
                      top == last + 1 ? "and" : "to", last,
                      trace->trust_is_given ? "that you trust" : "taken for yours");
}

/* "It", after a sentence that speaks of one line. */
static struct span subject(const struct trace *trace, struct arena *arena) {
  return is_one_line(trace) ? SPAN("It") : arena_format(arena, "Line %u", trace_last_trusted(trace)->number);
}

#define FORGED                                                                                               \
  "Whatever stands below was in the letter when it was handed over, and may be forged, all of it: that "     \
  "takes no "                                                                                                \
  "break-in. It may be true as well; the text cannot tell."

static const char *why_no_more_than_claimed(const struct trace_hop *hop) {
  if (hop->is_ambiguous) return "but two addresses stand in the line, and one may be part of a claimed name";
  switch (hop->lookup) {
  case TRACE_UNCONFIRMED: return "but the name that the DNS has for it does not lead back to it";
  case TRACE_LOOKED_UP: return "but whether the name in the DNS leads back to it, the line does not say";
  case TRACE_NO_NAME: return "but that name was only claimed, and could not be looked up";
  case TRACE_CONFIRMED: return "but that name was only claimed: the one that was looked up is another";
  case TRACE_NOT_SAID: break;
  }
  return hop->address.len ? "but that name was only claimed; whether it was looked up is not said"
                          : "but that name was only claimed, and no address is said";
}

static struct span of_claimed(const struct trace *trace, struct arena *arena) {
  const struct trace_hop *hop = trace_last_trusted(trace);
  return arena_format(
      arena, "%.*s saw %.*s under a name of yours, %s. " FORGED, SPAN_ARG(subject(trace, arena)),
      SPAN_ARG(hop->address.len ? hop->address : SPAN("somebody")), why_no_more_than_claimed(hop));
}

static struct span at_top(const struct trace *trace, struct arena *arena) {
  struct span by = trace_shown(trace->hops[0].by, arena);
  if (!by.len) return SPAN("The topmost line does not say who stamped it. So no line here can be relied on.");
  return arena_format(
      arena,
      "The topmost line is by %.*s, which is nothing that you trust. So no line here can be relied "
      "on, as far as you have said.",
      SPAN_ARG(by));
}

static struct span of_end(const struct trace *trace, struct arena *arena) {
  const struct trace_hop *hop = trace_last_trusted(trace);
  switch (trace->end) {
  case TRACE_END_STRANGER:
    return arena_format(arena, "%.*s saw %.*s, which is no such server. " FORGED,
                        SPAN_ARG(subject(trace, arena)), SPAN_ARG(who(hop, arena)));
  case TRACE_END_CLAIMED: return of_claimed(trace, arena);
  case TRACE_END_OTHER_BY: {
    struct span by = trace_shown(hop[1].by, arena);
    return by.len ? arena_format(arena, "What line %u saw is yours, but line %u below is by %.*s. " FORGED,
                                 hop->number, hop[1].number, SPAN_ARG(by))
                  : arena_format(
                        arena,
                        "What line %u saw is yours, but line %u below does not say who stamped it. " FORGED,
                        hop->number, hop[1].number);
  }
  case TRACE_END_LOCAL:
    return arena_format(arena, "By line %u a program of that machine handed the letter in. %s", hop->number,
                        hop->number > 1 ? FORGED : "Who ran it, that machine's log can tell.");
  case TRACE_END_ALL:
    return arena_format(arena,
                        "These are all lines there are. The first of those servers had the letter from %.*s.",
                        SPAN_ARG(who(hop, arena)));
  case TRACE_END_NO_LINES:
  case TRACE_END_AT_TOP: break;
  }
  return SPAN_EMPTY;
}

struct span trace_verdict(const struct trace *trace, struct arena *arena) {
  if (trace->end == TRACE_END_NO_LINES)
    return SPAN(
        "There is no Received line: no server has stamped this letter. It is a draft, or a copy of what was "
        "sent, or its header was cut. Nothing in it can be relied on.");
  if (trace->end == TRACE_END_AT_TOP) return at_top(trace, arena);
  return arena_format(arena, "%.*s %.*s", SPAN_ARG(trusted_lines(trace, arena)),
                      SPAN_ARG(of_end(trace, arena)));
}

/* ---- advice ---- */

static void advise_complaint(const struct trace_hop *hop, struct arena *arena, struct buf *out) {
  buf_format(out, "If there is something to complain about, or to block, it is the address in line %u: %.*s",
             hop->number, SPAN_ARG(hop->address));
  buf_format(out, ", as seen by %.*s", SPAN_ARG(trace_shown(hop->by, arena)));
  if (hop->has_date) {
    buf_add_text(out, " at ");
    trace_write_utc(hop->received.date.unix_us, out);
    buf_add_text(out, " UTC");
  }
  buf_add_text(out, ". Whose it was at that moment, its provider's records can tell.");
  if (hop->join == TRACE_JOIN_DNS || hop->join == TRACE_JOIN_ADDRESS)
    buf_format(
        out,
        " It may be a relay's, and not the author's: line %u below is in its name, and whoever runs it can "
        "hold that against the log.",
        hop->number - 1);
  if (trace_hop_is_customers(hop))
    buf_add_text(
        out,
        " Its name looks like that of a customer's line, which has another address tomorrow: say the time.");
}

static void advise_address(const struct trace_hop *hop, struct arena *arena, struct buf *out) {
  struct span by = trace_shown(hop->by, arena);
  if (hop->is_login) {
    buf_format(out, "Who handed it over had logged in: whoever runs %.*s knows the account.", SPAN_ARG(by));
    return;
  }
  bool is_inside = hop->special && !span_equal(span_from(hop->special->kind), SPAN("documentation"));
  if (!hop->address.len)
    buf_format(out, "Line %u names no address, so nothing in the letter leads further.", hop->number);
  else if (is_inside)
    buf_format(out, "The address in line %u, %.*s, is %s.", hop->number, SPAN_ARG(hop->address),
               hop->special->what);
  else {
    advise_complaint(hop, arena, out);
    return;
  }
  if (by.len) buf_format(out, " Whoever runs %.*s has its log: ask there.", SPAN_ARG(by));
}

/* What to add to --trust, if that is a server of one's own after all. */
static void advise_trust(const struct trace *trace, struct arena *arena, struct buf *out) {
  const struct trace_hop *hop = trace_last_trusted(trace);
  if (trace->end == TRACE_END_AT_TOP && trace->hops[0].by.len)
    buf_format(out, "If that is your own server, say so: --trust %.*s",
               SPAN_ARG(trace_shown(trace->hops[0].by, arena)));
  if (trace->end == TRACE_END_CLAIMED && hop->address.len)
    buf_format(out, " If you know that %.*s is your own server's address, trust it, too: --trust NAME,%.*s",
               SPAN_ARG(hop->address), SPAN_ARG(hop->address));
  if (trace->end == TRACE_END_OTHER_BY && hop[1].by.len)
    buf_format(out, " If that is your own server under another name, trust it, too: --trust NAME,%.*s",
               SPAN_ARG(trace_shown(hop[1].by, arena)));
}

struct span trace_advice(const struct trace *trace, struct arena *arena) {
  struct buf out = {0};
  const struct trace_hop *hop = trace_last_trusted(trace);
  if (hop && trace->end != TRACE_END_LOCAL && trace->end != TRACE_END_OTHER_BY)
    advise_address(hop, arena, &out);
  advise_trust(trace, arena, &out);
  struct span text = arena_copy(arena, span_trim(buf_span(&out)));
  buf_free(&out);
  return text;
}
