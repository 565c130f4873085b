/* live_session_internal: what the files of a session share: live_session.c (bytes in and out), live_limits.c
 * (time, and room). */
#pragma once

#include "shell/live/live_output.h"
#include "shell/live/live_session.h"
#include "shell/live/live_tls.h"

enum { LIVE_LINGER_MS = 1000 }; /* of quiet, after the other program closed its half; for its last octets */

struct live_session {
  struct live *live;
  uv_tcp_t socket;
  uv_write_t write;
  uv_connect_t connect;
  struct live_session *next, *previous, *next_dirty, *next_parked;
  struct live_client *client; /* NULL: called by us */
  struct live_service
      *service;     /* that it waits for, while its client connects too often; NULL: it does not */
  connection_id id; /* 0: over in the world */
  struct tls_channel *tls;
  struct buf in;      /* heard, not said yet */
  struct buf wire;    /* as it will go to the socket */
  struct buf sending; /* as it goes just now: it stays where it is while `writing` */
  struct live_output output;
  size_t unanswered;
  size_t accounted; /* of what waits for it, in live->output */
  uint64_t started_ms, heard_ms;
  uint64_t sent_ms; /* when the socket last took something, or nothing waited */
  uint64_t tls_ms;  /* when the handshake began */
  bool is_dirty, opened, reading, writing;
  bool called;      /* a real server that we have called */
  bool answered;    /* under TLS: and it has shown its certificate */
  bool connected;   /* the socket is */
  bool half_closed; /* the other program will say no more */
  bool failed;      /* the socket is broken: the world is to hear of it in the next round */
  bool cut;         /* the world has cut the connection: so is the socket */
  bool shutting;    /* all is said: only its end is awaited */
  bool closing;     /* uv_close has been called */
};

static inline uint64_t session_now_ms(const struct live_session *session) {
  return uv_now(&session->live->loop);
}
/* Octets that wait to be sent. */
static inline size_t session_waiting(const struct live_session *session) {
  return session->output.octets + session->wire.len + session->sending.len;
}

/* All in live_session.c. */
void session_close_socket(struct live_session *session, bool reset);
/* The real program has gone, or is made to go: the world hears that the connection broke. */
void session_break_off(struct live_session *session);
/* The same at a limit. */
void session_cut_short(struct live_session *session);
/* The first octets of what was heard are said in the world. */
void session_say(struct live_session *session, size_t count);
/* Who does not read, or says too much to a world that stands still, is not listened to meanwhile. */
void session_regulate(struct live_session *session);
