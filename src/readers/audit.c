#include "readers/audit.h"

#include "base/mem.h"
#include "journal/preamble.h"

/* Hash of host, message and recipient to the newest debt of a program; only for look-up, never in any order.
 */
struct books {
  struct audit audit;
  size_t debt_capacity, fault_capacity;
  struct arena *arena;
  uint32_t *slots; /* debt index + 1 */
  size_t slot_count;
  uint16_t *real_hosts; /* whose servers were real ones, with books of their own */
  size_t real_count, real_capacity;
};

/* Whose books: a program's own, or those of any other program on the host. */
struct debt_key {
  uint32_t message;
  uint16_t host, agent;
  bool any_other_agent;
  struct span recipient;
};

const char *audit_state_name(enum audit_state state) {
  static const char *const names[] = {"queued",  "relayed",   "delivered", "bounced",
                                      "expired", "discarded", "expanded"};
  return names[state];
}

static bool has_key(const struct audit_debt *debt, const struct debt_key *key) {
  return debt->host == key->host && debt->message == key->message &&
         (debt->agent != key->agent) == key->any_other_agent && span_equal(debt->recipient, key->recipient);
}

static size_t slot_of(const struct books *books, const struct debt_key *key) {
  uint32_t hash =
      (span_hash(key->recipient) ^ (key->host * 2654435761u) ^ (key->message * 40503u)) * 2654435761u;
  size_t at = (hash >> 7) & (books->slot_count - 1);
  while (books->slots[at] && !has_key(&books->audit.debts[books->slots[at] - 1], key))
    at = (at + 1) & (books->slot_count - 1);
  return at;
}

static struct debt_key key_of(const struct audit_debt *debt) {
  return (struct debt_key){debt->message, debt->host, debt->agent, false, debt->recipient};
}

static void rehash(struct books *books) {
  size_t count = books->slot_count ? books->slot_count * 2 : 64;
  mem_free(books->slots);
  books->slots = mem_zalloc(count * sizeof *books->slots);
  books->slot_count = count;
  for (size_t i = 0; i < books->audit.debt_count; i++) {
    struct debt_key key = key_of(&books->audit.debts[i]);
    books->slots[slot_of(books, &key)] = (uint32_t)i + 1;
  }
}

static void add_debt(struct books *books, const struct audit_debt *debt) {
  struct audit *audit = &books->audit;
  struct debt_key key = key_of(debt);
  audit->debts = mem_grow(audit->debts, &books->debt_capacity, audit->debt_count + 1, sizeof *audit->debts);
  audit->debts[audit->debt_count++] = *debt;
  if (audit->debt_count * 2 > books->slot_count) rehash(books);
  uint32_t *slot = &books->slots[slot_of(books, &key)];
  if (*slot != audit->debt_count) audit->debts[audit->debt_count - 1].older = *slot;
  *slot = (uint32_t)audit->debt_count;
}

static struct audit_debt *find_debt(struct books *books, const struct debt_key *key) {
  if (books->slot_count == 0) return NULL;
  uint32_t found = books->slots[slot_of(books, key)];
  return found ? &books->audit.debts[found - 1] : NULL;
}

/* Who was named twice, as by two aliases, is owed twice: then the newest debt that is still open, else the
 * newest. */
static struct audit_debt *find_open_debt(struct books *books, const struct debt_key *key) {
  struct audit_debt *newest = find_debt(books, key), *debt = newest;
  while (debt && debt->state != AUDIT_QUEUED)
    debt = debt->older ? &books->audit.debts[debt->older - 1] : NULL;
  return debt ? debt : newest;
}

static void add_fault(struct books *books, journal_seq record, struct span text) {
  struct audit *audit = &books->audit;
  audit->faults =
      mem_grow(audit->faults, &books->fault_capacity, audit->fault_count + 1, sizeof *audit->faults);
  audit->faults[audit->fault_count++] = (struct audit_fault){record, text};
}

static void open_debts(struct books *books, const struct journal_record *record, struct span recipients) {
  struct span recipient;
  while (span_next(&recipients, '\n', &recipient)) {
    if (!recipient.len) continue;
    add_debt(books, &(struct audit_debt){
                        .message = record->message,
                        .host = record->host,
                        .agent = record->agent,
                        .queue_id = record->text[0],
                        .recipient = recipient,
                        .accepted = record->seq,
                    });
  }
}

static void settle(struct books *books, const struct journal_record *record, enum audit_state state) {
  struct debt_key key = {record->message, record->host, record->agent, false, record->text[1]};
  struct audit_debt *debt = find_open_debt(books, &key);
  if (!debt || debt->state != AUDIT_QUEUED) {
    add_fault(books, record->seq,
              arena_format(books->arena, "letter %u for %.*s is %s, but %s", record->message,
                           SPAN_ARG(record->text[1]), audit_state_name(state),
                           debt ? "had its fate already" : "nobody owed it"));
    return;
  }
  debt->state = state;
  debt->settled = record->seq;
  if (state == AUDIT_RELAYED) debt->next_host = (uint16_t)record->number[0];
}

/* A delivery agent has no queue: it takes the mail and puts it into the store in one step. */
static void deliver(struct books *books, const struct journal_record *record) {
  struct debt_key key = {record->message, record->host, record->agent, false, record->text[1]};
  struct audit_debt *debt = find_open_debt(books, &key);
  if (!debt || debt->state != AUDIT_QUEUED) {
    open_debts(books, record, record->text[1]);
    debt = find_debt(books, &key);
  }
  if (!debt) { /* a stranger's journal: nobody, or several in one line */
    add_fault(books, record->seq, SPAN("something was delivered to no one recipient"));
    return;
  }
  debt->state = AUDIT_DELIVERED;
  debt->settled = record->seq;
  debt->place = record->text[3];
}

static void note_real_host(struct books *books, const struct journal_record *record) {
  if (!span_equal(record->text[1], SPAN(PREAMBLE_OUTSIDE))) return;
  books->real_hosts =
      mem_grow(books->real_hosts, &books->real_capacity, books->real_count + 1, sizeof *books->real_hosts);
  books->real_hosts[books->real_count++] = record->host;
}

static bool is_real(const struct books *books, uint16_t host) {
  for (size_t i = 0; i < books->real_count; i++)
    if (books->real_hosts[i] == host) return true;
  return false;
}

static void take_record(struct books *books, const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_AGENT: note_real_host(books, record); break;
  case JOURNAL_ACCEPTED: open_debts(books, record, record->text[2]); break;
  case JOURNAL_RELAYED: settle(books, record, AUDIT_RELAYED); break;
  case JOURNAL_BOUNCED: settle(books, record, AUDIT_BOUNCED); break;
  case JOURNAL_EXPIRED: settle(books, record, AUDIT_EXPIRED); break;
  case JOURNAL_DISCARDED: settle(books, record, AUDIT_DISCARDED); break;
  case JOURNAL_EXPANDED:
    settle(books, record, AUDIT_EXPANDED);
    open_debts(books, record, record->text[2]);
    break;
  case JOURNAL_DELIVERED: deliver(books, record); break;
  default: break;
  }
}

static bool matters(enum journal_kind kind) {
  return kind == JOURNAL_AGENT || kind == JOURNAL_ACCEPTED || kind == JOURNAL_RELAYED ||
         kind == JOURNAL_BOUNCED || kind == JOURNAL_EXPIRED || kind == JOURNAL_DISCARDED ||
         kind == JOURNAL_EXPANDED || kind == JOURNAL_DELIVERED;
}

/* Whoever was given the mail must have it in its books: the next host's queue, or its store. A real server's
 * are not ours to see: its 250 stands for them. */
static void check_relayed(struct books *books) {
  for (size_t i = 0; i < books->audit.debt_count; i++) {
    struct audit_debt *debt = &books->audit.debts[i];
    if (debt->state != AUDIT_RELAYED) continue;
    struct debt_key key = {debt->message, debt->next_host, debt->next_host == debt->host ? debt->agent : 0,
                           true, debt->recipient};
    debt->taken = find_debt(books, &key) != NULL || is_real(books, debt->next_host);
    if (!debt->taken)
      add_fault(books, debt->settled,
                arena_format(books->arena, "letter %u for %.*s was handed on, but the next host never had it",
                             debt->message, SPAN_ARG(debt->recipient)));
  }
}

/* Nothing is planned any more, and something is in a queue: nobody will ever look at it again. */
static void check_forgotten(struct books *books, const struct journal *journal, journal_seq last) {
  struct journal_record end;
  if (last == 0 || journal_kind_at(journal, last) != JOURNAL_END) return;
  journal_get(journal, last, &end);
  if (!span_equal(end.text[0], SPAN("quiet"))) return;
  for (size_t i = 0; i < books->audit.debt_count; i++) {
    const struct audit_debt *debt = &books->audit.debts[i];
    if (debt->state == AUDIT_QUEUED)
      add_fault(books, debt->accepted,
                arena_format(books->arena, "letter %u for %.*s is in a queue, and nothing will ever try it",
                             debt->message, SPAN_ARG(debt->recipient)));
  }
}

static void *moved(struct arena *arena, void *items, size_t size) {
  void *copy = arena_alloc(arena, size);
  if (size) memcpy(copy, items, size);
  mem_free(items);
  return copy;
}

struct audit audit_make(const struct journal *journal, journal_seq last, struct arena *arena) {
  struct books books = {.arena = arena};
  if (last == 0 || last > journal_count(journal)) last = journal_count(journal);
  for (journal_seq seq = 1; seq <= last; seq++) {
    struct journal_record record;
    if (!matters(journal_kind_at(journal, seq))) continue;
    journal_get(journal, seq, &record);
    take_record(&books, &record);
  }
  check_relayed(&books);
  check_forgotten(&books, journal, last);
  mem_free(books.slots);
  mem_free(books.real_hosts);
  books.audit.debts = moved(arena, books.audit.debts, books.audit.debt_count * sizeof *books.audit.debts);
  books.audit.faults = moved(arena, books.audit.faults, books.audit.fault_count * sizeof *books.audit.faults);
  return books.audit;
}
