#include "small_world.h"

#include "agents/name_server.h"
#include "agents/resolver.h"
#include "proto/dns_zone.h"

/* What came back for one question. */
struct told {
  struct names *names;
  unsigned count;
  enum resolver_status status;
  journal_seq record, cause;
  int64_t time_us;
  unsigned order; /* among all answers */
  char text[512]; /* the records, one a line */
};

/* One host that asks, one that answers. */
struct names {
  struct small_world world;
  struct dns_zones *zones;
  struct name_server *server;
  struct resolver *resolver;
  host_id client_host, server_host;
  unsigned answers;
};

static const struct {
  const char *name, *type, *data;
  uint32_t ttl_s;
} records[] = {
    {"umich.edu", "MX", "20 mx2.umich.edu.", 3600},
    {"umich.edu", "MX", "10 mx.umich.edu.", 3600},
    {"mx.umich.edu", "A", "198.51.100.7", 60},
    {"mail.umich.edu", "CNAME", "mx.umich.edu.", 3600},
    {"7.100.51.198.in-addr.arpa", "PTR", "mx.umich.edu.", 3600},
};

static void add_records(struct dns_zones *zones) {
  struct arena arena = ARENA_EMPTY;
  dns_zones_add(zones, SPAN("."));
  dns_zones_add(zones, SPAN("umich.edu"));
  for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
    struct dns_record record;
    assert_int_equal(dns_record_make(span_from(records[i].name), span_from(records[i].type), records[i].ttl_s,
                                     span_from(records[i].data), DNS_ROOT, &arena, &record),
                     DNS_OK);
    assert_int_equal(dns_zones_add_record(zones, &record), DNS_OK);
  }
  dns_zones_complete(zones, SPAN("ns.example"), 1, 300);
  arena_free(&arena);
}

static struct names names_new(void) {
  struct names names = {.world = small_world_new(), .zones = dns_zones_new()};
  add_records(names.zones);
  names.client_host = add_host(&names.world, "a.example", "192.0.2.1");
  names.server_host = add_host(&names.world, "ns.example", "192.0.2.53");
  struct agent client = add_agent(&names.world, names.client_host, AGENT_RESOLVER);
  struct agent server = add_agent(&names.world, names.server_host, AGENT_DNS);
  names.server = name_server_new(&server, names.zones);
  names.resolver = resolver_new(&client, names.server_host);
  return names;
}

static void names_free(struct names *names) {
  resolver_free(names->resolver);
  name_server_free(names->server);
  dns_zones_free(names->zones);
  small_world_free(&names->world);
}

static void on_answer(void *context, const struct resolver_answer *answer) {
  struct told *told = context;
  struct buf text = BUF_CAPPED(sizeof told->text - 1);
  told->count++;
  told->status = answer->status;
  told->record = answer->record;
  told->cause = sim_cause(told->names->world.sim);
  told->time_us = sim_now(told->names->world.sim);
  told->order = ++told->names->answers;
  for (size_t i = 0; i < answer->count; i++) {
    dns_record_write(&answer->records[i], &text);
    buf_add_char(&text, '\n');
  }
  memset(told->text, 0, sizeof told->text);
  memcpy(told->text, text.data ? text.data : "", text.len);
  buf_free(&text);
}

static struct told ask(struct names *names, const char *name, enum dns_type type) {
  static struct told told;
  told = (struct told){.names = names};
  resolver_ask(names->resolver, span_from(name), type, on_answer, &told);
  sim_run(names->world.sim, -1);
  assert_int_equal(told.count, 1);
  assert_int_equal(told.cause, told.record);
  return told;
}

static void nothing(void *context) {
  (void)context;
}

static void wait_s(struct names *names, int64_t seconds) {
  sim_after(names->world.sim, seconds * 1000000, nothing, NULL);
  sim_run(names->world.sim, -1);
}

static void an_answer(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told = ask(&names, "UMich.edu", DNS_TYPE_MX);
  assert_int_equal(told.status, RESOLVER_FOUND);
  assert_string_equal(told.text, "umich.edu. 3600 IN MX 20 mx2.umich.edu.\n"
                                 "umich.edu. 3600 IN MX 10 mx.umich.edu.\n");
  assert_int_equal(told.time_us, 2 * SMALL_WORLD_LATENCY_US);

  struct journal_record query = next_record(&names.world, JOURNAL_DNS_QUERY, 0);
  struct journal_record answer = next_record(&names.world, JOURNAL_DNS_ANSWER, 0);
  assert_int_equal(query.host, names.client_host);
  assert_int_equal(query.number[1], names.server_host);
  expect_span(query.text[0], "UMich.edu");
  expect_span(query.text[1], "MX");
  assert_int_equal(answer.host, names.server_host);
  assert_int_equal(answer.cause, query.seq);
  assert_int_equal(answer.number[0], query.number[0]);
  assert_int_equal(answer.number[1], names.client_host);
  assert_int_equal(answer.number[2], 3600);
  expect_span(answer.text[2], "NOERROR");
  expect_span(answer.text[3], "umich.edu. 3600 IN MX 20 mx2.umich.edu.\n"
                              "umich.edu. 3600 IN MX 10 mx.umich.edu.");
  assert_int_equal(told.record, answer.seq);
  names_free(&names);
}

/* The second time the answer comes before resolver_ask returns, with the TTL that is left. */
static void the_cache(void **state) {
  (void)state;
  struct names names = names_new();
  ask(&names, "mx.umich.edu", DNS_TYPE_A);
  wait_s(&names, 20);
  struct told told = {.names = &names};
  sim_set_cause(names.world.sim, 1);
  resolver_ask(names.resolver, SPAN("MX.UMICH.EDU."), DNS_TYPE_A, on_answer, &told);
  assert_int_equal(told.count, 1);
  assert_int_equal(told.status, RESOLVER_FOUND);
  struct journal_record cached = record_at(&names.world, told.record);
  assert_int_equal(cached.kind, JOURNAL_DNS_CACHED);
  assert_int_equal(cached.cause, 1);
  assert_int_equal(told.cause, cached.seq);
  assert_int_equal(sim_cause(names.world.sim), 1); /* as before */
  assert_true(cached.number[0] == 40 || cached.number[0] == 41);
  expect_span(cached.text[2], "NOERROR");
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 1);
  wait_s(&names, 41); /* now its 60 seconds are over */
  ask(&names, "mx.umich.edu", DNS_TYPE_A);
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 2);
  names_free(&names);
}

static void aliases_are_followed(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told = ask(&names, "mail.umich.edu", DNS_TYPE_A);
  assert_int_equal(told.status, RESOLVER_FOUND);
  assert_string_equal(told.text, "mx.umich.edu. 60 IN A 198.51.100.7\n");
  struct journal_record answer = record_at(&names.world, told.record);
  expect_span(answer.text[3], "mail.umich.edu. 3600 IN CNAME mx.umich.edu.\n"
                              "mx.umich.edu. 60 IN A 198.51.100.7");
  names_free(&names);
}

static void names_of_addresses(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told = {.names = &names};
  resolver_ask_ptr(names.resolver, SPAN("198.51.100.7"), on_answer, &told);
  sim_run(names.world.sim, -1);
  assert_int_equal(told.status, RESOLVER_FOUND);
  assert_string_equal(told.text, "7.100.51.198.in-addr.arpa. 3600 IN PTR mx.umich.edu.\n");
  told = (struct told){.names = &names};
  resolver_ask_ptr(names.resolver, SPAN("192.0.2.99"), on_answer, &told);
  sim_run(names.world.sim, -1);
  assert_int_equal(told.status, RESOLVER_NO_NAME);
  told = (struct told){.names = &names};
  resolver_ask_ptr(names.resolver, SPAN("not an address"), on_answer, &told);
  assert_int_equal(told.count, 1);
  assert_int_equal(told.status, RESOLVER_NO_NAME);
  assert_int_equal(record_at(&names.world, told.record).kind, JOURNAL_NOTE);
  names_free(&names);
}

/* "There is none" is remembered as well, for the zone's negative TTL (RFC 2308). */
static void negative_answers(void **state) {
  static const struct {
    const char *name;
    enum dns_type type;
    enum resolver_status status;
    const char *rcode;
  } cases[] = {
      {"nobody.umich.edu", DNS_TYPE_MX, RESOLVER_NO_NAME, "NXDOMAIN"},
      {"nobody.elsewhere.example", DNS_TYPE_A, RESOLVER_NO_NAME, "NXDOMAIN"},
      {"mx.umich.edu", DNS_TYPE_MX, RESOLVER_NO_DATA, "NOERROR"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct names names = names_new();
    struct told told = ask(&names, cases[i].name, cases[i].type);
    assert_int_equal(told.status, cases[i].status);
    assert_string_equal(told.text, "");
    expect_span(record_at(&names.world, told.record).text[2], cases[i].rcode);
    wait_s(&names, 290);
    told = ask(&names, cases[i].name, cases[i].type);
    assert_int_equal(told.status, cases[i].status);
    assert_int_equal(record_at(&names.world, told.record).kind, JOURNAL_DNS_CACHED);
    expect_span(record_at(&names.world, told.record).text[2], cases[i].rcode);
    assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 1);
    wait_s(&names, 11);
    ask(&names, cases[i].name, cases[i].type);
    assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 2);
    names_free(&names);
  }
}

static void failures_are_not_remembered(void **state) {
  static const char *const rcodes[] = {"SERVFAIL", "REFUSED"};
  (void)state;
  for (size_t i = 0; i < sizeof rcodes / sizeof *rcodes; i++) {
    struct names names = names_new();
    assert_true(name_server_set_fault(names.server, SPAN("umich.edu"), span_from(rcodes[i])));
    struct told told = ask(&names, "mx.umich.edu", DNS_TYPE_A);
    assert_int_equal(told.status, RESOLVER_FAILED);
    expect_span(record_at(&names.world, told.record).text[2], rcodes[i]);
    assert_true(name_server_set_fault(names.server, SPAN("umich.edu"), SPAN("")));
    told = ask(&names, "mx.umich.edu", DNS_TYPE_A);
    assert_int_equal(told.status, RESOLVER_FOUND);
    names_free(&names);
  }
}

/* query, silence, query, silence, query, silence: each because of the one before. */
static void silence(void **state) {
  (void)state;
  struct names names = names_new();
  name_server_set_fault(names.server, SPAN("umich.edu"), SPAN("TIMEOUT"));
  struct told told = ask(&names, "mx.umich.edu", DNS_TYPE_A);
  assert_int_equal(told.status, RESOLVER_TIMED_OUT);
  assert_int_equal(told.time_us, RESOLVER_TRIES * RESOLVER_WAIT_US);
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), RESOLVER_TRIES);
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_TIMEOUT), RESOLVER_TRIES);
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_ANSWER), 0);
  assert_int_equal(count_records(&names.world, JOURNAL_NOTE), RESOLVER_TRIES); /* the server's own view */
  journal_seq because = 0;
  for (unsigned i = 0; i < RESOLVER_TRIES; i++) {
    struct journal_record query = next_record(&names.world, JOURNAL_DNS_QUERY, because);
    struct journal_record timeout = next_record(&names.world, JOURNAL_DNS_TIMEOUT, query.seq);
    assert_int_equal(query.cause, because);
    assert_int_equal(timeout.cause, query.seq);
    assert_int_equal(timeout.number[0], query.number[0]);
    because = timeout.seq;
  }
  assert_int_equal(told.record, because);
  names_free(&names);
}

/* The name server comes back between two tries. */
static void a_retry_helps(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told = {.names = &names};
  network_set_host_up(names.world.network, names.server_host, false, SPAN("power"));
  resolver_ask(names.resolver, SPAN("mx.umich.edu"), DNS_TYPE_A, on_answer, &told);
  sim_run(names.world.sim, 7000000);
  assert_int_equal(told.count, 0);
  network_set_host_up(names.world.network, names.server_host, true, SPAN("power"));
  sim_run(names.world.sim, -1);
  assert_int_equal(told.count, 1);
  assert_int_equal(told.status, RESOLVER_FOUND);
  assert_int_equal(told.time_us, 2 * RESOLVER_WAIT_US + 2 * SMALL_WORLD_LATENCY_US);
  names_free(&names);
}

/* Many who ask the same thing at once share one datagram, and are told in the order in which they asked. */
static void concurrent_questions(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told[3] = {{.names = &names}, {.names = &names}, {.names = &names}};
  resolver_ask(names.resolver, SPAN("umich.edu"), DNS_TYPE_MX, on_answer, &told[0]);
  resolver_ask(names.resolver, SPAN("UMICH.edu"), DNS_TYPE_MX, on_answer, &told[1]);
  resolver_ask(names.resolver, SPAN("umich.edu"), DNS_TYPE_A, on_answer, &told[2]);
  sim_run(names.world.sim, -1);
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 2);
  for (unsigned i = 0; i < 3; i++) {
    assert_int_equal(told[i].count, 1);
    assert_int_equal(told[i].order, i + 1);
    assert_int_equal(told[i].cause, told[i].record);
  }
  assert_int_equal(told[0].record, told[1].record);
  assert_int_equal(told[2].status, RESOLVER_NO_DATA);
  names_free(&names);
}

struct asks_again {
  struct names *names;
  struct told inner;
};

static void on_answer_ask_again(void *context, const struct resolver_answer *answer) {
  struct asks_again *again = context;
  assert_int_equal(answer->status, RESOLVER_FOUND);
  struct span exchange = answer->records[1].mx.exchange;
  again->inner = (struct told){.names = again->names};
  resolver_ask(again->names->resolver, exchange, DNS_TYPE_A, on_answer, &again->inner);
  expect_span(exchange, "mx.umich.edu"); /* still there, whatever was asked meanwhile */
}

/* As an MTA does: MX, and in its answer the address, from the wire and then all from the cache. */
static void asking_within_an_answer(void **state) {
  (void)state;
  struct names names = names_new();
  for (int round = 0; round < 2; round++) {
    struct asks_again again = {.names = &names};
    resolver_ask(names.resolver, SPAN("umich.edu"), DNS_TYPE_MX, on_answer_ask_again, &again);
    sim_run(names.world.sim, -1);
    assert_int_equal(again.inner.count, 1);
    assert_int_equal(again.inner.status, RESOLVER_FOUND);
    assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 2);
  }
  names_free(&names);
}

static void what_is_no_name(void **state) {
  static const char *const names_in[] = {
      "", "a..b", ".a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example"};
  (void)state;
  struct names names = names_new();
  for (size_t i = 0; i < sizeof names_in / sizeof *names_in; i++) {
    struct told told = ask(&names, names_in[i], DNS_TYPE_MX);
    assert_int_equal(told.status, RESOLVER_NO_NAME);
    assert_int_equal(record_at(&names.world, told.record).kind, JOURNAL_NOTE);
  }
  assert_int_equal(count_records(&names.world, JOURNAL_DNS_QUERY), 0);
  names_free(&names);
}

/* From somebody else, with another id, or no DNS at all: it must not be believed, nor harm. */
static void forged_answers(void **state) {
  (void)state;
  struct names names = names_new();
  host_id forger = add_host(&names.world, "forger.example", "203.0.113.66");
  struct told told = {.names = &names};
  struct buf wire = {0};
  struct ip_address address;
  assert_true(ip_address_parse(SPAN("203.0.113.66"), &address));
  struct dns_record lie = {.name = SPAN("mx.umich.edu"), .type = DNS_TYPE_A, .ttl_s = 60};
  lie.address = address;
  struct dns_message answer = {.id = 1,
                               .is_response = true,
                               .has_question = true,
                               .question = {SPAN("mx.umich.edu"), DNS_TYPE_A},
                               .answers = {&lie, 1}};
  resolver_ask(names.resolver, SPAN("mx.umich.edu"), DNS_TYPE_A, on_answer, &told);
  assert_true(dns_message_encode(&answer, DNS_DATAGRAM_MAX, &wire));
  network_send_datagram(names.world.network, forger, names.client_host, PORT_RESOLVER, 0, buf_span(&wire));
  buf_clear(&wire);
  answer.id = 999;
  assert_true(dns_message_encode(&answer, DNS_DATAGRAM_MAX, &wire));
  network_send_datagram(names.world.network, names.server_host, names.client_host, PORT_RESOLVER, 0,
                        buf_span(&wire));
  network_send_datagram(names.world.network, names.server_host, names.client_host, PORT_RESOLVER, 0,
                        SPAN("no DNS"));
  sim_run(names.world.sim, -1);
  assert_int_equal(told.count, 1);
  assert_string_equal(told.text, "mx.umich.edu. 60 IN A 198.51.100.7\n");
  assert_int_equal(count_records(&names.world, JOURNAL_NOTE), 3);
  buf_free(&wire);
  names_free(&names);
}

static void freed_while_asking(void **state) {
  (void)state;
  struct names names = names_new();
  struct told told = {.names = &names};
  resolver_ask(names.resolver, SPAN("mx.umich.edu"), DNS_TYPE_A, on_answer, &told);
  resolver_free(names.resolver);
  names.resolver = NULL;
  assert_int_equal(told.count, 0);
  names_free(&names);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_answer),
      cmocka_unit_test(the_cache),
      cmocka_unit_test(aliases_are_followed),
      cmocka_unit_test(names_of_addresses),
      cmocka_unit_test(negative_answers),
      cmocka_unit_test(failures_are_not_remembered),
      cmocka_unit_test(silence),
      cmocka_unit_test(a_retry_helps),
      cmocka_unit_test(concurrent_questions),
      cmocka_unit_test(asking_within_an_answer),
      cmocka_unit_test(what_is_no_name),
      cmocka_unit_test(forged_answers),
      cmocka_unit_test(freed_while_asking),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
