/* mta_address: from a host's name to its addresses, in the order in which they are tried (RFC 5321 5.1).
 *
 *     name ─▶ A? ─▶ AAAA? ─▶ [ 2001:db8::25, 192.0.2.25 ]
 *
 * Both are asked for in turn, A first, as Postfix does; a host without an IPv6 address of its own asks for no
 * AAAA record, and one without an IPv4 address for no A record (Postfix: inet_protocols). Where there are
 * both, the software decides which come first: IPv6 (RFC 6724 6, sendmail, Exim), or chance among all of them
 * (Postfix's smtp_address_preference, "any"). Those of one family stay in the order of the answer.
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

static void put_v6_first(struct address_search *search) {
  uint32_t v6 = 0;
  for (uint32_t i = 0; i < search->count; i++) {
    struct mta_address moved = search->items[i];
    if (moved.ip.family != IP_V6) continue;
    for (uint32_t at = i; at > v6; at--) search->items[at] = search->items[at - 1];
    search->items[v6++] = moved;
  }
}

static void shuffle(struct address_search *search) {
  for (uint32_t left = search->count; left > 1; left--) {
    uint32_t chosen = (uint32_t)rng_below(&search->mta->address_order, left);
    struct mta_address moved = search->items[chosen];
    search->items[chosen] = search->items[left - 1];
    search->items[left - 1] = moved;
  }
}

/* ---- asking ---- */

static void finish(struct address_search *search) {
  if (search->mta->config.agent.software->client_ipv6 == CLIENT_IPV6_ANY)
    shuffle(search);
  else
    put_v6_first(search);
  search->fn(search->context);
}

static void on_answer(void *context, const struct resolver_answer *answer) {
  struct address_search *search = context;
  search->later |= answer->status == RESOLVER_FAILED || answer->status == RESOLVER_TIMED_OUT;
  search->record = answer->record;
  for (size_t i = 0; answer->status == RESOLVER_FOUND && i < answer->count; i++)
    add(search, &answer->records[i].address, answer->record);
  bool more = !search->asked_v6 && answer->status != RESOLVER_NO_NAME && asks_v6(search->mta);
  if (more) {
    search->asked_v6 = true;
    resolver_ask(search->mta->config.resolver, search->name, DNS_TYPE_AAAA, on_answer, search);
  } else {
    finish(search);
  }
}

void mta_find_addresses(struct address_search *search) {
  bool v4 = asks_v4(search->mta);
  search->asked_v6 = !v4;
  resolver_ask(search->mta->config.resolver, search->name, v4 ? DNS_TYPE_A : DNS_TYPE_AAAA, on_answer,
               search);
}
