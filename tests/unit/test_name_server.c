#include "small_world.h"

#include "agents/name_server.h"
#include "proto/dns_zone.h"

enum { CLIENT_PORT = 4000 };

/* A name server, and a client that speaks raw datagrams to it. */
struct lab {
  struct small_world world;
  struct dns_zones *zones;
  struct name_server *server;
  host_id client, server_host;
  struct arena arena; /* of what was heard */
  struct dns_message heard;
  unsigned count;
  size_t octets;
};

static void on_datagram(void *context, host_id from, uint64_t tag, struct span bytes) {
  struct lab *lab = context;
  assert_int_equal(from, lab->server_host);
  assert_int_equal(tag, PORT_DOMAIN);
  lab->count++;
  lab->octets = bytes.len;
  assert_int_equal(dns_message_decode(bytes, &lab->arena, &lab->heard), DNS_OK);
}

static void add_record(struct lab *lab, const char *name, const char *type, const char *data) {
  struct arena arena = ARENA_EMPTY;
  struct dns_record record;
  assert_int_equal(
      dns_record_make(span_from(name), span_from(type), 60, span_from(data), DNS_ROOT, &arena, &record),
      DNS_OK);
  assert_int_equal(dns_zones_add_record(lab->zones, &record), DNS_OK);
  arena_free(&arena);
}

static struct lab *lab_new(void) {
  static struct lab lab;
  lab = (struct lab){.world = small_world_new(), .zones = dns_zones_new()};
  dns_zones_add(lab.zones, SPAN("umich.edu"));
  add_record(&lab, "umich.edu", "MX", "10 mx.umich.edu.");
  add_record(&lab, "mx.umich.edu", "A", "198.51.100.7");
  add_record(&lab, "www.cs.umich.edu", "A", "198.51.100.8");
  dns_zones_complete(lab.zones, SPAN("ns.example"), 1, 300);
  lab.client = add_host(&lab.world, "a.example", "192.0.2.1");
  lab.server_host = add_host(&lab.world, "ns.example", "192.0.2.53");
  struct agent agent = add_agent(&lab.world, lab.server_host, AGENT_DNS);
  lab.server = name_server_new(&agent, lab.zones);
  network_on_datagram(lab.world.network, lab.client, CLIENT_PORT, on_datagram, &lab);
  return &lab;
}

static void lab_free(struct lab *lab) {
  arena_free(&lab->arena);
  name_server_free(lab->server);
  dns_zones_free(lab->zones);
  small_world_free(&lab->world);
}

static void send_bytes(struct lab *lab, struct span bytes) {
  network_send_datagram(lab->world.network, lab->client, lab->server_host, PORT_DOMAIN, CLIENT_PORT, bytes);
  sim_run(lab->world.sim, -1);
}

static void send_message(struct lab *lab, const struct dns_message *message) {
  struct buf wire = {0};
  assert_true(dns_message_encode(message, DNS_DATAGRAM_MAX, &wire));
  send_bytes(lab, buf_span(&wire));
  buf_free(&wire);
}

static void ask(struct lab *lab, const char *name, enum dns_type type) {
  lab->count = 0;
  send_message(lab, &(struct dns_message){.id = 77,
                                          .has_question = true,
                                          .recursion_desired = true,
                                          .question = {span_from(name), type}});
}

static void answers(void **state) {
  (void)state;
  struct lab *lab = lab_new();
  ask(lab, "mx.umich.edu", DNS_TYPE_A);
  assert_int_equal(lab->count, 1);
  assert_int_equal(lab->heard.id, 77);
  assert_true(lab->heard.is_response && lab->heard.authoritative && lab->heard.recursion_desired);
  assert_int_equal(lab->heard.rcode, DNS_NOERROR);
  assert_int_equal(lab->heard.answers.count, 1);
  assert_int_equal(lab->heard.datagram_max, 0); /* no EDNS where none was offered */
  ask(lab, "elsewhere.example", DNS_TYPE_A);
  assert_int_equal(lab->heard.rcode, DNS_REFUSED); /* no zone of its own, and no root zone */
  expect_span(next_record(&lab->world, JOURNAL_DNS_ANSWER, journal_count(lab->world.journal) - 1).text[2],
              "REFUSED");
  lab_free(lab);
}

static void the_nearest_fault_counts(void **state) {
  static const struct {
    const char *name;
    enum dns_rcode rcode;
  } cases[] = {
      {"umich.edu", DNS_SERVFAIL},        {"MX.umich.edu", DNS_SERVFAIL},  {"cs.umich.edu", DNS_NXDOMAIN},
      {"www.CS.umich.edu", DNS_NXDOMAIN}, {"xcs.umich.edu", DNS_SERVFAIL}, {"elsewhere.example", DNS_REFUSED},
  };
  (void)state;
  struct lab *lab = lab_new();
  assert_true(name_server_set_fault(lab->server, SPAN("cs.umich.edu."), SPAN("NXDOMAIN")));
  assert_true(name_server_set_fault(lab->server, SPAN("umich.edu"), SPAN("SERVFAIL")));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ask(lab, cases[i].name, DNS_TYPE_A);
    assert_int_equal(lab->count, 1);
    assert_int_equal(lab->heard.rcode, cases[i].rcode);
    assert_int_equal(lab->heard.answers.count, 0);
  }
  assert_true(name_server_set_fault(lab->server, SPAN("CS.umich.edu"), SPAN("")));
  ask(lab, "www.cs.umich.edu", DNS_TYPE_A);
  assert_int_equal(lab->heard.rcode, DNS_SERVFAIL); /* the one above it goes on */
  assert_true(name_server_set_fault(lab->server, SPAN("umich.edu"), SPAN("")));
  ask(lab, "www.cs.umich.edu", DNS_TYPE_A);
  assert_int_equal(lab->heard.rcode, DNS_NOERROR);
  assert_int_equal(lab->heard.answers.count, 1);
  lab_free(lab);
}

static void silence_by_plan(void **state) {
  (void)state;
  struct lab *lab = lab_new();
  assert_true(name_server_set_fault(lab->server, SPAN("mx.umich.edu"), SPAN("TIMEOUT")));
  ask(lab, "mx.umich.edu", DNS_TYPE_A);
  assert_int_equal(lab->count, 0);
  expect_span(next_record(&lab->world, JOURNAL_NOTE, 0).text[0], "no answer, by plan: mx.umich.edu");
  ask(lab, "umich.edu", DNS_TYPE_MX);
  assert_int_equal(lab->count, 1);
  lab_free(lab);
}

static void faults_that_are_none(void **state) {
  (void)state;
  struct lab *lab = lab_new();
  assert_false(name_server_set_fault(lab->server, SPAN("umich.edu"), SPAN("SERVFAULT")));
  assert_false(name_server_set_fault(lab->server, SPAN("a..b"), SPAN("SERVFAIL")));
  ask(lab, "mx.umich.edu", DNS_TYPE_A);
  assert_int_equal(lab->heard.rcode, DNS_NOERROR);
  lab_free(lab);
}

/* More than 512 octets of MX: cut off without EDNS, whole with it. */
static void large_answers(void **state) {
  (void)state;
  struct lab *lab = lab_new();
  struct buf data = {0};
  for (int i = 0; i < 20; i++) {
    buf_clear(&data);
    buf_format(&data, "%d a-rather-long-host-name-%02d.umich.edu.", i, i);
    buf_add_char(&data, '\0');
    add_record(lab, "big.umich.edu", "MX", data.data);
  }
  buf_free(&data);
  ask(lab, "big.umich.edu", DNS_TYPE_MX);
  assert_true(lab->heard.truncated);
  assert_true(lab->octets <= DNS_DATAGRAM_MAX);
  send_message(lab, &(struct dns_message){.id = 78,
                                          .has_question = true,
                                          .datagram_max = 4096,
                                          .question = {SPAN("big.umich.edu"), DNS_TYPE_MX}});
  assert_false(lab->heard.truncated);
  assert_int_equal(lab->heard.answers.count, 20);
  assert_true(lab->octets > DNS_DATAGRAM_MAX && lab->octets <= DNS_DATAGRAM_EDNS_MAX);
  lab_free(lab);
}

static void what_is_no_question(void **state) {
  (void)state;
  struct lab *lab = lab_new();
  send_bytes(lab, SPAN(""));
  send_bytes(lab, SPAN("no DNS at all, but longer than a header"));
  send_message(lab,
               &(struct dns_message){
                   .id = 1, .is_response = true, .has_question = true, .question = {SPAN("a"), DNS_TYPE_A}});
  send_message(lab, &(struct dns_message){.id = 1});
  assert_int_equal(lab->count, 0);
  assert_int_equal(count_records(&lab->world, JOURNAL_NOTE), 4);
  send_message(lab, &(struct dns_message){
                        .id = 2, .opcode = 2, .has_question = true, .question = {SPAN("a"), DNS_TYPE_A}});
  assert_int_equal(lab->count, 1);
  assert_int_equal(lab->heard.rcode, DNS_NOTIMP);
  lab_free(lab);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers),         cmocka_unit_test(the_nearest_fault_counts),
      cmocka_unit_test(silence_by_plan), cmocka_unit_test(faults_that_are_none),
      cmocka_unit_test(large_answers),   cmocka_unit_test(what_is_no_question),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
