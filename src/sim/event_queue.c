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
 * What an event does lies still, in a record of 32 bytes, whose slot is in the handle. Only an entry
 * of 16 bytes moves, its time and its slot: a bucket is a chain of blocks of them, so that dealing out reads
 * and writes memory in sequence and touches no record. A record's generation is odd while its event is
 * pending; the record stays with its entry until that is met, so an even generation found there can
 * only mean that the event was cancelled. */

enum {
  BUCKETS = 64, /* one for each bit of a time, and bucket 0 */
  BLOCK_ENTRIES = 63,
  CACHE_LINE = 64,
  SLAB_BLOCKS_FIRST = 4, /* blocks are allocated in slabs, each twice as large as the one before … */
  SLAB_BLOCKS_MAX = 1024,
  STALE_ALLOWED = 1024, /* cancelled entries kept beyond the number of pending ones before a sweep */
};

#define NO_SLOT UINT32_MAX

struct record {
  event_fn *fn;
  void *context;
  uint32_t cause;
  uint32_t generation; /* odd: pending */
  uint32_t next_free;
  uint32_t unused;
};

struct entry {
  uint64_t time_us;
  uint32_t slot;
  uint32_t unused;
};

struct block {
  struct entry entries[BLOCK_ENTRIES];
  struct block *next;
  uint64_t unused;
};

struct bucket {
  struct block *first;  /* stays when the bucket is used up; NULL until it is first used */
  struct block *last;   /* the one being filled */
  struct entry *end;    /* where the next entry goes … */
  struct entry *limit;  /* … unless this is the end of the block */
  uint64_t earliest_us; /* no later than any entry; the one it was may have been cancelled */
  uint64_t unused[3];
};

struct slab {
  struct slab *next;
  char space[]; /* the blocks, from the first multiple of CACHE_LINE on */
};

struct event_queue {
  uint64_t base_us;
  uint64_t occupied;   /* bit k: bucket k is not empty; bit 0 means nothing */
  struct entry *front; /* the next entry of bucket 0, unless it is the bucket's end */
  struct record *records;
  uint64_t pending;
  uint64_t stale;     /* cancelled, but not met yet */
  uint32_t free_slot; /* NO_SLOT: none */
  uint32_t slots_used;
  struct block *free_blocks;
  struct bucket buckets[BUCKETS];
  size_t record_capacity;
  struct slab *slabs;
  size_t slab_blocks;
};

/* ---- blocks and records ---- */

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

static uint32_t new_record(struct event_queue *queue) {
  CHECK(queue->slots_used < NO_SLOT);
  queue->records = mem_grow(queue->records, &queue->record_capacity, (size_t)queue->slots_used + 1,
                            sizeof *queue->records);
  queue->records[queue->slots_used] = (struct record){.next_free = NO_SLOT};
  return queue->slots_used++;
}

static inline uint32_t record_take(struct event_queue *queue) {
  uint32_t slot = queue->free_slot;
  if (slot == NO_SLOT) return new_record(queue);
  queue->free_slot = queue->records[slot].next_free;
  return slot;
}

static inline void record_give_back(struct event_queue *queue, uint32_t slot) {
  queue->records[slot].next_free = queue->free_slot;
  queue->free_slot = slot;
}

/* ---- buckets ---- */

static inline unsigned bucket_of(uint64_t time_us, uint64_t base_us) {
  uint64_t differs = time_us ^ base_us; /* its top bit is never set: see EVENT_TIME_MAX */
  return 63 - (unsigned)__builtin_clzll(differs << 1 | 1);
}

static void bucket_extend(struct event_queue *queue, struct bucket *bucket) {
  struct block *block = block_take(queue);
  if (bucket->first)
    bucket->last->next = block;
  else
    bucket->first = block;
  bucket->last = block;
  bucket->end = block->entries;
  bucket->limit = block->entries + BLOCK_ENTRIES;
  if (bucket == queue->buckets && !queue->front) queue->front = bucket->end;
}

static inline void bucket_append(struct event_queue *queue, unsigned index, uint64_t time_us, uint32_t slot) {
  struct bucket *bucket = &queue->buckets[index];
  if (bucket->end == bucket->limit) bucket_extend(queue, bucket);
  bucket->end->time_us = time_us;
  bucket->end->slot = slot;
  bucket->end++;
  bucket->earliest_us = time_us < bucket->earliest_us ? time_us : bucket->earliest_us;
}

/* Forgets a bucket's entries; one block stays with it. */
static inline void bucket_reset(struct bucket *bucket) {
  bucket->last = bucket->first;
  bucket->end = bucket->first->entries;
  bucket->limit = bucket->end + BLOCK_ENTRIES;
  bucket->earliest_us = UINT64_MAX;
}

/* Deals out the lowest bucket that holds any. All of it goes to buckets below, so that it can be read
 * while they are written. */
static void deal_out(struct event_queue *queue, unsigned lowest) {
  struct bucket *bucket = &queue->buckets[lowest];
  uint64_t base_us = queue->base_us = bucket->earliest_us;
  uint64_t occupied = queue->occupied & ~(1ull << lowest);
  const struct record *records = queue->records;
  for (struct block *block = bucket->first; block;) {
    struct block *next = block->next;
    struct entry *end = next ? block->entries + BLOCK_ENTRIES : bucket->end;
    for (struct entry *entry = block->entries; entry < end; entry++) {
      uint64_t time_us = entry->time_us;
      uint32_t slot = entry->slot;
      unsigned index = bucket_of(time_us, base_us);
      __builtin_prefetch(&records[slot], 1);
      occupied |= 1ull << index;
      bucket_append(queue, index, time_us, slot);
    }
    if (block != bucket->first) block_give_back(queue, block);
    block = next;
  }
  queue->occupied = occupied;
  bucket->first->next = NULL;
  bucket_reset(bucket);
}

/* ---- cancelled entries ---- */

static void sweep_bucket(struct event_queue *queue, unsigned index, struct entry *entry) {
  struct bucket old = queue->buckets[index];
  queue->buckets[index] = (struct bucket){.earliest_us = UINT64_MAX};
  for (struct block *block = old.first; block;) {
    struct block *next = block->next;
    struct entry *end = next ? block->entries + BLOCK_ENTRIES : old.end;
    for (; entry < end; entry++) {
      if (queue->records[entry->slot].generation & 1) {
        queue->occupied |= 1ull << index;
        bucket_append(queue, index, entry->time_us, entry->slot);
      } else {
        record_give_back(queue, entry->slot);
      }
    }
    block_give_back(queue, block);
    block = next;
    if (block) entry = block->entries;
  }
}

/* Forgets every cancelled entry, so that they never outnumber the pending ones by much. */
static void sweep(struct event_queue *queue) {
  struct entry *front = queue->front;
  queue->front = NULL;
  queue->occupied = 0;
  for (unsigned index = 0; index < BUCKETS; index++) {
    struct bucket *bucket = &queue->buckets[index];
    if (bucket->first) sweep_bucket(queue, index, index == 0 ? front : bucket->first->entries);
  }
  queue->stale = 0;
}

/* ---- taking ---- */

/* Gives the event of an entry that has been met, and frees its record; false if it was cancelled. */
static inline bool open_entry(struct event_queue *queue, const struct entry *entry, struct event *event_out) {
  uint32_t slot = entry->slot;
  struct record *record = &queue->records[slot];
  record_give_back(queue, slot);
  if (!(record->generation & 1)) {
    queue->stale--;
    return false;
  }
  record->generation++;
  queue->pending--;
  event_out->time_us = entry->time_us;
  event_out->fn = record->fn;
  event_out->context = record->context;
  event_out->cause = record->cause;
  return true;
}

/* The front has reached the end of bucket 0's first block. */
static void leave_block(struct event_queue *queue, struct bucket *bucket) {
  struct block *used = bucket->first;
  if (used == bucket->last) { /* it serves again from the start */
    bucket_reset(bucket);
  } else {
    bucket->first = used->next;
    block_give_back(queue, used);
  }
  queue->front = bucket->first->entries;
}

static inline bool take_front(struct event_queue *queue, struct event *event_out) {
  struct bucket *bucket = &queue->buckets[0];
  bool pending = open_entry(queue, queue->front, event_out);
  if (++queue->front == bucket->first->entries + BLOCK_ENTRIES) leave_block(queue, bucket);
  return pending;
}

/* ---- the interface ---- */

struct event_queue *event_queue_new(void) {
  struct event_queue *queue = mem_zalloc(sizeof *queue);
  queue->free_slot = NO_SLOT;
  queue->slab_blocks = SLAB_BLOCKS_FIRST;
  for (unsigned index = 0; index < BUCKETS; index++) queue->buckets[index].earliest_us = UINT64_MAX;
  return queue;
}

void event_queue_free(struct event_queue *queue) {
  if (!queue) return;
  while (queue->slabs) {
    struct slab *next = queue->slabs->next;
    mem_free(queue->slabs);
    queue->slabs = next;
  }
  mem_free(queue->records);
  mem_free(queue);
}

struct event_handle event_queue_add(struct event_queue *queue, const struct event *event) {
  uint64_t time_us = event->time_us;
  CHECK(time_us >= queue->base_us && time_us <= EVENT_TIME_MAX);
  uint32_t slot = record_take(queue);
  struct record *record = &queue->records[slot];
  record->fn = event->fn;
  record->context = event->context;
  record->cause = event->cause;
  uint32_t generation = ++record->generation;
  unsigned index = bucket_of(time_us, queue->base_us);
  queue->occupied |= 1ull << index;
  bucket_append(queue, index, time_us, slot);
  queue->pending++;
  return (struct event_handle){slot, generation};
}

bool event_queue_pending(const struct event_queue *queue, struct event_handle handle) {
  return (handle.generation & 1) && handle.slot < queue->slots_used &&
         queue->records[handle.slot].generation == handle.generation;
}

bool event_queue_cancel(struct event_queue *queue, struct event_handle handle) {
  if (!event_queue_pending(queue, handle)) return false;
  queue->records[handle.slot].generation++;
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
      if (take_front(queue, event_out)) return true;
    }
    unsigned lowest = (unsigned)__builtin_ctzll(queue->occupied & ~1ull);
    struct bucket *bucket = &queue->buckets[lowest];
    if (bucket->earliest_us > limit_us) return false;
    if (bucket->end != bucket->first->entries + 1) {
      deal_out(queue, lowest);
    } else { /* a single one need not move */
      queue->base_us = bucket->earliest_us;
      queue->occupied &= ~(1ull << lowest);
      bucket_reset(bucket);
      if (open_entry(queue, bucket->first->entries, event_out)) return true;
    }
  }
}

bool event_queue_take(struct event_queue *queue, struct event *event_out) {
  return event_queue_take_until(queue, UINT64_MAX, event_out);
}

uint64_t event_queue_count(const struct event_queue *queue) {
  return queue->pending;
}
