/* bench_kernel: the event kernel under the hold model: so many events pending, and each that happens
 * schedules the next of its session after a random delay, and counts itself there.
 *
 * Delays are exponential with a mean of a second, or like those of mail: much at once, much after a
 * latency, a little after seconds, minutes, half an hour. With cancelling, each event also re-arms a timer
 * of five minutes, as a session would for every command: one cancelled, two scheduled.
 *
 * Ours is the whole kernel: sim_after and sim_run, with causes, limits and always-on checks. What the queue
 * alone does is shown too. Delays come from a table, so that drawing them costs nobody anything. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "bench_frame.h"
#include "sim/sim.h"
#include "yardstick_kernel.h"

#ifndef NS3_HOLD /* the path of the peer, where it was built */
#define NS3_HOLD "false"
#endif

enum { DELAYS = 1 << 16, TIMER_US = 300 * 1000000, EVENTS = 3000000 };

struct hold {
  uint32_t pending;
  bool cancelling;
  bool like_mail;
};

static uint32_t exponential_us[DELAYS], mail_us[DELAYS];
static const uint32_t *delays_us;
static uint32_t next_delay;

static inline uint32_t delay_us(void) {
  return delays_us[next_delay++ % DELAYS];
}

static void fill_tables(void) {
  struct rng rng = rng_named(1, SPAN("bench kernel"));
  for (int i = 0; i < DELAYS; i++) {
    uint64_t share = rng_below(&rng, 100);
    exponential_us[i] = (uint32_t)rng_exponential_us(&rng, 1000000);
    mail_us[i] = share < 30   ? 0
                 : share < 60 ? 20000
                 : share < 90 ? (uint32_t)rng_between(&rng, 15000, 75000)
                 : share < 97 ? 5000000
                              : (share < 99 ? TIMER_US : 1800000000u);
  }
}

static void begin(const struct hold *hold) {
  delays_us = hold->like_mail ? mail_us : exponential_us;
  next_delay = 0;
}

static void time_is_up(void *context) {
  (void)context;
}

/* ---- ours ---- */

static struct sim *sim;

struct session {
  struct event_handle timer;
  uint64_t steps;
};

static void step(void *context) {
  struct session *session = context;
  session->steps++;
  sim_after(sim, delay_us(), step, context);
}

static void step_cancelling(void *context) {
  struct session *session = context;
  session->steps++;
  sim_cancel(sim, session->timer);
  session->timer = sim_after(sim, TIMER_US, time_is_up, session);
  sim_after(sim, delay_us(), step_cancelling, session);
}

/* So many events, by a limit of the run. */
static void hold_ours(struct bench_watch *watch, const void *argument) {
  const struct hold *hold = argument;
  begin(hold);
  struct journal *journal = journal_new(JOURNAL_COUNT);
  journal_append(journal, &(struct journal_record){.kind = JOURNAL_SCENARIO});
  struct session *sessions = mem_zalloc(hold->pending * sizeof *sessions);
  sim = sim_new(journal, 0, 1,
                (struct sim_limits){.events = hold->pending + EVENTS, .time_us = JOURNAL_INTEGER_MAX});
  for (uint32_t i = 0; i < hold->pending; i++)
    sim_after(sim, delay_us(), hold->cancelling ? step_cancelling : step, &sessions[i]);
  for (uint32_t i = 0; i < hold->pending; i++) sim_step(sim);
  uint64_t before = sim_event_count(sim);
  bench_start(watch);
  sim_run(sim, -1);
  bench_stop(watch, sim_event_count(sim) - before);
  sim_free(sim);
  journal_free(journal);
  mem_free(sessions);
}

/* ---- the queue alone ---- */

static struct event_queue *queue;
static uint64_t now_us;

static void queue_step(void *context) {
  struct session *session = context;
  session->steps++;
  event_queue_add(queue, &(struct event){now_us + delay_us(), queue_step, context, 0});
}

static void queue_step_cancelling(void *context) {
  struct session *session = context;
  session->steps++;
  event_queue_cancel(queue, session->timer);
  session->timer = event_queue_add(queue, &(struct event){now_us + TIMER_US, time_is_up, session, 0});
  event_queue_add(queue, &(struct event){now_us + delay_us(), queue_step_cancelling, session, 0});
}

static uint64_t queue_run(uint64_t events) {
  struct event event;
  uint64_t done = 0;
  for (; done < events && event_queue_take(queue, &event); done++) {
    now_us = event.time_us;
    event.fn(event.context);
  }
  return done;
}

static void hold_queue(struct bench_watch *watch, const void *argument) {
  const struct hold *hold = argument;
  begin(hold);
  struct session *sessions = mem_zalloc(hold->pending * sizeof *sessions);
  queue = event_queue_new();
  now_us = 0;
  for (uint32_t i = 0; i < hold->pending; i++)
    event_queue_add(queue, &(struct event){delay_us(), hold->cancelling ? queue_step_cancelling : queue_step,
                                           &sessions[i], 0});
  queue_run(hold->pending);
  bench_start(watch);
  bench_stop(watch, queue_run(EVENTS));
  event_queue_free(queue);
  mem_free(sessions);
}

/* ---- the yardstick ---- */

static struct yardstick_kernel *kernel;

struct yardstick_session {
  struct yardstick_handle timer;
  uint64_t steps;
};

static void yardstick_step(void *context) {
  struct yardstick_session *session = context;
  session->steps++;
  yardstick_kernel_after(kernel, delay_us(), yardstick_step, context);
}

static void yardstick_step_cancelling(void *context) {
  struct yardstick_session *session = context;
  session->steps++;
  yardstick_kernel_cancel(kernel, session->timer);
  session->timer = yardstick_kernel_after(kernel, TIMER_US, time_is_up, session);
  yardstick_kernel_after(kernel, delay_us(), yardstick_step_cancelling, session);
}

static void hold_yardstick(struct bench_watch *watch, const void *argument) {
  const struct hold *hold = argument;
  begin(hold);
  struct yardstick_session *sessions = mem_zalloc(hold->pending * sizeof *sessions);
  kernel = yardstick_kernel_new();
  for (uint32_t i = 0; i < hold->pending; i++)
    yardstick_kernel_after(kernel, delay_us(), hold->cancelling ? yardstick_step_cancelling : yardstick_step,
                           &sessions[i]);
  yardstick_kernel_run(kernel, hold->pending);
  bench_start(watch);
  bench_stop(watch, yardstick_kernel_run(kernel, EVENTS));
  yardstick_kernel_free(kernel);
  mem_free(sessions);
}

/* ---- the cases ---- */

static const struct hold holds[] = {
    {100, false, false}, {10000, false, false}, {1000000, false, false},
    {100, true, false},  {10000, true, false},  {1000000, true, false},
    {100, false, true},  {10000, false, true},  {1000000, false, true},
};

/* SimPy is asked only for what it does within seconds. */
#define SIMPY(pending, events)       "/usr/bin/python3 '" BENCH_DIR "/peers/simpy_hold.py' " #pending " " #events
#define NS3(scheduler, pending, how) "'" NS3_HOLD "' " scheduler " " #pending " 2000000 " how

#define CASE(title, index, how, pending, ...)                                                                \
  {                                                                                                          \
    title, "events", 1e6, {                                                                                  \
      {.name = "waystation", .run = hold_ours, .argument = &holds[index]},                                   \
          {.name = "yardstick: bare kernel",                                                                 \
           .run = hold_yardstick,                                                                            \
           .argument = &holds[index],                                                                        \
           .at_least = 0.7},                                                                                 \
          {.name = "(our queue alone)", .run = hold_queue, .argument = &holds[index]},                       \
          {.name = "ns-3 PriorityQueue",                                                                     \
           .command = NS3("ns3::PriorityQueueScheduler", pending, how),                                      \
           .at_least = 3},                                                                                   \
          {.name = "ns-3 Map (its default)", .command = NS3("ns3::MapScheduler", pending, how)}, __VA_ARGS__ \
    }                                                                                                        \
  }

#define SIMPY_ENTRY(pending, events)                                                                         \
  { .name = "SimPy", .command = SIMPY(pending, events), .at_least = 20 }

static const struct bench_case cases[] = {
    CASE("kernel: exponential delays, 100 pending", 0, "exponential", 100, SIMPY_ENTRY(100, 300000)),
    CASE("kernel: exponential delays, 10 000 pending", 1, "exponential", 10000, SIMPY_ENTRY(10000, 200000)),
    CASE("kernel: exponential delays, 1 000 000 pending", 2, "exponential", 1000000, {0}),
    CASE("kernel: with cancelling, 100 sessions", 3, "cancelling", 100, {0}),
    CASE("kernel: with cancelling, 10 000 sessions", 4, "cancelling", 10000, {0}),
    CASE("kernel: with cancelling, 1 000 000 sessions", 5, "cancelling", 1000000, {0}),
    CASE("kernel: delays like mail's, 100 pending", 6, "mail", 100, {0}),
    CASE("kernel: delays like mail's, 10 000 pending", 7, "mail", 10000, {0}),
    CASE("kernel: delays like mail's, 1 000 000 pending", 8, "mail", 1000000, {0}),
};

int main(int argc, char **argv) {
  fill_tables();
  return bench_main(argc, argv, cases, sizeof cases / sizeof cases[0]);
}
