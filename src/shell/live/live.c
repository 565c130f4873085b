#include "shell/live/live.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/check.h"
#include "base/mem.h"
#include "shell/live/live_client.h"
#include "shell/live/live_console.h"
#include "shell/live/live_gateway.h"
#include "shell/live/live_internal.h"
#include "shell/live/live_service.h"
#include "shell/live/live_session.h"
#include "shell/live/live_tls.h"

enum {
  SWEEP_MS = 250,
  STEP_EVENTS_MAX = 1000000,
  STEP_TIME_MAX_US = 60 * 1000000, /* of simulated time, for a reply to come */
  BUSY_US = 1500, /* what is due sooner is waited for by looking: a timer counts milliseconds */
};

/* ---- what others call ---- */

void live_stop(struct live *live, const char *why) {
  if (!live->stopping) live->why = why;
  live->stopping = true;
}

int64_t live_now_us(const struct live *live) {
  return live_clock_now_us(&live->clock);
}

void live_note_limit(struct live *live) {
  live->limit_reached = true;
  live_stop(live, "a limit of the simulation was reached");
}

static int64_t world_now_us(const struct live *live) {
  int64_t now_us = sim_now(world_sim(live->world)), last_us = outside_last_us(live->outside);
  return now_us > last_us ? now_us : last_us;
}

void live_hold(struct live *live, bool paused) {
  if (paused == live->clock.paused) return;
  live_clock_set(&live->clock, paused ? live_now_us(live) : world_now_us(live), paused);
}

void live_step(struct live *live) {
  struct sim *sim = world_sim(live->world);
  live_hold(live, true);
  uint64_t heard = live->heard;
  int64_t next_us, last_us = world_now_us(live) + STEP_TIME_MAX_US;
  for (int i = 0; i < STEP_EVENTS_MAX && live->heard == heard; i++) {
    if (!sim_next_us(sim, &next_us) || next_us > last_us) break;
    if (!sim_step(sim)) break;
  }
  live_clock_set(&live->clock, world_now_us(live), true);
}

/* ---- a round ---- */

static void run_world(struct live *live) {
  int64_t now_us = live_now_us(live), until_us = live->config->until_us;
  bool over = until_us >= 0 && now_us >= until_us;
  if (live->clock.paused || live->limit_reached) return;
  if (world_go_on(live->world, over ? until_us : now_us) == SIM_LIMIT) live_note_limit(live);
  if (over) live_stop(live, "the time asked for was reached");
}

static void on_wake(uv_timer_t *timer) {
  (void)timer; /* the round that follows does the work */
}

static void on_idle(uv_idle_t *idle) {
  (void)idle;
}

/* When the next round must be, if no socket asks for one. */
static void plan_next_round(struct live *live) {
  int64_t next_us;
  bool at_once = live->dirty != NULL;
  uv_timer_stop(&live->wake);
  if (!live->clock.paused && sim_next_us(world_sim(live->world), &next_us)) {
    uint64_t wait_us = live_clock_wait_us(&live->clock, next_us);
    if (wait_us < BUSY_US)
      at_once = true;
    else
      uv_timer_start(&live->wake, on_wake, wait_us / 1000, 0);
  }
  if (at_once)
    uv_idle_start(&live->idle, on_idle);
  else
    uv_idle_stop(&live->idle);
}

static void on_round(uv_prepare_t *prepare) {
  struct live *live = prepare->data;
  live_session_put_in_all(live);
  run_world(live);
  if (live->file && !live_journal_write(live->file, live->errors)) {
    live->failed = true;
    live_stop(live, "the journal cannot be written");
  }
  if (!live->failed) live_session_flush_all(live);
  live_console_show(live->console);
  if (live->octets_in > LIVE_TOTAL_MAX) live_note_limit(live);
  if (live->stopping)
    uv_stop(&live->loop);
  else
    plan_next_round(live);
}

static void on_sweep(uv_timer_t *timer) {
  struct live *live = timer->data;
  uint32_t more = live->config->rate_max * SWEEP_MS / 1000, most = live->config->rate_max * LIVE_RATES;
  live->tokens = live->tokens + more * LIVE_RATES > most ? most : live->tokens + more * LIVE_RATES;
  live_client_refill_all(live, more);
  live_session_admit_all(live);
  live_service_take_waiting(live);
  live_session_sweep_all(live);
}

static void on_signal(uv_signal_t *signal, int number) {
  (void)number;
  live_stop(signal->data, "stopped by a signal");
}

static void on_child_ended(uv_signal_t *signal, int number) {
  struct live *live = signal->data;
  (void)number;
  if (waitpid((pid_t)live->config->window_process, NULL, WNOHANG) != 0)
    live_stop(live, "its window was closed");
}

/* ---- life ---- */

static void start_loop(struct live *live) {
  static const int numbers[] = {SIGINT, SIGTERM};
  signal(SIGPIPE, SIG_IGN); /* a client that has gone is an error of one write, not of the program */
  uv_loop_init(&live->loop);
  uv_prepare_init(&live->loop, &live->prepare);
  uv_idle_init(&live->loop, &live->idle);
  uv_timer_init(&live->loop, &live->wake);
  uv_timer_init(&live->loop, &live->sweep);
  live->prepare.data = live->wake.data = live->sweep.data = live;
  uv_prepare_start(&live->prepare, on_round);
  uv_timer_start(&live->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
  for (int i = 0; i < 2; i++) {
    uv_signal_init(&live->loop, &live->signals[i]);
    live->signals[i].data = live;
    uv_signal_start(&live->signals[i], on_signal, numbers[i]);
  }
}

static void watch_window(struct live *live) {
  if (live->config->window_process == 0) return;
  uv_signal_init(&live->loop, &live->child_ended);
  live->child_ended.data = live;
  uv_signal_start(&live->child_ended, on_child_ended, SIGCHLD);
}

static void close_handle(uv_handle_t *handle, void *context) {
  (void)context;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void end_loop(struct live *live) {
  live_session_close_all(live);
  live_service_close_all(live);
  live_console_close(live->console);
  uv_walk(&live->loop, close_handle, NULL);
  uv_run(&live->loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&live->loop) == 0);
}

/* As many sockets as the system lets a process have. */
static void allow_many_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void make_world(struct live *live, struct journal *journal) {
  struct span gateways[LIVE_GATEWAYS_MAX];
  struct opening opening = {gateways, live->config->gateway_count, live->config->clients};
  for (size_t i = 0; i < opening.gateway_count; i++) gateways[i] = live->config->gateways[i].host;
  live->world = world_new_open(live->scenario, journal, &opening);
  live->outside = world_outside(live->world);
  outside_set_events(live->outside, &live_gateway_events, live);
}

static bool open_doors(struct live *live, struct journal *journal) {
  const struct live_config *config = live->config;
  live->tls = tls_context_new(config->cert_file, config->key_file, live->errors);
  if (config->gateway_count) live->tls_out = tls_context_new_client(config->trust_file, live->errors);
  if (!live->tls || (config->gateway_count && !live->tls_out) || !live_service_open_all(live)) return false;
  if (config->journal_file) live->file = live_journal_open(journal, config->journal_file, live->errors);
  if (config->journal_file && !live->file) return false;
  live_service_print_table(live);
  if (config->console) live->console = live_console_open(live);
  return !config->ready_file || live_service_write_ready_file(live);
}

static void serve(struct live *live) {
  live_clock_start(&live->clock, live->config->speed_millionths, live->config->paused);
  live->tokens = live->config->rate_max * LIVE_RATES;
  uv_run(&live->loop, UV_RUN_DEFAULT);
  if (!live->limit_reached) world_go_on(live->world, world_now_us(live));
  world_end(live->world);
  if (live->file && !live->failed && !live_journal_write(live->file, live->errors)) live->failed = true;
}

bool live_run(const struct scenario *scenario, struct journal *journal, const struct live_config *config,
              struct live_report *report_out, struct error_list *errors) {
  struct live *live = mem_zalloc(sizeof *live);
  live->config = config;
  live->scenario = scenario;
  live->errors = errors;
  allow_many_files();
  make_world(live, journal);
  start_loop(live);
  watch_window(live);
  bool well = open_doors(live, journal);
  if (well) serve(live);
  *report_out = (struct live_report){
      .served = well,
      .limit_reached = live->limit_reached,
      .is_input_wrong = !live->tls && config->cert_file,
      .why = live->why,
      .connections = live->taken,
      .octets_in = live->octets_in,
      .evicted = live->evicted,
      .cut_short = live->cut_short,
      .open = live->session_count,
  };
  end_loop(live);
  live_journal_close(live->file);
  world_free(live->world);
  tls_context_free(live->tls);
  tls_context_free(live->tls_out);
  mem_free(live->services);
  mem_free(live->clients);
  well = well && !live->failed;
  mem_free(live);
  return well;
}
