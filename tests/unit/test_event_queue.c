/* The event queue beside a plain sorted reference, and what it promises about cancelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "sim/event_queue.h"

static void nothing(void *context) {
  (void)context;
}

static struct event_handle add(struct event_queue *queue, uint64_t time_us, uint32_t mark) {
  return event_queue_add(queue,
                         &(struct event){.time_us = time_us, .fn = nothing, .context = NULL, .cause = mark});
}

/* ---- a reference: a binary heap of (time, order of insertion), cancelled by a flag ---- */

struct expected {
  uint64_t time_us;
  uint32_t mark; /* counts up with insertion */
};

struct reference {
  struct expected *heap;
  size_t count, capacity;
  bool *cancelled; /* by mark */
  size_t marks, mark_capacity;
  size_t pending;
};

static bool is_before(const struct expected *a, const struct expected *b) {
  return a->time_us != b->time_us ? a->time_us < b->time_us : a->mark < b->mark;
}

static void swap(struct expected *a, struct expected *b) {
  struct expected kept = *a;
  *a = *b;
  *b = kept;
}

static void reference_add(struct reference *reference, uint64_t time_us) {
  reference->heap =
      mem_grow(reference->heap, &reference->capacity, reference->count + 1, sizeof *reference->heap);
  reference->cancelled = mem_grow(reference->cancelled, &reference->mark_capacity, reference->marks + 1, 1);
  reference->cancelled[reference->marks] = false;
  size_t at = reference->count++;
  reference->heap[at] = (struct expected){time_us, (uint32_t)reference->marks++};
  for (; at > 0 && is_before(&reference->heap[at], &reference->heap[(at - 1) / 2]); at = (at - 1) / 2)
    swap(&reference->heap[at], &reference->heap[(at - 1) / 2]);
  reference->pending++;
}

static void remove_top(struct reference *reference) {
  struct expected *heap = reference->heap;
  heap[0] = heap[--reference->count];
  for (size_t at = 0;;) {
    size_t least = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
      if (child < reference->count && is_before(&heap[child], &heap[least])) least = child;
    if (least == at) return;
    swap(&heap[at], &heap[least]);
    at = least;
  }
}

static bool reference_take(struct reference *reference, uint64_t limit_us, struct expected *expected_out) {
  while (reference->count > 0 && reference->cancelled[reference->heap[0].mark]) remove_top(reference);
  if (reference->count == 0 || reference->heap[0].time_us > limit_us) return false;
  *expected_out = reference->heap[0];
  reference->cancelled[expected_out->mark] = true; /* gone: can no longer be cancelled */
  remove_top(reference);
  reference->pending--;
  return true;
}

/* ---- the two, side by side ---- */

struct mix { /* what a random run is made of; shares are of a hundred */
  const char *name;
  unsigned add, cancel, take_until; /* the rest takes */
  uint64_t (*delay_us)(struct rng *rng);
  size_t operations;
};

static uint64_t ties(struct rng *rng) {
  return rng_below(rng, 3);
}
static uint64_t near_future(struct rng *rng) {
  return rng_below(rng, 1000);
}
static uint64_t like_mail(struct rng *rng) {
  static const uint64_t delays_us[] = {0,       0,         20000,      20000,       45000,
                                       5000000, 300000000, 1800000000, 432000000000};
  return delays_us[rng_below(rng, 9)];
}
static uint64_t any_bit(struct rng *rng) {
  return rng_next(rng) >> (10 + rng_below(rng, 54));
}
static uint64_t far_future(struct rng *rng) {
  return rng_chance(rng, 50000) ? rng_next(rng) >> (1 + rng_below(rng, 3)) : rng_below(rng, 1000000);
}
static uint64_t exponential(struct rng *rng) {
  return (uint64_t)rng_exponential_us(rng, 1000000);
}

static const struct mix mixes[] = {
    {"ties grow and drain", 50, 5, 5, ties, 300000},      {"near", 45, 10, 10, near_future, 300000},
    {"like mail", 48, 20, 5, like_mail, 400000},          {"any bit may differ", 45, 15, 5, any_bit, 300000},
    {"far futures", 60, 10, 5, far_future, 300000},       {"exponential", 50, 10, 0, exponential, 300000},
    {"mostly cancelled", 52, 45, 1, near_future, 300000}, {"often empty", 30, 5, 20, any_bit, 300000},
    {"few, exponential", 42, 6, 12, exponential, 300000}, {"few, like mail", 42, 6, 12, like_mail, 300000},
};

struct pair {
  struct event_queue *queue;
  struct reference reference;
  struct event_handle *handles; /* by mark */
  size_t handle_capacity;
  uint64_t now_us;
  struct rng rng;
};

static void add_both(struct pair *pair, uint64_t delay_us) {
  uint64_t time_us = pair->now_us + delay_us;
  if (time_us > EVENT_TIME_MAX) time_us = EVENT_TIME_MAX;
  size_t mark = pair->reference.marks;
  pair->handles = mem_grow(pair->handles, &pair->handle_capacity, mark + 1, sizeof *pair->handles);
  pair->handles[mark] = add(pair->queue, time_us, (uint32_t)mark);
  reference_add(&pair->reference, time_us);
  assert_true(event_queue_pending(pair->queue, pair->handles[mark]));
}

static void cancel_both(struct pair *pair) {
  if (pair->reference.marks == 0) return;
  size_t recent = pair->reference.marks < 2000 ? pair->reference.marks : 2000;
  size_t mark = pair->reference.marks - 1 - (size_t)rng_below(&pair->rng, recent);
  bool was_pending = !pair->reference.cancelled[mark];
  assert_int_equal(event_queue_pending(pair->queue, pair->handles[mark]), was_pending);
  assert_int_equal(event_queue_cancel(pair->queue, pair->handles[mark]), was_pending);
  assert_false(event_queue_cancel(pair->queue, pair->handles[mark]));
  if (!was_pending) return;
  pair->reference.cancelled[mark] = true;
  pair->reference.pending--;
}

static bool take_both(struct pair *pair, uint64_t limit_us) {
  struct event event;
  struct expected expected;
  bool any = reference_take(&pair->reference, limit_us, &expected);
  assert_int_equal(event_queue_take_until(pair->queue, limit_us, &event), any);
  if (!any) return false;
  assert_int_equal(event.time_us, expected.time_us);
  assert_int_equal(event.cause, expected.mark);
  assert_false(event_queue_pending(pair->queue, pair->handles[expected.mark]));
  pair->now_us = event.time_us;
  return true;
}

static void take_until_both(struct pair *pair, uint64_t limit_us) {
  if (limit_us < pair->now_us) limit_us = pair->now_us;
  while (take_both(pair, limit_us)) continue;
  pair->now_us = limit_us;
}

static void agrees_with_reference(void **state) {
  const struct mix *mix = *state;
  struct pair pair = {.queue = event_queue_new(), .rng = rng_named(7, span_from(mix->name))};
  for (size_t i = 0; i < mix->operations; i++) {
    uint64_t drawn = rng_below(&pair.rng, 100);
    if (drawn < mix->add)
      add_both(&pair, mix->delay_us(&pair.rng));
    else if (drawn < mix->add + mix->cancel)
      cancel_both(&pair);
    else if (drawn < mix->add + mix->cancel + mix->take_until)
      take_until_both(&pair, pair.now_us + mix->delay_us(&pair.rng) / 64);
    else
      take_both(&pair, UINT64_MAX);
    assert_int_equal(event_queue_count(pair.queue), pair.reference.pending);
    if (pair.now_us > 1ull << 62) break;
  }
  while (take_both(&pair, UINT64_MAX)) continue;
  assert_int_equal(event_queue_count(pair.queue), 0);
  event_queue_free(pair.queue);
  mem_free(pair.reference.heap);
  mem_free(pair.reference.cancelled);
  mem_free(pair.handles);
}

/* ---- single promises ---- */

static void gives_nothing_when_empty(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  assert_false(event_queue_take(queue, &event));
  assert_false(event_queue_take_until(queue, 100, &event));
  assert_false(event_queue_pending(queue, (struct event_handle){0, 0}));
  assert_false(event_queue_cancel(queue, (struct event_handle){0, 0}));
  assert_false(event_queue_cancel(queue, (struct event_handle){3, 1}));
  event_queue_free(queue);
}

static void keeps_the_order_of_ties_across_redistribution(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  enum { COUNT = 5000 };
  const uint64_t tie_us = (1ull << 40) + 12345;
  uint32_t mark = 0;
  /* Steps of ever smaller size towards the tie: each moves what is pending to a lower bucket, and after
   * each more of the same time is added. */
  for (int bit = 39; bit >= 0; bit--) {
    for (int i = 0; i < COUNT / 40; i++) add(queue, tie_us, mark++);
    add(queue, tie_us - (1ull << bit), UINT32_MAX);
    assert_true(event_queue_take(queue, &event));
    assert_int_equal(event.cause, UINT32_MAX);
  }
  for (uint32_t i = 0; i < mark; i++) {
    if (i == mark / 2) add(queue, tie_us, mark); /* while they are being taken */
    assert_true(event_queue_take(queue, &event));
    assert_int_equal(event.time_us, tie_us);
    assert_int_equal(event.cause, i);
  }
  assert_true(event_queue_take(queue, &event));
  assert_int_equal(event.cause, mark);
  assert_false(event_queue_take(queue, &event));
  event_queue_free(queue);
}

static void a_handle_dies_with_its_event(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  struct event_handle first = add(queue, 10, 1);
  assert_true(event_queue_take(queue, &event));
  struct event_handle second = add(queue, 10, 2); /* may use the same slot again */
  assert_false(event_queue_pending(queue, first));
  assert_false(event_queue_cancel(queue, first));
  assert_true(event_queue_pending(queue, second));
  assert_true(event_queue_cancel(queue, second));
  struct event_handle third = add(queue, 10, 3);
  assert_false(event_queue_cancel(queue, second));
  assert_true(event_queue_pending(queue, third));
  assert_true(event_queue_take(queue, &event));
  assert_int_equal(event.cause, 3);
  event_queue_free(queue);
}

static void time_may_go_on_after_only_cancelled_ones(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  assert_true(event_queue_cancel(queue, add(queue, 1000000, 1)));
  assert_false(event_queue_take(queue, &event));
  add(queue, 5, 2); /* the cancelled one has not moved the present */
  assert_true(event_queue_take(queue, &event));
  assert_int_equal(event.time_us, 5);
  event_queue_free(queue);
}

static void stops_at_the_limit(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  add(queue, 100, 1);
  add(queue, 101, 2);
  assert_false(event_queue_take_until(queue, 99, &event));
  add(queue, 99, 3); /* the limit itself is not in the past */
  assert_true(event_queue_take_until(queue, 100, &event));
  assert_int_equal(event.cause, 3);
  assert_true(event_queue_take_until(queue, 100, &event));
  assert_int_equal(event.cause, 1);
  assert_false(event_queue_take_until(queue, 100, &event));
  assert_int_equal(event_queue_count(queue), 1);
  assert_true(event_queue_take_until(queue, 101, &event));
  event_queue_free(queue);
}

static void carries_what_it_was_given(void **state) {
  (void)state;
  struct event_queue *queue = event_queue_new();
  struct event event;
  int context = 0;
  event_queue_add(queue, &(struct event){EVENT_TIME_MAX, nothing, &context, 77});
  assert_true(event_queue_take(queue, &event));
  assert_int_equal(event.time_us, EVENT_TIME_MAX);
  assert_ptr_equal(event.fn, nothing);
  assert_ptr_equal(event.context, &context);
  assert_int_equal(event.cause, 77);
  event_queue_free(queue);
}

int main(void) {
  enum { SINGLE = 6, MIXES = sizeof mixes / sizeof mixes[0] };
  struct CMUnitTest tests[SINGLE + MIXES] = {
      cmocka_unit_test(gives_nothing_when_empty),
      cmocka_unit_test(keeps_the_order_of_ties_across_redistribution),
      cmocka_unit_test(a_handle_dies_with_its_event),
      cmocka_unit_test(time_may_go_on_after_only_cancelled_ones),
      cmocka_unit_test(stops_at_the_limit),
      cmocka_unit_test(carries_what_it_was_given),
  };
  for (size_t i = 0; i < MIXES; i++)
    tests[SINGLE + i] =
        (struct CMUnitTest){mixes[i].name, agrees_with_reference, NULL, NULL, (void *)(uintptr_t)&mixes[i]};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
