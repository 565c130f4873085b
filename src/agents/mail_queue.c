#include "agents/mail_queue.h"

#include "base/check.h"

/* What an entry, its texts and the list of its recipients take at first: all of its memory, if nothing
 * happens to it but that it is passed on. */
static size_t size_of_entry(struct span id, struct span reverse_path, const struct span *recipients,
                            uint32_t count) {
  size_t size =
      arena_size(sizeof(struct queue_entry)) + arena_size(id.len + 1) + arena_size(reverse_path.len + 1);
  for (uint32_t i = 0; i < count; i++) size += arena_size(recipients[i].len + 1);
  for (uint32_t room = 1; room / 2 < count; room *= 2)
    size += arena_size(room * sizeof(struct queue_recipient));
  return size;
}

struct queue_entry *mail_queue_add(struct mail_queue *queue, struct span id, struct message *message,
                                   struct span reverse_path, const struct span *recipients, uint32_t count) {
  struct arena arena = ARENA_EMPTY;
  arena_reserve(&arena, size_of_entry(id, reverse_path, recipients, count));
  struct queue_entry *entry = arena_alloc(&arena, sizeof *entry);
  *entry = (struct queue_entry){.arena = arena, .message = message_retain(message)};
  entry->id = arena_copy(&entry->arena, id);
  entry->reverse_path = arena_copy(&entry->arena, reverse_path);
  for (uint32_t i = 0; i < count; i++) queue_entry_add_recipient(entry, recipients[i]);
  entry->previous = queue->last;
  if (queue->last)
    queue->last->next = entry;
  else
    queue->first = entry;
  queue->last = entry;
  queue->count++;
  return entry;
}

static uint32_t *bucket_of(const struct queue_entry *entry, struct span address) {
  return &entry->by_name[span_hash_nocase(address) & (entry->buckets - 1)];
}

static void put_into_bucket(struct queue_entry *entry, uint32_t index) {
  uint32_t *bucket = bucket_of(entry, entry->recipients[index].address);
  entry->recipients[index].next = *bucket;
  *bucket = index + 1;
}

/* Room for twice as many. A few are found by looking at each; a list's members are too many for that. */
static void make_room(struct queue_entry *entry) {
  enum { FEW = 16 };
  uint32_t count = entry->recipient_count, room = count ? count * 2 : 1;
  struct queue_recipient *more = arena_alloc(&entry->arena, room * sizeof *more);
  if (count) memcpy(more, entry->recipients, count * sizeof *more);
  entry->recipients = more;
  if (count < FEW) return;
  entry->by_name = arena_zalloc(&entry->arena, room * sizeof *entry->by_name);
  entry->buckets = room;
  for (uint32_t i = 0; i < count; i++) put_into_bucket(entry, i);
}

uint32_t queue_entry_add_recipient(struct queue_entry *entry, struct span address) {
  uint32_t count = entry->recipient_count;
  if ((count & (count - 1)) == 0) make_room(entry); /* full at each power of two */
  entry->recipients[count] = (struct queue_recipient){.address = arena_copy(&entry->arena, address)};
  if (entry->by_name) put_into_bucket(entry, count);
  return entry->recipient_count++;
}

bool queue_entry_has_recipient(const struct queue_entry *entry, struct span address) {
  const struct queue_recipient *recipients = entry->recipients;
  if (entry->by_name) {
    for (uint32_t at = *bucket_of(entry, address); at; at = recipients[at - 1].next)
      if (span_equal_nocase(recipients[at - 1].address, address)) return true;
    return false;
  }
  for (uint32_t i = 0; i < entry->recipient_count; i++)
    if (span_equal_nocase(recipients[i].address, address)) return true;
  return false;
}

void queue_entry_ask(struct queue_entry *entry, uint32_t recipient,
                     const struct dsn_recipient_request *request) {
  entry->recipients[recipient].dsn = *request;
  entry->recipients[recipient].dsn.original = arena_copy(&entry->arena, request->original);
  entry->asks = true;
}

bool queue_entry_is_done(const struct queue_entry *entry) {
  if (entry->active) return false;
  for (uint32_t i = 0; i < entry->recipient_count; i++)
    if (entry->recipients[i].state != QUEUE_DONE) return false;
  return true;
}

void mail_queue_remove(struct mail_queue *queue, struct queue_entry *entry) {
  if (entry->previous)
    entry->previous->next = entry->next;
  else
    queue->first = entry->next;
  if (entry->next)
    entry->next->previous = entry->previous;
  else
    queue->last = entry->previous;
  queue->count--;
  message_release(entry->message);
  message_release(entry->in_7bit);
  struct arena arena = entry->arena; /* in which it lies */
  arena_free(&arena);
}

void mail_queue_clear(struct mail_queue *queue) {
  while (queue->first) mail_queue_remove(queue, queue->first);
}
