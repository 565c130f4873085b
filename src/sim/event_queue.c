#include "sim/event_queue.h"

#include <string.h>

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
 * A lowest bucket that holds few is not dealt out but sorted, into the run. From then on the run stands for
 * all the buckets below that one: what would go into them is put where it belongs in the run, behind its
 * equals. When the run has no more room it is dealt out after all.
 *
 * What an event does lies still, in a record whose slot is in the handle. Only an entry of 16 bytes moves,
 * its time, slot and generation: a bucket is a chain of blocks of them, so that dealing out reads and
 * writes memory in sequence and touches no record. A slot's generation moves on when its event is taken or
 * cancelled, and it is free at once; an entry with an old generation is stale, and is dropped when met.
 * Generations and free slots stand apart from the records, so that a cancelled event's is not read.
 *
 * With a million pending, memory is what takes time: whatever is dealt out into the lowest buckets is soon to
 * happen, so its record is fetched ahead, and then the context that its function will look at. */

enum {
  BUCKETS = 64, /* one for each bit of a time, and bucket 0 */
  BLOCK_ENTRIES = 63,
  CACHE_LINE = 64,
  RECORDS_FIRST = 64,
  SLAB_BLOCKS_FIRST = 4, /* blocks are allocated in slabs, each twice as large as the one before … */
  SLAB_BLOCKS_MAX = 1024,
  PREFETCH_BUCKET = 5, /* what is dealt out into this or a lower one is soon taken */
  CONTEXT_BUCKET = 2,
  SWEEP_AHEAD = 8,      /* entries, for the memory to keep up */
  RUN_SORTED = 8,       /* as few entries as this are sorted, not dealt out */
  RUN_ENTRIES = 32,     /* the most that a run holds */
  RUN_BUCKETS = 60,     /* in a bucket below, time − base leaves room for the place of an entry in a run */
  STALE_ALLOWED = 1024, /* cancelled entries kept beyond the number of pending ones before a sweep */
};

struct record {
  event_fn *fn;
  void *context;
  uint32_t cause;
};

struct entry {
  uint64_t time_us;
  uint32_t slot;
  uint32_t generation;
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
  uint32_t *generations; /* of each record; never 0 */
  uint32_t *free_slots;  /* a stack */
  uint32_t free_count;
  uint32_t slot_count;
  uint64_t pending;
  uint64_t stale;     /* cancelled, but not met yet */
  unsigned run_below; /* what belongs into a bucket below this one goes into the run; 0: there is none */
  struct entry *run_front, *run_end;
  struct entry run[RUN_ENTRIES];
  struct block *free_blocks;
  struct bucket buckets[BUCKETS];
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

/* Makes room for twice as many records; the new slots are free, the lowest on top. */
static void add_records(struct event_queue *queue) {
  uint32_t before = queue->slot_count, count = before ? before * 2 : RECORDS_FIRST;
  CHECK(count > before && count < UINT32_MAX / 2);
  queue->records = mem_resize(queue->records, count * sizeof *queue->records);
  queue->generations = mem_resize(queue->generations, count * sizeof *queue->generations);
  queue->free_slots = mem_resize(queue->free_slots, count * sizeof *queue->free_slots);
  for (uint32_t slot = count; slot-- > before;) {
    queue->generations[slot] = 1;
    queue->free_slots[queue->free_count++] = slot;
  }
  queue->slot_count = count;
}

static inline void record_give_back(struct event_queue *queue, uint32_t slot) {
  if (++queue->generations[slot] == 0) queue->generations[slot] = 1;
  queue->free_slots[queue->free_count++] = slot;
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

/* There must be room. */
static inline void bucket_put(struct bucket *bucket, struct entry entry) {
  *bucket->end++ = entry;
  bucket->earliest_us = entry.time_us < bucket->earliest_us ? entry.time_us : bucket->earliest_us;
}

static inline void bucket_append(struct event_queue *queue, unsigned index, struct entry entry) {
  struct bucket *bucket = &queue->buckets[index];
  if (UNLIKELY(bucket->end == bucket->limit)) bucket_extend(queue, bucket);
  bucket_put(bucket, entry);
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
  const uint32_t *generations = queue->generations;
  for (struct block *block = bucket->first; block;) {
    struct block *next = block->next;
    struct entry *end = next ? block->entries + BLOCK_ENTRIES : bucket->end;
    for (struct entry *entry = block->entries; entry < end; entry++) {
      uint64_t time_us = entry->time_us;
      unsigned index = bucket_of(time_us, base_us);
      if (index <= PREFETCH_BUCKET) {
        __builtin_prefetch(&generations[entry->slot], 1);
        __builtin_prefetch(&records[entry->slot]);
        if (index <= CONTEXT_BUCKET) __builtin_prefetch(records[entry->slot].context, 1);
      }
      occupied |= 1ull << index;
      bucket_append(queue, index, *entry);
    }
    if (block != bucket->first) block_give_back(queue, block);
    block = next;
  }
  queue->occupied = occupied;
  queue->run_below = 0;
  bucket->first->next = NULL;
  bucket_reset(bucket);
}

/* ---- the run ---- */

static inline void order(uint64_t *a, uint64_t *b) {
  uint64_t low = *a < *b ? *a : *b, high = *a < *b ? *b : *a;
  *a = low;
  *b = high;
}

/* A sorting network of nineteen comparisons, with no branch to guess. */
static inline void sort_eight(uint64_t k[RUN_SORTED]) {
  order(&k[0], &k[2]), order(&k[1], &k[3]), order(&k[4], &k[6]), order(&k[5], &k[7]);
  order(&k[0], &k[4]), order(&k[1], &k[5]), order(&k[2], &k[6]), order(&k[3], &k[7]);
  order(&k[0], &k[1]), order(&k[2], &k[3]), order(&k[4], &k[5]), order(&k[6], &k[7]);
  order(&k[2], &k[4]), order(&k[3], &k[5]);
  order(&k[1], &k[4]), order(&k[3], &k[6]);
  order(&k[1], &k[2]), order(&k[3], &k[4]), order(&k[5], &k[6]);
}

/* Makes a run of the lowest bucket that holds any, which holds few. */
static void make_run(struct event_queue *queue, unsigned lowest) {
  struct bucket *bucket = &queue->buckets[lowest];
  const struct entry *entries = bucket->first->entries;
  size_t count = (size_t)(bucket->end - entries);
  uint64_t base_us = bucket->earliest_us;
  uint64_t keys[RUN_SORTED];
  for (size_t i = 0; i < RUN_SORTED; i++)
    keys[i] = i < count ? (entries[i].time_us - base_us) << 3 | i : UINT64_MAX;
  sort_eight(keys);
  for (size_t i = 0; i < count; i++) {
    const struct entry *entry = &entries[keys[i] & 7];
    __builtin_prefetch(&queue->generations[entry->slot], 1);
    __builtin_prefetch(&queue->records[entry->slot]);
    queue->run[i] = *entry;
  }
  queue->run_front = queue->run;
  queue->run_end = queue->run + count;
  queue->run_below = lowest;
  queue->base_us = base_us;
  queue->occupied &= ~(1ull << lowest);
  bucket_reset(bucket);
}

/* The run has reached the end of its room. If it is too long for it, its entries go where they would have
 * been dealt out. */
static void run_make_room(struct event_queue *queue) {
  size_t count = (size_t)(queue->run_end - queue->run_front);
  if (count > RUN_ENTRIES / 2) {
    for (struct entry *entry = queue->run_front; entry < queue->run_end; entry++) {
      unsigned index = bucket_of(entry->time_us, queue->base_us);
      queue->occupied |= 1ull << index;
      bucket_append(queue, index, *entry);
    }
    queue->run_below = 0;
    count = 0;
  }
  memmove(queue->run, queue->run_front, count * sizeof *queue->run);
  queue->run_front = queue->run;
  queue->run_end = queue->run + count;
}

/* Behind all that are no later. */
static inline void run_insert(struct event_queue *queue, struct entry entry) {
  struct entry *at = queue->run_end++;
  for (; at > queue->run_front && at[-1].time_us > entry.time_us; at--) *at = at[-1];
  *at = entry;
}

/* ---- cancelled entries ---- */

static void sweep_bucket(struct event_queue *queue, unsigned index, struct entry *entry) {
  struct bucket old = queue->buckets[index];
  queue->buckets[index] = (struct bucket){.earliest_us = UINT64_MAX};
  for (struct block *block = old.first; block;) {
    struct block *next = block->next;
    struct entry *end = next ? block->entries + BLOCK_ENTRIES : old.end;
    for (; entry < end; entry++) {
      if (entry + SWEEP_AHEAD < end) __builtin_prefetch(&queue->generations[entry[SWEEP_AHEAD].slot]);
      if (queue->generations[entry->slot] != entry->generation) continue;
      queue->occupied |= 1ull << index;
      bucket_append(queue, index, *entry);
    }
    block_give_back(queue, block);
    block = next;
    if (block) entry = block->entries;
  }
}

static void sweep_run(struct event_queue *queue) {
  struct entry *kept = queue->run;
  for (struct entry *entry = queue->run_front; entry < queue->run_end; entry++)
    if (queue->generations[entry->slot] == entry->generation) *kept++ = *entry;
  queue->run_front = queue->run;
  queue->run_end = kept;
}

/* Forgets every cancelled entry, so that they never outnumber the pending ones by much. */
static void sweep(struct event_queue *queue) {
  struct entry *front = queue->front;
  queue->front = NULL;
  queue->occupied = 0;
  sweep_run(queue);
  for (unsigned index = 0; index < BUCKETS; index++) {
    struct bucket *bucket = &queue->buckets[index];
    if (bucket->first) sweep_bucket(queue, index, index == 0 ? front : bucket->first->entries);
  }
  queue->stale = 0;
}

/* ---- taking ---- */

/* Gives the event of an entry that has been met, and frees its record; false if it is stale. */
static inline bool open_entry(struct event_queue *queue, const struct entry *entry, struct event *event_out) {
  const struct record *record = &queue->records[entry->slot];
  if (queue->generations[entry->slot] != entry->generation) {
    queue->stale--;
    return false;
  }
  event_out->time_us = entry->time_us;
  event_out->fn = record->fn;
  event_out->context = record->context;
  event_out->cause = record->cause;
  record_give_back(queue, entry->slot);
  queue->pending--;
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
  if (UNLIKELY(++queue->front == bucket->first->entries + BLOCK_ENTRIES)) leave_block(queue, bucket);
  return pending;
}

/* ---- the interface ---- */

struct event_queue *event_queue_new(void) {
  struct event_queue *queue = mem_zalloc(sizeof *queue);
  queue->slab_blocks = SLAB_BLOCKS_FIRST;
  queue->run_front = queue->run_end = queue->run;
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
  mem_free(queue->generations);
  mem_free(queue->free_slots);
  mem_free(queue);
}

/* Makes room for another record, or in the bucket, and then adds. */
static struct event_handle add_in_new_room(struct event_queue *queue, struct bucket *bucket,
                                           const struct event *event) {
  if (queue->free_count == 0) add_records(queue);
  if (queue->run_end == queue->run + RUN_ENTRIES) run_make_room(queue);
  if (bucket->end == bucket->limit) bucket_extend(queue, bucket);
  return event_queue_add(queue, event);
}

struct event_handle event_queue_add(struct event_queue *queue, const struct event *event) {
  uint64_t time_us = event->time_us;
  CHECK(time_us >= queue->base_us && time_us <= EVENT_TIME_MAX);
  unsigned index = bucket_of(time_us, queue->base_us);
  struct bucket *bucket = &queue->buckets[index];
  if (UNLIKELY(queue->free_count == 0 || bucket->end == bucket->limit ||
               queue->run_end == queue->run + RUN_ENTRIES))
    return add_in_new_room(queue, bucket, event);
  uint32_t slot = queue->free_slots[--queue->free_count];
  uint32_t generation = queue->generations[slot];
  queue->records[slot] = (struct record){event->fn, event->context, event->cause};
  if (index < queue->run_below) {
    run_insert(queue, (struct entry){time_us, slot, generation});
  } else {
    queue->occupied |= 1ull << index;
    bucket_put(bucket, (struct entry){time_us, slot, generation});
  }
  queue->pending++;
  return (struct event_handle){slot, generation};
}

bool event_queue_pending(const struct event_queue *queue, struct event_handle handle) {
  return handle.slot < queue->slot_count && queue->generations[handle.slot] == handle.generation;
}

bool event_queue_cancel(struct event_queue *queue, struct event_handle handle) {
  if (!event_queue_pending(queue, handle)) return false;
  record_give_back(queue, handle.slot);
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
    while (queue->run_front != queue->run_end) {
      if (queue->run_front->time_us > limit_us) return false;
      if (open_entry(queue, queue->run_front++, event_out)) return true;
    }
    while (queue->front != queue->buckets[0].end) {
      if (queue->base_us > limit_us) return false;
      if (take_front(queue, event_out)) return true;
    }
    unsigned lowest = (unsigned)__builtin_ctzll(queue->occupied & ~1ull);
    struct bucket *bucket = &queue->buckets[lowest];
    if (bucket->earliest_us > limit_us) return false;
    if (bucket->first == bucket->last && bucket->end <= bucket->first->entries + RUN_SORTED &&
        lowest < RUN_BUCKETS)
      make_run(queue, lowest);
    else
      deal_out(queue, lowest);
  }
}

bool event_queue_take(struct event_queue *queue, struct event *event_out) {
  return event_queue_take_until(queue, UINT64_MAX, event_out);
}

bool event_queue_next_us(const struct event_queue *queue, uint64_t *time_us_out) {
  if (queue->pending == 0) return false;
  uint64_t above = queue->occupied & ~1ull;
  if (queue->run_front != queue->run_end)
    *time_us_out = queue->run_front->time_us;
  else
    *time_us_out = queue->front != queue->buckets[0].end || !above
                       ? queue->base_us
                       : queue->buckets[__builtin_ctzll(above)].earliest_us;
  return true;
}

uint64_t event_queue_count(const struct event_queue *queue) {
  return queue->pending;
}
