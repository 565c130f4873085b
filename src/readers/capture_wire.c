#include "base/check.h"
#include "readers/capture_internal.h"

enum {
  WINDOW_FIELD = 502, /* with the shift of 7 some 64,000 octets, as on many machines */
  WINDOW_SHIFT = 7,
  WINDOW_SHIFT_MAX = 14, /* RFC 7323 2.3 */
  FALLBACK_PORT_FIRST = 49152
};

/* ---- numbers out of nothing but what they are for ---- */

static uint32_t mixed(const struct capture *capture, uint32_t a, uint32_t b) {
  char octets[24];
  uint64_t values[3] = {(uint64_t)capture->preamble->seed, a, b};
  for (size_t i = 0; i < sizeof octets; i++) octets[i] = (char)(values[i / 8] >> (i % 8 * 8));
  uint32_t hash = span_hash(span_of(octets, sizeof octets));
  hash ^= hash >> 16; /* neighbours shall not look like neighbours */
  hash *= 0x7feb352dU;
  hash ^= hash >> 15;
  hash *= 0x846ca68bU;
  return hash ^ hash >> 16;
}

/* ---- addresses ---- */

/* For a journal that does not say it: 10.255.0.0/16 and the host's number. */
static struct ip_address made_up(uint16_t host) {
  const uint8_t bytes[IP_V4_SIZE] = {10, 255, (uint8_t)(host >> 8), (uint8_t)host};
  return ip_address_from_bytes(IP_V4, bytes);
}

struct frame_end capture_end(const struct capture *capture, uint16_t host, uint16_t port,
                             struct span towards) {
  struct span address = journal_host_address_towards(capture->preamble, host, towards);
  /* Administered locally (IEEE 802): 02, then the host's number. */
  struct frame_end end = {.mac = {0x02, 0, 0, 0, (uint8_t)(host >> 8), (uint8_t)host}, .port = port};
  if (!ip_address_parse(address, &end.address)) end.address = made_up(host);
  return end;
}

uint16_t capture_resolver_port(const struct capture *capture, uint16_t host, int64_t id) {
  enum { FIRST = 32768, COUNT = 28232 }; /* as Linux has them */
  return (uint16_t)(FIRST + mixed(capture, (uint32_t)id, UINT32_MAX - host) % COUNT);
}

/* For a journal in which IPv4 and IPv6 meet: the IPv4 address as one of 2001:db8::/32, which is for examples
 * (RFC 3849). */
static void make_v6(struct frame_end *end) {
  if (end->address.family == IP_V6) return;
  uint8_t bytes[IP_V6_SIZE] = {0x20, 0x01, 0x0d, 0xb8};
  memcpy(bytes + IP_V6_SIZE - IP_V4_SIZE, end->address.bytes, IP_V4_SIZE);
  end->address = ip_address_from_bytes(IP_V6, bytes);
}

void capture_agree(struct frame_end *a, struct frame_end *b) {
  if (a->address.family == b->address.family) return;
  make_v6(a);
  make_v6(b);
}

static uint16_t port_of(int64_t number, uint32_t connection) {
  if (number > 0 && number <= UINT16_MAX) return (uint16_t)number;
  return (uint16_t)(FALLBACK_PORT_FIRST + connection % (UINT16_MAX - FALLBACK_PORT_FIRST));
}

/* Wide enough for the longest letter: the simulation has no window that could fill. */
static void choose_window(struct capture_connection *connection) {
  connection->window = WINDOW_FIELD;
  connection->window_shift = WINDOW_SHIFT;
  while (connection->window_shift < WINDOW_SHIFT_MAX &&
         (uint64_t)connection->window << connection->window_shift < connection->octets)
    connection->window_shift++;
  if (connection->window_shift == WINDOW_SHIFT_MAX) connection->window = UINT16_MAX;
}

void capture_begin_ends(struct capture *capture, struct capture_connection *connection,
                        const struct journal_record *connect) {
  struct capture_side *client = &connection->sides[CLIENT], *server = &connection->sides[SERVER];
  struct ip_address asked;
  client->end =
      capture_end(capture, client->host, port_of(connect->number[2], connection->id), connect->text[0]);
  server->end =
      capture_end(capture, server->host, port_of(connect->number[1], connection->id), connect->text[0]);
  if (ip_address_parse(connect->text[0], &asked)) server->end.address = asked;
  capture_agree(&client->end, &server->end);
  for (uint32_t side = CLIENT; side <= SERVER; side++) {
    connection->sides[side].isn = mixed(capture, connection->id, side);
    connection->sides[side].ident = (uint16_t)mixed(capture, connection->id, side + 2);
  }
  choose_window(connection);
}

/* ---- what is said ---- */

/* A message as DATA has it: what begins with a dot gets one more, a dot alone ends it (RFC 5321 4.5.2; RFC
 * 1939 3 for POP3). */
static void add_stuffed(struct span message, struct buf *out) {
  while (message.len) {
    size_t at = span_find(message, '\n');
    struct span line = at == SPAN_NONE ? message : span_first(message, at + 1);
    if (line.data[0] == '.') buf_add_char(out, '.');
    buf_add(out, line);
    if (at == SPAN_NONE) buf_add_text(out, "\r\n");
    message = span_skip(message, line.len);
  }
  buf_add_text(out, ".\r\n");
}

static void add_plain(struct capture *capture, const struct journal_record *record, struct buf *out) {
  if (record->kind == JOURNAL_LINE) {
    buf_add(out, record->text[0]);
    if (record->number[2] != 2) buf_add_text(out, record->number[2] ? "\n" : "\r\n"); /* 2: never ended */
    return;
  }
  struct buf message = {0};
  journal_message_write(capture->versions, record->number[2], &message);
  add_stuffed(buf_span(&message), out);
  buf_free(&message);
}

void capture_add_noise(const struct capture *capture, uint32_t a, uint32_t b, size_t octets,
                       struct buf *out) {
  for (size_t i = 0; i < octets; i += sizeof(uint32_t)) {
    uint32_t word = mixed(capture, a, b + (uint32_t)i);
    char bytes[sizeof word] = {(char)word, (char)(word >> 8), (char)(word >> 16), (char)(word >> 24)};
    buf_add(out, span_first(span_of(bytes, sizeof bytes), octets - i));
  }
}

size_t capture_add_said(struct capture *capture, const struct capture_connection *connection,
                        const struct journal_record *record, struct buf *out) {
  size_t before = out->len;
  if (record->kind == JOURNAL_TLS_RECORD)
    capture_add_tls(capture, connection, record, out);
  else
    add_plain(capture, record, out);
  return out->len - before;
}
