/* capture_tls: what TLS puts on the wire, as far as anybody can read it there.
 *
 *     TLS 1.3 (RFC 8446 4.1)  ClientHello │ ServerHello, ChangeCipherSpec, sealed │ ChangeCipherSpec, sealed
 *     TLS 1.2 (RFC 5246 7.4)  ClientHello │ ServerHello, Certificate, ServerKeyExchange, ServerHelloDone │
 *                             ClientKeyExchange, ChangeCipherSpec, sealed │ ChangeCipherSpec, sealed
 *
 * A journal's record says how many octets pass in how many records of TLS, and what of them is in the clear.
 * The messages are built to just that length; versions, cipher suite, the server's name and its certificate
 * are the story's; random values, keys and signatures mean nothing. What has another length than a flight of
 * ours (a stranger's journal) is as many records with octets that mean nothing.
 */
#include "base/check.h"
#include "readers/capture_internal.h"

enum {
  TLS_RECORD_MAX = 16384 + 256, /* RFC 8446 5.2: with what seals it */
  TLS_RECORD_HEAD = 5,
  TLS_RECORD_MIN = 6,
  TLS_HANDSHAKE_MAX = 16384,
  RANDOM = 32,
  SESSION_ID_MAX = 32,
  PUBLIC_KEY = 32, /* of X25519 */
  SIGNATURE = 256  /* by RSA, 2048 bits */
};
/* RFC 8446 5.1, 4, 6.2; RFC 5246 7.4. */
enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23 };
enum {
  CLIENT_HELLO = 1,
  SERVER_HELLO = 2,
  CERTIFICATE = 11,
  SERVER_KEY_EXCHANGE = 12,
  SERVER_HELLO_DONE = 14,
  CLIENT_KEY_EXCHANGE = 16
};
/* The registry of extensions: RFC 8446 4.2, RFC 7685, RFC 8422 5.1.2, RFC 7627, RFC 5746. */
enum {
  SERVER_NAME = 0,
  SUPPORTED_GROUPS = 10,
  EC_POINT_FORMATS = 11,
  SIGNATURE_ALGORITHMS = 13,
  PADDING = 21,
  EXTENDED_MASTER_SECRET = 23,
  SUPPORTED_VERSIONS = 43,
  PSK_KEY_EXCHANGE_MODES = 45,
  KEY_SHARE = 51,
  RENEGOTIATION_INFO = 0xff01
};
enum { VERSION_1_0 = 0x0301, VERSION_1_2 = 0x0303, VERSION_1_3 = 0x0304, X25519 = 29 };
enum { SUITE_1_2 = 0xc030, SUITE_1_3 = 0x1302, RSA_PSS_SHA256 = 0x0804 };
/* What means nothing, apart for each field of a session. */
enum {
  NOISE_CLIENT_RANDOM = 1,
  NOISE_SERVER_RANDOM,
  NOISE_SESSION_ID,
  NOISE_CLIENT_KEY,
  NOISE_SERVER_KEY,
  NOISE_SIGNATURE,
  NOISE_CERTIFICATE
};

struct flight {
  const struct capture *capture;
  const struct capture_connection *connection;
  struct span visible; /* "ClientHello, server name mx.umich.edu" */
  size_t octets;       /* what it has to come to, with the records' heads */
  struct buf *out;
};

/* ---- numbers and blocks ---- */

static void put(struct buf *out, uint32_t value, unsigned octets) {
  while (octets--) buf_add_char(out, (char)(value >> 8 * octets));
}

/* A length of so many octets, filled in at the block's end. */
static size_t begin_block(struct buf *out, unsigned octets) {
  put(out, 0, octets);
  return out->len;
}

static void end_block(struct buf *out, size_t start, unsigned octets) {
  size_t length = out->len - start;
  for (unsigned i = 1; i <= octets; i++, length >>= 8) out->data[start - i] = (char)length;
}

static void put_noise(const struct flight *flight, uint32_t field, size_t octets) {
  capture_add_noise(flight->capture, (uint32_t)flight->connection->connect, field << 16, octets, flight->out);
}

static size_t begin_record(struct buf *out, unsigned content, unsigned version) {
  put(out, content, 1);
  put(out, version, 2);
  return begin_block(out, 2);
}

static void put_spec(struct buf *out) {
  put(out, CHANGE_CIPHER_SPEC, 1);
  put(out, VERSION_1_2, 2);
  put(out, 1, 2);
  put(out, 1, 1);
}

/* A record under keys. RFC 8446 5.2: in TLS 1.3 it always looks like a program's data. */
static void put_sealed(const struct flight *flight, unsigned content, size_t octets) {
  size_t record = begin_record(flight->out, content, VERSION_1_2);
  put_noise(flight, (uint32_t)flight->out->len, octets);
  end_block(flight->out, record, 2);
}

/* ---- extensions ---- */

static size_t begin_extension(struct buf *out, unsigned type) {
  put(out, type, 2);
  return begin_block(out, 2);
}

static void put_extension(struct buf *out, unsigned type, struct span content) {
  size_t start = begin_extension(out, type);
  buf_add(out, content);
  end_block(out, start, 2);
}

/* RFC 6066 3. */
static void put_server_name(struct buf *out, struct span name) {
  size_t extension = begin_extension(out, SERVER_NAME), list = begin_block(out, 2);
  put(out, 0, 1); /* a host's name */
  size_t text = begin_block(out, 2);
  buf_add(out, name);
  end_block(out, text, 2);
  end_block(out, list, 2);
  end_block(out, extension, 2);
}

static void put_key_share(const struct flight *flight, bool is_list, uint32_t noise) {
  size_t extension = begin_extension(flight->out, KEY_SHARE);
  size_t list = is_list ? begin_block(flight->out, 2) : 0;
  put(flight->out, X25519, 2);
  put(flight->out, PUBLIC_KEY, 2);
  put_noise(flight, noise, PUBLIC_KEY);
  if (is_list) end_block(flight->out, list, 2);
  end_block(flight->out, extension, 2);
}

static struct span server_name(const struct flight *flight) {
  static const char lead[] = "ClientHello, server name ";
  bool has_one = span_starts_with(flight->visible, span_from(lead));
  return has_one ? span_skip(flight->visible, sizeof lead - 1) : SPAN_EMPTY;
}

/* ---- messages ---- */

static size_t begin_message(struct buf *out, unsigned type) {
  put(out, type, 1);
  return begin_block(out, 3);
}

static void put_session_id(const struct flight *flight, size_t octets) {
  put(flight->out, (uint32_t)octets, 1);
  put_noise(flight, NOISE_SESSION_ID, octets);
}

static void put_offers_of_1_3(const struct flight *flight) {
  static const char versions[] = {4, 3, 4, 3, 3}, modes[] = {1, 1};
  put_extension(flight->out, SUPPORTED_VERSIONS, span_of(versions, sizeof versions));
  put_extension(flight->out, PSK_KEY_EXCHANGE_MODES, span_of(modes, sizeof modes));
  put_key_share(flight, true, NOISE_CLIENT_KEY);
}

/* Suites, groups and signatures that today's programs offer, the best first. Zeros make it as long as it
 * has to be (RFC 7685). */
static void put_hello_offers(const struct flight *flight, bool has_1_3, size_t end) {
  static const char suites_1_3[] = "\x13\x02\x13\x03\x13\x01";
  static const char suites[] = "\xc0\x2c\xc0\x30\xcc\xa9\xcc\xa8\xc0\x2b\xc0\x2f\x00\xff";
  static const char groups[] = "\x00\x06\x00\x1d\x00\x17\x00\x18", formats[] = "\x01";
  static const char signatures[] = "\x00\x10\x04\x03\x05\x03\x08\x04\x08\x05\x08\x06\x04\x01\x05\x01\x06\x01";
  struct buf *out = flight->out;
  size_t list = begin_block(out, 2);
  if (has_1_3) buf_add(out, span_of(suites_1_3, sizeof suites_1_3 - 1));
  buf_add(out, span_of(suites, sizeof suites - 1));
  end_block(out, list, 2);
  put(out, 0x0100, 2); /* nothing is compressed */
  size_t extensions = begin_block(out, 2);
  if (server_name(flight).len) put_server_name(out, server_name(flight));
  put_extension(out, EC_POINT_FORMATS, span_of(formats, sizeof formats));
  put_extension(out, SUPPORTED_GROUPS, span_of(groups, sizeof groups - 1));
  put_extension(out, EXTENDED_MASTER_SECRET, SPAN_EMPTY);
  put_extension(out, SIGNATURE_ALGORITHMS, span_of(signatures, sizeof signatures - 1));
  if (has_1_3) put_offers_of_1_3(flight);
  if (out->len + 4 <= end) {
    size_t padding = begin_extension(out, PADDING);
    while (out->len < end) buf_add_char(out, '\0');
    end_block(out, padding, 2);
  }
  end_block(out, extensions, 2);
}

/* The journal does not say what else a client would have taken: it offers TLS 1.3 unless 1.2 came of it. */
static void put_client_hello(const struct flight *flight) {
  struct buf *out = flight->out;
  size_t end = out->len + flight->octets;
  bool has_1_3 = flight->connection->tls_version != CAPTURE_TLS_1_2;
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_0), message = begin_message(out, CLIENT_HELLO);
  put(out, VERSION_1_2, 2);
  put_noise(flight, NOISE_CLIENT_RANDOM, RANDOM);
  put_session_id(flight, has_1_3 ? SESSION_ID_MAX : 0);
  put_hello_offers(flight, has_1_3, end);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

/* RFC 8446 4.1.3. */
static void put_server_hello_1_3(const struct flight *flight) {
  static const char version[] = {3, 4};
  struct buf *out = flight->out;
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2), message = begin_message(out, SERVER_HELLO);
  put(out, VERSION_1_2, 2);
  put_noise(flight, NOISE_SERVER_RANDOM, RANDOM);
  put_session_id(flight, SESSION_ID_MAX); /* the client's again */
  put(out, SUITE_1_3, 2);
  put(out, 0, 1);
  size_t extensions = begin_block(out, 2);
  put_extension(out, SUPPORTED_VERSIONS, span_of(version, sizeof version));
  put_key_share(flight, false, NOISE_SERVER_KEY);
  end_block(out, extensions, 2);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

static void put_server_flight_1_3(const struct flight *flight) {
  size_t end = flight->out->len + flight->octets;
  put_server_hello_1_3(flight);
  put_spec(flight->out);
  if (flight->out->len + TLS_RECORD_HEAD < end)
    put_sealed(flight, APPLICATION_DATA, end - flight->out->len - TLS_RECORD_HEAD);
}

static void put_server_hello_1_2(const struct flight *flight) {
  static const char no_renegotiation[] = {0}, formats[] = {3, 0, 1, 2};
  struct buf *out = flight->out;
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2), message = begin_message(out, SERVER_HELLO);
  put(out, VERSION_1_2, 2);
  put_noise(flight, NOISE_SERVER_RANDOM, RANDOM);
  put_session_id(flight, 0); /* it cannot be resumed */
  put(out, SUITE_1_2, 2);
  put(out, 0, 1);
  size_t extensions = begin_block(out, 2);
  put_extension(out, RENEGOTIATION_INFO, span_of(no_renegotiation, sizeof no_renegotiation));
  put_extension(out, SERVER_NAME, SPAN_EMPTY); /* RFC 6066 3: it was understood */
  put_extension(out, EC_POINT_FORMATS, span_of(formats, sizeof formats));
  put_extension(out, EXTENDED_MASTER_SECRET, SPAN_EMPTY);
  end_block(out, extensions, 2);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

/* RFC 8422 5.4. */
static void put_server_key_exchange(const struct flight *flight) {
  struct buf *out = flight->out;
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2),
         message = begin_message(out, SERVER_KEY_EXCHANGE);
  put(out, 3, 1); /* a named curve */
  put(out, X25519, 2);
  put(out, PUBLIC_KEY, 1);
  put_noise(flight, NOISE_SERVER_KEY, PUBLIC_KEY);
  put(out, RSA_PSS_SHA256, 2);
  put(out, SIGNATURE, 2);
  put_noise(flight, NOISE_SIGNATURE, SIGNATURE);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

static struct span certificate_name(const struct flight *flight) {
  static const char lead[] = "ServerHello, Certificate of ";
  bool has_one = span_starts_with(flight->visible, span_from(lead));
  return has_one ? span_skip(flight->visible, sizeof lead - 1) : SPAN("server.invalid");
}

/* The server's, and that of who signed it. */
static void put_certificates(const struct flight *flight, size_t octets) {
  enum { HEADS = TLS_RECORD_HEAD + 4 + 3, LENGTH = 3 };
  struct buf *out = flight->out;
  struct capture_certificate certificate = {
      .name = certificate_name(flight),
      .fault = flight->connection->tls_fault,
      .seed = (uint32_t)flight->connection->sides[SERVER].host,
  };
  bool is_alone = capture_certificate_is_alone(&certificate);
  if (octets <= HEADS + 2 * LENGTH) return;
  size_t room = octets - HEADS - LENGTH, rest = 0;
  if (!is_alone) {
    room -= LENGTH;
    rest = room / 2;
  }
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2), message = begin_message(out, CERTIFICATE);
  size_t list = begin_block(out, 3), one = begin_block(out, 3);
  capture_add_certificate(flight->capture, &certificate, room - rest, out);
  end_block(out, one, 3);
  if (!is_alone) {
    certificate.is_signers = true;
    one = begin_block(out, 3);
    capture_add_certificate(flight->capture, &certificate, rest, out);
    end_block(out, one, 3);
  }
  end_block(out, list, 3);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

static void put_server_flight_1_2(const struct flight *flight) {
  enum { KEY_EXCHANGE = TLS_RECORD_HEAD + 300, DONE = TLS_RECORD_HEAD + 4 };
  struct buf *out = flight->out;
  size_t end = out->len + flight->octets;
  put_server_hello_1_2(flight);
  size_t after = out->len + KEY_EXCHANGE + DONE;
  put_certificates(flight, after < end ? end - after : 0);
  put_server_key_exchange(flight);
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2);
  end_block(out, begin_message(out, SERVER_HELLO_DONE), 3);
  end_block(out, record, 2);
}

static void put_client_key_exchange(const struct flight *flight) {
  struct buf *out = flight->out;
  size_t record = begin_record(out, HANDSHAKE, VERSION_1_2),
         message = begin_message(out, CLIENT_KEY_EXCHANGE);
  put(out, PUBLIC_KEY, 1);
  put_noise(flight, NOISE_CLIENT_KEY, PUBLIC_KEY);
  end_block(out, message, 3);
  end_block(out, record, 2);
}

/* The end of a handshake: from here on keys, and a Finished under them. */
static void put_finish(const struct flight *flight) {
  size_t end = flight->out->len + flight->octets;
  bool is_1_3 = flight->connection->tls_version != CAPTURE_TLS_1_2;
  if (flight->visible.len) put_client_key_exchange(flight);
  put_spec(flight->out);
  if (flight->out->len + TLS_RECORD_HEAD < end)
    put_sealed(flight, is_1_3 ? APPLICATION_DATA : HANDSHAKE, end - flight->out->len - TLS_RECORD_HEAD);
}

/* ---- alerts ---- */

/* RFC 8446 6.2, RFC 5246 7.2.2. */
static unsigned alert_description(struct span fault) {
  if (span_equal(fault, SPAN("the certificate has expired"))) return 45; /* certificate_expired */
  if (span_equal(fault, SPAN("the certificate is signed by nobody known"))) return 48; /* unknown_ca */
  if (span_equal(fault, SPAN("the certificate is for another name"))) return 42;       /* bad_certificate */
  return 10; /* unexpected_message */
}

static void put_plain_alert(const struct flight *flight) {
  enum { FATAL = 2 };
  size_t record = begin_record(flight->out, ALERT, VERSION_1_2);
  put(flight->out, FATAL, 1);
  put(flight->out, alert_description(flight->connection->tls_fault), 1);
  end_block(flight->out, record, 2);
}

/* ---- a journal's record ---- */

/* Of a line, and of those before it that may have been written with it: they stand directly before the record
 * of TLS, so that a stranger's journal cannot have the same lines sent again and again. */
static size_t octets_of_lines(const struct journal *journal, const struct journal_record *last,
                              journal_seq tls) {
  struct journal_record line = *last;
  size_t octets = 0;
  if (last->seq + 1 != tls) return last->text[0].len;
  while (line.kind == JOURNAL_LINE && line.connection == last->connection && line.time_us == last->time_us &&
         line.number[0] == last->number[0]) {
    octets += line.text[0].len + 2;
    if (line.seq == 1) break;
    journal_get(journal, line.seq - 1, &line);
  }
  return octets;
}

/* What it can carry at most: a handshake, or twice what was said. A stranger's journal may say anything. */
static size_t octets_under_tls(const struct capture *capture, const struct journal_record *record) {
  struct journal_record cause;
  size_t most = TLS_HANDSHAKE_MAX;
  if (record->cause) {
    journal_get(capture->journal, record->cause, &cause);
    if (cause.kind == JOURNAL_DATA)
      most += 2 * journal_message_size(capture->versions, cause.number[2]);
    else
      most += 2 * octets_of_lines(capture->journal, &cause, record->seq);
  }
  return record->number[2] < 0 ? 0 : (uint64_t)record->number[2] > most ? most : (size_t)record->number[2];
}

/* As many records and as long as the line shows; the first octets of each are of no message of a handshake,
 * so that nobody tries to read on. */
static void put_opaque(const struct flight *flight, unsigned content, int64_t records) {
  static const char no_message[] = {'\xff', '\xff', '\xff', '\xff'};
  size_t left = flight->octets, count = left / (TLS_RECORD_HEAD + TLS_RECORD_MAX) + 1;
  if (records > 0 && (uint64_t)records <= left / TLS_RECORD_MIN)
    count = count > (size_t)records ? count : (size_t)records;
  for (; count && left > TLS_RECORD_HEAD; count--) {
    size_t sealed = left / count - TLS_RECORD_HEAD, record = begin_record(flight->out, content, VERSION_1_2);
    struct span lead = span_first(span_of(no_message, sizeof no_message), sealed);
    buf_add(flight->out, lead);
    put_noise(flight, (uint32_t)(left + count), sealed - lead.len);
    end_block(flight->out, record, 2);
    left -= TLS_RECORD_HEAD + sealed;
  }
}

static void put_flight(const struct flight *flight, bool by_server) {
  if (span_starts_with(flight->visible, SPAN("ClientHello")))
    put_client_hello(flight);
  else if (span_starts_with(flight->visible, SPAN("ServerHello, Certificate")))
    put_server_flight_1_2(flight);
  else if (span_starts_with(flight->visible, SPAN("ServerHello")))
    put_server_flight_1_3(flight);
  else if (!by_server || flight->connection->tls_version == CAPTURE_TLS_1_2)
    put_finish(flight);
}

void capture_add_tls(const struct capture *capture, const struct capture_connection *connection,
                     const struct journal_record *record, struct buf *out) {
  enum { PLAIN_ALERT = TLS_RECORD_HEAD + 2 };
  struct flight flight = {.capture = capture,
                          .connection = connection,
                          .visible = record->text[1],
                          .octets = octets_under_tls(capture, record),
                          .out = out};
  size_t before = out->len;
  bool is_handshake = span_equal(record->text[0], SPAN("handshake"));
  bool is_alert = span_equal(record->text[0], SPAN("alert"));
  if (is_handshake && flight.octets <= TLS_HANDSHAKE_MAX) put_flight(&flight, record->number[0] != 0);
  if (is_alert && flight.octets == PLAIN_ALERT) put_plain_alert(&flight);
  if (out->len - before == flight.octets) return;
  out->len = before;
  bool is_1_2 = connection->tls_version == CAPTURE_TLS_1_2;
  put_opaque(&flight,
             is_handshake         ? HANDSHAKE
             : is_alert && is_1_2 ? ALERT
                                  : APPLICATION_DATA,
             record->number[3]);
}

enum capture_tls_version capture_tls_version_of(const struct journal_record *record) {
  if (span_starts_with(record->text[1], SPAN("ServerHello, Certificate"))) return CAPTURE_TLS_1_2;
  return span_starts_with(record->text[1], SPAN("ServerHello")) ? CAPTURE_TLS_1_3 : CAPTURE_TLS_UNKNOWN;
}
