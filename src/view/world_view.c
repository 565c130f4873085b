#include "view/world_view.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "view/world_machine.h"

/* ---- building the indexes ---- */

static int compare_entries(const void *left, const void *right) {
  const struct world_entry *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return a->record < b->record ? -1 : a->record > b->record;
}

static bool is_of_letter(uint16_t kind) {
  switch (kind) {
  case JOURNAL_COMPOSE:
  case JOURNAL_DATA:
  case JOURNAL_ACCEPTED:
  case JOURNAL_STAMP:
  case JOURNAL_CONVERT:
  case JOURNAL_REWRITE:
  case JOURNAL_EXPANDED:
  case JOURNAL_NEW_ENVELOPE:
  case JOURNAL_RELAYED:
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED:
  case JOURNAL_DELIVERED:
  case JOURNAL_FILE_READ:
  case JOURNAL_RETRIEVED: return true;
  default: return false;
  }
}

static void collect(struct world_view *world) {
  size_t connection_capacity = 0, letter_capacity = 0, fault_capacity = 0;
  struct journal_record record;
  for (journal_seq seq = world->preamble->last + 1; seq <= journal_count(world->journal); seq++) {
    journal_get(world->journal, seq, &record);
    if (record.connection) {
      world->by_connection = mem_grow(world->by_connection, &connection_capacity,
                                      world->connection_entries + 1, sizeof *world->by_connection);
      world->by_connection[world->connection_entries++] = (struct world_entry){record.connection, seq};
    }
    if (record.message && is_of_letter(record.kind)) {
      world->by_letter =
          mem_grow(world->by_letter, &letter_capacity, world->letter_entries + 1, sizeof *world->by_letter);
      world->by_letter[world->letter_entries++] = (struct world_entry){record.message, seq};
    }
    if (record.kind == JOURNAL_FAULT) {
      world->faults = mem_grow(world->faults, &fault_capacity, world->fault_count + 1, sizeof *world->faults);
      world->faults[world->fault_count++] = seq;
    }
  }
  if (world->connection_entries)
    qsort(world->by_connection, world->connection_entries, sizeof *world->by_connection, compare_entries);
  if (world->letter_entries)
    qsort(world->by_letter, world->letter_entries, sizeof *world->by_letter, compare_entries);
}

static uint16_t as_host(const struct world_view *world, int64_t number) {
  return number > 0 && (uint64_t)number <= world->preamble->host_count ? (uint16_t)number : 0;
}

static void session_note(const struct world_view *world, struct session *session,
                         const struct journal_record *record, bool *spoken) {
  switch (record->kind) {
  case JOURNAL_CONNECT:
    session->opened = record->seq;
    session->client = as_host(world, record->host);
    session->server = as_host(world, record->number[0]);
    session->port = record->number[1];
    session->protocol = record->text[1];
    session->is_pull = span_starts_with_nocase(session->protocol, SPAN("pop3")) ||
                       span_starts_with_nocase(session->protocol, SPAN("imap"));
    break;
  case JOURNAL_REFUSED:
  case JOURNAL_TIMED_OUT:
  case JOURNAL_CLOSED:
  case JOURNAL_CUT:
    if (!session->ended) session->ended = record->seq;
    break;
  case JOURNAL_TLS:
    if (!session->encrypted) session->encrypted = record->seq;
    if (!session->sealed) session->sealed = record->seq;
    break;
  case JOURNAL_TLS_RECORD:
    if (!session->sealed) session->sealed = record->seq;
    break;
  case JOURNAL_LINE:
    if (record->number[0] == 0) *spoken = true;
    break;
  case JOURNAL_DATA:
    if (!session->message) session->message = record->message;
    break;
  default: break;
  }
}

static void build_sessions(struct world_view *world, bool *spoken) {
  struct journal_record record;
  size_t capacity = 0;
  for (size_t i = 0; i < world->connection_entries;) {
    world->sessions = mem_grow(world->sessions, &capacity, world->session_count + 1, sizeof *world->sessions);
    size_t at = world->session_count++;
    struct session *session = &world->sessions[at];
    *session = (struct session){.connection = world->by_connection[i].key, .first = i};
    session->protocol = SPAN_EMPTY;
    for (; i < world->connection_entries && world->by_connection[i].key == session->connection; i++) {
      journal_get(world->journal, world->by_connection[i].record, &record);
      session_note(world, session, &record, &spoken[at]);
    }
    session->count = i - session->first;
  }
}

/* Tabs are numbered as their connections were asked for. Connections are numbered in that order by those
 * who write journals; a stranger's numbers only give another order. */
static void build_tabs(struct world_view *world, const bool *spoken) {
  world->tabs = mem_alloc((world->session_count + 1) * sizeof *world->tabs);
  for (size_t i = 0; i < world->session_count; i++) {
    if (!spoken[i]) continue;
    world->tabs[world->tab_count++] = (uint32_t)i;
    world->sessions[i].tab = (uint32_t)world->tab_count;
  }
}

static void build_letters(struct world_view *world) {
  size_t capacity = 0;
  for (size_t i = 0; i < world->letter_entries;) {
    world->letters = mem_grow(world->letters, &capacity, world->letter_count + 1, sizeof *world->letters);
    struct letter *letter = &world->letters[world->letter_count++];
    *letter = (struct letter){.message = world->by_letter[i].key, .first = i};
    while (i < world->letter_entries && world->by_letter[i].key == letter->message) i++;
    letter->count = i - letter->first;
  }
}

static bool same_link(const struct world_link *link, const struct session *session) {
  return link->client == session->client && link->server == session->server && link->port == session->port;
}

static void build_links(struct world_view *world) {
  size_t capacity = 0;
  for (size_t i = 0; i < world->session_count; i++) {
    const struct session *session = &world->sessions[i];
    if (!session->client || !session->server || session->client == session->server) continue;
    size_t k = 0;
    while (k < world->link_count && !same_link(&world->links[k], session)) k++;
    if (k < world->link_count) continue;
    world->links = mem_grow(world->links, &capacity, world->link_count + 1, sizeof *world->links);
    world->links[world->link_count++] =
        (struct world_link){session->client, session->server,   session->is_pull,
                            session->port,   session->protocol, session->opened};
  }
}

static void give_hop(struct world_view *world, int64_t host) {
  uint16_t number = as_host(world, host);
  if (number && !world->hops[number]) world->hops[number] = ++world->hop_count;
}

/* The order in which hosts first have a letter: who wrote it, then who received it. */
static void build_hops(struct world_view *world) {
  struct journal_record record;
  world->hops = mem_zalloc((world->preamble->host_count + 1) * sizeof *world->hops);
  for (journal_seq seq = world->preamble->last + 1; seq <= journal_count(world->journal); seq++) {
    enum journal_kind kind = journal_kind_at(world->journal, seq);
    if (!is_of_letter((uint16_t)kind)) continue;
    journal_get(world->journal, seq, &record);
    give_hop(world, record.host);
    if (kind != JOURNAL_DATA) continue;
    const struct session *session = world_session(world, record.connection);
    if (session) give_hop(world, record.number[0] == 0 ? session->server : session->client);
  }
}

struct world_view *world_view_new(const struct journal *journal) {
  CHECK(journal_mode_of(journal) == JOURNAL_FULL);
  struct world_view *world = mem_zalloc(sizeof *world);
  world->journal = journal;
  world->preamble = journal_preamble_new(journal);
  world->versions = journal_versions_new(journal);
  collect(world);
  bool *spoken = mem_zalloc(world->connection_entries + 1);
  build_sessions(world, spoken);
  build_tabs(world, spoken);
  mem_free(spoken);
  build_letters(world);
  build_links(world);
  build_hops(world);
  world_machine_index(world);
  return world;
}

void world_view_free(struct world_view *world) {
  if (!world) return;
  journal_versions_free(world->versions);
  journal_preamble_free(world->preamble);
  mem_free(world->by_connection);
  mem_free(world->by_letter);
  mem_free(world->sessions);
  mem_free(world->tabs);
  mem_free(world->letters);
  mem_free(world->links);
  mem_free(world->hops);
  mem_free(world->by_host);
  mem_free(world->host_first);
  mem_free(world->faults);
  mem_free(world);
}

/* ---- questions ---- */

uint32_t world_hop(const struct world_view *world, uint16_t host) {
  return host <= world->preamble->host_count ? world->hops[host] : 0;
}

const struct session *world_session(const struct world_view *world, uint32_t connection) {
  size_t low = 0, high = world->session_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (world->sessions[middle].connection < connection)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < world->session_count && world->sessions[low].connection == connection;
  return found ? &world->sessions[low] : NULL;
}

const struct session *world_tab(const struct world_view *world, uint32_t tab) {
  CHECK(tab >= 1 && tab <= world->tab_count);
  return &world->sessions[world->tabs[tab - 1]];
}

/* How many of `count` entries stand at or before `at`. */
static size_t entries_until(const struct world_entry *entries, size_t count, journal_seq at) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (entries[middle].record <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t world_session_heard(const struct world_view *world, const struct session *session, journal_seq at) {
  return entries_until(world->by_connection + session->first, session->count, at);
}

bool world_session_open(const struct session *session, journal_seq at) {
  return session->opened && session->opened <= at && (!session->ended || session->ended > at);
}

/* The DATA that a session says next, or said last; 0: it says none. */
static journal_seq session_data(const struct world_view *world, const struct session *session,
                                journal_seq at) {
  size_t heard = world_session_heard(world, session, at);
  const struct world_entry *entries = &world->by_connection[session->first];
  for (size_t i = heard ? heard - 1 : 0; i < session->count; i++)
    if (journal_kind_at(world->journal, entries[i].record) == JOURNAL_DATA) return entries[i].record;
  for (size_t i = heard; i-- > 0;)
    if (journal_kind_at(world->journal, entries[i].record) == JOURNAL_DATA) return entries[i].record;
  return 0;
}

uint32_t world_session_letter(const struct world_view *world, const struct session *session, journal_seq at) {
  journal_seq data = session->message ? session_data(world, session, at) : 0;
  if (!data) return session->message;
  struct journal_record record;
  journal_get(world->journal, data, &record);
  return record.message;
}

uint32_t world_session_behind(const struct world_view *world, const struct journal_record *record) {
  if (record->connection || !record->cause) return record->connection;
  struct journal_record cause;
  journal_get(world->journal, record->cause, &cause);
  return cause.connection;
}

/* The letter's last CONVERT in the course of a session. */
static int64_t converted_for(const struct world_view *world, const struct session *session, uint32_t message,
                             journal_seq at) {
  const struct letter *letter = world_letter(world, message);
  struct journal_record record;
  int64_t version = 0;
  for (size_t i = 0; letter && i < letter->count; i++) {
    journal_seq seq = world->by_letter[letter->first + i].record;
    if (seq > at) break;
    if (journal_kind_at(world->journal, seq) != JOURNAL_CONVERT) continue;
    journal_get(world->journal, seq, &record);
    if (world_session_behind(world, &record) == session->connection) version = record.number[0];
  }
  return version;
}

int64_t world_session_carries(const struct world_view *world, const struct session *session, uint32_t message,
                              journal_seq at) {
  if (session->is_pull || !world_session_open(session, at)) return 0;
  int64_t version = converted_for(world, session, message, at);
  journal_seq data = version ? 0 : session_data(world, session, at);
  if (!data) return version;
  struct journal_record record;
  journal_get(world->journal, data, &record); /* of a later try: it was made in an earlier one */
  journal_seq made = journal_version_record(world->versions, record.number[2]);
  return record.message == message && made && made <= at ? record.number[2] : 0;
}

bool world_host_down(const struct world_view *world, uint16_t host, journal_seq at) {
  struct journal_record record;
  for (size_t i = world->fault_count; i-- > 0;) {
    if (world->faults[i] > at) continue;
    journal_get(world->journal, world->faults[i], &record);
    if (record.host != host) continue;
    if (span_equal(record.text[0], SPAN("host_down"))) return true;
    if (span_equal(record.text[0], SPAN("host_up"))) return false;
  }
  return false;
}

struct span world_session_server(const struct world_view *world, const struct session *session) {
  struct journal_record connect;
  if (session->server || !session->opened) return journal_host_name(world->preamble, session->server);
  journal_get(world->journal, session->opened, &connect);
  return connect.text[0];
}
