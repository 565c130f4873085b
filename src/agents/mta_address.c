/* mta_address: from a host's name to its addresses, in the order in which they are tried (RFC 5321 5.1).
 *
 *     name ─▶ A? ─▶ AAAA? ─▶ [ 2001:db8::25, 192.0.2.25 ]
 *
 * Both are asked for in turn: A first, as Postfix does, or AAAA first (Exim's set_address_from_dns); sendmail
 * asks for A only when there is no AAAA record, or no host answers at one (its makeconnection). A host
 * without an IPv6 address of its own asks for no AAAA record, and one without an IPv4 address for no A record
 * (Postfix: inet_protocols). Where there are both, the software decides which come first: IPv6 (RFC 6724 6,
 * sendmail, Exim), or chance among all of them (Postfix's smtp_address_preference, "any"). Those of one
 * family stay in the order of the answer.
 */
#include "agents/mta_internal.h"

static bool has(const struct mta *mta, enum ip_family family) {
  const struct agent *agent = &mta->config.agent;
  return network_host_address(agent->network, agent->host, family).len > 0;
}

static bool asks_v6(const struct mta *mta) {
  return has(mta, IP_V6) && mta->config.agent.software->client_ipv6 != CLIENT_IPV6_NEVER;
}

static bool asks_v4(const struct mta *mta) {
  return has(mta, IP_V4) || !asks_v6(mta);
}

static void add(struct address_search *search, const struct ip_address *ip, journal_seq record) {
  if (search->count == search->capacity) {
    if (search->capacity == MTA_ADDRESSES_MAX) return;
    uint32_t capacity = search->capacity ? MTA_ADDRESSES_MAX : 1;
    struct mta_address *larger =
        capacity == 1 ? &search->only : arena_alloc(search->arena, capacity * sizeof *larger);
    if (search->count) larger[0] = search->items[0];
    search->items = larger;
    search->capacity = capacity;
  }
  search->items[search->count++] = (struct mta_address){*ip, record};
}

/* ---- order ---- */

/* What has been told of stays in front. */
static void put_v6_first(struct address_search *search) {
  uint32_t v6 = search->given;
  for (uint32_t i = search->given; i < search->count; i++) {
    struct mta_address moved = search->items[i];
    if (moved.ip.family != IP_V6) continue;
    for (uint32_t at = i; at > v6; at--) search->items[at] = search->items[at - 1];
    search->items[v6++] = moved;
  }
}

static void shuffle(struct address_search *search) {
  struct mta_address *items = search->items + search->given;
  for (uint32_t left = search->count - search->given; left > 1; left--) {
    uint32_t chosen = (uint32_t)rng_below(&search->mta->address_order, left);
    struct mta_address moved = items[chosen];
    items[chosen] = items[left - 1];
    items[left - 1] = moved;
  }
}

/* ---- asking ---- */

static void finish(struct address_search *search) {
  if (search->mta->config.agent.software->client_ipv6 == CLIENT_IPV6_ANY)
    shuffle(search);
  else
    put_v6_first(search);
  search->given = search->count;
  search->fn(search->context);
}

static enum ip_family next_to_ask(const struct address_search *search) {
  bool v4 = !search->asked_v4 && asks_v4(search->mta), v6 = !search->asked_v6 && asks_v6(search->mta);
  if (v4 && v6) return search->mta->config.agent.software->client_asks == CLIENT_ASKS_A_FIRST ? IP_V4 : IP_V6;
  return v4 ? IP_V4 : v6 ? IP_V6 : IP_NONE;
}

static void on_answer(void *context, const struct resolver_answer *answer);

static void ask(struct address_search *search, enum ip_family family) {
  *(family == IP_V6 ? &search->asked_v6 : &search->asked_v4) = true;
  resolver_ask(search->mta->config.resolver, search->name, family == IP_V6 ? DNS_TYPE_AAAA : DNS_TYPE_A,
               on_answer, search);
}

/* sendmail: what was found is tried first; and who gets no answer about the one kind does not ask about the
 * other. */
static void on_answer(void *context, const struct resolver_answer *answer) {
  struct address_search *search = context;
  bool alone = search->mta->config.agent.software->client_asks == CLIENT_ASKS_AAAA_ALONE;
  search->later |= answer->status == RESOLVER_FAILED || answer->status == RESOLVER_TIMED_OUT;
  search->record = answer->record;
  for (size_t i = 0; answer->status == RESOLVER_FOUND && i < answer->count; i++)
    add(search, &answer->records[i].address, answer->record);
  bool more = next_to_ask(search) != IP_NONE;
  search->holds_back = more && alone && search->count > 0;
  if (more && !search->holds_back && !(alone && search->later))
    ask(search, next_to_ask(search));
  else
    finish(search);
}

void mta_find_addresses(struct address_search *search) {
  ask(search, next_to_ask(search));
}

bool mta_find_further(struct address_search *search) {
  bool more = search->holds_back;
  search->holds_back = false;
  if (more) ask(search, next_to_ask(search));
  return more;
}
