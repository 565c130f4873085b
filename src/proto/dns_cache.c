#include "proto/dns_cache.h"

#include "base/check.h"
#include "base/mem.h"

/* One allocation: the entry, its records, its texts. The TTLs are those of the last time that it was asked
 * for: with every second that has passed since it was put all of them are one less. */
struct entry {
  struct entry *next_in_bucket;
  struct entry *older, *newer; /* by last use */
  size_t size;
  uint32_t hash;
  int64_t put_us, expires_us;
  struct span asked;  /* the name asked for */
  enum dns_type type; /* DNS_TYPE_NONE: the name does not exist, whatever the type */
  struct dns_finding finding;
  struct dns_record *records; /* of the finding: the chain, then the others */
  size_t record_count;
  uint32_t passed_s; /* of which the TTLs know */
  struct buf text;   /* the records, a line each; empty: not written yet with these TTLs */
};

struct dns_cache {
  size_t entries_max;
  size_t count, octets;
  struct entry **buckets;
  size_t bucket_count; /* a power of two, or none yet */
  struct entry *oldest, *newest;
};

enum { FIRST_BUCKETS = 16, SECOND_US = 1000000 };

struct dns_cache *dns_cache_new(size_t entries_max) {
  struct dns_cache *cache = mem_zalloc(sizeof *cache);
  cache->entries_max = entries_max ? entries_max : DNS_CACHE_ENTRIES_MAX;
  return cache;
}

void dns_cache_free(struct dns_cache *cache) {
  if (!cache) return;
  dns_cache_clear(cache);
  mem_free(cache->buckets);
  mem_free(cache);
}

size_t dns_cache_count(const struct dns_cache *cache) {
  return cache->count;
}

/* ---- Order of use ---- */

static void unlink_use(struct dns_cache *cache, struct entry *entry) {
  *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
  *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
}

static void link_newest(struct dns_cache *cache, struct entry *entry) {
  entry->older = cache->newest;
  entry->newer = NULL;
  *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
  cache->newest = entry;
}

/* ---- Finding by question ---- */

static uint32_t hash_of(struct span name, enum dns_type type) {
  return dns_name_hash(name) * 31 + (uint32_t)type;
}

static struct entry **bucket_of(const struct dns_cache *cache, uint32_t hash) {
  return &cache->buckets[hash & (cache->bucket_count - 1)];
}

static struct entry *find(const struct dns_cache *cache, struct span name, enum dns_type type) {
  if (cache->bucket_count == 0) return NULL;
  uint32_t hash = hash_of(name, type);
  struct entry *entry = *bucket_of(cache, hash);
  while (entry && !(entry->hash == hash && entry->type == type && dns_name_equal(entry->asked, name))) {
    entry = entry->next_in_bucket;
  }
  return entry;
}

static void link_bucket(struct dns_cache *cache, struct entry *entry) {
  struct entry **bucket = bucket_of(cache, entry->hash);
  entry->next_in_bucket = *bucket;
  *bucket = entry;
}

static void grow_buckets(struct dns_cache *cache) {
  mem_free(cache->buckets);
  cache->bucket_count = cache->bucket_count ? cache->bucket_count * 2 : FIRST_BUCKETS;
  cache->buckets = mem_zalloc(cache->bucket_count * sizeof(struct entry *));
  for (struct entry *entry = cache->oldest; entry; entry = entry->newer) link_bucket(cache, entry);
}

static void forget(struct dns_cache *cache, struct entry *entry) {
  struct entry **link = bucket_of(cache, entry->hash);
  while (*link != entry) link = &(*link)->next_in_bucket;
  *link = entry->next_in_bucket;
  unlink_use(cache, entry);
  cache->count--;
  cache->octets -= entry->size;
  buf_free(&entry->text);
  mem_free(entry);
}

static void forget_question(struct dns_cache *cache, struct span name, enum dns_type type) {
  struct entry *entry = find(cache, name, type);
  if (entry) forget(cache, entry);
}

void dns_cache_clear(struct dns_cache *cache) {
  while (cache->oldest) forget(cache, cache->oldest);
}

/* ---- Keeping ---- */

static size_t section_texts_size(struct dns_section section) {
  size_t size = 0;
  for (size_t i = 0; i < section.count; i++) size += dns_record_texts_size(&section.records[i]);
  return size;
}

static struct dns_section copy_section(struct dns_section section, struct dns_record *records, char **texts) {
  for (size_t i = 0; i < section.count; i++) records[i] = dns_record_copy(&section.records[i], texts);
  return (struct dns_section){records, section.count};
}

static struct span copy_text(struct span text, char **texts) {
  if (text.len) memcpy(*texts, text.data, text.len);
  struct span copy = span_of(*texts, text.len);
  *texts += text.len;
  return copy;
}

static struct entry *entry_new(struct span asked, enum dns_type type, const struct dns_finding *finding) {
  size_t record_count = finding->chain.count + finding->records.count;
  size_t size = sizeof(struct entry) + record_count * sizeof(struct dns_record) +
                section_texts_size(finding->chain) + section_texts_size(finding->records) + asked.len +
                finding->name.len;
  struct entry *entry = mem_alloc(size);
  struct dns_record *records = (struct dns_record *)(entry + 1);
  char *texts = (char *)(records + record_count);
  *entry = (struct entry){.size = size,
                          .hash = hash_of(asked, type),
                          .type = type,
                          .finding = *finding,
                          .records = records,
                          .record_count = record_count};
  entry->asked = copy_text(asked, &texts);
  entry->finding.name = copy_text(finding->name, &texts);
  entry->finding.chain = copy_section(finding->chain, records, &texts);
  entry->finding.records = copy_section(finding->records, records + finding->chain.count, &texts);
  return entry;
}

void dns_cache_put(struct dns_cache *cache, const struct dns_question *question,
                   const struct dns_finding *finding, int64_t now_us) {
  forget_question(cache, question->name, question->type);
  forget_question(cache, question->name, DNS_TYPE_NONE);
  if (finding->kind == DNS_FAILED || finding->ttl_s == 0) return;

  uint32_t max_s = finding->kind == DNS_FOUND ? DNS_CACHE_TTL_MAX_S : DNS_CACHE_NEGATIVE_TTL_MAX_S;
  uint32_t ttl_s = finding->ttl_s < max_s ? finding->ttl_s : max_s;
  /* An alias exists, even if its target does not. */
  bool whole_name = finding->kind == DNS_NO_NAME && finding->chain.count == 0;
  struct entry *entry = entry_new(question->name, whole_name ? DNS_TYPE_NONE : question->type, finding);
  if (entry->size > DNS_CACHE_OCTETS_MAX) {
    mem_free(entry);
    return;
  }
  entry->put_us = now_us;
  entry->finding.ttl_s = ttl_s;
  entry->expires_us = now_us + (int64_t)ttl_s * SECOND_US;
  while (cache->count >= cache->entries_max || cache->octets + entry->size > DNS_CACHE_OCTETS_MAX) {
    forget(cache, cache->oldest);
  }
  if (cache->count >= cache->bucket_count) grow_buckets(cache);
  link_bucket(cache, entry);
  link_newest(cache, entry);
  cache->count++;
  cache->octets += entry->size;
}

/* ---- Asking ---- */

static void count_down(struct entry *entry, int64_t now_us) {
  uint32_t passed_s = (uint32_t)((now_us - entry->put_us) / SECOND_US);
  uint32_t more_s = passed_s - entry->passed_s;
  if (more_s == 0) return;
  entry->passed_s = passed_s;
  entry->finding.ttl_s -= more_s;
  for (size_t i = 0; i < entry->record_count; i++) entry->records[i].ttl_s -= more_s;
  buf_clear(&entry->text);
}

static struct span text_of(struct entry *entry) {
  if (entry->text.len) return buf_span(&entry->text);
  for (size_t i = 0; i < entry->record_count; i++) {
    if (i) buf_add_char(&entry->text, '\n');
    dns_record_write(&entry->records[i], &entry->text);
  }
  return buf_span(&entry->text);
}

bool dns_cache_get(struct dns_cache *cache, const struct dns_question *question, int64_t now_us,
                   struct dns_finding *finding_out, struct span *text_out) {
  struct entry *entry = find(cache, question->name, question->type);
  if (!entry) entry = find(cache, question->name, DNS_TYPE_NONE);
  if (!entry) return false;
  CHECK(now_us >= entry->put_us);
  if (now_us >= entry->expires_us) {
    forget(cache, entry);
    return false;
  }
  unlink_use(cache, entry);
  link_newest(cache, entry);
  count_down(entry, now_us);
  *finding_out = entry->finding;
  if (text_out) *text_out = text_of(entry);
  return true;
}
