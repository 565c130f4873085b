/* Zone files: each record that can be read is written as a line that reads as the same record; a zone made
 * of them answers, and is written as a file that reads as the same zone. */
#include "base/check.h"
#include "proto/dns_zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_name(struct span name, struct arena *arena) {
  uint8_t wire[DNS_NAME_WIRE_MAX], key[DNS_NAME_KEY_MAX];
  size_t len = dns_name_to_wire(name, wire);
  struct span again, parent;
  CHECK(len > 0 && len <= DNS_NAME_WIRE_MAX && wire[len - 1] == 0);
  CHECK(span_equal(dns_name_from_wire(wire, arena), name));
  CHECK(dns_name_parse(name, DNS_ROOT, arena, &again) == DNS_OK && span_equal(again, name));
  CHECK(dns_name_key(name, key) <= DNS_NAME_KEY_MAX);
  while (dns_name_parent(name, &parent)) {
    CHECK(dns_name_is_within(name, parent));
    name = parent;
  }
}

static void try_record(const struct dns_record *record, struct arena *arena) {
  struct buf line = {0};
  struct dns_record again;
  try_name(record->name, arena);
  dns_record_write(record, &line);
  CHECK(dns_record_parse(buf_span(&line), DNS_ROOT, arena, &again) == DNS_OK);
  CHECK(dns_record_equal(record, &again) && record->ttl_s == again.ttl_s);
  buf_free(&line);
}

static void try_questions(struct dns_zones *zones, struct arena *arena) {
  struct dns_section records = dns_zones_records(zones, 0, arena);
  static const enum dns_type types[] = {DNS_TYPE_A, DNS_TYPE_MX, DNS_TYPE_ANY};
  for (size_t i = 0; i < records.count && i < 20; i++) {
    for (size_t t = 0; t < 3; t++) {
      struct dns_question question = {records.records[i].name, types[t]};
      struct dns_message answer;
      struct buf wire = {0};
      dns_zones_answer(zones, &question, arena, &answer);
      CHECK(answer.rcode != DNS_NXDOMAIN || answer.answers.count > 0); /* the name exists */
      CHECK(dns_message_encode(&answer, DNS_MESSAGE_MAX, &wire));
      buf_free(&wire);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span text = span_of((const char *)data, size), rest = text;
  struct arena arena = ARENA_EMPTY;
  struct dns_file_state file = {.origin = DNS_ROOT, .ttl_s = 60};
  struct dns_record record;
  enum dns_problem problem;
  if (size > 64 * 1024) return 0;
  while (dns_record_next(&rest, &file, &arena, &record, &problem)) try_record(&record, &arena);

  struct dns_zones *zones = dns_zones_new(), *again = dns_zones_new();
  struct buf first = {0}, second = {0};
  size_t line;
  CHECK(dns_zones_add(zones, DNS_ROOT) == DNS_OK && dns_zones_add(again, DNS_ROOT) == DNS_OK);
  dns_zones_read(zones, DNS_ROOT, text, &line);
  try_questions(zones, &arena);
  dns_zones_write(zones, 0, &first);
  CHECK(dns_zones_read(again, DNS_ROOT, buf_span(&first), &line) == DNS_OK);
  dns_zones_write(again, 0, &second);
  CHECK(span_equal(buf_span(&first), buf_span(&second)));
  buf_free(&first);
  buf_free(&second);
  dns_zones_free(zones);
  dns_zones_free(again);
  arena_free(&arena);
  return 0;
}
