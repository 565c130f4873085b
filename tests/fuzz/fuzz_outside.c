/* Fuzzer: real programs that do anything, at any time, to a world with a certificate, a gateway and a TLS
 * port. The world stands, no mail that it took is lost, and what they did, out of the journal, gives the same
 * journal again.
 *
 * The input: an octet for what is done (low three bits), by which peer (next two) and how, one for the time
 * until then, and for words one for their number, and the words. */
#include "base/check.h"
#include "readers/audit.h"
#include "world/replay.h"
#include "world/scenario_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PEERS = 4, INPUTS_MAX = 200 };

static const struct span world_file = SPAN_INIT(
    "{\"waystation\":1,\"title\":\"Fuzz\",\"hosts\":{"
    "\"mail.a.test\":{\"runs\":[\"msa\",\"mta\",\"mda\",\"pop3\"],\"mail_for\":[\"a.test\"],\"tls\":true},"
    "\"mx.b.test\":{\"runs\":[\"mta\",\"mda\"],\"mail_for\":[\"b.test\"]},"
    "\"desk\":{\"runs\":[\"mua\"],\"submits_to\":\"mail.a.test\"}},"
    "\"people\":{\"ann\":{\"address\":\"ann@a.test\",\"password\":\"s\",\"uses\":\"desk\"}},"
    "\"script\":[{\"at\":\"1s\",\"who\":\"ann\",\"does\":\"send\",\"to\":[\"x@b.test\"],\"subject\":\"s\","
    "\"text\":\"t\\n\"}]}");
static const struct span software =
    SPAN_INIT("{ \"product\": \"Fuzz\", \"received\": \"Received: by {host}; {date}\", "
              "\"server\": { \"esmtp\": true, \"offers\": [\"size\", \"auth\", \"pipelining\"] } }");

static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  (void)context, (void)size_max, (void)arena, (void)errors;
  *bytes_out = span_starts_with(path, SPAN("software/")) ? software : world_file;
  return true;
}

static struct scenario *load(void) {
  struct error_list errors = {0};
  struct scenario_reader reader = {.read_file = read_file, .software_dir = SPAN("software")};
  struct scenario *scenario = scenario_load(SPAN("fuzz.json"), &reader, &errors);
  CHECK(scenario);
  error_list_free(&errors);
  return scenario;
}

/* ---- the peers ---- */

struct peers {
  connection_id ids[PEERS];
  struct outside *outside;
};

static void *on_called(void *context, connection_id id, host_id host, uint16_t port) {
  struct peers *peers = context;
  (void)host, (void)port;
  for (int i = 0; i < PEERS; i++) {
    if (peers->ids[i]) continue;
    peers->ids[i] = id;
    return &peers->ids[i];
  }
  return NULL;
}

static void on_ended(void *peer, connection_id id, enum connection_end how) {
  connection_id *own = peer;
  (void)how;
  if (own && *own == id) *own = 0;
}

static const struct outside_events events = {.ended = on_ended, .called = on_called};

/* ---- what they do ---- */

static struct span take(struct span *input, size_t count) {
  struct span taken = span_first(*input, count < input->len ? count : input->len);
  *input = span_skip(*input, taken.len);
  return taken;
}

static unsigned take_octet(struct span *input) {
  struct span octet = take(input, 1);
  return octet.len ? (unsigned char)octet.data[0] : 0;
}

/* A real server shows something for itself, or nothing. */
static void handshake(struct peers *peers, int64_t at_us, connection_id id, unsigned how) {
  static const struct span names[] = {SPAN_INIT("mx.b.test")};
  struct tls_certificate certificate = {names, how & 1, how == 2, how == 3};
  if (how > 5)
    outside_fail_tls(peers->outside, at_us, id, SPAN("it hung up"));
  else
    outside_show_certificate(peers->outside, at_us, id, how & 1 ? TLS_1_2 : TLS_1_3, &certificate);
}

static void act(struct peers *peers, unsigned what, int64_t at_us, struct span *input) {
  static const uint16_t ports[] = {25, 587, 465, 24, 110, 995, 25, 110};
  connection_id *id = &peers->ids[what >> 3 & (PEERS - 1)];
  struct span words = SPAN_EMPTY;
  if ((what & 7) < 5) words = take(input, take_octet(input));
  if (!*id)
    *id = outside_connect(peers->outside, at_us, what >> 5 & 1, 1, ports[what & 7], id);
  else if ((what & 7) < 5)
    outside_say(peers->outside, at_us, *id, words);
  else if ((what & 7) == 6 && what >> 5)
    handshake(peers, at_us, *id, what >> 5);
  else if ((what & 7) < 7)
    outside_close(peers->outside, at_us, *id);
  else {
    outside_reset(peers->outside, at_us, *id);
    *id = 0;
  }
}

static void play(struct world *world, struct span input) {
  struct peers peers = {.outside = world_outside(world)};
  int64_t now_us = 0;
  outside_set_events(peers.outside, &events, &peers);
  for (int i = 0; i < INPUTS_MAX && input.len; i++) {
    unsigned what = take_octet(&input), wait = take_octet(&input);
    now_us += (int64_t)1 << wait % 32;
    act(&peers, what, now_us, &input);
  }
  world_go_on(world, now_us + 1000000);
  world_end(world);
  outside_set_events(peers.outside, NULL, NULL);
}

static void check_audit(const struct journal *journal) {
  struct arena arena = ARENA_EMPTY;
  struct audit audit = audit_make(journal, 0, &arena);
  CHECK(audit.fault_count == 0);
  arena_free(&arena);
}

static void check_again(const struct scenario *scenario, const struct journal *saved) {
  struct arena arena = ARENA_EMPTY;
  struct opening opening;
  journal_seq wrong;
  char first[DIGEST_HEX_MAX], second[DIGEST_HEX_MAX];
  struct journal *journal = journal_new(JOURNAL_DIGEST);
  CHECK(replay_opening(saved, &arena, &opening));
  struct world *world = world_new_open(scenario, journal, &opening);
  CHECK(replay_run(world, saved, &wrong));
  journal_fingerprint(saved, first);
  journal_fingerprint(journal, second);
  CHECK(span_equal(span_from(first), span_from(second)));
  world_free(world);
  journal_free(journal);
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct span gateways[] = {SPAN_INIT("mx.b.test")};
  static struct scenario *scenario;
  if (!scenario) scenario = load();
  struct opening opening = {gateways, size % 2, 2};
  struct journal *journal = journal_new(JOURNAL_FULL);
  struct world *world = world_new_open(scenario, journal, &opening);
  play(world, span_of((const char *)data, size));
  check_audit(journal);
  check_again(scenario, journal);
  world_free(world);
  journal_free(journal);
  return 0;
}
