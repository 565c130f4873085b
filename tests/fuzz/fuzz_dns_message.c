/* DNS messages: what can be decoded is encoded again to the same message; whatever it says, it can be
 * written, looked through and remembered. */
#include "base/check.h"
#include "proto/dns_cache.h"
#include "proto/dns_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(struct dns_section section, struct buf *out) {
  for (size_t i = 0; i < section.count; i++) {
    dns_record_write(&section.records[i], out);
    buf_add_char(out, '\n');
  }
}

static void show_all(const struct dns_message *message, struct buf *out) {
  buf_format(out, "%u %u %d%d%d%d%d %d %u\n", message->id, message->opcode, message->is_response,
             message->authoritative, message->truncated, message->recursion_desired,
             message->recursion_available, (int)message->rcode, message->datagram_max);
  if (message->has_question) buf_add(out, message->question.name);
  show(message->answers, out);
  show(message->authority, out);
  show(message->additional, out);
}

/* Each record is a line that reads as the same record. */
static void try_records(struct dns_section section, struct arena *arena) {
  for (size_t i = 0; i < section.count; i++) {
    struct buf line = {0};
    struct dns_record again;
    dns_record_write(&section.records[i], &line);
    if (section.records[i].type != DNS_TYPE_ANY && section.records[i].type != DNS_TYPE_NONE) {
      CHECK(dns_record_parse(buf_span(&line), DNS_ROOT, arena, &again) == DNS_OK);
      CHECK(dns_record_equal(&section.records[i], &again) && again.ttl_s == section.records[i].ttl_s);
    }
    buf_free(&line);
  }
}

static void try_cache(const struct dns_message *message, struct arena *arena) {
  struct dns_finding finding = dns_message_finding(message, arena), kept;
  struct dns_cache *cache = dns_cache_new(2);
  dns_cache_put(cache, &message->question, &finding, 0);
  bool known = dns_cache_get(cache, &message->question, 1, &kept, NULL);
  CHECK(known == (finding.kind != DNS_FAILED && finding.ttl_s > 0));
  if (known) CHECK(kept.kind == finding.kind && kept.records.count == finding.records.count);
  dns_cache_free(cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena arena = ARENA_EMPTY;
  struct dns_message message, again;
  if (dns_message_decode(span_of((const char *)data, size), &arena, &message) == DNS_OK) {
    struct buf wire = {0}, before = {0}, after = {0};
    bool encoded = dns_message_encode(&message, DNS_MESSAGE_MAX, &wire);
    CHECK(encoded && wire.len <= DNS_MESSAGE_MAX);
    CHECK(dns_message_decode(buf_span(&wire), &arena, &again) == DNS_OK);
    show_all(&message, &before);
    show_all(&again, &after);
    if (size < 16 * 1024) CHECK(span_equal(buf_span(&before), buf_span(&after))); /* surely not cut off */
    buf_clear(&wire);
    CHECK(dns_message_encode(&message, DNS_DATAGRAM_MAX, &wire) && wire.len <= DNS_DATAGRAM_MAX);
    CHECK(dns_message_decode(buf_span(&wire), &arena, &again) == DNS_OK);
    try_records(message.answers, &arena);
    if (message.has_question) try_cache(&message, &arena);
    buf_free(&wire);
    buf_free(&before);
    buf_free(&after);
  }
  arena_free(&arena);
  return 0;
}
