/* What a machine still owes: one entry for each recipient of each letter that it took responsibility for. */
#include "base/mem.h"
#include "view/world_machine.h"

struct books {
  struct queue_entry *entries;
  size_t count, capacity;
};

static void open_entries(struct books *books, const struct journal_record *record, struct span recipients) {
  struct span recipient;
  while (span_next(&recipients, '\n', &recipient)) {
    if (!recipient.len) continue;
    books->entries = mem_grow(books->entries, &books->capacity, books->count + 1, sizeof *books->entries);
    books->entries[books->count++] = (struct queue_entry){.message = record->message,
                                                          .agent = record->agent,
                                                          .queue_id = record->text[0],
                                                          .recipient = recipient,
                                                          .next_host = SPAN_EMPTY,
                                                          .why = SPAN_EMPTY,
                                                          .accepted = record->seq,
                                                          .last = record->seq};
  }
}

/* Newest first: a letter that comes back to a machine is owed anew. */
static struct queue_entry *find_entry(struct books *books, const struct journal_record *record,
                                      struct span recipient) {
  for (size_t i = books->count; i-- > 0;) {
    struct queue_entry *entry = &books->entries[i];
    if (entry->message == record->message && entry->agent == record->agent &&
        span_equal(entry->recipient, recipient))
      return entry;
  }
  return NULL;
}

static void settle(struct books *books, const struct journal_record *record) {
  struct queue_entry *entry = find_entry(books, record, record->text[1]);
  if (!entry) return;
  size_t index = (size_t)(entry - books->entries);
  memmove(entry, entry + 1, (books->count - index - 1) * sizeof *entry);
  books->count--;
}

/* The copies of a list are kept under another id. */
static void move_entries(struct books *books, const struct journal_record *record) {
  struct span rest = record->text[2], recipient;
  while (span_next(&rest, '\n', &recipient)) {
    struct queue_entry *entry = find_entry(books, record, recipient);
    if (entry) entry->queue_id = record->text[0];
  }
}

static void note_attempt(struct books *books, const struct journal_record *record) {
  struct span rest = record->text[1], recipient;
  while (span_next(&rest, '\n', &recipient)) {
    struct queue_entry *entry = find_entry(books, record, recipient);
    if (!entry) continue;
    entry->attempts = record->number[0];
    entry->next_host = record->text[2];
    entry->next_try_us = 0;
    entry->last = record->seq;
  }
}

/* What changes nothing but an entry's own state. */
static void note_state(struct queue_entry *entry, const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_QUEUED: entry->next_try_us = record->number[0]; break;
  case JOURNAL_ROUTED: entry->next_host = record->text[2]; break;
  case JOURNAL_DEFERRED:
    entry->attempts = record->number[0];
    entry->next_try_us = record->number[1];
    entry->code = record->number[2];
    entry->why = record->text[2];
    if (record->text[3].len) entry->next_host = record->text[3];
    break;
  default: return;
  }
  entry->last = record->seq;
}

static void take_record(struct books *books, const struct journal_record *record) {
  struct queue_entry *entry;
  switch (record->kind) {
  case JOURNAL_ACCEPTED: open_entries(books, record, record->text[2]); break;
  case JOURNAL_ATTEMPT: note_attempt(books, record); break;
  case JOURNAL_RELAYED:
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED:
  case JOURNAL_DELIVERED: settle(books, record); break;
  case JOURNAL_EXPANDED:
    settle(books, record);
    open_entries(books, record, record->text[2]);
    break;
  case JOURNAL_NEW_ENVELOPE: move_entries(books, record); break;
  default:
    entry = find_entry(books, record, record->text[1]);
    if (entry) note_state(entry, record);
  }
}

size_t world_queue(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                   struct queue_entry **entries_out) {
  struct books books = {.entries = NULL};
  size_t count;
  const journal_seq *records = world_machine_records(world, host, at, &count);
  for (size_t i = 0; i < count; i++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(world->journal, records[i]);
    bool of_queue = kind >= JOURNAL_ACCEPTED && kind <= JOURNAL_DELIVERED;
    if (!of_queue && kind != JOURNAL_NEW_ENVELOPE) continue;
    if (kind == JOURNAL_STAMP || kind == JOURNAL_REWRITE) continue;
    journal_get(world->journal, records[i], &record);
    take_record(&books, &record);
  }
  *entries_out = arena_alloc(arena, (books.count + 1) * sizeof **entries_out);
  if (books.count) memcpy(*entries_out, books.entries, books.count * sizeof *books.entries);
  mem_free(books.entries);
  return books.count;
}
