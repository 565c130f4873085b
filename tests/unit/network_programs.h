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
  static const struct network_host hosts[] = {
      {.name = SPAN_INIT("here.example"), .address = SPAN_INIT("192.0.2.1"), .clock_offset_us = -9000000},
      {.name = SPAN_INIT("There.Example"), .address = SPAN_INIT("192.0.2.2"), .zone_minutes = -360},
      {.name = SPAN_INIT("elsewhere.example"), .address = SPAN_INIT("2001:db8::3")},
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

static inline bool program_say(struct program *program, const char *text) {
  return connection_send(program->lab->network, program->id, program->is_client, span_from(text));
}

static inline struct journal_record lab_record(const struct lab *lab, journal_seq seq) {
  struct journal_record record;
  journal_get(lab->journal, seq, &record);
  return record;
}
