/* network_programs: a small network with programs that say what happens to them, for the network's tests. */
#pragma once

#include "journal_samples.h"
#include "sim/network.h"

struct lab {
  struct journal *journal;
  struct sim *sim;
  struct network *network;
  struct buf log; /* "40000 client opened\n" … */
};

enum { HERE = 1, THERE = 2, ELSEWHERE = 3, PORT = 25 };

static inline struct lab lab_new(void) {
  struct lab lab = {.journal = new_journal(JOURNAL_FULL)};
  lab.sim = sim_new(lab.journal, 1087575775000000, 7, (struct sim_limits){0});
  lab.network = network_new(lab.sim);
  static const struct span second = SPAN_INIT("192.0.2.3");
  static const struct network_host hosts[] = {
      {.name = SPAN_INIT("here.example"), .address = SPAN_INIT("192.0.2.1"), .clock_offset_us = -9000000},
      {.name = SPAN_INIT("There.Example"), .address = SPAN_INIT("192.0.2.2"), .zone_minutes = -360},
      {.name = SPAN_INIT("elsewhere.example"),
       .address = SPAN_INIT("2001:db8::3"),
       .further = &second,
       .further_count = 1},
  };
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) network_add_host(lab.network, &hosts[i]);
  network_set_default_path(lab.network, 20000, 0);
  return lab;
}

static inline void lab_free(struct lab *lab) {
  network_free(lab->network);
  sim_free(lab->sim);
  journal_free(lab->journal);
  buf_free(&lab->log);
}

static inline void lab_log(struct lab *lab, const char *who, const char *what) {
  buf_format(&lab->log, "%lld %s %s\n", (long long)sim_now(lab->sim), who, what);
}

/* ---- a program at one end of a connection ---- */

struct program {
  struct lab *lab;
  const char *name;
  bool is_client;
  bool keeps; /* consumes nothing by itself */
  connection_id id;
  void (*opened)(struct program *program);   /* may be NULL */
  void (*received)(struct program *program); /* may be NULL */
};

static inline void program_opened(void *context, connection_id id) {
  struct program *program = context;
  program->id = id;
  lab_log(program->lab, program->name, "opened");
  if (program->opened) program->opened(program);
}

/* Logs what there is, and consumes it unless the program keeps it. */
static inline void program_read(struct program *program) {
  struct network *network = program->lab->network;
  struct span bytes;
  struct message *message;
  while (connection_peek(network, program->id, program->is_client, &bytes, &message)) {
    buf_format(&program->lab->log, "%lld %s hears %.*s%s\n", (long long)sim_now(program->lab->sim),
               program->name, SPAN_ARG(span_first(bytes, 40)), message ? "a message" : "");
    if (program->keeps) return;
    connection_consume(network, program->id, program->is_client, bytes.len);
  }
}

static inline void program_received(void *context, connection_id id) {
  struct program *program = context;
  (void)id;
  program_read(program);
  if (program->received) program->received(program);
}

static inline void program_ended(void *context, connection_id id, enum connection_end how) {
  struct program *program = context;
  static const char *const ends[] = {[CONNECTION_REFUSED] = "refused",
                                     [CONNECTION_TIMED_OUT] = "timed out",
                                     [CONNECTION_CLOSED] = "closed",
                                     [CONNECTION_CUT] = "cut"};
  (void)id;
  lab_log(program->lab, program->name, ends[how]);
}

static const struct connection_handler program_handler = {program_opened, program_received, program_ended};

static inline const struct connection_handler *
program_listen(void *context, connection_id id, const struct connection_info *info, void **context_out) {
  struct program *program = context;
  (void)info;
  program->id = id;
  lab_log(program->lab, program->name, "asked");
  *context_out = program;
  return &program_handler;
}

static inline connection_id program_connect(struct program *program, host_id to) {
  program->is_client = true;
  return program->id = network_connect(program->lab->network, HERE, 1, to, PORT, SPAN("smtp"),
                                       &program_handler, program);
}

/* Says it, as a line of its own, and gives its record; 0 if the connection is over. */
static inline journal_seq program_say_bytes(struct program *program, struct span bytes) {
  struct journal_record record = {.kind = JOURNAL_LINE, .text = {bytes}};
  return connection_say(program->lab->network, program->id, program->is_client, &record, bytes);
}

static inline journal_seq program_say(struct program *program, const char *text) {
  return program_say_bytes(program, span_from(text));
}

static inline journal_seq program_say_message(struct program *program, struct message *message) {
  struct journal_record record = {.kind = JOURNAL_DATA};
  return connection_say_message(program->lab->network, program->id, program->is_client, &record, message);
}

static inline struct journal_record lab_record(const struct lab *lab, journal_seq seq) {
  struct journal_record record;
  journal_get(lab->journal, seq, &record);
  return record;
}

/* ---- a client here and a server there ---- */

struct pair {
  struct lab lab;
  struct program client, server;
};

static inline struct pair *pair_new(void) {
  static struct pair pair;
  pair = (struct pair){.lab = lab_new()};
  pair.client = (struct program){.lab = &pair.lab, .name = "client"};
  pair.server = (struct program){.lab = &pair.lab, .name = "server"};
  network_listen(pair.lab.network, THERE, PORT, 2, program_listen, &pair.server);
  return &pair;
}

/* Runs to the end and compares the log. */
static inline void expect_log(struct pair *pair, const char *expected) {
  assert_int_equal(sim_run(pair->lab.sim, -1), SIM_QUIET);
  buf_add_char(&pair->lab.log, 0);
  assert_string_equal(pair->lab.log.data, expected);
  pair->lab.log.len = 0;
}

static inline void expect_record(struct pair *pair, journal_seq seq, enum journal_kind kind, int64_t time_us,
                                 journal_seq cause, uint16_t host) {
  struct journal_record record = lab_record(&pair->lab, seq);
  assert_string_equal(journal_kind_info((enum journal_kind)record.kind)->name, journal_kind_info(kind)->name);
  assert_int_equal(record.time_us, time_us);
  assert_int_equal(record.cause, cause);
  assert_int_equal(record.host, host);
  assert_int_equal(record.seq, seq);
}

static inline void expect_text(struct pair *pair, journal_seq seq, int text, const char *expected) {
  struct span said = lab_record(&pair->lab, seq).text[text];
  assert_int_equal(said.len, strlen(expected));
  assert_memory_equal(said.data, expected, said.len);
}

static inline void note(struct program *program, const char *text) {
  struct journal_record record = {.kind = JOURNAL_NOTE, .text = {span_from(text)}};
  sim_note_cause(program->lab->sim, &record);
}

static inline void close_now(void *context) {
  struct program *program = context;
  connection_close(program->lab->network, program->id, program->is_client);
}

static inline void stand(struct pair *pair) {
  program_connect(&pair->client, THERE);
  sim_run(pair->lab.sim, -1);
  pair->lab.log.len = 0;
}

static inline void host_there_goes_down(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, THERE, false, SPAN("power"));
}
static inline void host_there_comes_back(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, THERE, true, SPAN("power"));
}
static inline void host_here_goes_down(void *context) {
  struct lab *lab = context;
  network_set_host_up(lab->network, HERE, false, SPAN("power"));
}
static inline void link_goes_down(void *context) {
  struct lab *lab = context;
  network_set_link_up(lab->network, HERE, THERE, false, SPAN("digger"));
}
