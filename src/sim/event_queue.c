#include "sim/event_queue.h"

#include "base/check.h"
#include "base/mem.h"

/* Where an event of time t lies, with the base b (no pending event is earlier than b):
 *
 *     bucket 0      t = b
 *     bucket k      t and b differ, and the highest bit in which they do is bit k − 1
 *
 * When bucket 0 is used up, the base moves to the earliest time in the lowest bucket that holds
 * anything, and that bucket alone is dealt out again, always into buckets below it, which are empty.
 *
 * Why ties stay in order: events of one time share a bucket whatever the base, a bucket is only ever
 * appended to, and it is dealt out from front to back. So of two events of one time, the one added
 * first is in front at every moment.
 *
 * A bucket is a chain of blocks of 32-byte entries: dealing out reads and writes memory in sequence. An
 * event's place changes, so its handle names a slot instead: a generation that is odd while the event
 * is pending. The slot stays with its entry until the entry is met, so an even generation found there
 * can only mean that the event was cancelled. */

enum {
  BUCKETS = 65, /* one for each bit of a time, and bucket 0 */
  BLOCK_ENTRIES = 31,
  CACHE_LINE = 64,
  SLAB_BLOCKS_FIRST = 8, /* blocks are allocated in slabs, each twice as large as the one before … */
  SLAB_BLOCKS_MAX = 1024,
  STALE_ALLOWED = 1024, /* cancelled entries kept beyond the number of pending ones before a sweep */
};

#define NO_SLOT UINT32_MAX

struct entry {
  uint64_t time_us;
  event_fn *fn;
  void *context;
  uint32_t cause;
  uint32_t slot;
};

struct block {
  struct block *next;
  uint64_t filler[3];
  struct entry entries[BLOCK_ENTRIES];
};

struct bucket {
  struct block *first;
  struct block *last;
  struct entry *end;    /* where the next entry goes; the block is full when room is 0 */
  uint64_t earliest_us; /* no later than any entry; the one it was may have been cancelled */
  uint32_t room;
};

struct slot {
  uint32_t generation; /* odd: pending */
  uint32_t next_free;
};

struct slab {
  struct slab *next;
  char space[]; /* the blocks, from the first multiple of CACHE_LINE on */
};

struct event_queue {
  uint64_t base_us;
  uint64_t occupied;   /* bit k − 1: bucket k is not empty */
  struct entry *front; /* the next entry of bucket 0, if that is not empty */
  struct slot *slots;
  uint32_t free_slot; /* NO_SLOT: none */
  uint32_t slots_used;
  uint64_t pending;
  uint64_t stale; /* cancelled, but not met yet */
  struct block *free_blocks;
  size_t slot_capacity;
  struct slab *slabs;
  size_t slab_blocks;
  struct bucket buckets[BUCKETS];
};

struct event_queue *event_queue_new(void) {
  struct event_queue *queue = mem_zalloc(sizeof *queue);
  queue->free_slot = NO_SLOT;
  queue->slab_blocks = SLAB_BLOCKS_FIRST;
  return queue;
}

void event_queue_free(struct event_queue *queue) {
  if (!queue) return;
  while (queue->slabs) {
    struct slab *next = queue->slabs->next;
    mem_free(queue->slabs);
    queue->slabs = next;
  }
  mem_free(queue->slots);
  mem_free(queue);
}

/* ---- blocks and slots ---- */

static void block_give_back(struct event_queue *queue, struct block *block) {
  block->next = queue->free_blocks;
  queue->free_blocks = block;
}

static void add_slab(struct event_queue *queue) {
  struct slab *slab = mem_alloc(sizeof *slab + queue->slab_blocks * sizeof(struct block) + CACHE_LINE);
  slab->next = queue->slabs;
  queue->slabs = slab;
  size_t over = (uintptr_t)slab->space % CACHE_LINE;
  struct block *blocks = (struct block *)(void *)(slab->space + (CACHE_LINE - over));
  for (size_t i = queue->slab_blocks; i-- > 0;) block_give_back(queue, &blocks[i]);
  if (queue->slab_blocks < SLAB_BLOCKS_MAX) queue->slab_blocks *= 2;
}

static struct block *block_take(struct event_queue *queue) {
  if (!queue->free_blocks) add_slab(queue);
  struct block *block = queue->free_blocks;
  queue->free_blocks = block->next;
  block->next = NULL;
  return block;
}

static uint32_t new_slot(struct event_queue *queue) {
  CHECK(queue->slots_used < NO_SLOT);
  queue->slots =
      mem_grow(queue->slots, &queue->slot_capacity, (size_t)queue->slots_used + 1, sizeof *queue->slots);
  queue->slots[queue->slots_used] = (struct slot){0, NO_SLOT};
  return queue->slots_used++;
}

static inline uint32_t slot_take(struct event_queue *queue) {
  uint32_t slot = queue->free_slot;
  if (slot == NO_SLOT) return new_slot(queue);
  queue->free_slot = queue->slots[slot].next_free;
  return slot;
}

static inline void slot_give_back(struct event_queue *queue, uint32_t slot) {
  queue->slots[slot].next_free = queue->free_slot;
  queue->free_slot = slot;
}

/* ---- buckets ---- */

static inline unsigned bucket_of(const struct event_queue *queue, uint64_t time_us) {
  uint64_t differs = time_us ^ queue->base_us;
  return differs ? 64 - (unsigned)__builtin_clzll(differs) : 0;
}

/* Starts a bucket, or gives it one block more. */
static void bucket_extend(struct event_queue *queue, unsigned index) {
  struct bucket *bucket = &queue->buckets[index];
  struct block *block = block_take(queue);
  if (bucket->first) {
    bucket->last->next = block;
  } else {
    bucket->first = block;
    bucket->earliest_us = UINT64_MAX;
    if (index == 0)
      queue->front = block->entries;
    else
      queue->occupied |= 1ull << (index - 1);
  }
  bucket->last = block;
  bucket->end = block->entries;
  bucket->room = BLOCK_ENTRIES;
}

static inline void bucket_append(struct event_queue *queue, unsigned index, const struct entry *entry) {
  struct bucket *bucket = &queue->buckets[index];
  if (bucket->room == 0) bucket_extend(queue, index);
  *bucket->end++ = *entry;
  bucket->room--;
  if (entry->time_us < bucket->earliest_us) bucket->earliest_us = entry->time_us;
}

/* Takes all entries out of a bucket; the caller walks them and gives the blocks back. */
static struct bucket bucket_detach(struct event_queue *queue, unsigned index) {
  struct bucket bucket = queue->buckets[index];
  queue->buckets[index] = (struct bucket){.first = NULL};
  if (index == 0)
    queue->front = NULL;
  else
    queue->occupied &= ~(1ull << (index - 1));
  return bucket;
}

/* Puts the pending ones of a detached bucket's entries where they belong now, in order, and forgets the
 * cancelled ones. */
static void deal_out(struct event_queue *queue, struct bucket *from, struct entry *entry) {
  for (struct block *block = from->first; block;) {
    struct block *next = block->next;
    struct entry *end = next ? block->entries + BLOCK_ENTRIES : from->end;
    for (; entry < end; entry++) {
      if (queue->slots[entry->slot].generation & 1) {
        bucket_append(queue, bucket_of(queue, entry->time_us), entry);
      } else {
        slot_give_back(queue, entry->slot);
        queue->stale--;
      }
    }
    block_give_back(queue, block);
    block = next;
    if (block) entry = block->entries;
  }
}

/* Moves the base to the earliest time of the lowest bucket, which must be the lowest that holds any. */
static void advance(struct event_queue *queue, unsigned lowest) {
  struct bucket bucket = bucket_detach(queue, lowest);
  queue->base_us = bucket.earliest_us;
  deal_out(queue, &bucket, bucket.first->entries);
}

/* Forgets every cancelled entry, so that they never outnumber the pending ones by much. */
static void sweep(struct event_queue *queue) {
  for (unsigned index = 0; index < BUCKETS; index++) {
    if (!queue->buckets[index].first) continue;
    struct entry *entry = index == 0 ? queue->front : queue->buckets[index].first->entries;
    struct bucket bucket = bucket_detach(queue, index);
    deal_out(queue, &bucket, entry);
  }
}

/* The entry is the front of bucket 0: steps past it. */
static inline void drop_front(struct event_queue *queue) {
  struct bucket *bucket = &queue->buckets[0];
  queue->front++;
  if (queue->front == bucket->end) { /* used up: its block serves again from the start */
    queue->front = bucket->end = bucket->last->entries;
    bucket->room = BLOCK_ENTRIES;
  } else if (queue->front == bucket->first->entries + BLOCK_ENTRIES) {
    struct block *used = bucket->first;
    bucket->first = used->next;
    queue->front = bucket->first->entries;
    block_give_back(queue, used);
  }
}

/* ---- the interface ---- */

struct event_handle event_queue_add(struct event_queue *queue, const struct event *event) {
  CHECK(event->time_us >= queue->base_us);
  uint32_t slot = slot_take(queue);
  uint32_t generation = ++queue->slots[slot].generation;
  struct entry entry = {event->time_us, event->fn, event->context, event->cause, slot};
  bucket_append(queue, bucket_of(queue, event->time_us), &entry);
  queue->pending++;
  return (struct event_handle){slot, generation};
}

bool event_queue_pending(const struct event_queue *queue, struct event_handle handle) {
  return (handle.generation & 1) && handle.slot < queue->slots_used &&
         queue->slots[handle.slot].generation == handle.generation;
}

bool event_queue_cancel(struct event_queue *queue, struct event_handle handle) {
  if (!event_queue_pending(queue, handle)) return false;
  queue->slots[handle.slot].generation++;
  queue->pending--;
  queue->stale++;
  if (queue->stale > queue->pending + STALE_ALLOWED) sweep(queue);
  return true;
}

bool event_queue_take_until(struct event_queue *queue, uint64_t limit_us, struct event *event_out) {
  if (queue->pending == 0) {
    if (queue->stale) sweep(queue);
    return false;
  }
  for (;;) {
    while (queue->front != queue->buckets[0].end) {
      if (queue->base_us > limit_us) return false;
      struct entry *entry = queue->front;
      struct slot *slot = &queue->slots[entry->slot];
      bool pending = slot->generation & 1;
      slot_give_back(queue, entry->slot);
      if (pending) {
        *event_out = (struct event){entry->time_us, entry->fn, entry->context, entry->cause};
        slot->generation++;
        queue->pending--;
      } else {
        queue->stale--;
      }
      drop_front(queue);
      if (pending) return true;
    }
    unsigned lowest = (unsigned)__builtin_ctzll(queue->occupied) + 1;
    if (queue->buckets[lowest].earliest_us > limit_us) return false;
    advance(queue, lowest);
  }
}

bool event_queue_take(struct event_queue *queue, struct event *event_out) {
  return event_queue_take_until(queue, UINT64_MAX, event_out);
}

uint64_t event_queue_count(const struct event_queue *queue) {
  return queue->pending;
}
