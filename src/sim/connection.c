#include "base/check.h"
#include "base/mem.h"
#include "sim/network_parts.h"

/* A side of a connection, and who moves it on:
 *
 *     WAITING ──SYN_ACK, ACK──▶ OPEN ──closes, is cut──▶ ENDING ──ended()──▶ GONE
 *        │                        └──────FIN, RESET, SILENCE───ended()────────▲
 *        └─────────REFUSAL, NO_ANSWER: ended(); or it never knew──────────────┘
 *
 * The connection is over when both sides are GONE. */

/* ---- places for connections ---- */

static void add_slab(struct network *network) {
  struct connection *slab = mem_zalloc(CONNECTIONS_A_SLAB * sizeof *slab);
  network->slabs =
      mem_grow(network->slabs, &network->slab_capacity, network->slab_count + 1, sizeof *network->slabs);
  network->slabs[network->slab_count++] = slab;
  for (int i = CONNECTIONS_A_SLAB; i-- > 0;) {
    slab[i].next_free = network->free_connections;
    network->free_connections = &slab[i];
  }
}

static struct connection *connection_new(struct network *network) {
  CHECK(network->last_connection < NEVER_GIVEN - 1);
  if (!network->free_connections) add_slab(network);
  struct connection *connection = network->free_connections;
  network->free_connections = connection->next_free;
  *connection = (struct connection){.network = network,
                                    .id = ++network->last_connection,
                                    .sides = {{.connection = connection}, {.connection = connection}}};
  id_map_put(&network->connections, connection->id, connection);
  return connection;
}

void connection_settle(struct connection *connection) {
  struct network *network = connection->network;
  if (connection->sides[CLIENT].state != SIDE_GONE || connection->sides[SERVER].state != SIDE_GONE) return;
  lane_clear(&connection->sides[CLIENT]);
  lane_clear(&connection->sides[SERVER]);
  secure_forget(connection);
  id_map_remove(&network->connections, connection->id);
  if (network->at_hand_id == connection->id) network->at_hand_id = NEVER_GIVEN;
  connection->id = 0;
  connection->next_free = network->free_connections;
  network->free_connections = connection;
}

void connection_free_all(struct network *network) {
  for (size_t i = 0; i < network->slab_count; i++) {
    for (int k = 0; k < CONNECTIONS_A_SLAB; k++) {
      struct connection *connection = &network->slabs[i][k];
      if (connection->id == 0) continue;
      lane_clear(&connection->sides[CLIENT]);
      lane_clear(&connection->sides[SERVER]);
      secure_forget(connection);
    }
    mem_free(network->slabs[i]);
  }
  mem_free(network->slabs);
}

journal_seq connection_note(struct connection *connection, int side, struct journal_record *record) {
  record->host = connection->sides[side].host;
  record->agent = connection->sides[side].agent;
  record->connection = connection->id;
  return sim_note(connection->network->sim, record);
}

static bool has_ended(const struct side *side) {
  return side->state >= SIDE_ENDING;
}

/* The side's program can do nothing more; by an event of its own it is told how it ended. */
static void end_soon(struct connection *connection, int side, enum connection_end how, journal_seq cause) {
  lane_clear(&connection->sides[side]);
  connection->sides[side].state = SIDE_ENDING;
  int64_t now_us = sim_now(connection->network->sim);
  lane_send(&connection->sides[side], SEGMENT_END, now_us, cause, 0)->how = how;
}

/* ---- asking ---- */

/* What keeps the question from arriving: addresses of one family lead nowhere in the other. */
static enum unreachable obstacle_of(const struct connection *connection) {
  const struct network *network = connection->network;
  host_id client = connection->sides[CLIENT].host;
  bool bare = !network_host(network, client)->address.len || connection->family == IP_NONE;
  if (!bare && !network_host_address(network, client, (enum ip_family)connection->family).len)
    return NO_ROUTE;
  return network_obstacle(network, client, connection->sides[SERVER].host);
}

static void note_connect(struct connection *connection, struct span address, struct span protocol) {
  const struct side *client = &connection->sides[CLIENT], *server = &connection->sides[SERVER];
  struct journal_record record = {
      .kind = JOURNAL_CONNECT,
      .number = {server->host, server->port, client->port},
      .text = {address, protocol},
  };
  journal_seq connect = connection_note(connection, CLIENT, &record);
  journal_seq before = sim_cause(connection->network->sim);
  sim_set_cause(connection->network->sim, connect);
  enum unreachable why = obstacle_of(connection);
  if (why == REACHABLE) {
    lane_send(&connection->sides[SERVER], SEGMENT_SYN, lane_arrival_us(&connection->sides[SERVER], 0),
              connect, 0);
  } else {
    connection_break_later(connection, CLIENT, why);
    connection_break_later(connection, SERVER, why);
  }
  sim_set_cause(connection->network->sim, before);
}

static connection_id ask(struct network *network, host_id from, uint16_t agent, host_id to,
                         struct span address, uint16_t port, struct span protocol,
                         const struct connection_handler *handler, void *context) {
  struct connection *connection = connection_new(network);
  connection->path = network_path(network, from, to);
  connection->asked_us = sim_now(network->sim);
  connection->family = (uint8_t)ip_family_of_text(address);
  struct side *client = &connection->sides[CLIENT], *server = &connection->sides[SERVER];
  client->handler = handler;
  client->context = context;
  client->host = from;
  client->port = network_next_port(network, from);
  client->agent = agent;
  server->host = to;
  server->port = port;
  note_connect(connection, address, protocol);
  return connection->id;
}

/* RFC 6724 6: an address that can be reached at all; of those IPv6 comes first. */
static struct span address_for(const struct network *network, host_id from, host_id to) {
  for (enum ip_family family = IP_V6; family > IP_NONE; family--) {
    struct span address = network_host_address(network, to, family);
    if (address.len && network_host_address(network, from, family).len) return address;
  }
  return network_host(network, to)->address;
}

connection_id network_connect(struct network *network, host_id from, uint16_t agent, host_id to,
                              uint16_t port, struct span protocol, const struct connection_handler *handler,
                              void *context) {
  network_find_host(network, to);
  return ask(network, from, agent, to, address_for(network, from, to), port, protocol, handler, context);
}

connection_id network_connect_address(struct network *network, host_id from, uint16_t agent, host_id to,
                                      struct span address, uint16_t port, struct span protocol,
                                      const struct connection_handler *handler, void *context) {
  CHECK(address.len && (!to || network_host_has(network, to, address)));
  return ask(network, from, agent, to, address, port, protocol, handler, context);
}

/* By which the client comes. */
static struct span client_address(const struct connection *connection) {
  host_id host = connection->sides[CLIENT].host;
  struct span address = network_host_address(connection->network, host, (enum ip_family)connection->family);
  return address.len ? address : network_host(connection->network, host)->address;
}

void connection_tell(const struct connection *connection, struct connection_info *info_out) {
  const struct side *client = &connection->sides[CLIENT], *server = &connection->sides[SERVER];
  *info_out = (struct connection_info){client->host, server->host, client->port, server->port,
                                       client_address(connection)};
}

uint32_t network_connection_count(const struct network *network) {
  return network->connections.count;
}

/* NULL if it is over for both sides. */
static struct connection *find_going(const struct network *network, connection_id id) {
  struct connection *connection = connection_find(network, id);
  bool over = !connection || (has_ended(&connection->sides[CLIENT]) && has_ended(&connection->sides[SERVER]));
  return over ? NULL : connection;
}

bool connection_info(const struct network *network, connection_id id, struct connection_info *info_out) {
  const struct connection *connection = find_going(network, id);
  if (!connection) return false;
  connection_tell(connection, info_out);
  return true;
}

/* ---- saying ---- */

static struct side *side_of(struct connection *connection, bool client) {
  struct side *sides = connection->sides;
  return client ? sides + CLIENT : sides + SERVER;
}

/* The side does not know yet that the connection is broken. If the other host can answer again, its answer
 * is that it knows of no such connection. */
static void send_into_the_void(struct side *from, const struct side *to, journal_seq cause) {
  const struct connection *connection = from->connection;
  if (network_obstacle(connection->network, from->host, to->host) != REACHABLE) return;
  int64_t answer_us = sim_now(connection->network->sim) + 2 * connection->path->latency_us;
  /* That, or the end of its patience, comes sooner. */
  if (from->lane.coming->arrival_us <= answer_us) return;
  lane_clear(from);
  lane_send(from, SEGMENT_RESET, answer_us, cause, 0);
}

/* Whether what is said will be heard. If the other side has gone, or the line is dead, it is lost, but the
 * sender cannot know. */
static bool reaches(struct side *from, const struct side *to, journal_seq cause) {
  if (from->state != SIDE_OPEN) return false;
  bool broken = from->connection->broken;
  if (broken) send_into_the_void(from, to, cause);
  return !broken && !has_ended(to);
}

/* Under TLS, or past somebody who tampers with offers of it. */
static void send_with_care(struct side *from, struct side *to, struct span bytes, struct transit transit,
                           journal_seq cause) {
  struct connection *connection = from->connection;
  struct sim *sim = connection->network->sim;
  journal_seq before = sim_cause(sim);
  struct buf altered = {0};
  int64_t free_at_us = to->lane.free_at_us;
  bool is_written = secure_note_data(connection, side_index(from), bytes.len, cause);
  sim_set_cause(sim, cause);
  bytes = secure_strip(connection, side_index(from), bytes, &altered);
  lane_send_bytes(to, bytes, transit, sim_cause(sim));
  if (!is_written) to->lane.free_at_us = free_at_us; /* what is written with it leaves with it */
  buf_free(&altered);
  sim_set_cause(sim, before);
}

static void send_bytes(struct side *from, struct side *to, struct span bytes, struct transit transit,
                       journal_seq cause) {
  if (!reaches(from, to, cause) || bytes.len == 0) return;
  if (UNLIKELY(from->secure == SECURE || from->connection->network->any_strips_tls))
    send_with_care(from, to, bytes, transit, cause);
  else
    lane_send_bytes(to, bytes, transit, cause);
}

static void send_message(struct side *from, struct side *to, struct message *message, size_t octets,
                         struct transit transit, journal_seq cause) {
  if (!reaches(from, to, cause)) return;
  secure_note_data(from->connection, side_index(from), octets, cause);
  lane_send_message(to, message, transit, cause);
}

static journal_seq note_said(const struct connection *connection, bool from_client,
                             struct journal_record *record, struct transit transit) {
  record->connection = connection->id;
  record->number[0] = from_client ? CLIENT : SERVER;
  record->number[1] = transit.arrival_us;
  return sim_note(connection->network->sim, record);
}

journal_seq connection_say(struct network *network, connection_id id, bool from_client,
                           struct journal_record *record, struct span bytes) {
  struct connection *connection = find_going(network, id);
  if (!connection) return 0;
  struct side *from = side_of(connection, from_client), *to = side_of(connection, !from_client);
  struct transit transit = lane_transit(to, secure_octets(from, bytes.len));
  journal_seq said = note_said(connection, from_client, record, transit);
  send_bytes(from, to, bytes, transit, said);
  return said;
}

journal_seq connection_say_message(struct network *network, connection_id id, bool from_client,
                                   struct journal_record *record, struct message *message) {
  struct connection *connection = find_going(network, id);
  if (!connection) return 0;
  struct side *from = side_of(connection, from_client), *to = side_of(connection, !from_client);
  size_t octets = message_wire_size(message);
  struct transit transit = lane_transit(to, secure_octets(from, octets));
  journal_seq said = note_said(connection, from_client, record, transit);
  send_message(from, to, message, octets, transit, said);
  return said;
}

journal_seq connection_note_part(struct network *network, connection_id id, bool from_client,
                                 struct journal_record *record, size_t octets, size_t whole) {
  struct connection *connection = find_going(network, id);
  if (!connection) return 0;
  const struct side *from = side_of(connection, from_client), *to = side_of(connection, !from_client);
  /* Of a TLS record nothing can be read before all of it is there. */
  if (from->secure == SECURE) octets = whole;
  return note_said(connection, from_client, record, lane_transit(to, secure_octets(from, octets)));
}

/* ---- hearing ---- */

static struct segment *front_of(const struct network *network, connection_id id, int side) {
  const struct connection *connection = connection_find(network, id);
  return connection ? connection->sides[side].lane.arrived : NULL;
}

bool connection_peek(struct network *network, connection_id id, bool to_client, struct span *bytes_out,
                     struct message **message_out) {
  struct segment *front = front_of(network, id, to_client ? CLIENT : SERVER);
  bool by_reference = front && front->kind == SEGMENT_MESSAGE;
  *bytes_out = front && !by_reference ? front->unread : SPAN_EMPTY;
  *message_out = by_reference ? front->message : NULL;
  return front;
}

void connection_consume(struct network *network, connection_id id, bool to_client, size_t count) {
  struct connection *connection = connection_find(network, id);
  int side = to_client ? CLIENT : SERVER;
  if (connection && connection->sides[side].lane.arrived) lane_consume(&connection->sides[side], count);
}

void connection_flatten(struct network *network, connection_id id, bool to_client) {
  int side = to_client ? CLIENT : SERVER;
  struct segment *front = front_of(network, id, side);
  if (front && front->kind == SEGMENT_MESSAGE) lane_flatten_front(&connection_find(network, id)->sides[side]);
}

struct message *connection_flattened(const struct network *network, connection_id id, bool to_client) {
  const struct connection *connection = connection_find(network, id);
  return connection ? connection->sides[to_client ? CLIENT : SERVER].lane.flattened : NULL;
}

void connection_sends_text_of(struct network *network, connection_id id, bool to_client,
                              struct message *message) {
  struct connection *connection = connection_find(network, id);
  if (connection) lane_set_flattened(&connection->sides[to_client ? CLIENT : SERVER].lane, message);
}

/* ---- ending ---- */

void connection_close(struct network *network, connection_id id, bool by_client) {
  int side = by_client ? CLIENT : SERVER;
  struct connection *connection = connection_find(network, id);
  if (!connection || has_ended(&connection->sides[side]) || !connection->sides[side].handler) return;
  uint64_t goodbye = secure_say_goodbye(connection, side);
  struct journal_record record = {.kind = JOURNAL_CLOSED, .number = {side}};
  journal_seq closed = connection_note(connection, side, &record);
  if (!connection->broken && !has_ended(&connection->sides[!side]))
    lane_send(&connection->sides[!side], SEGMENT_FIN, lane_arrival_us(&connection->sides[!side], goodbye),
              closed, 0);
  end_soon(connection, side, CONNECTION_CLOSED, closed);
}

void connection_break_now(struct connection *connection, int side, struct span why) {
  if (has_ended(&connection->sides[side])) return;
  if (!connection->sides[side].handler) { /* it has not heard of the connection, and never will */
    lane_clear(&connection->sides[side]);
    connection->sides[side].state = SIDE_GONE;
    return;
  }
  struct journal_record record = {.kind = JOURNAL_CUT, .number = {side}, .text = {why}};
  end_soon(connection, side, CONNECTION_CUT, connection_note(connection, side, &record));
}

void connection_break_later(struct connection *connection, int side, enum unreachable why) {
  struct sim *sim = connection->network->sim;
  connection->broken = true;
  if (has_ended(&connection->sides[side])) return;
  lane_clear(&connection->sides[side]);
  if (!connection->sides[side].handler) {
    connection->sides[side].state = SIDE_GONE;
  } else if (side == CLIENT && connection->sides[side].state == SIDE_WAITING) {
    int64_t late_us = connection->asked_us + (why == NO_ROUTE ? 0 : CONNECT_TIMEOUT_US);
    int64_t gives_up_us = late_us > sim_now(sim) ? late_us : sim_now(sim);
    lane_send(&connection->sides[side], SEGMENT_NO_ANSWER, gives_up_us, sim_cause(sim), 0)->how = why;
  } else {
    lane_send(&connection->sides[side], SEGMENT_SILENCE, sim_now(sim) + SILENCE_TIMEOUT_US, sim_cause(sim),
              0);
  }
}

void connection_cut(struct network *network, connection_id id, struct span why) {
  struct connection *connection = connection_find(network, id);
  if (!connection) return;
  connection->broken = true;
  connection_break_now(connection, CLIENT, why);
  connection_break_now(connection, SERVER, why);
}
