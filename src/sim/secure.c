#include "base/check.h"
#include "base/mem.h"
#include "sim/network_parts.h"

/* TLS on a connection, side by side:
 *
 *     IN_THE_CLEAR ──connection_start_tls──▶ SHAKING_HANDS ──last flight──▶ SECURE
 *                                                │
 *                                                └─ a bad certificate, plain bytes, an alert: settled() with
 * the fault, and the side is in the clear again, to close
 *
 * A flight of the handshake is a segment without bytes: its number is all that the other side needs. */

static const struct tls_terms *terms_of(const struct connection *connection, int side) {
  return connection->sides[side].tls;
}

static bool is_secure(const struct connection *connection, int side) {
  return connection->sides[side].secure == SECURE;
}

/* ---- what the line shows ---- */

static journal_seq note_records(struct connection *connection, int side, struct tls_size size,
                                struct span content, struct span visible) {
  struct journal_record record = {
      .kind = JOURNAL_TLS_RECORD,
      .number = {side, lane_arrival_us(&connection->sides[!side], size.octets), (int64_t)size.octets,
                 size.records},
      .text = {content, visible},
  };
  return connection_note(connection, side, &record);
}

uint64_t secure_octets(const struct side *from, uint64_t plain) {
  if (from->secure != SECURE) return plain;
  if (from->writes) plain = from->writes;
  return tls_data_size((enum tls_version)from->connection->version, plain).octets;
}

bool secure_note_data(struct connection *connection, int side, uint64_t plain, journal_seq cause) {
  struct side *of = &connection->sides[side];
  if (!is_secure(connection, side)) return true;
  if (of->writes) {
    of->written += (uint32_t)plain;
    if (of->written < of->writes) return false;
    plain = of->written;
    of->writes = 0;
  }
  struct sim *sim = connection->network->sim;
  journal_seq before = sim_cause(sim);
  sim_set_cause(sim, cause);
  note_records(connection, side, tls_data_size((enum tls_version)connection->version, plain), SPAN("data"),
               SPAN_EMPTY);
  sim_set_cause(sim, before);
  return true;
}

/* An alert says in the clear what it is only as long as there are no keys: TLS 1.3 has some as soon as the
 * server has spoken (RFC 8446 2), TLS 1.2 not before the client's second flight. */
static struct tls_size alert_size(const struct connection *connection, int side) {
  bool has_keys = is_secure(connection, side) || connection->version == TLS_1_3;
  return has_keys ? tls_alert_size((enum tls_version)connection->version) : (struct tls_size){7, 1};
}

uint64_t secure_say_goodbye(struct connection *connection, int side) {
  if (!is_secure(connection, side)) return 0;
  note_records(connection, side, alert_size(connection, side), SPAN("alert"), SPAN_EMPTY);
  return alert_size(connection, side).octets;
}

/* ---- the handshake ---- */

static void settle(struct connection *connection, int side, struct span fault) {
  struct side *of = &connection->sides[side];
  of->secure = fault.len ? IN_THE_CLEAR : SECURE;
  of->tls->settled(of->context, connection->id, fault);
}

static struct span certificate_name(const struct connection *connection) {
  const struct tls_terms *server = terms_of(connection, SERVER);
  bool has_one = server && server->certificate && server->certificate->name_count;
  return has_one ? server->certificate->names[0] : SPAN_EMPTY;
}

static void fail(struct connection *connection, int side, struct span why) {
  struct sim *sim = connection->network->sim;
  struct journal_record record = {
      .kind = JOURNAL_TLS_FAILED,
      .number = {side},
      .text = {terms_of(connection, side)->how, why, certificate_name(connection)},
  };
  sim_set_cause(sim, connection_note(connection, side, &record));
  struct tls_size size = alert_size(connection, side);
  note_records(connection, side, size, SPAN("alert"), SPAN_EMPTY);
  if (!connection->broken && connection->sides[!side].state == SIDE_OPEN)
    lane_send_octets(&connection->sides[!side], SEGMENT_ALERT, size.octets, sim_cause(sim), 0);
  settle(connection, side, why);
}

/* A client's hello tells everybody whom it wants to talk to: the name of the server (RFC 6066 3). */
static void send_flight(struct connection *connection, int side, unsigned flight) {
  enum tls_version version =
      connection->version ? (enum tls_version)connection->version : terms_of(connection, side)->version;
  struct tls_size size = tls_flight_size(version, flight);
  struct buf visible = {0};
  buf_add(&visible, tls_flight_visible(version, flight));
  if (flight == TLS_HELLO && terms_of(connection, side)->wanted.len)
    buf_format(&visible, ", server name %.*s", SPAN_ARG(terms_of(connection, side)->wanted));
  if (flight == TLS_SERVER_FLIGHT && version == TLS_1_2 && certificate_name(connection).len)
    buf_format(&visible, " of %.*s", SPAN_ARG(certificate_name(connection)));
  journal_seq said = note_records(connection, side, size, SPAN("handshake"), buf_span(&visible));
  buf_free(&visible);
  if (connection->broken || connection->sides[!side].state == SIDE_GONE) return;
  lane_send_octets(&connection->sides[!side], SEGMENT_FLIGHT, size.octets, said, 0)->how = flight;
}

static void choose_version(struct connection *connection) {
  enum tls_version client = terms_of(connection, CLIENT)->version,
                   server = terms_of(connection, SERVER)->version;
  connection->version = (uint8_t)(client < server ? client : server);
}

/* What is wrong with the server's certificate, whether the client minds or not. */
static struct span certificate_fault(const struct connection *connection) {
  const struct tls_terms *client = terms_of(connection, CLIENT), *server = terms_of(connection, SERVER);
  CHECK(server->certificate);
  return tls_certificate_fault(server->certificate, client->wanted);
}

static void note_tls(struct connection *connection) {
  const struct tls_terms *client = terms_of(connection, CLIENT);
  enum tls_version version = (enum tls_version)connection->version;
  struct journal_record record = {
      .kind = JOURNAL_TLS,
      .number = {version, client->checks},
      .text = {client->how, tls_suite_name(version), certificate_name(connection),
               certificate_fault(connection)},
  };
  connection->tls = connection_note(connection, CLIENT, &record);
  sim_set_cause(connection->network->sim, connection->tls);
}

static bool was_last_for(const struct connection *connection, int side, unsigned flight) {
  if (side == SERVER) return flight == TLS_CLIENT_FLIGHT;
  return flight + 1 >= tls_flights((enum tls_version)connection->version);
}

static void ask_before_answer(struct connection *connection) {
  const struct tls_terms *client = terms_of(connection, CLIENT), *server = terms_of(connection, SERVER);
  connection->asked = true;
  server->hello(connection->sides[SERVER].context, connection->id, client->version, client->wanted);
}

/* To a side that knows of no TLS a flight is noise: what it makes of that the other side will not hear as
 * TLS. */
void secure_take_flight(struct connection *connection, int side, uint32_t flight) {
  if (connection->sides[side].secure != SHAKING_HANDS) return;
  if (flight == TLS_HELLO && terms_of(connection, SERVER)->hello) {
    ask_before_answer(connection);
    return;
  }
  if (flight == TLS_HELLO) choose_version(connection);
  if (flight == TLS_SERVER_FLIGHT && terms_of(connection, CLIENT)->checks &&
      certificate_fault(connection).len) {
    fail(connection, side, certificate_fault(connection));
    return;
  }
  if (flight < tls_flights((enum tls_version)connection->version)) send_flight(connection, side, flight + 1);
  if (!was_last_for(connection, side, flight)) return;
  if (side == CLIENT) note_tls(connection);
  settle(connection, side, SPAN_EMPTY);
}

void secure_take_alert(struct connection *connection, int side, uint32_t how) {
  (void)how;
  if (connection->sides[side].secure != IN_THE_CLEAR)
    settle(connection, side, SPAN("the other side broke off the handshake"));
}

void secure_refuse_plain(struct connection *connection, int side) {
  const struct side *of = &connection->sides[side];
  if (of->tls->forgets_plain && of->wanted_us == sim_now(connection->network->sim)) return;
  fail(connection, side, SPAN("what came is not TLS"));
}

/* ---- for programs ---- */

void connection_write_at_once(struct network *network, connection_id id, bool from_client, size_t octets) {
  struct connection *connection = connection_find(network, id);
  int side = from_client ? CLIENT : SERVER;
  if (!connection || !is_secure(connection, side)) return;
  CHECK(octets <= UINT32_MAX);
  connection->sides[side].writes = (uint32_t)octets;
  connection->sides[side].written = 0;
}

static struct tls_terms *copy_of(const struct tls_terms *terms) {
  struct tls_terms *copy = mem_alloc(sizeof *copy + terms->wanted.len);
  char *name = (char *)(copy + 1);
  *copy = *terms;
  if (terms->wanted.len) memcpy(name, terms->wanted.data, terms->wanted.len);
  copy->wanted = span_of(name, terms->wanted.len);
  return copy;
}

void secure_forget(struct connection *connection) {
  for (int side = CLIENT; side <= SERVER; side++) {
    mem_free(connection->sides[side].tls);
    connection->sides[side].tls = NULL;
  }
}

bool connection_start_tls(struct network *network, connection_id id, bool by_client,
                          const struct tls_terms *terms) {
  int side = by_client ? CLIENT : SERVER;
  struct connection *connection = connection_find(network, id);
  if (!connection || connection->sides[side].state != SIDE_OPEN) return false;
  CHECK(!connection->sides[side].tls && terms->version && terms->settled);
  connection->sides[side].tls = copy_of(terms);
  connection->sides[side].secure = SHAKING_HANDS;
  connection->sides[side].wanted_us = sim_now(network->sim);
  if (by_client) send_flight(connection, side, TLS_HELLO);
  return true;
}

/* The connection, if its server has been told of the hello, and has not answered yet; else NULL. */
static struct connection *asked_connection(const struct network *network, connection_id id) {
  struct connection *connection = connection_find(network, id);
  if (!connection || !connection->asked || connection->sides[SERVER].state != SIDE_OPEN) return NULL;
  connection->asked = false;
  return connection->sides[SERVER].secure == SHAKING_HANDS ? connection : NULL;
}

bool connection_answer_hello(struct network *network, connection_id id, enum tls_version version,
                             const struct tls_certificate *certificate) {
  struct connection *connection = asked_connection(network, id);
  if (!connection) return false;
  connection->sides[SERVER].tls->version = version;
  connection->sides[SERVER].tls->certificate = certificate;
  choose_version(connection);
  send_flight(connection, SERVER, TLS_SERVER_FLIGHT);
  return true;
}

bool connection_refuse_hello(struct network *network, connection_id id, struct span why) {
  struct connection *connection = asked_connection(network, id);
  if (!connection) return false;
  fail(connection, SERVER, why);
  return true;
}

enum tls_version connection_tls(const struct network *network, connection_id id, bool from_client) {
  const struct connection *connection = connection_find(network, id);
  bool secure = connection && is_secure(connection, from_client ? CLIENT : SERVER);
  return secure ? (enum tls_version)connection->version : TLS_NONE;
}

journal_seq connection_tls_record(const struct network *network, connection_id id) {
  const struct connection *connection = connection_find(network, id);
  return connection ? connection->tls : 0;
}

/* ---- somebody on the path ---- */

/* An offer of TLS is a word of its own at the end of a line: "250-STARTTLS", "STLS". */
static bool overwrite(struct buf *text, const char *word) {
  struct span all = buf_span(text), wanted = span_from(word);
  bool any = false;
  for (size_t at = 0; at + wanted.len <= all.len; at++) {
    struct span rest = span_skip(all, at);
    bool begins = at == 0 || all.data[at - 1] == '\n' || all.data[at - 1] == '-' || all.data[at - 1] == ' ';
    struct span after = span_skip(rest, wanted.len);
    bool ends = after.len == 0 || after.data[0] == '\r' || after.data[0] == '\n';
    if (!begins || !ends || !span_equal_nocase(span_first(rest, wanted.len), wanted)) continue;
    memset(text->data + at, 'X', wanted.len);
    any = true;
  }
  return any;
}

struct span secure_strip(struct connection *connection, int side, struct span bytes, struct buf *out) {
  const struct network *network = connection->network;
  if (side != SERVER || is_secure(connection, side)) return bytes;
  if (!network_strips_tls(network, connection->sides[CLIENT].host, connection->sides[SERVER].host))
    return bytes;
  buf_add(out, bytes);
  bool smtp = overwrite(out, "STARTTLS"), pop3 = overwrite(out, "STLS");
  if (!smtp && !pop3) return bytes;
  struct journal_record record = {
      .kind = JOURNAL_NOTE,
      .connection = connection->id,
      .text = {smtp ? SPAN("on the way to the client, STARTTLS is overwritten: it hears XXXXXXXX")
                    : SPAN("on the way to the client, STLS is overwritten: it hears XXXX")},
  };
  sim_note_cause(connection->network->sim, &record);
  return buf_span(out);
}
