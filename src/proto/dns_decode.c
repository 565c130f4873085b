/* Octets to a message (RFC 1035 4.1). Whoever sent them may have meant harm: the reader never leaves
 * its octets, and a name's pointers lead strictly towards the front, so that they end. */
#include "base/check.h"
#include "proto/dns_message.h"

enum { RECORD_SIZE_MIN = 11 /* the root's name, type, class, TTL, length */ };

struct reader {
  const uint8_t *octets;
  size_t len, at;
  enum dns_problem problem; /* the first one; from then on all reads give 0 */
  struct arena *arena;
  const struct dns_message *message;
};

static void fail(struct reader *reader, enum dns_problem problem) {
  if (reader->problem == DNS_OK) reader->problem = problem;
  reader->at = reader->len;
}

/* The next count octets, or NULL. */
static const uint8_t *take(struct reader *reader, size_t count) {
  if (reader->problem != DNS_OK || count > reader->len - reader->at) {
    fail(reader, DNS_CUT_SHORT);
    return NULL;
  }
  const uint8_t *octets = reader->octets + reader->at;
  reader->at += count;
  return octets;
}

static unsigned take_u16(struct reader *reader) {
  const uint8_t *two = take(reader, 2);
  return two ? (unsigned)two[0] << 8 | two[1] : 0;
}

static uint32_t take_u32(struct reader *reader) {
  uint32_t high = take_u16(reader);
  return high << 16 | take_u16(reader);
}

/* The labels from at on, pointers followed. Gives how many octets stand at that place itself. */
static size_t expand_name(struct reader *reader, uint8_t wire_out[DNS_NAME_WIRE_MAX]) {
  size_t at = reader->at, part_start = reader->at, here = 0, len = 0;
  for (;;) {
    if (at >= reader->len) break;
    uint8_t octet = reader->octets[at];
    if ((octet & 0xc0) == 0xc0) {
      if (at + 1 >= reader->len) break;
      size_t target = (size_t)(octet & 0x3f) << 8 | reader->octets[at + 1];
      if (here == 0) here = at + 2 - reader->at;
      if (target >= part_start) {
        fail(reader, DNS_BAD_POINTER);
        return 0;
      }
      at = part_start = target;
      continue;
    }
    size_t size = (size_t)octet + 1;
    if (octet > DNS_LABEL_MAX || len + size > DNS_NAME_WIRE_MAX) {
      fail(reader, octet > DNS_LABEL_MAX ? DNS_LABEL_TOO_LONG : DNS_NAME_TOO_LONG);
      return 0;
    }
    if (size > reader->len - at) break;
    memcpy(wire_out + len, reader->octets + at, size);
    len += size;
    at += size;
    if (octet == 0) return here ? here : at - reader->at;
  }
  fail(reader, DNS_CUT_SHORT);
  return 0;
}

static bool points_to_question(const struct reader *reader) {
  return reader->message->has_question && reader->len - reader->at >= 2 &&
         reader->octets[reader->at] == 0xc0 && reader->octets[reader->at + 1] == DNS_HEADER_SIZE;
}

static struct span take_name(struct reader *reader) {
  if (reader->problem != DNS_OK) return DNS_ROOT;
  if (points_to_question(reader)) { /* most owners are the name asked for */
    reader->at += 2;
    return reader->message->question.name;
  }
  uint8_t wire[DNS_NAME_WIRE_MAX];
  size_t here = expand_name(reader, wire);
  if (reader->problem != DNS_OK) return DNS_ROOT;
  reader->at += here;
  return dns_name_from_wire(wire, reader->arena);
}

static void take_soa(struct reader *reader, struct dns_soa *soa) {
  soa->primary = take_name(reader);
  soa->responsible = take_name(reader);
  soa->serial = take_u32(reader);
  soa->refresh_s = take_u32(reader);
  soa->retry_s = take_u32(reader);
  soa->expire_s = take_u32(reader);
  soa->minimum_s = take_u32(reader);
}

static void take_address(struct reader *reader, struct dns_record *record) {
  enum ip_family family = record->type == DNS_TYPE_AAAA ? IP_V6 : IP_V4;
  const uint8_t *octets = take(reader, family == IP_V6 ? IP_V6_SIZE : IP_V4_SIZE);
  if (octets) record->address = ip_address_from_bytes(family, octets);
}

static struct span take_octets(struct reader *reader, size_t count) {
  const uint8_t *octets = take(reader, count);
  return octets ? arena_copy(reader->arena, span_of((const char *)octets, count)) : SPAN_EMPTY;
}

/* At least one string, each whole. */
static void take_strings(struct reader *reader, size_t count, struct dns_record *record) {
  record->strings = take_octets(reader, count);
  size_t at = 0;
  while (at < record->strings.len) at += (size_t)(uint8_t)record->strings.data[at] + 1;
  if (at != count || count == 0) fail(reader, DNS_CUT_SHORT);
}

static void take_data(struct reader *reader, size_t count, struct dns_record *record) {
  switch (dns_type_form(record->type)) {
  case DNS_FORM_ADDRESS: take_address(reader, record); return;
  case DNS_FORM_NAME: record->target = take_name(reader); return;
  case DNS_FORM_MX:
    record->mx.preference = (uint16_t)take_u16(reader);
    record->mx.exchange = take_name(reader);
    return;
  case DNS_FORM_SOA: take_soa(reader, &record->soa); return;
  case DNS_FORM_STRINGS: take_strings(reader, count, record); return;
  case DNS_FORM_RAW: record->raw = take_octets(reader, count); return;
  case DNS_FORM_COUNT: break;
  }
  UNREACHABLE();
}

/* One record, or EDNS's extension, which tells how much its sender can take. False if it was that. */
static bool take_record(struct reader *reader, struct dns_record *record, uint16_t *datagram_max) {
  *record = (struct dns_record){.name = take_name(reader)};
  record->type = (enum dns_type)take_u16(reader);
  unsigned class = take_u16(reader);
  uint32_t ttl_s = take_u32(reader);
  size_t count = take_u16(reader);
  if (reader->problem != DNS_OK) return false;
  if (count > reader->len - reader->at) {
    fail(reader, DNS_CUT_SHORT);
    return false;
  }
  if (record->type == DNS_TYPE_OPT) {
    if (*datagram_max) fail(reader, DNS_TOO_MANY);
    *datagram_max = class < DNS_DATAGRAM_MAX ? DNS_DATAGRAM_MAX : (uint16_t) class;
    take(reader, count);
    return false;
  }
  if (class != DNS_CLASS_IN) fail(reader, DNS_UNKNOWN_CLASS);
  record->ttl_s = ttl_s > DNS_TTL_MAX ? 0 : ttl_s; /* RFC 2181 8 */
  size_t end = reader->at + count;
  take_data(reader, count, record);
  if (reader->problem == DNS_OK && reader->at != end) {
    fail(reader, reader->at > end ? DNS_CUT_SHORT : DNS_JUNK_AFTER);
  }
  return reader->problem == DNS_OK;
}

static struct dns_section take_section(struct reader *reader, size_t count, uint16_t *datagram_max) {
  struct dns_section section = {0};
  size_t possible = (reader->len - reader->at) / RECORD_SIZE_MIN;
  if (count > possible) fail(reader, DNS_CUT_SHORT);
  if (count == 0 || reader->problem != DNS_OK) return section;
  struct dns_record *records = arena_alloc(reader->arena, count * sizeof *records);
  for (size_t i = 0; i < count && reader->problem == DNS_OK; i++) {
    section.count += take_record(reader, &records[section.count], datagram_max);
  }
  section.records = records;
  return section;
}

static void take_question(struct reader *reader, struct dns_message *message) {
  message->question.name = take_name(reader);
  message->question.type = (enum dns_type)take_u16(reader);
  if (take_u16(reader) != DNS_CLASS_IN) fail(reader, DNS_UNKNOWN_CLASS);
  message->has_question = reader->problem == DNS_OK;
}

static void set_flags(struct dns_message *message, unsigned flags) {
  message->is_response = flags >> 15 & 1;
  message->opcode = flags >> 11 & 15;
  message->authoritative = flags >> 10 & 1;
  message->truncated = flags >> 9 & 1;
  message->recursion_desired = flags >> 8 & 1;
  message->recursion_available = flags >> 7 & 1;
  message->rcode = (enum dns_rcode)(flags & 15);
}

enum dns_problem dns_message_decode(struct span octets, struct arena *arena,
                                    struct dns_message *message_out) {
  *message_out = (struct dns_message){0};
  struct reader reader = {(const uint8_t *)octets.data, octets.len, 0, DNS_OK, arena, message_out};
  if (octets.len > DNS_MESSAGE_MAX) return DNS_JUNK_AFTER;
  message_out->id = (uint16_t)take_u16(&reader);
  set_flags(message_out, take_u16(&reader));
  size_t counts[4], records = 0;
  for (int i = 0; i < 4; i++) {
    counts[i] = take_u16(&reader);
    if (i > 0) records += counts[i];
  }
  if (reader.problem != DNS_OK) return reader.problem;
  if (counts[0] > 1 || records > DNS_MESSAGE_RECORDS_MAX) return DNS_TOO_MANY;
  if (counts[0] == 1) take_question(&reader, message_out);
  uint16_t none = 1, *edns = &message_out->datagram_max;
  message_out->answers = take_section(&reader, counts[1], &none);
  message_out->authority = take_section(&reader, counts[2], &none);
  message_out->additional = take_section(&reader, counts[3], edns);
  if (reader.problem == DNS_OK && reader.at != reader.len) fail(&reader, DNS_JUNK_AFTER);
  return reader.problem;
}
