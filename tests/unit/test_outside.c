/* outside, replay: what a real program does is in the journal, and done again from there it gives the same
 * run, whatever it did, and when.
 * Long because: they all play on one stage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "scenario_files.h"
#include "world/replay.h"

#define SCENARIO     TESTS_DIR "/../scenarios/jack-to-janelle.json"
#define SCENARIO_TLS TESTS_DIR "/live/scenarios/gateways-tls.json"

enum { SECOND_US = 1000000, PEERS = 8 };

/* A real program, as far as a test needs one. */
struct peer {
  connection_id id;          /* 0: not there */
  bool opened, ended, asked; /* asked: for TLS */
  enum connection_end how;
  struct buf heard;
};

struct stage {
  struct scenario *scenario;
  struct journal *journal;
  struct world *world;
  struct outside *outside;
  struct peer peers[PEERS];
};

/* ---- the stage ---- */

static void on_opened(void *context, connection_id id) {
  struct peer *peer = context;
  (void)id;
  peer->opened = true;
}

static void on_hello(void *context, connection_id id, enum tls_version version, struct span wanted) {
  struct peer *peer = context;
  (void)id, (void)version;
  assert_true(span_equal(wanted, SPAN("mail.example.com")));
  peer->asked = true;
  peer->opened = false;
}

static void on_heard(void *context, connection_id id, struct span bytes, struct message *message) {
  struct peer *peer = context;
  (void)id;
  if (message)
    message_write_wire(message, &peer->heard);
  else
    buf_add(&peer->heard, bytes);
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct peer *peer = context;
  (void)id;
  peer->ended = true;
  peer->how = how;
  peer->id = 0;
}

static void *on_called(void *context, connection_id id, host_id host, uint16_t port) {
  struct stage *stage = context;
  (void)host, (void)port;
  for (size_t i = 0; i < PEERS; i++) {
    if (stage->peers[i].id) continue;
    buf_free(&stage->peers[i].heard);
    buf_free(&stage->peers[i].heard);
    stage->peers[i] = (struct peer){.id = id};
    return &stage->peers[i];
  }
  return &stage->peers[0];
}

static const struct outside_events events = {
    .opened = on_opened, .hello = on_hello, .heard = on_heard, .ended = on_ended, .called = on_called};

static struct scenario *load(const char *path) {
  struct error_list errors = {0};
  struct scenario_reader reader = real_reader();
  struct scenario *scenario = scenario_load(span_from(path), &reader, &errors);
  assert_non_null(scenario);
  error_list_free(&errors);
  return scenario;
}

static struct stage stage_of(const char *path, const struct opening *opening) {
  struct stage stage = {.scenario = load(path), .journal = journal_new(JOURNAL_FULL)};
  stage.world = world_new_open(stage.scenario, stage.journal, opening);
  stage.outside = world_outside(stage.world);
  return stage;
}

static struct stage stage_new(const struct opening *opening) {
  return stage_of(SCENARIO, opening);
}

static void stage_end(struct stage *stage) {
  world_go_on(stage->world, sim_now(world_sim(stage->world)));
  world_end(stage->world);
}

static void stage_free(struct stage *stage) {
  for (size_t i = 0; i < PEERS; i++) buf_free(&stage->peers[i].heard);
  world_free(stage->world);
  journal_free(stage->journal);
  scenario_free(stage->scenario);
}

static host_id host_of(struct stage *stage, const char *name) {
  host_id id = network_host_named(world_network(stage->world), span_from(name));
  assert_int_not_equal(id, 0);
  return id;
}

/* ---- saved, read, and played again ---- */

static bool sink(void *context, struct span bytes) {
  return buf_add(context, bytes);
}

static void assert_replays_as(const struct journal *journal, const char *path) {
  struct buf saved = {0};
  struct error_list errors = {0};
  struct arena arena = ARENA_EMPTY;
  struct opening opening;
  journal_seq wrong = 0;
  char before[DIGEST_HEX_MAX], after[DIGEST_HEX_MAX];
  assert_true(journal_write_jsonl(journal, sink, &saved));
  struct journal *read = journal_read_jsonl(SPAN("saved"), buf_span(&saved), &errors);
  assert_non_null(read);
  assert_true(replay_opening(read, &arena, &opening));
  struct stage stage = stage_of(path, &opening);
  bool well = replay_run(stage.world, read, &wrong);
  if (!well) fail_msg("record %u could not be done again", wrong);
  journal_fingerprint(journal, before);
  journal_fingerprint(stage.journal, after);
  assert_string_equal(before, after);
  stage_free(&stage);
  journal_free(read);
  arena_free(&arena);
  error_list_free(&errors);
  buf_free(&saved);
}

static void assert_replays(const struct journal *journal) {
  assert_replays_as(journal, SCENARIO);
}

/* ---- tests ---- */

static void assert_heard(const struct peer *peer, const char *what) {
  struct span heard = buf_span(&peer->heard);
  for (size_t i = 0; i + strlen(what) <= heard.len; i++)
    if (memcmp(heard.data + i, what, strlen(what)) == 0) return;
  fail_msg("\"%s\" was not heard, but: %.*s", what, SPAN_ARG(heard));
}

static void test_letter_from_outside(void **state) {
  (void)state;
  struct opening opening = {0};
  struct stage stage = stage_new(&opening);
  struct peer *peer = &stage.peers[0];
  outside_set_events(stage.outside, &events, &stage);
  connection_id id =
      outside_connect(stage.outside, 1 * SECOND_US, 0, host_of(&stage, "mx.umich.edu"), 25, peer);
  assert_int_not_equal(id, 0);
  world_go_on(stage.world, 2 * SECOND_US);
  assert_true(peer->opened);
  assert_heard(peer, "220 ");
  assert_true(outside_say(stage.outside, 3 * SECOND_US, id,
                          SPAN("EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n")));
  assert_true(outside_say(stage.outside, 4 * SECOND_US, id, SPAN("RCPT TO:<janelle@umich.edu>\r\nDATA\r\n")));
  world_go_on(stage.world, 5 * SECOND_US);
  assert_heard(peer, "354 ");
  assert_true(outside_say(stage.outside, 5 * SECOND_US, id,
                          SPAN("Subject: hello\r\n\r\nHello.\nbare\r\n.\r\nQUIT\r\n")));
  world_go_on(stage.world, 20 * SECOND_US);
  assert_true(peer->ended);
  assert_int_equal(peer->how, CONNECTION_CLOSED);
  assert_heard(peer, "221 ");
  stage_end(&stage);
  assert_replays(stage.journal);
  stage_free(&stage);
}

/* STARTTLS, and a port where TLS comes first: the world's own TLS stands before anything more is said. */
static void test_under_tls(void **state) {
  (void)state;
  struct opening opening = {0};
  struct stage stage = stage_of(TESTS_DIR "/live/scenarios/one-host-tls.json", &opening);
  struct peer *peer = &stage.peers[0], *first = &stage.peers[1];
  host_id host = host_of(&stage, "mail.example.com");
  outside_set_events(stage.outside, &events, &stage);
  connection_id id = outside_connect(stage.outside, 0, 0, host, 25, peer);
  world_go_on(stage.world, 1 * SECOND_US);
  assert_true(outside_say(stage.outside, 1 * SECOND_US, id, SPAN("EHLO x\r\n")));
  peer->opened = false;
  assert_true(outside_say(stage.outside, 2 * SECOND_US, id, SPAN("STARTTLS\r\n")));
  world_go_on(stage.world, 3 * SECOND_US);
  assert_true(peer->opened);
  buf_clear(&peer->heard);
  assert_true(outside_say(stage.outside, 3 * SECOND_US, id, SPAN("EHLO y\r\nNOOP\r\nQUIT\r\n")));
  outside_connect(stage.outside, 3 * SECOND_US, 0, host, 995, first);
  world_go_on(stage.world, 5 * SECOND_US);
  assert_heard(peer, "221 ");
  assert_heard(first, "+OK ");
  assert_int_equal(journal_count_of(stage.journal, JOURNAL_TLS), 2);
  stage_end(&stage);
  assert_replays_as(stage.journal, TESTS_DIR "/live/scenarios/one-host-tls.json");
  stage_free(&stage);
}

/* What is said in the clear behind STARTTLS, at once or before the greeting, counts for nothing under TLS,
 * and TLS comes all the same (RFC 3207 4.2, CVE-2011-0411). Behind STLS it ends the session. */
static void test_nothing_is_smuggled_into_tls(void **state) {
  (void)state;
  struct opening opening = {0};
  struct stage stage = stage_of(TESTS_DIR "/live/scenarios/one-host-tls.json", &opening);
  struct peer *at_once = &stage.peers[0], *early = &stage.peers[1], *pop3 = &stage.peers[2];
  host_id host = host_of(&stage, "mail.example.com");
  outside_set_events(stage.outside, &events, &stage);
  connection_id first = outside_connect(stage.outside, 0, 0, host, 25, at_once);
  world_go_on(stage.world, 1 * SECOND_US);
  assert_true(outside_say(stage.outside, 1 * SECOND_US, first,
                          SPAN("EHLO x\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@x.test>\r\n")));
  connection_id second = outside_connect(stage.outside, 2 * SECOND_US, 0, host, 25, early);
  assert_true(outside_say(stage.outside, 2 * SECOND_US + 1000, second,
                          SPAN("EHLO x\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@x.test>\r\n")));
  connection_id third = outside_connect(stage.outside, 3 * SECOND_US, 0, host, 110, pop3);
  world_go_on(stage.world, 4 * SECOND_US);
  assert_true(outside_say(stage.outside, 4 * SECOND_US, third, SPAN("STLS\r\nUSER ann\r\n")));
  world_go_on(stage.world, 5 * SECOND_US);
  assert_int_equal(journal_count_of(stage.journal, JOURNAL_TLS), 2);
  assert_true(pop3->ended);
  buf_clear(&at_once->heard);
  buf_clear(&early->heard);
  assert_true(outside_say(stage.outside, 5 * SECOND_US, first, SPAN("MAIL FROM:<a@b.test>\r\n")));
  assert_true(outside_say(stage.outside, 5 * SECOND_US, second, SPAN("MAIL FROM:<a@b.test>\r\n")));
  world_go_on(stage.world, 6 * SECOND_US);
  assert_true(span_equal(buf_span(&at_once->heard), SPAN("503 5.5.1 Say who you are first\r\n")));
  assert_true(span_equal(buf_span(&early->heard), SPAN("503 5.5.1 Say who you are first\r\n")));
  stage_end(&stage);
  assert_replays_as(stage.journal, TESTS_DIR "/live/scenarios/one-host-tls.json");
  stage_free(&stage);
}

static void test_nobody_listens(void **state) {
  (void)state;
  struct opening opening = {0};
  struct stage stage = stage_new(&opening);
  outside_set_events(stage.outside, &events, &stage);
  outside_connect(stage.outside, 0, 0, host_of(&stage, "jack-laptop"), 25, &stage.peers[0]);
  world_go_on(stage.world, 1 * SECOND_US);
  assert_true(stage.peers[0].ended);
  assert_int_equal(stage.peers[0].how, CONNECTION_REFUSED);
  stage_end(&stage);
  assert_replays(stage.journal);
  stage_free(&stage);
}

/* After a reset nobody is told anything; what is said on a connection that is over is lost. */
static void test_reset_is_final(void **state) {
  (void)state;
  struct opening opening = {0};
  struct stage stage = stage_new(&opening);
  outside_set_events(stage.outside, &events, &stage);
  connection_id id =
      outside_connect(stage.outside, 0, 0, host_of(&stage, "mx.umich.edu"), 25, &stage.peers[0]);
  world_go_on(stage.world, 1 * SECOND_US);
  assert_true(outside_reset(stage.outside, 1 * SECOND_US, id));
  world_go_on(stage.world, 2 * SECOND_US);
  assert_false(stage.peers[0].ended);
  journal_seq count = journal_count(stage.journal);
  assert_true(outside_say(stage.outside, 2 * SECOND_US, id, SPAN("NOOP\r\n")));
  assert_true(outside_close(stage.outside, 2 * SECOND_US, id));
  assert_int_equal(journal_count(stage.journal), count);
  stage_end(&stage);
  assert_replays(stage.journal);
  stage_free(&stage);
}

/* A gateway: Comcast's relay delivers to a server that is not simulated. */
static void test_gateway(void **state) {
  (void)state;
  const struct span gateways[] = {SPAN_INIT("mx.umich.edu")};
  struct opening opening = {.gateways = gateways, .gateway_count = 1};
  struct stage stage = stage_new(&opening);
  struct peer *peer = &stage.peers[0];
  outside_set_events(stage.outside, &events, &stage);
  world_go_on(stage.world, 30 * SECOND_US);
  assert_true(peer->opened);
  static const char *const replies[] = {"220 real ESMTP\r\n", "250-real\r\n250 8BITMIME\r\n",
                                        "250 ok\r\n",         "250 ok\r\n",
                                        "354 go\r\n",         "250 mine\r\n",
                                        "221 bye\r\n"};
  int64_t now_us = 30 * SECOND_US;
  for (size_t i = 0; i < sizeof replies / sizeof *replies && peer->id; i++) {
    assert_true(outside_say(stage.outside, now_us, peer->id, span_from(replies[i])));
    world_go_on(stage.world, now_us += SECOND_US);
  }
  assert_heard(peer, "RCPT TO:<janelle@umich.edu>");
  assert_heard(peer, "Are you free for lunch");
  assert_int_equal(journal_count_of(stage.journal, JOURNAL_RELAYED), 2);
  stage_end(&stage);
  assert_replays(stage.journal);
  stage_free(&stage);
}

/* ---- a gateway under TLS ---- */

static const struct span good_names[] = {SPAN_INIT("mail.example.com")},
                         other_names[] = {SPAN_INIT("*.other.example")};
static const struct tls_certificate certificates[] = {
    {.names = good_names, .name_count = 1},
    {.names = other_names, .name_count = 1},
    {.names = good_names, .name_count = 1, .self_signed = true},
    {.expired = true},
};

/* Dan's phone calls port 465 of a real server after one second. */
static struct peer *dans_call(struct stage *stage) {
  static const struct opening opening = {.gateways = good_names, .gateway_count = 1};
  *stage = stage_of(SCENARIO_TLS, &opening);
  return &stage->peers[0];
}

static void test_gateway_shows_certificate(void **state) {
  (void)state;
  struct stage stage;
  struct peer *peer = dans_call(&stage);
  outside_set_events(stage.outside, &events, &stage);
  world_go_on(stage.world, 1500000);
  assert_true(peer->asked);
  assert_false(peer->opened);
  assert_true(outside_show_certificate(stage.outside, 1500000, peer->id, TLS_1_3, &certificates[0]));
  world_go_on(stage.world, 2 * SECOND_US);
  assert_true(peer->opened);
  assert_true(outside_say(stage.outside, 2 * SECOND_US, peer->id, SPAN("220 real\r\n")));
  world_go_on(stage.world, 3 * SECOND_US);
  assert_heard(peer, "EHLO phone");
  struct journal_record record;
  assert_true(journal_count_of(stage.journal, JOURNAL_CERTIFICATE) == 1);
  for (journal_seq seq = 1; seq <= journal_count(stage.journal); seq++) {
    journal_get(stage.journal, seq, &record);
    if (record.kind == JOURNAL_TLS && span_equal(record.text[2], good_names[0]))
      assert_int_equal(record.number[0], TLS_1_2); /* the phone knows nothing newer */
  }
  stage_end(&stage);
  assert_replays_as(stage.journal, SCENARIO_TLS);
  stage_free(&stage);
}

/* One that will not do, or none: the client goes. */
static void test_gateway_fails(void **state) {
  (void)state;
  for (size_t i = 1; i <= sizeof certificates / sizeof *certificates; i++) {
    struct stage stage;
    struct peer *peer = dans_call(&stage);
    outside_set_events(stage.outside, &events, &stage);
    world_go_on(stage.world, 1500000);
    if (i < sizeof certificates / sizeof *certificates)
      outside_show_certificate(stage.outside, 1500000, peer->id, TLS_1_3, &certificates[i]);
    else
      outside_fail_tls(stage.outside, 1500000, peer->id, SPAN("no"));
    world_go_on(stage.world, 1530000); /* before the next one calls */
    assert_false(peer->opened);
    assert_int_equal(journal_count_of(stage.journal, JOURNAL_TLS_FAILED), 1);
    stage_end(&stage);
    assert_replays_as(stage.journal, SCENARIO_TLS);
    stage_free(&stage);
  }
}

/* ---- anything, at any time ---- */

static const char *const phrases[] = {
    "EHLO x\r\n",
    "HELO x\r\n",
    "MAIL FROM:<a@b.example>\r\n",
    "RCPT TO:<janelle@umich.edu>\r\n",
    "RCPT TO:<jack@umich.edu>\r\n",
    "DATA\r\n",
    "Subject: x\r\n\r\nline\r\n..\r\n",
    ".\r\n",
    "half a li",
    "ne\r\n",
    "\n",
    "\r",
    "RSET\r\n",
    "NOOP\nNOOP\r\n",
    "QUIT\r\n",
    "USER janelle\r\n",
    "PASS wolverine\r\n",
    "LIST\r\nRETR 1\r\n",
    "DELE 1\r\n",
    "\0\x80\xff\r\n",
    "220 ok\r\n",
    "250 ok\r\n",
    "+OK\r\n",
    "-ERR\r\n",
    "250-more\r\n",
    "250-x\r\n250 STARTTLS\r\n",
    "220 go\r\n",
    "+OK\r\nSTLS\r\n.\r\n",
    "STARTTLS\r\n",
};

static void speak(struct stage *stage, struct rng *rng, int64_t now_us, struct peer *peer) {
  uint64_t what = rng_below(rng, 20);
  if (what == 0) {
    connection_id id = peer->id;
    peer->id = 0;
    outside_reset(stage->outside, now_us, id);
  } else if (what == 1) {
    outside_close(stage->outside, now_us, peer->id);
  } else if (what == 2 || (what < 8 && peer->asked)) {
    size_t which = rng_below(rng, sizeof certificates / sizeof *certificates);
    enum tls_version version = rng_below(rng, 2) ? TLS_1_2 : TLS_1_3;
    outside_show_certificate(stage->outside, now_us, peer->id, version, &certificates[which]);
  } else if (what == 8) {
    connection_id id = peer->id;
    peer->id = 0;
    outside_fail_tls(stage->outside, now_us, id, SPAN("it hung up"));
  } else {
    outside_say(stage->outside, now_us, peer->id,
                span_from(phrases[rng_below(rng, sizeof phrases / sizeof *phrases)]));
  }
}

static void act(struct stage *stage, struct rng *rng, int64_t now_us) {
  static const struct {
    const char *host;
    uint16_t port;
  } doors[] = {{"mx.umich.edu", 25},
               {"pop.umich.edu", 110},
               {"pop.umich.edu", 24},
               {"smtp.comcast.net", 587},
               {"jack-laptop", 25}};
  struct peer *peer = &stage->peers[rng_below(rng, PEERS)];
  if (!peer->id) {
    unsigned client = (unsigned)rng_below(rng, outside_client_count(stage->outside));
    size_t door = rng_below(rng, sizeof doors / sizeof *doors);
    buf_free(&peer->heard);
    *peer = (struct peer){0};
    peer->id = outside_connect(stage->outside, now_us, client, host_of(stage, doors[door].host),
                               doors[door].port, peer);
    return;
  }
  speak(stage, rng, now_us, peer);
}

static void test_anything_replays_under_tls(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 200; seed++) {
    struct rng rng = rng_named(seed, SPAN("outside under TLS"));
    struct stage stage;
    dans_call(&stage);
    outside_set_events(stage.outside, &events, &stage);
    int64_t now_us = 0;
    for (int i = 0; i < 300; i++) {
      static const int64_t waits_us[] = {0, 1, 100, 20000, 50000, 50000, 1000000};
      now_us += waits_us[rng_below(&rng, sizeof waits_us / sizeof *waits_us)];
      if (rng_below(&rng, 3) == 0) world_go_on(stage.world, now_us);
      struct peer *peer = &stage.peers[rng_below(&rng, PEERS)];
      if (peer->id) speak(&stage, &rng, now_us, peer);
    }
    stage_end(&stage);
    assert_replays_as(stage.journal, SCENARIO_TLS);
    stage_free(&stage);
  }
}

static void test_anything_replays(void **state) {
  (void)state;
  const struct span gateways[] = {SPAN_INIT("mta.comcast.net")};
  for (uint64_t seed = 1; seed <= 60; seed++) {
    struct rng rng = rng_named(seed, SPAN("outside"));
    struct opening opening = {gateways, seed % 2, seed % 4};
    struct stage stage = stage_new(&opening);
    outside_set_events(stage.outside, &events, &stage);
    int64_t now_us = 0;
    for (int i = 0; i < 300; i++) {
      static const int64_t waits_us[] = {0, 0, 1, 50, 100, 150, 20000, 1000000, 90000000};
      now_us += waits_us[rng_below(&rng, sizeof waits_us / sizeof *waits_us)];
      if (rng_below(&rng, 3) == 0) world_go_on(stage.world, now_us);
      act(&stage, &rng, now_us);
    }
    stage_end(&stage);
    assert_replays(stage.journal);
    stage_free(&stage);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_letter_from_outside),
      cmocka_unit_test(test_nobody_listens),
      cmocka_unit_test(test_under_tls),
      cmocka_unit_test(test_nothing_is_smuggled_into_tls),
      cmocka_unit_test(test_reset_is_final),
      cmocka_unit_test(test_gateway),
      cmocka_unit_test(test_gateway_shows_certificate),
      cmocka_unit_test(test_gateway_fails),
      cmocka_unit_test(test_anything_replays),
      cmocka_unit_test(test_anything_replays_under_tls),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
