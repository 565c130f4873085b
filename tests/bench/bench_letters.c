/* bench_letters: whole letters, from a mail program over three relays into a mailbox.
 *
 *     pc ── SMTP ──▶ a ── SMTP ──▶ b ── SMTP ──▶ c ── SMTP ──▶ d ── LMTP ──▶ the mbox of v
 *
 * Four hops by SMTP, and the delivery, each a transaction of its own, in one of at most twenty sessions with
 * that server (agents/outbound.h). Letters go out in waves: all of a wave are on their way at once, and the
 * next begins when the last has arrived. The maildrop is emptied between waves, as its owner would.
 *
 * The topology comes through the scenario loader, so that every default is what a user would get, but that
 * clients send MAIL, RCPT and DATA at once (RFC 2920), as the yardstick's do; the letters are planned one by
 * one, since a file of a million would measure the loader. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/check.h"
#include "base/mem.h"
#include "bench_frame.h"
#include "world/scenario_load.h"
#include "world/world.h"
#include "yardstick_letters.h"

#define ASSETS BENCH_DIR "/../../assets/software"

enum { MAILDROP_MAX = 10000 };
/* A letter's own way takes some seconds; besides, all of a wave pass through the same twenty sessions. */
static const int64_t WAY_US = 10000000, TURN_US = 12000;

struct flight {
  uint32_t in_flight;
  uint32_t letters;
  enum journal_mode mode;
};

#define SOFTWARE "\"software\": { \"like\": \"neutral\", \"client\": { \"pipelines\": true } }"
static const struct span topology = SPAN_INIT(
    "{ \"waystation\": 1, \"title\": \"Four hops\", \"start\": \"2004-06-18T10:22:55-06:00\",\n"
    "  \"hosts\": {\n"
    "    \"pc\": { \"runs\": [\"mua\"], \"submits_to\": \"a.example\", " SOFTWARE " },\n"
    "    \"a.example\": { \"runs\": [\"mta\"], \"smarthost\": \"b.example\", \"relays_from\": "
    "[\"pc\"], " SOFTWARE " },\n"
    "    \"b.example\": { \"runs\": [\"mta\"], \"smarthost\": \"c.example\", \"relays_from\": "
    "[\"a.example\"], " SOFTWARE " },\n"
    "    \"c.example\": { \"runs\": [\"mta\"], \"smarthost\": \"d.example\", \"relays_from\": "
    "[\"b.example\"], " SOFTWARE " },\n"
    "    \"d.example\": { \"runs\": [\"mta\", \"mda\"], \"mail_for\": [\"d.example\"], " SOFTWARE " } },\n"
    "  \"people\": { \"u\": { \"address\": \"u@a.example\", \"uses\": \"pc\" },\n"
    "              \"v\": { \"address\": \"v@d.example\" } } }\n");

/* Ten lines of some fifty octets: a short letter. */
#define LINE "Hello, this is a line of a letter that goes far.\n"
static const struct span text = SPAN_INIT(LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE);

/* ---- the topology ---- */

static bool read_file(void *context, struct span path, size_t size_max, struct arena *arena,
                      struct span *bytes_out, struct error_list *errors) {
  (void)context;
  if (span_equal(path, SPAN("topology"))) {
    *bytes_out = topology;
    return true;
  }
  FILE *file = fopen(arena_text(arena, path), "rb");
  if (!file) {
    error_list_add_message(errors, path, "cannot open");
    return false;
  }
  char *bytes = arena_alloc(arena, size_max);
  *bytes_out = span_of(bytes, fread(bytes, 1, size_max, file));
  fclose(file);
  return true;
}

static struct scenario *load_topology(void) {
  struct error_list errors = {0};
  struct scenario_reader reader = {.read_file = read_file, .software_dir = SPAN(ASSETS)};
  struct scenario *scenario = scenario_load(SPAN("topology"), &reader, &errors);
  struct buf report = {0};
  for (size_t i = 0; i < errors.count; i++) error_format(&errors.items[i], &report);
  if (report.len) fprintf(stderr, "%.*s", SPAN_ARG(buf_span(&report)));
  CHECK(scenario);
  error_list_free(&errors);
  buf_free(&report);
  scenario->messages_max = 0;
  scenario->events_max = UINT64_MAX;
  scenario->time_max_us = JOURNAL_INTEGER_MAX;
  return scenario;
}

/* ---- waves ---- */

struct sending {
  struct scenario *scenario;
  struct journal *journal;
  struct world *world;
  struct scenario_action *actions[2]; /* of the present wave and of the next, by turns */
  int64_t wave_us;                    /* from the beginning of one to that of the next */
  uint32_t waves;
};

static struct scenario_action *actions_new(uint32_t count) {
  static const struct span to[] = {SPAN_INIT("v")};
  struct scenario_action *actions = mem_zalloc(count * sizeof *actions);
  for (uint32_t i = 0; i < count; i++)
    actions[i] = (struct scenario_action){.who = SPAN("u"),
                                          .verb = VERB_SEND,
                                          .to = {to, 1},
                                          .subject = SPAN("A letter over four hops"),
                                          .text = text};
  return actions;
}

/* The next wave is always planned before the present one runs: a world in which nothing is left to happen has
 * come to its end. */
static void plan_wave(struct sending *sending, uint32_t count) {
  struct scenario_action *actions = sending->actions[sending->waves++ % 2];
  for (uint32_t i = 0; i < count; i++) {
    actions[i].at_us = sending->waves * sending->wave_us;
    world_plan(sending->world, &actions[i]);
  }
}

static void run_wave(struct sending *sending) {
  world_run(sending->world, sending->waves * sending->wave_us - 1);
}

static struct sending sending_new(const struct flight *flight) {
  struct sending sending = {
      .scenario = load_topology(),
      .journal = journal_new(flight->mode),
      .wave_us = WAY_US + flight->in_flight * TURN_US,
      .actions = {actions_new(flight->in_flight), actions_new(flight->in_flight)},
  };
  sending.world = world_new(sending.scenario, sending.journal);
  return sending;
}

static void sending_free(struct sending *sending) {
  world_free(sending->world);
  journal_free(sending->journal);
  scenario_free(sending->scenario);
  mem_free(sending->actions[0]);
  mem_free(sending->actions[1]);
}

static uint64_t peak_bytes(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t)usage.ru_maxrss * 1024;
}

static void send_letters(struct bench_watch *watch, const void *argument) {
  const struct flight *flight = argument;
  struct sending sending = sending_new(flight);
  char hex[DIGEST_HEX_MAX];
  plan_wave(&sending, 1);
  plan_wave(&sending, flight->in_flight);
  run_wave(&sending); /* one letter: then names are in the caches */
  uint64_t before = sim_event_count(world_sim(sending.world)), peak_before = peak_bytes();
  journal_seq records = journal_count(sending.journal);
  bench_start(watch);
  for (uint32_t sent = flight->in_flight, in_maildrop = 1; sent <= flight->letters;
       sent += flight->in_flight) {
    plan_wave(&sending, sent < flight->letters ? flight->in_flight : 1);
    run_wave(&sending);
    in_maildrop += flight->in_flight;
    if (in_maildrop < MAILDROP_MAX) continue;
    world_empty_maildrops(sending.world);
    in_maildrop = 0;
  }
  if (flight->mode == JOURNAL_DIGEST) journal_fingerprint(sending.journal, hex);
  bench_stop(watch, flight->letters);
  CHECK(journal_count_of(sending.journal, JOURNAL_DELIVERED) == flight->letters + 1);
  uint64_t events = sim_event_count(world_sim(sending.world)) - before;
  bench_note(watch, "events a letter", events / flight->letters);
  bench_note(watch, "records a letter", (journal_count(sending.journal) - records) / flight->letters);
  if (flight->in_flight >= 10000 && flight->mode == JOURNAL_COUNT)
    bench_note(watch, "octets a letter in flight", (peak_bytes() - peak_before) / flight->in_flight);
  sending_free(&sending);
}

/* ---- the journal alone ---- */

/* What such letters have left in a journal is appended to new ones: the part of the work that no engine,
 * however fast, could save. */
static void append_records(struct bench_watch *watch, const void *argument) {
  const struct flight *flight = argument;
  struct flight whole = *flight;
  whole.mode = JOURNAL_FULL;
  struct sending sending = sending_new(&whole);
  plan_wave(&sending, 1);
  plan_wave(&sending, flight->in_flight);
  run_wave(&sending);
  plan_wave(&sending, 1);
  run_wave(&sending);
  journal_seq count = journal_count(sending.journal);
  struct journal_record *records = mem_alloc(count * sizeof *records);
  for (journal_seq seq = 1; seq <= count; seq++) journal_get(sending.journal, seq, &records[seq - 1]);
  char hex[DIGEST_HEX_MAX];
  bench_start(watch);
  for (uint32_t sent = 0; sent < flight->letters; sent += flight->in_flight) {
    struct journal *journal = journal_new(flight->mode);
    for (journal_seq i = 0; i < count; i++) journal_append(journal, &records[i]);
    if (flight->mode == JOURNAL_DIGEST) journal_fingerprint(journal, hex);
    journal_free(journal);
  }
  bench_stop(watch, flight->letters);
  mem_free(records);
  sending_free(&sending);
}

/* ---- the yardstick ---- */

static void send_yardstick(struct bench_watch *watch, const void *argument) {
  static const enum yardstick_journal modes[] = {[JOURNAL_FULL] = YARDSTICK_FULL,
                                                 [JOURNAL_DIGEST] = YARDSTICK_DIGEST,
                                                 [JOURNAL_COUNT] = YARDSTICK_COUNT};
  const struct flight *flight = argument;
  struct yardstick_letters what = {flight->letters, flight->in_flight, modes[flight->mode]};
  bench_start(watch);
  struct yardstick_counts counts = yardstick_letters_run(&what);
  bench_stop(watch, flight->letters);
  bench_note(watch, "events a letter", counts.events / flight->letters);
  bench_note(watch, "records a letter", counts.records / flight->letters);
  bench_note(watch, "octets a letter", counts.octets / flight->letters);
}

/* ---- the cases ---- */

static const struct flight flights[] = {
    {1, 1000, JOURNAL_DIGEST},     {100, 10000, JOURNAL_DIGEST},   {10000, 20000, JOURNAL_DIGEST},
    {100, 10000, JOURNAL_FULL},    {10000, 20000, JOURNAL_FULL},   {100, 10000, JOURNAL_COUNT},
    {10000, 20000, JOURNAL_COUNT}, {1000, 1000000, JOURNAL_COUNT},
};

#define CASE(title, index)                                                                                   \
  {                                                                                                          \
    title, "letters", 1e3, {                                                                                 \
      {.name = "waystation", .run = send_letters, .argument = &flights[index], .apart = true},               \
          {.name = "yardstick: shared bodies",                                                               \
           .run = send_yardstick,                                                                            \
           .argument = &flights[index],                                                                      \
           .at_least = 0.5,                                                                                  \
           .apart = true},                                                                                   \
          {.name = "its journal alone", .run = append_records, .argument = &flights[index], .apart = true},  \
    }                                                                                                        \
  }

static const struct bench_case cases[] = {
    CASE("letters: 1 in flight, fingerprint only", 0),
    CASE("letters: 100 in flight, fingerprint only", 1),
    CASE("letters: 10 000 in flight, fingerprint only", 2),
    CASE("letters: 100 in flight, the whole journal", 3),
    CASE("letters: 10 000 in flight, the whole journal", 4),
    CASE("letters: 100 in flight, counts only", 5),
    CASE("letters: 10 000 in flight, counts only", 6),
    CASE("letters: a million, counts only", 7),
};

int main(int argc, char **argv) {
  return bench_main(argc, argv, cases, sizeof cases / sizeof cases[0]);
}
