/* event_queue: what will happen, nearest first: a monotone radix heap.
 *
 * Simulated time only moves forward, so a radix heap fits: buckets by the highest bit in which an
 * event's time differs from the present, each a first-in-first-out list. Events of one time come out
 * in the order in which they went in, with no sequence number. An event is moved at most 64 times in
 * its life, in practice once or twice: a lowest bucket that holds few is sorted at once. Records live
 * in a pool and are named by slot and generation, so that cancelling is O(1): the generation moves on,
 * and the stale record is dropped when met.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define EVENT_TIME_MAX ((uint64_t)INT64_MAX)

typedef void event_fn(void *context);

struct event_handle {
  uint32_t slot;
  uint32_t generation; /* from 1: an all-zero handle names nothing */
};

struct event {
  uint64_t time_us;
  event_fn *fn;
  void *context;
  uint32_t cause; /* a journal_seq; the queue only carries it */
};

struct event_queue;

struct event_queue *event_queue_new(void);
void event_queue_free(struct event_queue *queue);
/* The time must not lie before the last one taken, nor beyond EVENT_TIME_MAX (CHECKed). */
struct event_handle event_queue_add(struct event_queue *queue, const struct event *event);
bool event_queue_cancel(struct event_queue *queue, struct event_handle handle);
bool event_queue_pending(const struct event_queue *queue, struct event_handle handle);
/* Takes the next event; false when there is none. */
bool event_queue_take(struct event_queue *queue, struct event *event_out);
/* Takes the next event only if its time is at most limit_us. After false nothing earlier than the limit may
 * be added any more. */
bool event_queue_take_until(struct event_queue *queue, uint64_t limit_us, struct event *event_out);
/* A time before which nothing will happen: the next event's, or, where that was cancelled or has not been
 * sorted out yet, an earlier one. False when nothing is pending. */
bool event_queue_next_us(const struct event_queue *queue, uint64_t *time_us_out);
uint64_t event_queue_count(const struct event_queue *queue); /* pending, without the cancelled */
