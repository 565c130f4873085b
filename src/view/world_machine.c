#include "view/world_machine.h"

#include "base/mem.h"

/* ---- the index ---- */

/* The host that a record concerns as a machine; 0: none. An answer concerns who asked. */
static uint16_t machine_of(const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_DNS_ANSWER:
    return record->number[1] > 0 && record->number[1] <= UINT16_MAX ? (uint16_t)record->number[1] : 0;
  case JOURNAL_DNS_CHANGED:
  case JOURNAL_SETTING_CHANGED:
  case JOURNAL_COMPOSE:
  case JOURNAL_SENT_COPY:
  case JOURNAL_ACCEPTED:
  case JOURNAL_STAMP:
  case JOURNAL_CONVERT:
  case JOURNAL_REWRITE:
  case JOURNAL_QUEUED:
  case JOURNAL_ROUTED:
  case JOURNAL_ATTEMPT:
  case JOURNAL_RELAYED:
  case JOURNAL_DEFERRED:
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED:
  case JOURNAL_EXPANDED:
  case JOURNAL_NEW_ENVELOPE:
  case JOURNAL_DELIVERED:
  case JOURNAL_FILE_WRITE:
  case JOURNAL_FILE_CUT:
  case JOURNAL_FILE_REMOVE:
  case JOURNAL_FILE_RENAME:
  case JOURNAL_FILE_READ:
  case JOURNAL_RETRIEVED: return record->host;
  default: return 0;
  }
}

static uint16_t machine_at(const struct world_view *world, journal_seq seq) {
  struct journal_record record;
  switch ((int)journal_kind_at(world->journal, seq)) {
  /* The many that never concern one, without reading them. */
  case JOURNAL_LINE:
  case JOURNAL_DATA:
  case JOURNAL_CONNECT:
  case JOURNAL_CONNECTED:
  case JOURNAL_CLOSED:
  case JOURNAL_DECISION: return 0;
  default: break;
  }
  journal_get(world->journal, seq, &record);
  uint16_t host = machine_of(&record);
  return host <= world->preamble->host_count ? host : 0;
}

void world_machine_index(struct world_view *world) {
  size_t hosts = world->preamble->host_count;
  journal_seq first = world->preamble->last + 1, last = journal_count(world->journal);
  size_t records = last >= first ? last - first + 1 : 0;
  uint16_t *owners = mem_alloc((records + 1) * sizeof *owners);
  world->host_first = mem_zalloc((hosts + 2) * sizeof *world->host_first);
  for (size_t i = 0; i < records; i++) {
    owners[i] = machine_at(world, first + (journal_seq)i);
    world->host_first[owners[i] + 1]++;
  }
  /* Counts become starts: host 0, which is nobody, keeps its records, too. */
  for (size_t host = 1; host <= hosts + 1; host++) world->host_first[host] += world->host_first[host - 1];
  size_t *next = mem_alloc((hosts + 2) * sizeof *next);
  memcpy(next, world->host_first, (hosts + 2) * sizeof *next);
  world->by_host = mem_alloc((records + 1) * sizeof *world->by_host);
  for (size_t i = 0; i < records; i++) world->by_host[next[owners[i]]++] = first + (journal_seq)i;
  mem_free(next);
  mem_free(owners);
}

const journal_seq *world_machine_records(const struct world_view *world, uint16_t host, journal_seq at,
                                         size_t *count_out) {
  *count_out = 0;
  if (host == 0 || host > world->preamble->host_count) return NULL;
  const journal_seq *records = world->by_host + world->host_first[host];
  size_t low = 0, high = world->host_first[host + 1] - world->host_first[host];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (records[middle] <= at)
      low = middle + 1;
    else
      high = middle;
  }
  *count_out = low;
  return records;
}

/* ---- names ---- */

/* What a TTL can be (RFC 2181 8); a stranger's journal may say more. */
enum { TTL_MAX_S = 0x7FFFFFFF };

static bool same_question(const struct name_entry *entry, const struct journal_record *record) {
  return span_equal_nocase(entry->name, record->text[0]) && span_equal_nocase(entry->type, record->text[1]);
}

size_t world_names(const struct world_view *world, uint16_t host, journal_seq at, int64_t time_us,
                   struct arena *arena, struct name_entry **entries_out) {
  struct name_entry *entries = NULL;
  size_t count = 0, capacity = 0, kept = 0, record_count;
  const journal_seq *records = world_machine_records(world, host, at, &record_count);
  for (size_t i = 0; i < record_count; i++) {
    struct journal_record record;
    if (journal_kind_at(world->journal, records[i]) != JOURNAL_DNS_ANSWER) continue;
    journal_get(world->journal, records[i], &record);
    int64_t ttl_s = record.number[2] > TTL_MAX_S ? TTL_MAX_S : record.number[2] < 0 ? 0 : record.number[2];
    int64_t left_us = record.time_us + ttl_s * 1000000 - time_us;
    size_t k = 0;
    while (k < count && !same_question(&entries[k], &record)) k++;
    if (k == count) {
      entries = mem_grow(entries, &capacity, count + 1, sizeof *entries);
      count++;
    }
    entries[k] = (struct name_entry){record.text[0], record.text[1],    record.text[2],
                                     record.text[3], left_us / 1000000, record.seq};
  }
  /* Those that have run out are forgotten. */
  for (size_t i = 0; i < count; i++)
    if (entries[i].ttl_left_s > 0) entries[kept++] = entries[i];
  *entries_out = arena_alloc(arena, (kept + 1) * sizeof **entries_out);
  if (kept) memcpy(*entries_out, entries, kept * sizeof *entries);
  mem_free(entries);
  return kept;
}

/* ---- zones ---- */

static bool has_line(struct span lines, struct span wanted) {
  struct span line;
  while (span_next(&lines, '\n', &line))
    if (span_equal(line, wanted)) return true;
  return false;
}

struct span world_zone(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena) {
  struct span zone = journal_setting(world->preamble, host, SPAN("zone"));
  size_t count;
  const journal_seq *records = world_machine_records(world, host, at, &count);
  for (size_t i = 0; i < count; i++) {
    struct journal_record record;
    if (journal_kind_at(world->journal, records[i]) != JOURNAL_DNS_CHANGED) continue;
    journal_get(world->journal, records[i], &record);
    struct buf text = {0};
    struct span rest = zone, line;
    while (span_next(&rest, '\n', &line))
      if (line.len && !has_line(record.text[1], line)) buf_format(&text, "%.*s\n", SPAN_ARG(line));
    buf_add(&text, record.text[2]);
    zone = arena_copy(arena, span_trim(buf_span(&text)));
    buf_free(&text);
  }
  return zone;
}

/* ---- settings ---- */

size_t world_settings(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                      struct journal_setting **settings_out) {
  const struct journal_preamble *preamble = world->preamble;
  size_t record_count, count = 0;
  const journal_seq *records = world_machine_records(world, host, at, &record_count);
  struct journal_setting *settings =
      arena_alloc(arena, (preamble->setting_count + record_count + 1) * sizeof *settings);
  for (size_t i = 0; i < preamble->setting_count; i++)
    if (preamble->settings[i].host == host) settings[count++] = preamble->settings[i];
  for (size_t i = 0; i < record_count; i++) {
    struct journal_record record;
    size_t k = 0;
    if (journal_kind_at(world->journal, records[i]) != JOURNAL_SETTING_CHANGED) continue;
    journal_get(world->journal, records[i], &record);
    while (k < count && !span_equal(settings[k].name, record.text[0])) k++;
    settings[k] = (struct journal_setting){record.seq, host, record.text[0], record.text[1]};
    count += k == count;
  }
  *settings_out = settings;
  return count;
}
