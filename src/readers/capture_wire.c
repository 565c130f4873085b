#include "base/check.h"
#include "readers/capture_internal.h"

enum {
  WINDOW_FIELD = 502, /* with the shift of 7 some 64,000 octets, as on many machines */
  WINDOW_SHIFT = 7,
  WINDOW_SHIFT_MAX = 14, /* RFC 7323 2.3 */
  FALLBACK_PORT_FIRST = 49152,
  TLS_RECORD_MAX = 16384, /* RFC 8446 5.1 */
  TLS_RECORD_HEAD = 5,
  TLS_RECORD_TAIL = 1 + 16 /* the real content type, and the tag (5.2) */
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

struct frame_end capture_end(const struct capture *capture, uint16_t host, uint16_t port) {
  const struct journal_host *known = journal_host(capture->preamble, host);
  /* Administered locally (IEEE 802): 02, then the host's number. */
  struct frame_end end = {.mac = {0x02, 0, 0, 0, (uint8_t)(host >> 8), (uint8_t)host}, .port = port};
  if (!known || !ip_address_parse(known->address, &end.address)) end.address = made_up(host);
  return end;
}

/* The IPv4 address as one of 2001:db8::/32, which is for examples (RFC 3849). */
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
  client->end = capture_end(capture, client->host, port_of(connect->number[2], connection->id));
  server->end = capture_end(capture, server->host, port_of(connect->number[1], connection->id));
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

/* Records of TLS's application data (RFC 8446 5.2), as long as they would be; the octets mean nothing. */
static void add_opaque(const struct capture *capture, const struct journal_record *record, size_t octets,
                       struct buf *out) {
  for (uint32_t nth = 0; octets; nth++) {
    size_t part = octets < TLS_RECORD_MAX ? octets : TLS_RECORD_MAX, sealed = part + TLS_RECORD_TAIL;
    const char head[TLS_RECORD_HEAD] = {23, 3, 3, (char)(sealed >> 8), (char)sealed};
    buf_add(out, span_of(head, sizeof head));
    for (size_t i = 0; i < sealed; i++)
      buf_add_char(out, (char)mixed(capture, record->seq, nth * TLS_RECORD_MAX * 2 + (uint32_t)i));
    octets -= part;
  }
}

size_t capture_add_said(struct capture *capture, const struct capture_connection *connection,
                        const struct journal_record *record, struct buf *out) {
  size_t before = out->len;
  if (!connection->is_tls) {
    add_plain(capture, record, out);
    return out->len - before;
  }
  buf_clear(&capture->wire);
  add_plain(capture, record, &capture->wire);
  add_opaque(capture, record, capture->wire.len, out);
  return out->len - before;
}
