/* trace_chain: Received lines together: how they join, how long each hop took, and which of them a trusted
 * server has stamped. */
#include "readers/trace_internal.h"

#define SLOW_US (3600 * DATE_SECOND_US)

static bool has_dot(struct span name) {
  return span_find(name, '.') != SPAN_NONE;
}

/* "[192.0.2.7]" or bare. */
static bool read_literal(struct span word, struct ip_address *address_out) {
  if (word.len > 2 && word.data[0] == '[' && word.data[word.len - 1] == ']')
    word = span_slice(word, 1, word.len - 2);
  if (span_starts_with_nocase(word, SPAN("IPv6:"))) word = span_skip(word, 5);
  return ip_address_parse(word, address_out);
}

/* ---- domains ---- */

/* "co.uk", "edu.au": below a country's domain, where no organisation is. A guess by custom: the list of such
 * names is long and changes; to take one for an organisation would be to trust strangers, so short ones count
 * as such. */
static bool is_like_public_suffix(struct span domain) {
  static const char *const seconds[] = {"co",   "com", "org", "net", "edu",  "gov", "gob",
                                        "gouv", "ac",  "or",  "ne",  "go",   "mil", "nom",
                                        "sch",  "ltd", "plc", "nhs", "info", "asso"};
  size_t dot = span_find(domain, '.');
  if (dot == SPAN_NONE || domain.len - dot - 1 != 2) return false;
  struct span second = span_first(domain, dot);
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
    if (span_equal_nocase(second, span_from(seconds[i]))) return true;
  return false;
}

struct span trace_domain_of(struct span host) {
  struct ip_address address;
  if (!has_dot(host) || read_literal(host, &address)) return SPAN_EMPTY;
  struct span above = span_skip(host, span_find(host, '.') + 1);
  if (!has_dot(above) || is_like_public_suffix(above)) return is_like_public_suffix(host) ? SPAN_EMPTY : host;
  return above;
}

bool trace_is_in_domain(struct span host, struct span domain) {
  if (!domain.len || host.len < domain.len) return false;
  struct span end = span_skip(host, host.len - domain.len);
  return span_equal_nocase(end, domain) && (end.len == host.len || end.data[-1] == '.');
}

/* ---- joins ---- */

static bool is_unix_socket(const struct trace_hop *hop) {
  const struct received_clause *from = &hop->received.clause[RECEIVED_FROM];
  for (uint8_t i = 0; i < from->comment_count; i++)
    if (span_search(from->comments[i], SPAN("unix socket")) != SPAN_NONE) return true;
  return false;
}

static bool is_from_inside(const struct trace_hop *hop) {
  if (!hop->received.clause[RECEIVED_FROM].present) return true;
  return (hop->special && hop->special->is_own_machine) || is_unix_socket(hop);
}

/* The address that an older line names for its own server: "by [192.0.2.1]", "by B.example (192.0.2.1)". */
static bool names_address(const struct trace_hop *older, const struct ip_address *address) {
  const struct received_clause *by = &older->received.clause[RECEIVED_BY];
  struct ip_address own;
  if (address->family == IP_NONE) return false;
  if (read_literal(older->by, &own) && ip_address_equal(&own, address)) return true;
  for (uint8_t i = 0; i < by->comment_count; i++)
    if (read_literal(by->comments[i], &own) && ip_address_equal(&own, address)) return true;
  return false;
}

static enum trace_join join_of(const struct trace_hop *hop, const struct trace_hop *older) {
  if (hop->is_pull) return TRACE_JOIN_PULL;
  if (is_from_inside(hop)) return TRACE_JOIN_MACHINE;
  if (!older->by.len) return TRACE_JOIN_UNKNOWN;
  if (hop->dns_name.len && span_equal_nocase(hop->dns_name, older->by)) return TRACE_JOIN_DNS;
  if (names_address(older, &hop->ip)) return TRACE_JOIN_ADDRESS;
  if (hop->claimed.len && span_equal_nocase(hop->claimed, older->by)) return TRACE_JOIN_CLAIM;
  if (hop->dns_name.len && trace_is_in_domain(older->by, trace_domain_of(hop->dns_name)))
    return TRACE_JOIN_DOMAIN;
  if (!hop->dns_name.len && !hop->claimed.len) return TRACE_JOIN_UNKNOWN;
  return TRACE_JOIN_BROKEN;
}

static void judge_join(struct trace_hop *hop, const struct trace_hop *older, struct arena *arena) {
  struct span by = trace_shown(older->by, arena), dns = trace_shown(hop->dns_name, arena);
  struct span claimed = trace_shown(hop->claimed, arena);
  if (hop->join == TRACE_JOIN_CLAIM && hop->lookup != TRACE_NOT_SAID)
    trace_hop_note(
        hop, TRACE_CHAIN,
        dns.len ? arena_format(arena,
                               "Line %u below is by %.*s: the name that was claimed here, not the one that "
                               "was looked up, %.*s. Only the claim joins them.",
                               older->number, SPAN_ARG(by), SPAN_ARG(dns))
                : arena_format(arena,
                               "Line %u below is by %.*s, the name that was claimed here and could not be "
                               "looked up. Only the claim joins them.",
                               older->number, SPAN_ARG(by)));
  if (hop->join == TRACE_JOIN_BROKEN)
    trace_hop_note(
        hop, TRACE_CHAIN,
        arena_format(arena,
                     "The chain breaks: this server saw %.*s, and line %u below is by %.*s. A machine may "
                     "have several names, and one between them may not have stamped; or what is below was "
                     "made up.",
                     SPAN_ARG(dns.len ? dns : claimed), older->number, SPAN_ARG(by)));
}

/* ---- delays ---- */

static void judge_delay(struct trace_hop *hop, struct arena *arena) {
  struct buf length = {0};
  struct span since = hop->delay_since ? arena_format(arena, "the older line, %u", hop->delay_since)
                                       : SPAN("the Date that the author's program wrote");
  trace_write_length(hop->delay_us < 0 ? -hop->delay_us : hop->delay_us, &length);
  if (hop->delay_us < 0)
    trace_hop_note(
        hop, TRACE_CLOCKS,
        arena_format(arena,
                     "Stamped %.*s before %.*s. No letter travels back in time: two clocks disagree, by "
                     "that at least; or one of the two is not true.",
                     SPAN_ARG(buf_span(&length)), SPAN_ARG(since)));
  else if (hop->delay_us >= SLOW_US)
    trace_hop_note(
        hop, TRACE_SLOW,
        arena_format(arena,
                     "%.*s after %.*s: it waited (in a queue, or unsent), or a clock is wrong, or one of "
                     "the two is not true.",
                     SPAN_ARG(buf_span(&length)), SPAN_ARG(since)));
  buf_free(&length);
}

static void set_delay(const struct trace *trace, size_t index) {
  struct trace_hop *hop = &trace->hops[index];
  if (!hop->has_date) return;
  size_t older = index + 1;
  while (older < trace->hop_count && !trace->hops[older].has_date) older++;
  bool is_oldest = older == trace->hop_count;
  if (is_oldest && (!trace->has_date || trace->hops_passed_over)) return;
  hop->has_delay = true;
  hop->delay_since = is_oldest ? 0 : trace->hops[older].number;
  hop->delay_us = hop->received.date.unix_us -
                  (is_oldest ? trace->date.unix_us : trace->hops[older].received.date.unix_us);
}

void trace_chain_join(struct trace *trace, struct arena *arena) {
  for (size_t i = 0; i < trace->hop_count; i++) {
    struct trace_hop *hop = &trace->hops[i], *older = i + 1 < trace->hop_count ? hop + 1 : NULL;
    hop->join = older ? join_of(hop, older) : TRACE_JOIN_OLDEST;
    if (older) judge_join(hop, older, arena);
    set_delay(trace, i);
    if (hop->has_delay) judge_delay(hop, arena);
  }
}

/* ---- trust ---- */

/* A domain's name stands for all hosts in it; an address for itself, a network for all in it. */
static bool is_trusted_name(const struct trace *trace, struct span name) {
  if (!name.len) return false;
  if (!trace->trust_is_given) return trace_is_in_domain(name, trace->trust_domain);
  for (size_t i = 0; i < trace->options->trusted_count; i++)
    if (trace_is_in_domain(name, trace->options->trusted[i])) return true;
  return false;
}

static bool is_trusted_address(const struct trace *trace, const struct ip_address *address) {
  if (!trace->trust_is_given || address->family == IP_NONE) return false;
  for (size_t i = 0; i < trace->options->trusted_count; i++) {
    struct ip_address own;
    struct ip_network network;
    struct span text = trace->options->trusted[i];
    if (ip_address_parse(text, &own) && ip_address_equal(&own, address)) return true;
    if (ip_network_parse(text, &network) && ip_network_has(&network, address)) return true;
  }
  return false;
}

static bool is_trusted_by(const struct trace *trace, const struct trace_hop *hop) {
  struct ip_address address;
  return is_trusted_name(trace, hop->by) ||
         (read_literal(hop->by, &address) && is_trusted_address(trace, &address));
}

/* "by localhost", "by 2002:a05:6402:5d1::1", qmail's "(qmail 712 invoked from network)": on top, nobody but
 * one's own provider can have written it, whatever its name. */
static bool is_nameless(const struct trace_hop *hop) {
  struct ip_address address;
  if (!hop->by.len) return hop->software == TRACE_QMAIL;
  return !has_dot(hop->by) || read_literal(hop->by, &address);
}

/* Without --trust, a customer's line in the same domain counts as a stranger's: of a provider's or a cloud's
 * domain everybody can have one. */
static bool saw_trusted(const struct trace *trace, const struct trace_hop *hop) {
  if (hop->is_ambiguous) return false;
  if (is_trusted_address(trace, &hop->ip)) return true;
  bool is_strangers = !trace->trust_is_given && trace_hop_is_customers(hop);
  return hop->lookup == TRACE_CONFIRMED && is_trusted_name(trace, hop->dns_name) && !is_strangers;
}

/* Whether trust goes on from a trusted line to the older one: TRACE_END_ALL if so. */
static enum trace_end step(struct trace *trace, const struct trace_hop *hop, const struct trace_hop *older,
                           bool nameless_so_far) {
  bool is_inside = hop->join == TRACE_JOIN_MACHINE || hop->join == TRACE_JOIN_PULL;
  if (!is_inside && !saw_trusted(trace, hop)) {
    bool is_strangers = hop->lookup == TRACE_CONFIRMED && is_trusted_name(trace, hop->dns_name);
    bool could_be =
        !is_strangers && (is_trusted_name(trace, hop->claimed) || is_trusted_name(trace, hop->dns_name));
    return could_be && is_trusted_by(trace, older) ? TRACE_END_CLAIMED : TRACE_END_STRANGER;
  }
  bool same_machine = is_inside && !hop->is_pull;
  if (is_inside && !trace->trust_is_given && (nameless_so_far || hop->is_pull))
    trace->trust_domain = trace_domain_of(older->by);
  bool is_ours = is_trusted_by(trace, older) || (is_inside && nameless_so_far && is_nameless(older)) ||
                 (same_machine && span_equal_nocase(older->by, SPAN("localhost")));
  bool is_joined = hop->join <= TRACE_JOIN_PULL || trace->trust_is_given;
  return is_ours && is_joined ? TRACE_END_ALL : TRACE_END_OTHER_BY;
}

void trace_chain_trust(struct trace *trace) {
  trace->trust_is_given = trace->options->trusted_count > 0;
  trace->end = trace->hop_count ? TRACE_END_AT_TOP : TRACE_END_NO_LINES;
  if (!trace->hop_count) return;
  bool nameless_so_far = is_nameless(&trace->hops[0]);
  if (!trace->trust_is_given) trace->trust_domain = trace_domain_of(trace->hops[0].by);
  const struct trace_hop *top = &trace->hops[0];
  bool is_inside = top->join == TRACE_JOIN_MACHINE || top->join == TRACE_JOIN_PULL;
  bool may_be_nameless = nameless_so_far && (is_inside || !trace->trust_is_given);
  if (!may_be_nameless && !is_trusted_by(trace, top)) return;
  for (size_t i = 0;; i++) {
    struct trace_hop *hop = &trace->hops[i];
    hop->is_trusted = true;
    trace->trusted_count = i + 1;
    trace->end = hop->is_local ? TRACE_END_LOCAL : TRACE_END_ALL;
    if (hop->is_local || i + 1 == trace->hop_count) return;
    nameless_so_far = nameless_so_far && is_nameless(hop);
    trace->end = step(trace, hop, hop + 1, nameless_so_far);
    if (trace->end != TRACE_END_ALL) return;
  }
}

/* ---- what is trusted, as the user says it ---- */

static bool is_host_name(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (!ascii_is_alnum(text.data[i]) && span_find(SPAN("-._"), text.data[i]) == SPAN_NONE) return false;
  return text.len > 0 && text.data[0] != '.' && text.data[text.len - 1] != '.';
}

bool trace_trust_parse(struct span list, struct span *names, size_t *count, struct span *wrong_out) {
  struct span name;
  *count = 0;
  *wrong_out = list;
  while (span_next(&list, ',', &name)) {
    struct ip_address address;
    struct ip_network network;
    name = span_trim(name);
    *wrong_out = name;
    if (span_starts_with(name, SPAN("."))) name = span_skip(name, 1);
    if (span_ends_with(name, SPAN("."))) name = span_first(name, name.len - 1);
    if (!ip_address_parse(name, &address) && !ip_network_parse(name, &network) && !is_host_name(name))
      return false;
    if (*count == TRACE_TRUST_MAX) return false;
    names[(*count)++] = name;
  }
  return *count > 0;
}
