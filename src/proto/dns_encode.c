/* A message to octets, names compressed (RFC 1035 4.1). */
#include "base/check.h"
#include "proto/dns_message.h"

enum { POINTER_MAX = 0x3fff, KNOWN_NAMES_MAX = 128, OPT_SIZE = 11 };

struct writer {
  struct buf *out;
  size_t start;                    /* of the message in out */
  uint16_t known[KNOWN_NAMES_MAX]; /* where a name, or the rest of one, has been written */
  size_t known_count;
  bool failed; /* something is not a name */
};

static void put_u8(struct writer *writer, unsigned value) {
  buf_add_char(writer->out, (char)value);
}

static void put_u16(struct writer *writer, unsigned value) {
  put_u8(writer, value >> 8 & 255);
  put_u8(writer, value & 255);
}

static void put_u32(struct writer *writer, uint32_t value) {
  put_u16(writer, value >> 16);
  put_u16(writer, value & 0xffff);
}

static void put_u16_at(struct writer *writer, size_t at, size_t value) {
  writer->out->data[writer->start + at] = (char)(value >> 8);
  writer->out->data[writer->start + at + 1] = (char)value;
}

static size_t written(const struct writer *writer) {
  return writer->out->len - writer->start;
}

/* Whether the name at that offset of the message is this one, letter by letter: a letter's case is kept. */
static bool is_written_at(const struct writer *writer, size_t at, const uint8_t *wire) {
  const uint8_t *message = (const uint8_t *)writer->out->data + writer->start;
  for (;;) {
    while ((message[at] & 0xc0) == 0xc0) at = (size_t)(message[at] & 0x3f) << 8 | message[at + 1];
    size_t size = (size_t)wire[0] + 1;
    if (message[at] != wire[0] || memcmp(message + at, wire, size) != 0) return false;
    if (wire[0] == 0) return true;
    at += size;
    wire += size;
  }
}

static size_t find_known(const struct writer *writer, const uint8_t *wire) {
  for (size_t i = 0; i < writer->known_count; i++) {
    if (is_written_at(writer, writer->known[i], wire)) return writer->known[i];
  }
  return SPAN_NONE;
}

static void put_name(struct writer *writer, struct span name) {
  uint8_t wire[DNS_NAME_WIRE_MAX];
  if (dns_name_to_wire(name, wire) == 0) {
    writer->failed = true;
    return;
  }
  const uint8_t *label = wire;
  uint16_t fresh[DNS_NAME_LABELS_MAX];
  size_t fresh_count = 0;
  size_t known = SPAN_NONE;
  while (label[0] && (known = find_known(writer, label)) == SPAN_NONE) {
    if (written(writer) <= POINTER_MAX) fresh[fresh_count++] = (uint16_t)written(writer);
    buf_add(writer->out, span_of((const char *)label, (size_t)label[0] + 1));
    label += label[0] + 1;
  }
  if (known != SPAN_NONE)
    put_u16(writer, 0xc000 | (unsigned)known);
  else
    put_u8(writer, 0);
  for (size_t i = 0; i < fresh_count && writer->known_count < KNOWN_NAMES_MAX; i++) {
    writer->known[writer->known_count++] = fresh[i];
  }
}

static void put_soa(struct writer *writer, const struct dns_soa *soa) {
  put_name(writer, soa->primary);
  put_name(writer, soa->responsible);
  put_u32(writer, soa->serial);
  put_u32(writer, soa->refresh_s);
  put_u32(writer, soa->retry_s);
  put_u32(writer, soa->expire_s);
  put_u32(writer, soa->minimum_s);
}

static void put_data(struct writer *writer, const struct dns_record *record) {
  switch (dns_type_form(record->type)) {
  case DNS_FORM_ADDRESS:
    buf_add(writer->out, span_of((const char *)record->address.bytes, ip_address_size(&record->address)));
    return;
  case DNS_FORM_NAME: put_name(writer, record->target); return;
  case DNS_FORM_MX:
    put_u16(writer, record->mx.preference);
    put_name(writer, record->mx.exchange);
    return;
  case DNS_FORM_SOA: put_soa(writer, &record->soa); return;
  case DNS_FORM_STRINGS: buf_add(writer->out, record->strings); return;
  case DNS_FORM_RAW: buf_add(writer->out, record->raw); return;
  case DNS_FORM_COUNT: break;
  }
  UNREACHABLE();
}

static void put_record(struct writer *writer, const struct dns_record *record) {
  put_name(writer, record->name);
  put_u16(writer, (unsigned)record->type);
  put_u16(writer, DNS_CLASS_IN);
  put_u32(writer, record->ttl_s);
  size_t length_at = written(writer);
  put_u16(writer, 0);
  put_data(writer, record);
  size_t length = written(writer) - length_at - 2;
  if (length > DNS_RDATA_MAX) writer->failed = true;
  put_u16_at(writer, length_at, length);
}

/* As many records as fit; their number. After one that does not, nothing more may be written: the names of
 * the one taken back are still known. */
static size_t put_section(struct writer *writer, const struct dns_section *section, size_t max) {
  for (size_t i = 0; i < section->count; i++) {
    size_t len = writer->out->len;
    put_record(writer, &section->records[i]);
    if (writer->failed) return 0;
    if (written(writer) > max) {
      writer->out->len = len;
      return i;
    }
  }
  return section->count;
}

static unsigned flags_of(const struct dns_message *message, bool truncated) {
  return (unsigned)message->is_response << 15 | (unsigned)(message->opcode & 15) << 11 |
         (unsigned)message->authoritative << 10 | (unsigned)truncated << 9 |
         (unsigned)message->recursion_desired << 8 | (unsigned)message->recursion_available << 7 |
         ((unsigned)message->rcode & 15);
}

static void put_opt(struct writer *writer, uint16_t datagram_max) {
  put_u8(writer, 0);
  put_u16(writer, DNS_TYPE_OPT);
  put_u16(writer, datagram_max);
  put_u32(writer, 0);
  put_u16(writer, 0);
}

bool dns_message_encode(const struct dns_message *message, size_t max, struct buf *out) {
  CHECK(max >= DNS_DATAGRAM_MAX && max <= DNS_MESSAGE_MAX);
  struct writer writer = {.out = out, .start = out->len};
  bool has_opt = message->datagram_max > 0;
  if (has_opt) max -= OPT_SIZE;

  for (size_t i = 0; i < DNS_HEADER_SIZE; i++) put_u8(&writer, 0);
  if (message->has_question) {
    put_name(&writer, message->question.name);
    put_u16(&writer, (unsigned)message->question.type);
    put_u16(&writer, DNS_CLASS_IN);
  }
  const struct dns_section *sections[] = {&message->answers, &message->authority, &message->additional};
  size_t counts[3] = {0};
  bool whole = true;
  for (size_t i = 0; i < 3 && whole && !writer.failed; i++) {
    counts[i] = put_section(&writer, sections[i], max);
    whole = counts[i] == sections[i]->count;
  }
  if (writer.failed) {
    out->len = writer.start;
    return false;
  }
  bool lost = counts[0] < message->answers.count || counts[1] < message->authority.count;
  if (has_opt) put_opt(&writer, message->datagram_max);
  put_u16_at(&writer, 0, message->id);
  put_u16_at(&writer, 2, flags_of(message, message->truncated || lost));
  put_u16_at(&writer, 4, message->has_question);
  put_u16_at(&writer, 6, counts[0]);
  put_u16_at(&writer, 8, counts[1]);
  put_u16_at(&writer, 10, counts[2] + has_opt);
  return true;
}
