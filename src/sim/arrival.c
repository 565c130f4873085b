#include "base/check.h"
#include "sim/network_parts.h"

/* What happens when something arrives. Every call of a program's handler is made from here, by an event,
 * and so never from within a call of its own.
 *
 *     client                                   server
 *       │ ───────── SYN ─────────────────────▶ │  listen()          half a round trip
 *       │ ◀──────────────────────── SYN_ACK ── │
 *       │  CONNECTED, opened()                 │                    one
 *       │ ───────── ACK, and the first bytes ─▶ │  opened()         one and a half
 *
 * A handler may do anything in its turn, end this connection and begin others; so nothing is believed
 * about the connection after it but its number. */

static void tell_end(struct connection *connection, int index, enum connection_end how) {
  struct side *side = &connection->sides[index];
  connection_id id = connection->id;
  const struct connection_handler *handler = side->handler;
  void *context = side->context;
  lane_clear(&connection->sides[index]);
  side->state = SIDE_GONE;
  connection_settle(connection);
  if (handler) handler->ended(context, id, how);
}

/* ---- the handshake ---- */

static const struct connection_handler *ask_listener(struct connection *connection) {
  struct side *server = &connection->sides[SERVER];
  const struct listener *listener = network_listener(connection->network, server->host, server->port);
  struct connection_info info;
  connection_tell(connection, &info);
  if (!listener) return NULL;
  server->agent = listener->agent;
  const struct connection_handler *handler =
      listener->fn(listener->context, connection->id, &info, &server->context);
  CHECK(server->state == SIDE_WAITING);
  return handler;
}

static void syn(struct connection *connection, int index, uint32_t how) {
  struct side *client = &connection->sides[CLIENT], *server = &connection->sides[index];
  struct sim *sim = connection->network->sim;
  (void)how;
  enum unreachable why = network_obstacle(connection->network, client->host, server->host);
  bool is_wanted = client->state == SIDE_WAITING; /* it may have given up already */
  if (why != REACHABLE) {
    connection_break_later(connection, CLIENT, why);
  } else if (is_wanted) {
    server->handler = ask_listener(connection);
    int64_t answer_us = lane_arrival_us(&connection->sides[CLIENT], 0);
    lane_send(&connection->sides[CLIENT], server->handler ? SEGMENT_SYN_ACK : SEGMENT_REFUSAL, answer_us,
              sim_cause(sim), 0);
  }
  if (server->handler) return;
  lane_clear(&connection->sides[SERVER]);
  server->state = SIDE_GONE;
  connection_settle(connection);
}

static struct journal_record about_server(const struct connection *connection, enum journal_kind kind) {
  const struct side *server = &connection->sides[SERVER];
  return (struct journal_record){.kind = (uint16_t)kind, .number = {server->host, server->port}};
}

static void syn_ack(struct connection *connection, int index, uint32_t how) {
  struct side *client = &connection->sides[index];
  struct sim *sim = connection->network->sim;
  (void)how;
  client->state = SIDE_OPEN;
  struct journal_record record = about_server(connection, JOURNAL_CONNECTED);
  sim_set_cause(sim, connection_note(connection, index, &record));
  lane_send(&connection->sides[SERVER], SEGMENT_ACK, lane_arrival_us(&connection->sides[SERVER], 0),
            sim_cause(sim), 0);
  client->handler->opened(client->context, connection->id);
}

static void ack(struct connection *connection, int index, uint32_t how) {
  struct side *server = &connection->sides[index];
  (void)how;
  server->state = SIDE_OPEN;
  server->handler->opened(server->context, connection->id);
}

static void refusal(struct connection *connection, int index, uint32_t how) {
  (void)how;
  struct journal_record record = about_server(connection, JOURNAL_REFUSED);
  sim_set_cause(connection->network->sim, connection_note(connection, index, &record));
  tell_end(connection, index, CONNECTION_REFUSED);
}

static void no_answer(struct connection *connection, int index, uint32_t how) {
  static const struct span what[] = {[REACHABLE] = SPAN_INIT("host_down"),
                                     [HOST_DOWN] = SPAN_INIT("host_down"),
                                     [LINK_DOWN] = SPAN_INIT("link_down"),
                                     [NO_HOST] = SPAN_INIT("no_host"),
                                     [NO_ROUTE] = SPAN_INIT("no_route")};
  struct journal_record record = about_server(connection, JOURNAL_TIMED_OUT);
  record.text[0] = what[how];
  sim_set_cause(connection->network->sim, connection_note(connection, index, &record));
  tell_end(connection, index, CONNECTION_TIMED_OUT);
}

/* ---- the end ---- */

static void fin(struct connection *connection, int index, uint32_t how) {
  (void)how;
  tell_end(connection, index, CONNECTION_CLOSED);
}

static void end(struct connection *connection, int index, uint32_t how) {
  tell_end(connection, index, (enum connection_end)how);
}

static void find_it_broken(struct connection *connection, int index, struct span why) {
  struct journal_record record = {.kind = JOURNAL_CUT, .number = {index}, .text = {why}};
  sim_set_cause(connection->network->sim, connection_note(connection, index, &record));
  tell_end(connection, index, CONNECTION_CUT);
}

static void silence(struct connection *connection, int index, uint32_t how) {
  (void)how;
  find_it_broken(connection, index, SPAN("no answer"));
}

static void reset(struct connection *connection, int index, uint32_t how) {
  (void)how;
  find_it_broken(connection, index, SPAN("reset by the other host"));
}

/* ---- what is said ---- */

/* As deliver(), but a byte at a time, and messages as bytes: see network_set_dribble. */
static void dribble(struct side *side, struct segment *segment) {
  connection_id id = side->connection->id;
  struct buf bytes = {0};
  if (segment->kind == SEGMENT_MESSAGE) {
    lane_set_flattened(&side->lane, segment->message);
    message_write_wire(segment->message, &bytes);
  } else {
    buf_add(&bytes, segment->unread);
  }
  segment_free(segment);
  for (size_t i = 0; i < bytes.len; i++) {
    if (side->connection->id != id || side->state != SIDE_OPEN) break;
    lane_add_arrived_bytes(side, span_of(bytes.data + i, 1));
    side->handler->received(side->context, id);
  }
  buf_free(&bytes);
}

static void deliver(struct connection *connection, struct side *side, struct segment *segment) {
  if (side->secure == SHAKING_HANDS) {
    segment_free(segment);
    secure_refuse_plain(connection, side_index(side));
  } else if (UNLIKELY(connection->network->dribble)) {
    dribble(side, segment);
  } else {
    lane_add_arrived(side, segment);
    side->handler->received(side->context, connection->id);
  }
}

/* ---- the event ---- */

typedef void arrival_fn(struct connection *connection, int side, uint32_t how);

static arrival_fn *const arrivals[SEGMENT_KINDS] = {
    [SEGMENT_SYN] = syn,
    [SEGMENT_SYN_ACK] = syn_ack,
    [SEGMENT_ACK] = ack,
    [SEGMENT_REFUSAL] = refusal,
    [SEGMENT_NO_ANSWER] = no_answer,
    [SEGMENT_FIN] = fin,
    [SEGMENT_END] = end,
    [SEGMENT_SILENCE] = silence,
    [SEGMENT_RESET] = reset,
    [SEGMENT_FLIGHT] = secure_take_flight,
    [SEGMENT_ALERT] = secure_take_alert,
};

/* All that arrives at one time on one lane is one event; each piece is heard because of what it says. */
void connection_arrive(void *context) {
  struct side *side = context;
  struct connection *connection = side->connection;
  struct network *network = connection->network;
  struct sim *sim = network->sim;
  connection_id id = connection->id;
  network->at_hand = connection;
  network->at_hand_id = id;
  side->arriving = true;
  side->lane.event = (struct event_handle){0, 0}; /* this one */
  for (struct segment *segment; (segment = lane_take_due(&side->lane, sim_now(sim)));) {
    sim_set_cause(sim, segment->cause);
    if (segment->kind == SEGMENT_BYTES || segment->kind == SEGMENT_MESSAGE) {
      deliver(connection, side, segment);
    } else {
      arrival_fn *fn = arrivals[segment->kind];
      uint32_t how = segment->how;
      segment_free(segment);
      fn(connection, side_index(side), how);
    }
    if (connection->id != id) return;
  }
  side->arriving = false;
  lane_arm(side);
}
