#include "shell/live/live_session.h"

#include <string.h>

#include "base/mem.h"
#include "shell/live/live_client.h"
#include "shell/live/live_service.h"
#include "shell/live/live_session_internal.h"

enum {
  SEND_AT_ONCE = 256 * 1024,  /* octets in one write */
  BACKLOG_PIECES = 256,       /* letters, and … */
  BACKLOG_OCTETS = 64 * 1024, /* … replies that wait before the client is no longer read */
  HELD_WHILE_PAUSED = 64 * 1024,
};

static void mark(struct live_session *session) {
  if (session->is_dirty) return;
  session->is_dirty = true;
  session->next_dirty = session->live->dirty;
  session->live->dirty = session;
}

static void account(struct live_session *session) {
  session->live->output += session_waiting(session) - session->accounted;
  session->accounted = session_waiting(session);
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle) {
  struct live_session *session = handle->data;
  tls_channel_free(session->tls);
  buf_free(&session->in);
  buf_free(&session->wire);
  buf_free(&session->sending);
  live_output_clear(&session->output);
  mem_free(session);
}

static void unpark(struct live_session *session) {
  struct live_client *client = session->client;
  struct live_session *before = NULL;
  for (struct live_session *it = client->parked; it != session; it = it->next_parked) before = it;
  *(before ? &before->next_parked : &client->parked) = session->next_parked;
  if (client->parked_last == session) client->parked_last = before;
  session->service = NULL;
}

static void unlink_session(struct live_session *session) {
  struct live *live = session->live;
  if (session->next) session->next->previous = session->previous;
  if (session->previous)
    session->previous->next = session->next;
  else
    live->sessions = session->next;
  live->session_count--;
  if (session->client) session->client->sessions--;
  if (session->service) unpark(session);
  live->unanswered -= session->unanswered;
  live->output -= session->accounted;
  for (struct live_session **link = &live->dirty; session->is_dirty && *link; link = &(*link)->next_dirty)
    if (*link == session) {
      *link = session->next_dirty;
      break;
    }
}

void session_close_socket(struct live_session *session, bool reset) {
  if (session->closing) return;
  session->closing = true;
  unlink_session(session);
  if (!reset || uv_tcp_close_reset(&session->socket, on_closed) != 0)
    uv_close((uv_handle_t *)&session->socket, on_closed);
}

void session_break_off(struct live_session *session) {
  struct live *live = session->live;
  connection_id id = session->id;
  session->id = 0;
  if (id && !outside_reset(live->outside, live_now_us(live), id)) live_note_limit(live);
  session_close_socket(session, true);
}

void session_cut_short(struct live_session *session) {
  session->live->cut_short++;
  session_break_off(session);
}

/* ---- from the socket to the world ---- */

void session_say(struct live_session *session, size_t count) {
  struct live *live = session->live;
  session->unanswered += count;
  live->unanswered += count;
  if (!outside_say(live->outside, live_now_us(live), session->id, span_first(buf_span(&session->in), count)))
    live_note_limit(live);
  buf_drop_front(&session->in, count);
}

static void forward(struct live_session *session) {
  if (!session->opened || !session->id) return;
  size_t last = span_find_last(buf_span(&session->in), '\n');
  if (last != SPAN_NONE) session_say(session, last + 1);
  if (session->in.len > LIVE_LINE_MAX) session_cut_short(session);
}

/* A real server's handshake came to nothing: the world hears why. */
static void fail_call(struct live_session *session) {
  struct live *live = session->live;
  const char *known = tls_channel_fault(session->tls);
  struct span why = known[0] ? span_from(known) : SPAN("it hung up");
  connection_id id = session->id;
  session->id = 0;
  if (id && !outside_fail_tls(live->outside, live_now_us(live), id, why)) live_note_limit(live);
  session_close_socket(session, true);
}

/* Looks how far the handshake with a real server is. False: the session is over. */
static bool settle_call(struct live_session *session, bool well) {
  struct live *live = session->live;
  struct tls_certificate certificate;
  struct arena arena = ARENA_EMPTY;
  if (!well) {
    fail_call(session);
    return false;
  }
  if (!tls_channel_is_ready(session->tls)) return true;
  session->answered = true;
  tls_channel_certificate(session->tls, &arena, &certificate);
  if (session->id && !outside_show_certificate(live->outside, live_now_us(live), session->id,
                                               tls_channel_version(session->tls), &certificate))
    live_note_limit(live);
  arena_free(&arena);
  return true;
}

static void hear(struct live_session *session, struct span bytes) {
  struct live *live = session->live;
  bool ended = false;
  session->heard_ms = session_now_ms(session);
  live->octets_in += bytes.len;
  if (session->shutting) return; /* it is only read to its end */
  if (!session->tls) {
    buf_add(&session->in, bytes);
  } else {
    bool well = tls_channel_take(session->tls, bytes, &session->in, &session->wire, &ended);
    account(session);
    mark(session);
    if (session->called && !session->answered && !settle_call(session, well && !ended)) return;
    if (!well) {
      session_break_off(session);
      return;
    }
    session->half_closed |= ended;
  }
  forward(session);
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  struct live_session *session = handle->data;
  (void)suggested;
  *buffer = uv_buf_init(session->live->read_buffer, sizeof session->live->read_buffer);
}

/* Who hangs up in the middle of it has nothing to wait for. */
static bool is_in_handshake(const struct live_session *session) {
  return session->tls && !tls_channel_is_ready(session->tls);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  struct live_session *session = stream->data;
  if (session->closing || count == 0) return;
  if (count > 0) {
    hear(session, span_of(buffer->base, (size_t)count));
    return;
  }
  uv_read_stop(stream);
  session->reading = false;
  if (session->shutting) {
    session_close_socket(session, false);
  } else if (session->called && session->tls && !session->answered) {
    fail_call(session);
  } else if (count == UV_EOF && !is_in_handshake(session)) {
    session->half_closed = true;
    session->heard_ms = session_now_ms(session);
  } else {
    session_break_off(session);
  }
}

void session_regulate(struct live_session *session) {
  bool wanted = session->connected && (session->opened || session->tls || session->shutting) &&
                !session->half_closed && session->output.count < BACKLOG_PIECES &&
                session->output.octets < BACKLOG_OCTETS && session->wire.len < SEND_AT_ONCE;
  if (session->live->clock.paused && session->unanswered > HELD_WHILE_PAUSED) wanted = false;
  if (session->shutting) wanted = true;
  if (wanted == session->reading || session->closing) return;
  session->reading = wanted;
  if (wanted)
    uv_read_start((uv_stream_t *)&session->socket, on_buffer, on_read);
  else
    uv_read_stop((uv_stream_t *)&session->socket);
}

/* ---- from the world to the socket ---- */

/* What waits, such as the answer to STARTTLS, still goes in the clear; nothing that was heard in the clear
 * counts any more (RFC 3207 4.2). */
static void leave_the_clear(struct live_session *session) {
  session->opened = false;
  session->tls_ms = session_now_ms(session);
  if (session->tls) return; /* it came first */
  live_output_take(&session->output, &session->wire, SIZE_MAX);
  buf_clear(&session->in);
  mark(session);
}

void live_session_secure(void *peer, connection_id id) {
  struct live_session *session = peer;
  (void)id;
  leave_the_clear(session);
  if (!session->tls) session->tls = tls_channel_new(session->live->tls);
}

void live_session_hello(void *peer, connection_id id, enum tls_version version, struct span wanted) {
  struct live_session *session = peer;
  (void)id;
  leave_the_clear(session);
  session->tls = tls_channel_call(session->live->tls_out, wanted, version, &session->wire);
  account(session);
}

void live_session_opened(void *peer, connection_id id) {
  struct live_session *session = peer;
  (void)id;
  session->opened = true;
  mark(session);
}

void live_session_heard(void *peer, connection_id id, struct span bytes, struct message *message) {
  struct live_session *session = peer;
  (void)id;
  session->live->heard++;
  session->live->unanswered -= session->unanswered;
  session->unanswered = 0;
  if (message)
    live_output_add_message(&session->output, message);
  else
    live_output_add(&session->output, bytes);
  account(session);
  mark(session);
}

void live_session_ended(void *peer, connection_id id, enum connection_end how) {
  struct live_session *session = peer;
  (void)id;
  if (!session) return;
  session->id = 0;
  session->cut = how != CONNECTION_CLOSED;
  mark(session);
}

static void on_written(uv_write_t *request, int status);

static void on_shut(uv_shutdown_t *request, int status) {
  (void)status;
  mem_free(request);
}

/* All has been sent, and the world has closed: FIN, and a while for the other's. */
static void finish(struct live_session *session) {
  if (session->shutting) return;
  session->shutting = true;
  session->heard_ms = session_now_ms(session);
  uv_shutdown_t *request = mem_zalloc(sizeof *request);
  if (session->half_closed || !session->connected ||
      uv_shutdown(request, (uv_stream_t *)&session->socket, on_shut) != 0) {
    mem_free(request);
    session_close_socket(session, false);
  }
}

/* Under TLS: what waits, enciphered, once the handshake is done; then, if the world has closed, the end. */
static void encipher(struct live_session *session) {
  struct buf plain = {0};
  if (!tls_channel_is_ready(session->tls)) return;
  live_output_take(&session->output, &plain, SEND_AT_ONCE);
  if (plain.len && !tls_channel_say(session->tls, buf_span(&plain), &session->wire)) session->failed = true;
  if (!session->id && live_output_is_empty(&session->output)) tls_channel_end(session->tls, &session->wire);
  buf_free(&plain);
}

/* Fills `sending`, which is empty, from what waits. False: nothing does. */
static bool fill(struct live_session *session) {
  if (session->tls)
    encipher(session);
  else
    live_output_take(&session->output, &session->wire, SEND_AT_ONCE);
  struct buf empty = session->sending;
  session->sending = session->wire;
  session->wire = empty;
  account(session);
  return session->sending.len > 0;
}

static void sent(struct live_session *session, size_t count) {
  session->sent_ms = session_now_ms(session);
  buf_drop_front(&session->sending, count);
  account(session);
}

/* False: the rest is on its way, or the socket is broken. */
static bool send_some(struct live_session *session) {
  uv_stream_t *stream = (uv_stream_t *)&session->socket;
  uv_buf_t buffer = uv_buf_init(session->sending.data, (unsigned)session->sending.len);
  int count = uv_try_write(stream, &buffer, 1);
  if (count > 0) sent(session, (size_t)count);
  if (session->sending.len == 0) return true;
  buffer = uv_buf_init(session->sending.data, (unsigned)session->sending.len);
  bool well =
      (count >= 0 || count == UV_EAGAIN) && uv_write(&session->write, stream, &buffer, 1, on_written) == 0;
  session->writing = well;
  session->failed |= !well;
  return false;
}

static void flush(struct live_session *session) {
  if (session->closing || session->writing || session->failed || !session->connected) return;
  if (session->cut) {
    session_close_socket(session, true);
    return;
  }
  while (fill(session))
    if (!send_some(session)) return;
  session->sent_ms = session_now_ms(session);
  buf_free(&session->sending);
  buf_free(&session->wire);
  session->sending = session->wire = (struct buf){0};
  if (!session->id && !session->shutting) finish(session);
}

static void on_written(uv_write_t *request, int status) {
  struct live_session *session = request->data;
  session->writing = false;
  if (session->closing) return;
  sent(session, session->sending.len);
  session->failed |= status < 0;
  mark(session);
}

void live_session_put_in_all(struct live *live) {
  for (struct live_session *session = live->dirty, *next; session; session = next) {
    next = session->next_dirty;
    if (session->failed)
      session_break_off(session);
    else
      forward(session);
  }
}

void live_session_flush_all(struct live *live) {
  struct live_session *session = live->dirty, *next;
  live->dirty = NULL;
  for (; session; session = next) {
    next = session->next_dirty;
    session->is_dirty = false;
    flush(session);
    if (session->closing) continue;
    session_regulate(session);
    if (session->failed || (session->opened && span_find(buf_span(&session->in), '\n') != SPAN_NONE))
      mark(session);
  }
}

/* ---- the beginning ---- */

static struct live_session *session_new(struct live *live) {
  struct live_session *session = mem_zalloc(sizeof *session);
  session->live = live;
  uv_tcp_init(&live->loop, &session->socket);
  session->socket.data = session->write.data = session->connect.data = session;
  session->started_ms = session->heard_ms = session->sent_ms = uv_now(&live->loop);
  session->next = live->sessions;
  if (session->next) session->next->previous = session;
  live->sessions = session;
  live->session_count++;
  return session;
}

static void enter(struct live_session *session, struct live_service *service) {
  struct live *live = session->live;
  unsigned client = live_client_number(live, session->client);
  session->client->tokens--;
  session->started_ms = session->heard_ms = session->sent_ms = session->tls_ms = session_now_ms(session);
  if (service->tls == LIVE_IMPLICIT_TLS) session->tls = tls_channel_new(live->tls);
  session->id =
      outside_connect(live->outside, live_now_us(live), client, service->host, service->port, session);
  if (!session->id) live_note_limit(live);
  mark(session);
}

/* Whoever connects too often waits for its turn, and nobody else does. */
static void park(struct live_session *session, struct live_service *service) {
  struct live_client *client = session->client;
  session->service = service;
  *(client->parked_last ? &client->parked_last->next_parked : &client->parked) = session;
  client->parked_last = session;
}

struct live_session *live_session_accept(struct live *live, struct live_service *service,
                                         uv_tcp_t *listener) {
  struct live_session *session = session_new(live);
  if (uv_accept((uv_stream_t *)listener, (uv_stream_t *)&session->socket) != 0) {
    session_close_socket(session, false);
    return NULL;
  }
  live->taken++;
  session->connected = true;
  uv_tcp_nodelay(&session->socket, 1);
  session->client = live_client_of(live, &session->socket);
  session->client->sessions++;
  if (session->client->tokens && !session->client->parked)
    enter(session, service);
  else
    park(session, service);
  return session;
}

void live_session_admit_all(struct live *live) {
  for (size_t i = 0; i < live->client_count; i++) {
    struct live_client *client = &live->clients[i];
    while (client->parked && client->tokens) {
      struct live_session *session = client->parked;
      struct live_service *service = session->service;
      unpark(session);
      enter(session, service);
    }
  }
}

static void on_connected(uv_connect_t *request, int status) {
  struct live_session *session = request->data;
  if (session->closing) return;
  if (status < 0) {
    session_break_off(session);
    return;
  }
  session->connected = true;
  uv_tcp_nodelay(&session->socket, 1);
  mark(session);
}

struct live_session *live_session_call(struct live *live, connection_id id, const struct sockaddr *address) {
  struct live_session *session = session_new(live);
  session->called = true;
  session->id = id;
  if (!address || uv_tcp_connect(&session->connect, &session->socket, address, on_connected) != 0) {
    session->failed = true; /* the world, which is at work now, hears of it in the next round */
    mark(session);
  }
  return session;
}
