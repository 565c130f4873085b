#include "yardstick_kernel.h"

#include <stdlib.h>

enum { BUCKETS = 65 };

struct record {
  void (*fn)(void *);
  void *context;
  uint32_t generation;
  uint32_t next_free; /* 0: none */
  uint64_t unused;
};

struct entry {
  uint64_t time_us;
  uint32_t slot, generation;
};

struct bucket {
  struct entry *entries;
  uint32_t count, capacity;
  uint64_t earliest_us;
};

struct yardstick_kernel {
  uint64_t now_us;
  uint64_t occupied;
  struct record *records;
  uint32_t free_slot, used, capacity;
  uint32_t front; /* in bucket 0 */
  struct bucket buckets[BUCKETS];
};

static void *grow(void *memory, uint32_t *capacity, size_t size) {
  *capacity = *capacity ? *capacity * 2 : 16;
  memory = realloc(memory, *capacity * size);
  if (!memory) abort();
  return memory;
}

struct yardstick_kernel *yardstick_kernel_new(void) {
  struct yardstick_kernel *kernel = calloc(1, sizeof *kernel);
  if (!kernel) abort();
  kernel->used = 1;
  return kernel;
}

void yardstick_kernel_free(struct yardstick_kernel *kernel) {
  for (int i = 0; i < BUCKETS; i++) free(kernel->buckets[i].entries);
  free(kernel->records);
  free(kernel);
}

static inline void append(struct yardstick_kernel *kernel, uint64_t time_us, uint32_t slot,
                          uint32_t generation) {
  uint64_t differs = time_us ^ kernel->now_us;
  unsigned index = differs ? 64 - (unsigned)__builtin_clzll(differs) : 0;
  struct bucket *bucket = &kernel->buckets[index];
  if (bucket->count == bucket->capacity)
    bucket->entries = grow(bucket->entries, &bucket->capacity, sizeof(struct entry));
  if (bucket->count == 0 || time_us < bucket->earliest_us) bucket->earliest_us = time_us;
  struct entry *entry = &bucket->entries[bucket->count++];
  entry->time_us = time_us;
  entry->slot = slot;
  entry->generation = generation;
  if (index) kernel->occupied |= 1ull << (index - 1);
}

struct yardstick_handle yardstick_kernel_after(struct yardstick_kernel *kernel, uint64_t delay_us,
                                               void (*fn)(void *), void *context) {
  uint32_t slot = kernel->free_slot;
  if (slot) {
    kernel->free_slot = kernel->records[slot].next_free;
  } else {
    slot = kernel->used++;
    if (slot >= kernel->capacity)
      kernel->records = grow(kernel->records, &kernel->capacity, sizeof(struct record));
    kernel->records[slot].generation = 0;
  }
  struct record *record = &kernel->records[slot];
  record->fn = fn;
  record->context = context;
  append(kernel, kernel->now_us + delay_us, slot, record->generation);
  return (struct yardstick_handle){slot, record->generation};
}

static void give_back(struct yardstick_kernel *kernel, uint32_t slot) {
  struct record *record = &kernel->records[slot];
  record->generation++;
  record->next_free = kernel->free_slot;
  kernel->free_slot = slot;
}

bool yardstick_kernel_cancel(struct yardstick_kernel *kernel, struct yardstick_handle handle) {
  if (kernel->records[handle.slot].generation != handle.generation) return false;
  give_back(kernel, handle.slot);
  return true;
}

/* Fills bucket 0 from the lowest bucket that holds anything. */
static bool refill(struct yardstick_kernel *kernel) {
  if (!kernel->occupied) return false;
  unsigned lowest = (unsigned)__builtin_ctzll(kernel->occupied) + 1;
  struct bucket *bucket = &kernel->buckets[lowest];
  kernel->now_us = bucket->earliest_us;
  kernel->occupied &= ~(1ull << (lowest - 1));
  kernel->buckets[0].count = kernel->front = 0;
  for (uint32_t i = 0; i < bucket->count; i++) {
    struct entry *entry = &bucket->entries[i];
    append(kernel, entry->time_us, entry->slot, entry->generation);
  }
  bucket->count = 0;
  return true;
}

uint64_t yardstick_kernel_now(const struct yardstick_kernel *kernel) {
  return kernel->now_us;
}

uint64_t yardstick_kernel_run(struct yardstick_kernel *kernel, uint64_t events) {
  for (uint64_t done = 0;;) {
    if (done == events) return done;
    if (kernel->front == kernel->buckets[0].count) {
      if (!refill(kernel)) return done;
      continue;
    }
    struct entry *entry = &kernel->buckets[0].entries[kernel->front++];
    struct record *record = &kernel->records[entry->slot];
    if (record->generation != entry->generation) continue;
    void (*fn)(void *) = record->fn;
    void *context = record->context;
    give_back(kernel, entry->slot);
    fn(context);
    done++;
  }
}
