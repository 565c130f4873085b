/* capture_tcp: what the two sides of a connection send, as TCP would (RFC 9293), at the simulation's times.
 *
 *     said ─▶ pieces ─▶ DEPARTS: a segment, at most the MSS ─▶ a latency ─▶ ARRIVES: acknowledged
 *                                └─ lost ─▶ AGAIN, AGAIN … until the side gives up
 */
#include "base/check.h"
#include "base/mem.h"
#include "readers/capture_internal.h"

enum {
  ACK_DELAY_US = 40000,     /* RFC 9293 3.8.6.3 allows up to half a second */
  FIRST_RETRY_US = 1000000, /* RFC 6298 2.1; then twice as long each time (5.5) */
  RETRIES_MAX = 5,
  SYN_WINDOW = 64240 /* a SYN's window is never scaled (RFC 7323 2.2) */
};

/* ---- sending ---- */

/* One segment of that side: so many octets of its stream from start on. */
static void send_segment(struct capture *capture, struct capture_connection *connection, int index,
                         int64_t time_us, uint8_t flags, uint64_t start, size_t octets) {
  struct capture_side *side = &connection->sides[index], *other = &connection->sides[!index];
  struct span payload = SPAN_EMPTY;
  if (octets) payload = span_slice(buf_span(&side->stream), (size_t)(start - side->base), octets);
  struct frame_tcp tcp = {
      .sequence = side->isn + 1 + (uint32_t)start,
      .acknowledgement = flags & TCP_ACK ? other->isn + 1 + (uint32_t)side->heard : 0,
      .flags = flags,
      .window = flags & TCP_RST ? 0 : connection->window,
  };
  buf_clear(&capture->frame);
  frame_add_tcp(&side->end, &other->end, side->ident++, &tcp, payload, &capture->frame);
  side->acknowledged = side->heard;
  side->unacknowledged = 0;
  capture_emit(capture, time_us);
}

static void send_syn(struct capture *capture, struct capture_connection *connection, int index,
                     int64_t time_us) {
  struct capture_side *side = &connection->sides[index], *other = &connection->sides[!index];
  uint16_t mss = frame_mss(side->end.address.family);
  /* The MSS; SACK permitted; window scale (RFC 9293 3.2, RFC 2018 2, RFC 7323 2.2). */
  const char options[] = {
      2, 4, (char)(mss >> 8), (char)mss, 1, 1, 4, 2, 1, 3, 3, (char)connection->window_shift};
  struct frame_tcp tcp = {.sequence = side->isn,
                          .acknowledgement = index == SERVER ? other->isn + 1 : 0,
                          .flags = index == SERVER ? TCP_SYN | TCP_ACK : TCP_SYN,
                          .window = SYN_WINDOW,
                          .options = span_of(options, sizeof options)};
  buf_clear(&capture->frame);
  frame_add_tcp(&side->end, &other->end, side->ident++, &tcp, SPAN_EMPTY, &capture->frame);
  capture_emit(capture, time_us);
}

static void send_ack(struct capture *capture, struct capture_connection *connection, int index,
                     int64_t time_us) {
  send_segment(capture, connection, index, time_us, TCP_ACK, connection->sides[index].sent, 0);
}

/* The end of all: nothing more is sent by either side. */
static void send_reset(struct capture *capture, struct capture_connection *connection, int index,
                       int64_t time_us, uint8_t flags) {
  uint64_t start = connection->sides[index].sent;
  send_segment(capture, connection, index, time_us, TCP_RST | flags, start, 0);
  connection->is_done = true;
}

static void schedule(struct capture *capture, const struct capture_connection *connection,
                     enum capture_event_kind kind, int side, int64_t time_us, journal_seq because) {
  capture_schedule(capture, &(struct capture_event){
                                .time_us = time_us,
                                .because = because,
                                .connection = (uint32_t)(connection - capture->connections),
                                .kind = (uint8_t)kind,
                                .side = (uint8_t)side,
                            });
}

/* ---- the beginning ---- */

void capture_tcp_connect(struct capture *capture, uint32_t index, const struct journal_record *record) {
  struct capture_connection *connection = &capture->connections[index];
  struct journal_record outcome = {.kind = JOURNAL_NO_KIND};
  capture_begin_ends(capture, connection, record);
  if (connection->outcome) journal_get(capture->journal, connection->outcome, &outcome);
  if (outcome.kind == JOURNAL_TIMED_OUT && span_equal(outcome.text[0], SPAN("no_route"))) {
    connection->is_done = true; /* nothing was sent */
    return;
  }
  capture->counts.connections++;
  send_syn(capture, connection, CLIENT, record->time_us);
  if (!connection->outcome) return;
  int64_t outcome_us = outcome.time_us;
  if (outcome.kind == JOURNAL_TIMED_OUT) {
    connection->sides[CLIENT].tries = 1;
    schedule(capture, connection, EVENT_AGAIN, CLIENT, record->time_us + FIRST_RETRY_US, record->seq);
    return;
  }
  connection->latency_us = (outcome_us - record->time_us) / 2;
  schedule(capture, connection, EVENT_SYN, SERVER, record->time_us + connection->latency_us, record->seq);
}

static void syn_arrives(struct capture *capture, struct capture_connection *connection, int64_t time_us) {
  if (journal_kind_at(capture->journal, connection->outcome) == JOURNAL_CONNECTED) {
    send_syn(capture, connection, SERVER, time_us);
    return;
  }
  /* RFC 9293 3.10.7.1: nobody listens. */
  const struct capture_side *client = &connection->sides[CLIENT], *server = &connection->sides[SERVER];
  struct frame_tcp tcp = {.acknowledgement = client->isn + 1, .flags = TCP_RST | TCP_ACK};
  buf_clear(&capture->frame);
  frame_add_tcp(&server->end, &client->end, server->ident, &tcp, SPAN_EMPTY, &capture->frame);
  capture_emit(capture, time_us);
  connection->is_done = true;
}

void capture_tcp_outcome(struct capture *capture, uint32_t index, const struct journal_record *record) {
  struct capture_connection *connection = &capture->connections[index];
  if (record->kind == JOURNAL_CONNECTED)
    send_ack(capture, connection, CLIENT, record->time_us);
  else
    connection->is_done = true;
}

/* ---- what is said ---- */

static struct capture_piece *add_piece(struct capture_side *side, struct capture_piece piece) {
  if (side->first_piece == side->piece_count) side->first_piece = side->piece_count = 0;
  side->pieces = mem_grow(side->pieces, &side->piece_capacity, side->piece_count + 1, sizeof *side->pieces);
  side->pieces[side->piece_count] = piece;
  return &side->pieces[side->piece_count++];
}

/* When the octets before that one have arrived: a piece that needs time for its way comes evenly. */
static int64_t arrival_us(const struct capture_piece *piece, size_t octet) {
  if (piece->octets == 0) return piece->arrives_us;
  int64_t octets = (int64_t)piece->octets, length_us = piece->arrives_us - piece->begins_us;
  int64_t at = (int64_t)octet;
  return piece->begins_us + length_us / octets * at + length_us % octets * at / octets;
}

/* The next segment: what it takes of the pieces, and when its last octet leaves. */
struct plan {
  size_t octets;
  bool is_fin, ends_write;
  int64_t departs_us;
  journal_seq record;
};

static struct plan plan_segment(const struct capture_connection *connection,
                                const struct capture_side *side) {
  const struct capture_piece *piece = &side->pieces[side->first_piece];
  const struct capture_piece *end = &side->pieces[side->piece_count];
  uint32_t write = piece->write;
  size_t room = frame_mss(side->end.address.family);
  struct plan plan = {.is_fin = piece->is_fin};
  do {
    size_t left = piece->octets - piece->taken, take = left < room - plan.octets ? left : room - plan.octets;
    plan.octets += take;
    plan.departs_us = arrival_us(piece, piece->taken + take) - connection->latency_us;
    plan.record = piece->record;
    plan.ends_write = take == left;
    piece++;
  } while (plan.ends_write && plan.octets < room && piece < end && piece->write == write);
  if (piece < end && piece->write == write) plan.ends_write = false;
  return plan;
}

static void take_from_pieces(struct capture_side *side, size_t octets) {
  do {
    struct capture_piece *piece = &side->pieces[side->first_piece];
    size_t left = piece->octets - piece->taken, take = left < octets ? left : octets;
    piece->taken += take;
    octets -= take;
    if (piece->taken == piece->octets) side->first_piece++;
  } while (octets);
}

static void schedule_departure(struct capture *capture, struct capture_connection *connection, int index) {
  struct plan plan = plan_segment(connection, &connection->sides[index]);
  schedule(capture, connection, EVENT_DEPARTS, index, plan.departs_us, plan.record);
}

static void add_fin(struct capture *capture, struct capture_connection *connection, int index,
                    int64_t time_us, journal_seq because) {
  struct capture_side *side = &connection->sides[index];
  bool is_first = side->first_piece == side->piece_count;
  int64_t arrives_us = time_us + connection->latency_us;
  if (side->arrives_us > arrives_us) arrives_us = side->arrives_us;
  side->has_fin = true;
  add_piece(side, (struct capture_piece){.is_fin = true,
                                         .begins_us = arrives_us,
                                         .arrives_us = arrives_us,
                                         .record = because,
                                         .write = ++side->writes});
  if (is_first) schedule_departure(capture, connection, index);
}

/* The other side has closed, and this one has said all that it will: its program has heard of the end and
 * gone, which the journal does not record. */
static void close_in_turn(struct capture *capture, struct capture_connection *connection, int index,
                          int64_t time_us, journal_seq because) {
  struct capture_side *side = &connection->sides[index];
  if (side->fin_heard && !side->has_fin && !side->closed && side->last_said <= capture->at)
    add_fin(capture, connection, index, time_us, because);
}

void capture_tcp_say(struct capture *capture, uint32_t index, journal_seq first, journal_seq last) {
  struct capture_connection *connection = &capture->connections[index];
  struct journal_record record;
  journal_get(capture->journal, first, &record);
  int side_index = record.number[0] ? SERVER : CLIENT;
  struct capture_side *side = &connection->sides[side_index];
  bool is_first = side->first_piece == side->piece_count;
  if (side->state != SIDE_OPEN || connection->is_done) return;
  side->writes++;
  for (journal_seq seq = first; seq <= last; seq++) {
    journal_get(capture->journal, seq, &record);
    int64_t begins_us = record.time_us + connection->latency_us, arrives_us = record.number[1];
    if (side->arrives_us > begins_us) begins_us = side->arrives_us;
    if (arrives_us < begins_us) arrives_us = begins_us;
    if (arrives_us > JOURNAL_INTEGER_MAX) arrives_us = begins_us; /* a stranger's */
    side->arrives_us = arrives_us;
    size_t octets = capture_add_said(capture, connection, &record, &side->stream);
    add_piece(side, (struct capture_piece){.octets = octets,
                                           .begins_us = begins_us,
                                           .arrives_us = arrives_us,
                                           .record = last,
                                           .write = side->writes});
  }
  if (is_first) schedule_departure(capture, connection, side_index);
  close_in_turn(capture, connection, side_index, record.time_us, last);
}

/* ---- on the way ---- */

static void lose(struct capture *capture, struct capture_connection *connection,
                 const struct capture_event *segment, int sender, int64_t time_us) {
  struct capture_side *side = &connection->sides[sender];
  if (side->tries++) return; /* what was lost first is sent again first */
  struct capture_event again = *segment;
  again.kind = EVENT_AGAIN;
  again.side = (uint8_t)sender;
  again.time_us = time_us + FIRST_RETRY_US;
  capture_schedule(capture, &again);
}

static void depart(struct capture *capture, struct capture_connection *connection,
                   const struct capture_event *event) {
  int index = event->side;
  struct capture_side *side = &connection->sides[index];
  struct plan plan = plan_segment(connection, side);
  if (side->state == SIDE_GONE) return;
  /* Once its timer has run out it sends what is lost, and nothing new (RFC 5681 3.1: the loss window). */
  if (side->tries > 1) return;
  if (plan.departs_us > event->time_us) { /* more of the same write goes with it */
    schedule_departure(capture, connection, index);
    return;
  }
  struct capture_event segment = *event;
  segment.kind = EVENT_ARRIVES;
  segment.side = (uint8_t)!index;
  segment.time_us = event->time_us + connection->latency_us;
  segment.start = side->sent;
  segment.octets = (uint32_t)plan.octets;
  segment.flags = TCP_ACK;
  if (plan.is_fin) segment.flags |= TCP_FIN;
  if (plan.octets && plan.ends_write) segment.flags |= TCP_PSH;
  take_from_pieces(side, plan.octets);
  send_segment(capture, connection, index, event->time_us, segment.flags, side->sent, plan.octets);
  side->sent += plan.octets + plan.is_fin;
  if (capture_reaches(capture, connection))
    capture_schedule(capture, &segment);
  else
    lose(capture, connection, &segment, index, event->time_us);
  if (side->first_piece < side->piece_count) schedule_departure(capture, connection, index);
}

/* Octets that have been heard are not needed any more once there are no others. */
static void forget_heard(struct capture_connection *connection, int sender) {
  struct capture_side *side = &connection->sides[sender];
  bool all_heard = connection->sides[!sender].heard >= side->sent && side->first_piece == side->piece_count;
  if (!all_heard) return;
  buf_free(&side->stream);
  side->base = side->sent;
}

static void arrive(struct capture *capture, struct capture_connection *connection,
                   const struct capture_event *event) {
  int index = event->side;
  struct capture_side *side = &connection->sides[index];
  bool was_under_way = connection->broken && event->because < connection->broken;
  if (was_under_way || !capture_reaches(capture, connection)) {
    lose(capture, connection, event, !index, event->time_us);
    return;
  }
  /* Under TLS both say goodbye, and neither waits for the other's. */
  bool comes_too_late = side->state == SIDE_CLOSED && event->octets && !connection->is_tls;
  if (connection->broken || side->state == SIDE_GONE || comes_too_late) {
    send_reset(capture, connection, index, event->time_us, 0); /* RFC 9293 3.10.7.1 */
    return;
  }
  bool is_fin = event->flags & TCP_FIN;
  side->heard = event->start + event->octets + is_fin;
  side->fin_heard |= is_fin;
  forget_heard(connection, !index);
  if (is_fin) close_in_turn(capture, connection, index, event->time_us, event->because);
  bool answers = is_fin && side->has_fin && side->first_piece < side->piece_count;
  if (answers && plan_segment(connection, side).departs_us <= event->time_us)
    return; /* the ACK goes with it */
  if (++side->unacknowledged >= 2 || is_fin)
    send_ack(capture, connection, index, event->time_us);
  else
    schedule(capture, connection, EVENT_ACK_DUE, index, event->time_us + ACK_DELAY_US, event->because);
}

static void send_again(struct capture *capture, struct capture_connection *connection,
                       const struct capture_event *event) {
  struct capture_side *side = &connection->sides[event->side];
  if (side->state == SIDE_GONE) return;
  if (event->flags == 0)
    send_syn(capture, connection, CLIENT, event->time_us);
  else
    send_segment(capture, connection, event->side, event->time_us, event->flags, event->start, event->octets);
  if (side->tries > RETRIES_MAX) return;
  struct capture_event next = *event;
  next.time_us = event->time_us + ((int64_t)FIRST_RETRY_US << side->tries++);
  capture_schedule(capture, &next);
}

void capture_tcp_event(struct capture *capture, const struct capture_event *event) {
  struct capture_connection *connection = &capture->connections[event->connection];
  const struct capture_side *side = &connection->sides[event->side];
  if (connection->is_done) return;
  if (event->kind != EVENT_ARRIVES && capture->is_down[side->host]) return;
  switch ((enum capture_event_kind)event->kind) {
  case EVENT_SYN: syn_arrives(capture, connection, event->time_us); return;
  case EVENT_DEPARTS: depart(capture, connection, event); return;
  case EVENT_ARRIVES: arrive(capture, connection, event); return;
  case EVENT_ACK_DUE:
    if (side->acknowledged < side->heard && side->state != SIDE_GONE)
      send_ack(capture, connection, event->side, event->time_us);
    return;
  case EVENT_AGAIN: send_again(capture, connection, event); return;
  }
  UNREACHABLE();
}

/* ---- the end ---- */

void capture_tcp_close(struct capture *capture, uint32_t index, const struct journal_record *record) {
  struct capture_connection *connection = &capture->connections[index];
  int side = record->number[0] ? SERVER : CLIENT;
  if (connection->sides[side].state != SIDE_OPEN || connection->is_done) return;
  connection->sides[side].state = SIDE_CLOSED;
  if (!connection->sides[side].has_fin) add_fin(capture, connection, side, record->time_us, record->seq);
}

/* A side is cut off. If its own host has gone down, or it has given up after a silence, it sends nothing;
 * else it says so, and that is the end for both. */
void capture_tcp_cut(struct capture *capture, uint32_t index, const struct journal_record *record) {
  struct capture_connection *connection = &capture->connections[index];
  int side = record->number[0] ? SERVER : CLIENT;
  if (connection->is_done || connection->sides[side].state == SIDE_GONE) return;
  if (!connection->broken && connection->sides[side].tries == 0)
    send_reset(capture, connection, side, record->time_us, TCP_ACK);
  connection->sides[side].state = SIDE_GONE;
}
