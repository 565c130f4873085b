/* Answering from the zones (RFC 1034 4.3.2, with the wildcards of RFC 4592 and the negative answers of
 * RFC 2308). */
#include "proto/dns_node.h"

/* Records being gathered into an arena. */
struct gathering {
  struct dns_record *records;
  size_t count, capacity;
};

struct search {
  const struct dns_zones *zones;
  struct arena *arena;
  struct dns_message *answer;
  struct gathering answers, authority, additional;
};

static struct dns_record *gather(struct search *search, struct gathering *into,
                                 const struct dns_record *record) {
  if (into->count == into->capacity) {
    size_t capacity = into->capacity ? into->capacity * 2 : 4;
    struct dns_record *larger = arena_alloc(search->arena, capacity * sizeof *larger);
    if (into->count) memcpy(larger, into->records, into->count * sizeof *larger);
    into->records = larger;
    into->capacity = capacity;
  }
  into->records[into->count] = *record;
  return &into->records[into->count++];
}

/* All of that type at a node; the owner is the name asked for where a wildcard stands for it. */
static size_t gather_type(struct search *search, struct gathering *into, const struct dns_node *node,
                          enum dns_type type, const struct span *owner) {
  const struct dns_zones *zones = search->zones;
  size_t count = 0;
  for (uint32_t i = dns_nodes_next(zones, node->first, type); i != NO_INDEX;
       i = dns_nodes_next(zones, zones->stored[i].next, type)) {
    struct dns_record *record = gather(search, into, &zones->stored[i].record);
    if (owner) record->name = *owner;
    count++;
  }
  return count;
}

/* The SOA, with the TTL that a "no" has (RFC 2308 3). */
static void gather_soa(struct search *search, const struct dns_node *origin) {
  uint32_t soa = search->zones->zones[origin->zone].soa;
  if (soa == NO_INDEX) return;
  struct dns_record *record = gather(search, &search->authority, &search->zones->stored[soa].record);
  if (record->ttl_s > record->soa.minimum_s) record->ttl_s = record->soa.minimum_s;
}

static bool is_gathered(const struct gathering *gathering, const struct dns_record *record) {
  for (size_t i = 0; i < gathering->count; i++) {
    if (dns_record_equal(&gathering->records[i], record)) return true;
  }
  return false;
}

static void gather_addresses_of(struct search *search, struct span name) {
  struct dns_place place;
  if (!dns_nodes_find(search->zones, name, &place) || !place.exists || !place.origin) return;
  for (uint32_t i = place.node->first; i != NO_INDEX; i = search->zones->stored[i].next) {
    const struct dns_record *record = &search->zones->stored[i].record;
    if (record->type != DNS_TYPE_A && record->type != DNS_TYPE_AAAA) continue;
    if (search->additional.count == DNS_ADDITIONAL_MAX || is_gathered(&search->additional, record)) continue;
    gather(search, &search->additional, record);
  }
}

/* The addresses of the hosts that the records name, to spare the asker a question. */
static void gather_additional(struct search *search, const struct gathering *named) {
  for (size_t i = 0; i < named->count; i++) {
    const struct dns_record *record = &named->records[i];
    if (record->type == DNS_TYPE_MX) gather_addresses_of(search, record->mx.exchange);
    if (record->type == DNS_TYPE_NS) gather_addresses_of(search, record->target);
  }
}

/* "*" below the closest encloser, if the name itself does not exist. */
static const struct dns_node *wildcard_below(const struct dns_zones *zones, const struct dns_node *encloser) {
  uint8_t key[DNS_NAME_KEY_MAX + 2];
  memcpy(key, encloser->key.data, encloser->key.len);
  key[encloser->key.len] = '*';
  key[encloser->key.len + 1] = 0;
  return dns_nodes_at(zones, span_of((const char *)key, encloser->key.len + 2));
}

static void refer(struct search *search, const struct dns_node *cut) {
  if (search->answers.count == 0) search->answer->authoritative = false;
  gather_type(search, &search->authority, cut, DNS_TYPE_NS, NULL);
  gather_additional(search, &search->authority);
}

/* One step: the name as it stands. True if it is an alias, and *name the target to go on at. */
static bool step(struct search *search, struct span *name, enum dns_type type) {
  struct dns_place place;
  bool first = search->answers.count == 0;
  if (!dns_nodes_find(search->zones, *name, &place) || !place.origin) {
    if (first) search->answer->rcode = DNS_REFUSED; /* an alias may lead elsewhere, though */
    return false;
  }
  if (first) search->answer->authoritative = true;
  if (place.cut) {
    refer(search, place.cut);
    return false;
  }
  const struct dns_node *node = place.exists ? place.node : wildcard_below(search->zones, place.node);
  if (!node) {
    search->answer->rcode = DNS_NXDOMAIN;
    gather_soa(search, place.origin);
    return false;
  }
  const struct span *owner = place.exists ? NULL : name;
  if (gather_type(search, &search->answers, node, type, owner) > 0) {
    gather_additional(search, &search->answers);
    return false;
  }
  if (gather_type(search, &search->answers, node, DNS_TYPE_CNAME, owner) == 0) {
    gather_soa(search, place.origin);
    return false;
  }
  *name = search->answers.records[search->answers.count - 1].target;
  return true;
}

void dns_zones_answer(const struct dns_zones *zones, const struct dns_question *question, struct arena *arena,
                      struct dns_message *answer_out) {
  *answer_out = (struct dns_message){.is_response = true, .has_question = true, .question = *question};
  struct search search = {.zones = zones, .arena = arena, .answer = answer_out};
  struct span name = question->name;
  size_t steps = 0;
  while (step(&search, &name, question->type)) {
    if (++steps > DNS_CHAIN_MAX) { /* a circle, most likely */
      search.answers.count = 0;
      answer_out->rcode = DNS_SERVFAIL;
      answer_out->authoritative = false;
      break;
    }
  }
  answer_out->answers = (struct dns_section){search.answers.records, search.answers.count};
  answer_out->authority = (struct dns_section){search.authority.records, search.authority.count};
  answer_out->additional = (struct dns_section){search.additional.records, search.additional.count};
}
