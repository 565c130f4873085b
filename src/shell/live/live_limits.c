/* Time, and room: who has been here too long, or makes the world hold too much. */
#include "shell/live/live_client.h"
#include "shell/live/live_session_internal.h"

static bool is_over_a_limit(const struct live_session *session, bool waits) {
  uint64_t now = session_now_ms(session), quiet_ms = now - session->heard_ms;
  if (waits && now - session->sent_ms > (uint64_t)LIVE_STALL_S * 1000) return true;
  if (session->output.count > LIVE_OUTPUT_PIECES_MAX) return true;
  if (session->tls && !tls_channel_is_ready(session->tls) &&
      now - session->tls_ms > (uint64_t)LIVE_HANDSHAKE_S * 1000)
    return true;
  if (now - session->started_ms > (uint64_t)LIVE_SESSION_S * 1000) return true;
  return quiet_ms > (uint64_t)session->live->config->idle_s * 1000 && !session->live->clock.paused;
}

/* The other program has closed its half, and has had its answers. */
static bool is_at_its_end(const struct live_session *session, bool waits) {
  uint64_t now = session_now_ms(session);
  return session->half_closed && session->opened && session->id && !waits && !session->live->clock.paused &&
         now - session->heard_ms > LIVE_LINGER_MS && now - session->sent_ms > LIVE_LINGER_MS;
}

static void end_for_it(struct live_session *session) {
  struct live *live = session->live;
  if (session->in.len) session_say(session, session->in.len);
  if (session->id && !outside_close(live->outside, live_now_us(live), session->id)) live_note_limit(live);
}

static void sweep(struct live_session *session) {
  bool waits = session->writing || !live_output_is_empty(&session->output);
  if (session->shutting) {
    if (session_now_ms(session) - session->heard_ms > 2 * LIVE_LINGER_MS)
      session_close_socket(session, false);
  } else if (is_over_a_limit(session, waits)) {
    session_cut_short(session);
  } else if (is_at_its_end(session, waits)) {
    end_for_it(session);
  } else {
    session_regulate(session);
  }
}

static size_t weight_of(const struct live_session *session) {
  return session->unanswered > session_waiting(session) ? session->unanswered : session_waiting(session);
}

/* Whoever makes the world hold most is the one to go. */
static void cut_heaviest(struct live *live) {
  struct live_session *heaviest = live->sessions;
  for (struct live_session *session = live->sessions; session; session = session->next)
    if (weight_of(session) > weight_of(heaviest)) heaviest = session;
  if (heaviest) session_cut_short(heaviest);
}

void live_session_sweep_all(struct live *live) {
  for (struct live_session *session = live->sessions, *next; session; session = next) {
    next = session->next;
    sweep(session);
  }
  while (live->sessions && (live->unanswered > LIVE_UNANSWERED_MAX || live->output > LIVE_OUTPUT_MAX))
    cut_heaviest(live);
}

void live_session_evict(struct live *live) {
  const struct live_client *client = live_client_busiest(live);
  struct live_session *oldest = client ? client->parked_last : NULL; /* who waits goes first */
  bool waits = oldest != NULL;
  for (struct live_session *session = live->sessions; session && !waits; session = session->next)
    if (session->client == client && (!oldest || session->heard_ms <= oldest->heard_ms)) oldest = session;
  if (!oldest) return;
  live->evicted++;
  session_break_off(oldest);
}

void live_session_close_all(struct live *live) {
  while (live->sessions) {
    live->sessions->id = 0;
    session_close_socket(live->sessions, true);
  }
}
