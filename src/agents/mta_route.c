/* mta_route: where one domain's mail goes (RFC 5321 5.1).
 *
 *     own domain ─▶ the MDA (LMTP)
 *     smarthost  ─▶ that host, whatever the domain
 *     MX records ─▶ in order of preference, equals in random order; if this host is one of them, only
 *                   those better than itself, so that backups do not send mail round in circles
 *     MX 0 "."   ─▶ nowhere: the domain takes no mail, and says so (null MX, RFC 7505)
 *     [address]  ─▶ the host that has it (RFC 5321 4.1.3)
 *     CNAME      ─▶ wherever mail for the other name goes: it counts as if it had been asked for itself
 *     none       ─▶ the domain's own address, as if it were an MX of preference 0; the same where this host
 *                   is the gateway in front of the domain, and no better MX is left
 */
#include "agents/mta_internal.h"

#include "mail/address.h"

enum { RECORD_INSIDE = 160 }; /* as long as nearly every MX record */

/* said: the MX record that told of it, if one did. */
static void fail_because(struct route_search *search, enum route_failure failure, const char *why,
                         struct span said) {
  search->failure = failure;
  search->why = arena_format(search->arena, "%.*s: %s", SPAN_ARG(search->domain), why);
  search->said = said;
  search->fn(search->context);
}

static void fail(struct route_search *search, enum route_failure failure, const char *why) {
  fail_because(search, failure, why, SPAN_EMPTY);
}

static void single_hop(struct route_search *search, enum route_because because, struct span host) {
  search->because = because;
  search->only = (struct route_hop){.name = host};
  search->hops = &search->only;
  search->hop_count = 1;
  search->fn(search->context);
}

static bool before(const struct route_hop *a, const struct route_hop *b) {
  return a->preference != b->preference ? a->preference < b->preference : a->order < b->order;
}

/* The hops have room for ROUTE_HOPS_MAX: RFC 5321 5.1, trying a few is enough. */
static void insert_hop(struct route_hop *hops, uint32_t *count, struct route_hop hop) {
  uint32_t at = *count;
  if (at == ROUTE_HOPS_MAX) return;
  while (at > 0 && before(&hop, &hops[at - 1])) {
    hops[at] = hops[at - 1];
    at--;
  }
  hops[at] = hop;
  ++*count;
}

static struct span record_text(struct route_search *search, const struct dns_record *record) {
  char inside[RECORD_INSIDE];
  struct buf text = BUF_ON(inside, 0);
  dns_record_write(record, &text);
  struct span copy = arena_copy(search->arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

static struct route_hop hop_of_record(struct route_search *search, const struct dns_record *record) {
  return (struct route_hop){
      .name = arena_copy(search->arena, record->mx.exchange),
      .preference = record->mx.preference,
      .order = (uint32_t)rng_next(&search->mta->mx_order),
      .record = record_text(search, record),
  };
}

/* Drops this host and whatever is no better than it (RFC 5321 5.1). */
static void drop_self(struct route_search *search) {
  for (uint32_t i = 0; i < search->hop_count; i++) {
    if (!span_equal_nocase(search->hops[i].name, search->mta->config.host_name)) continue;
    uint32_t keep = 0;
    while (keep < search->hop_count && search->hops[keep].preference < search->hops[i].preference) keep++;
    search->hop_count = keep;
    return;
  }
}

/* A single MX record that names the root: here is no mail server, and none is to be looked for (RFC 7505 3).
 */
static bool is_null_mx(const struct resolver_answer *answer) {
  return answer->count == 1 && dns_name_equal(answer->records[0].mx.exchange, DNS_ROOT);
}

/* A gateway is the best MX of what lies behind it, and passes mail on to the machine itself: what sendmail
 * calls TryNullMXList. Without that rule such a route is a loop. */
static bool is_gateway_for(const struct mta *mta, struct span domain) {
  for (size_t i = 0; i < mta->config.relays_for_count; i++)
    if (span_equal_nocase(mta->config.relays_for[i], domain)) return true;
  return false;
}

static void take_mx_records(struct route_search *search, const struct resolver_answer *answer) {
  size_t room = answer->count < ROUTE_HOPS_MAX ? answer->count : ROUTE_HOPS_MAX;
  struct route_hop *hops = arena_alloc(search->arena, room * sizeof *hops);
  for (size_t i = 0; i < answer->count; i++)
    insert_hop(hops, &search->hop_count, hop_of_record(search, &answer->records[i]));
  search->because = ROUTE_MX;
  search->hops = hops;
  drop_self(search);
  if (search->hop_count > 0)
    search->fn(search->context);
  else if (is_gateway_for(search->mta, search->domain))
    single_hop(search, ROUTE_ADDRESS, search->domain);
  else
    fail(search, ROUTE_LOOP, "mail loops back to this host (it is the best MX)");
}

static void on_mx(void *context, const struct resolver_answer *answer) {
  struct route_search *search = context;
  search->record = answer->record;
  switch (answer->status) {
  case RESOLVER_FOUND:
    if (is_null_mx(answer))
      fail_because(search, ROUTE_NULL_MX, "the domain takes no mail (null MX)",
                   record_text(search, &answer->records[0]));
    else
      take_mx_records(search, answer);
    break;
  case RESOLVER_NO_DATA: single_hop(search, ROUTE_ADDRESS, arena_copy(search->arena, answer->name)); break;
  case RESOLVER_NO_NAME: fail(search, ROUTE_NO_DOMAIN, "no such domain"); break;
  case RESOLVER_FAILED: fail(search, ROUTE_TRY_LATER, "the name server failed"); break;
  case RESOLVER_TIMED_OUT: fail(search, ROUTE_TRY_LATER, "the name server does not answer"); break;
  }
}

void mta_find_route(struct route_search *search) {
  const struct mta *mta = search->mta;
  if (mta_is_local_domain(mta, search->domain)) {
    if (mta->config.delivers_to)
      single_hop(search, ROUTE_LOCAL, network_host(mta->config.agent.network, mta->config.delivers_to)->name);
    else
      fail(search, ROUTE_NO_ADDRESS, "no mailbox host is set for this domain");
  } else if (mta->config.smarthost.len) {
    single_hop(search, ROUTE_SMARTHOST, mta->config.smarthost);
  } else if (address_literal_is_valid(search->domain)) {
    single_hop(search, ROUTE_LITERAL, search->domain);
  } else {
    resolver_ask(mta->config.resolver, search->domain, DNS_TYPE_MX, on_mx, search);
  }
}
