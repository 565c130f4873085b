#include "proto/dns_message.h"

/* ---- What an answer says ---- */

struct chase {
  const struct dns_message *message;
  struct arena *arena;
  struct dns_finding *finding;
};

static bool answers_question(const struct dns_record *record, struct span name, enum dns_type type) {
  return (record->type == type || type == DNS_TYPE_ANY) && dns_name_equal(record->name, name);
}

/* The answers of that name and type: a part of the message's where they stand together. */
static struct dns_section select_records(const struct chase *chase, struct span name, enum dns_type type) {
  const struct dns_section *all = &chase->message->answers;
  size_t first = 0, count = 0, last = 0;
  for (size_t i = 0; i < all->count; i++) {
    if (!answers_question(&all->records[i], name, type)) continue;
    if (count++ == 0) first = i;
    last = i;
  }
  if (count == 0) return (struct dns_section){0};
  if (last - first + 1 == count) return (struct dns_section){all->records + first, count};
  struct dns_record *chosen = arena_alloc(chase->arena, count * sizeof *chosen);
  for (size_t i = first, n = 0; n < count; i++) {
    if (answers_question(&all->records[i], name, type)) chosen[n++] = all->records[i];
  }
  return (struct dns_section){chosen, count};
}

static uint32_t least_ttl_s(struct dns_section section, uint32_t ttl_s) {
  for (size_t i = 0; i < section.count; i++) {
    if (section.records[i].ttl_s < ttl_s) ttl_s = section.records[i].ttl_s;
  }
  return ttl_s;
}

/* Walks the CNAMEs to the records asked for. False if they lead in a circle. */
static bool follow(const struct chase *chase) {
  struct dns_finding *finding = chase->finding;
  const struct dns_message *message = chase->message;
  struct dns_record *chain = NULL;
  for (;;) {
    finding->records = select_records(chase, finding->name, message->question.type);
    if (finding->records.count > 0) return true;
    struct dns_section alias = select_records(chase, finding->name, DNS_TYPE_CNAME);
    if (alias.count == 0) return true;
    if (finding->chain.count == message->answers.count) return false;
    if (!chain) chain = arena_alloc(chase->arena, message->answers.count * sizeof *chain);
    chain[finding->chain.count++] = alias.records[0];
    finding->chain.records = chain;
    finding->name = alias.records[0].target;
  }
}

/* RFC 2308 5: a "no" lives as long as the zone's SOA says, or is not kept. *referral_out: the authority
 * names other servers instead. */
static uint32_t negative_ttl_s(const struct dns_section *authority, bool *referral_out) {
  *referral_out = false;
  for (size_t i = 0; i < authority->count; i++) {
    const struct dns_record *record = &authority->records[i];
    if (record->type == DNS_TYPE_SOA) {
      *referral_out = false;
      return record->ttl_s < record->soa.minimum_s ? record->ttl_s : record->soa.minimum_s;
    }
    if (record->type == DNS_TYPE_NS) *referral_out = true;
  }
  return 0;
}

struct dns_finding dns_message_finding(const struct dns_message *message, struct arena *arena) {
  struct dns_finding finding = {.kind = DNS_FAILED, .rcode = message->rcode, .name = message->question.name};
  bool sensible = message->is_response && message->has_question && !message->truncated &&
                  (message->rcode == DNS_NOERROR || message->rcode == DNS_NXDOMAIN);
  struct chase chase = {message, arena, &finding};
  if (!sensible || !follow(&chase)) return finding;

  if (finding.records.count > 0) {
    finding.kind = DNS_FOUND;
    finding.ttl_s = least_ttl_s(finding.chain, least_ttl_s(finding.records, DNS_TTL_MAX));
    return finding;
  }
  bool is_referral;
  uint32_t ttl_s = negative_ttl_s(&message->authority, &is_referral);
  if (message->rcode == DNS_NOERROR && is_referral) return finding;
  finding.kind = message->rcode == DNS_NXDOMAIN ? DNS_NO_NAME : DNS_NO_DATA;
  finding.ttl_s = least_ttl_s(finding.chain, ttl_s);
  return finding;
}
