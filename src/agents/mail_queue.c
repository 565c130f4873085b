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

/* ---- recipients, and who gets a copy anyway ---- */

struct queue_name {
  struct span text;
  struct queue_name *next; /* in its bucket */
};

/* A table of names; entries of one letter may share it. */
struct queue_names {
  struct arena arena; /* in which it lies itself */
  uint32_t holders, count, bucket_count;
  struct queue_name **buckets;
};

static struct queue_name **bucket_of(const struct queue_names *names, struct span text) {
  return &names->buckets[span_hash_nocase(text) & (names->bucket_count - 1)];
}

static void put(struct queue_names *names, struct queue_name *name) {
  struct queue_name **bucket = bucket_of(names, name->text);
  name->next = *bucket;
  *bucket = name;
}

static void enlarge(struct queue_names *names) {
  struct queue_names before = *names;
  names->bucket_count = before.bucket_count ? 2 * before.bucket_count : 64;
  names->buckets = arena_zalloc(&names->arena, names->bucket_count * sizeof(struct queue_name *));
  for (uint32_t i = 0; i < before.bucket_count; i++)
    for (struct queue_name *name = before.buckets[i], *next; name; name = next) {
      next = name->next;
      put(names, name);
    }
}

static void add_name(struct queue_names *names, struct span text) {
  struct queue_name *name = arena_alloc(&names->arena, sizeof *name);
  if (names->count == names->bucket_count) enlarge(names);
  name->text = arena_copy(&names->arena, text);
  put(names, name);
  names->count++;
}

static struct queue_names *names_of(struct queue_entry *entry) {
  if (entry->names) return entry->names;
  struct arena arena = ARENA_EMPTY;
  struct queue_names *names = arena_alloc(&arena, sizeof *names);
  *names = (struct queue_names){.arena = arena, .holders = 1};
  for (uint32_t i = 0; i < entry->recipient_count; i++) add_name(names, entry->recipients[i].address);
  return entry->names = names;
}

void queue_entry_share_names(struct queue_entry *from, struct queue_entry *to) {
  CHECK(!to->names);
  to->names = names_of(from);
  to->names->holders++;
}

void queue_entry_drop_names(struct queue_entry *entry) {
  struct queue_names *names = entry->names;
  entry->names = NULL;
  if (!names || --names->holders > 0) return;
  struct arena arena = names->arena;
  arena_free(&arena);
}

uint32_t queue_entry_add_recipient(struct queue_entry *entry, struct span address) {
  uint32_t count = entry->recipient_count;
  if ((count & (count - 1)) == 0) { /* full at each power of two */
    uint32_t room = count ? count * 2 : 1;
    struct queue_recipient *more = arena_alloc(&entry->arena, room * sizeof *more);
    if (count) memcpy(more, entry->recipients, count * sizeof *more);
    entry->recipients = more;
  }
  entry->recipients[count] = (struct queue_recipient){.address = arena_copy(&entry->arena, address)};
  if (entry->names) add_name(entry->names, address);
  return entry->recipient_count++;
}

bool queue_entry_has_recipient(struct queue_entry *entry, struct span address) {
  const struct queue_name *name = *bucket_of(names_of(entry), address);
  while (name && !span_equal_nocase(name->text, address)) name = name->next;
  return name != NULL;
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
  queue_entry_drop_names(entry);
  struct arena arena = entry->arena; /* in which it lies */
  arena_free(&arena);
}

void mail_queue_clear(struct mail_queue *queue) {
  while (queue->first) mail_queue_remove(queue, queue->first);
}
