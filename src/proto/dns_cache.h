/* dns_cache: what a resolver remembers (RFC 1034 5.3.3, RFC 2308).
 *
 * A finding is kept under its question until its TTL has run out. That a name does not exist (NXDOMAIN) is
 * kept for all types of that name; that it has nothing of a type, for that type. A failure is never kept.
 *
 *     dns_cache_put(question, finding, now) ─▶ ┌───────────┐
 *                                              │ dns_cache │ ─▶ the finding, its TTLs counted down
 *     dns_cache_get(question, now) ──────────▶ └───────────┘
 *
 * Reads no clock: the time is an argument, and must not go back.
 * Ownership: the cache keeps copies. What it gives is its own: borrowed until something is put, or the same
 * is asked for at a later time. Limits: entries and octets, beyond which what was used least recently goes
 * first; TTLs as below.
 */
#pragma once

#include "proto/dns_message.h"

enum {
  DNS_CACHE_ENTRIES_MAX = 10000,
  DNS_CACHE_OCTETS_MAX = 16 * 1024 * 1024,
  DNS_CACHE_TTL_MAX_S = 7 * 86400,      /* RFC 1035 3.2.1 speaks of days; a week is customary */
  DNS_CACHE_NEGATIVE_TTL_MAX_S = 10800, /* RFC 2308 5: one to three hours work well */
};

struct dns_cache;

/* entries_max: 0 stands for DNS_CACHE_ENTRIES_MAX. An empty cache is small. */
struct dns_cache *dns_cache_new(size_t entries_max);
void dns_cache_free(struct dns_cache *cache);

/* Forgets what was known about that question; keeps the finding if it has a TTL and is no failure. */
void dns_cache_put(struct dns_cache *cache, const struct dns_question *question,
                   const struct dns_finding *finding, int64_t now_us);
/* The finding, if it is still good: its TTL and its records' are the seconds left, a begun second as one.
 * *text_out, if not NULL: its records as text (dns_record_write), those of the chain first, separated by LF.
 */
bool dns_cache_get(struct dns_cache *cache, const struct dns_question *question, int64_t now_us,
                   struct dns_finding *finding_out, struct span *text_out);

size_t dns_cache_count(const struct dns_cache *cache); /* what has run out but was not asked for since, too */
void dns_cache_clear(struct dns_cache *cache);
