/* live_internal: what the files of shell/live share: the loop and what hangs on it. */
#pragma once

#include <uv.h>

#include "shell/live/live.h"
#include "shell/live/live_clock.h"
#include "shell/live/live_journal.h"
#include "world/outside.h"
#include "world/world.h"

struct live_session;
struct live_service;
struct live_console;
struct live_client;
struct tls_context;

struct live {
  const struct live_config *config;
  const struct scenario *scenario;
  struct world *world;
  struct outside *outside;
  struct live_clock clock;
  struct live_journal *file;         /* NULL: none */
  struct tls_context *tls, *tls_out; /* towards clients; towards real servers, NULL: there are none */
  struct error_list *errors;
  bool failed;        /* an error that ends the run */
  bool limit_reached; /* of the simulation, or LIVE_TOTAL_MAX */
  bool stopping;
  const char *why; /* it stops */

  uv_loop_t loop;
  uv_prepare_t prepare; /* the work of each round */
  uv_idle_t idle;       /* active while something is due at once */
  uv_timer_t wake;      /* for the next simulated event */
  uv_timer_t sweep;     /* for time limits */
  uv_signal_t signals[2], child_ended;

  struct live_service *services;
  size_t service_count;
  struct live_client *clients; /* as many as the outside has hosts, once there is one */
  size_t client_count;
  struct live_session *sessions;
  uint32_t session_count;
  struct live_session *dirty; /* those that have something to send, or to end */
  struct live_console *console;
  char read_buffer[65536];

  uint32_t tokens;    /* connections that may still be taken in this second */
  uint64_t octets_in; /* from outside, in all */
  size_t unanswered;  /* of all sessions */
  size_t output;      /* octets that wait for slow readers */
  uint64_t heard;     /* times that a real program was told something */
  uint64_t taken, evicted, cut_short;
};

/* Stops the loop after this round; the first reason counts. */
void live_stop(struct live *live, const char *why);
/* The time at which something from outside happens now. */
int64_t live_now_us(const struct live *live);
/* The world says it has reached a limit. */
void live_note_limit(struct live *live);
/* Words typed at it: lets simulated time go on, or holds it; lets out one reply and holds it again. */
void live_hold(struct live *live, bool paused);
void live_step(struct live *live);
