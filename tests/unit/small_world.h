/* small_world: a journal, a clock and a network with a few hosts, for the tests of single programs; and
 * the look into its journal. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "agents/agent.h"

enum { SMALL_WORLD_LATENCY_US = 10000 };
/* Fri, 18 Jun 2004 10:22:55 -0600 */
#define SMALL_WORLD_START_US INT64_C(1087575775000000)

struct small_world {
  struct journal *journal;
  struct sim *sim;
  struct network *network;
  struct software software;
  struct message_numbers numbers;
  uint16_t agents;
};

static inline struct small_world small_world_new(void) {
  struct small_world world = {.journal = journal_new(JOURNAL_FULL)};
  struct journal_record scenario = {
      .kind = JOURNAL_SCENARIO, .number = {0, SMALL_WORLD_START_US, 1}, .text = {SPAN_INIT("a small world")}};
  journal_append(world.journal, &scenario);
  world.sim = sim_new(world.journal, SMALL_WORLD_START_US, 1, (struct sim_limits){0});
  world.network = network_new(world.sim);
  network_set_default_path(world.network, SMALL_WORLD_LATENCY_US, 0);
  world.software.name = SPAN("neutral");
  world.software.adds_return_path = world.software.adds_delivered_to = true;
  world.software.server.esmtp = true;
  return world;
}

static inline void small_world_free(struct small_world *world) {
  network_free(world->network);
  sim_free(world->sim);
  journal_free(world->journal);
}

static inline host_id add_host(struct small_world *world, const char *name, const char *address) {
  struct network_host host = {
      .name = span_from(name), .address = span_from(address), .zone_minutes = -360, .zone_name = SPAN("MDT")};
  return network_add_host(world->network, &host);
}

static inline struct agent add_agent(struct small_world *world, host_id host, enum agent_role role) {
  return (struct agent){.network = world->network,
                        .sim = world->sim,
                        .host = host,
                        .number = ++world->agents,
                        .role = role,
                        .software = &world->software};
}

/* ---- the journal ---- */

static inline struct journal_record record_at(const struct small_world *world, journal_seq seq) {
  struct journal_record record;
  journal_get(world->journal, seq, &record);
  return record;
}

/* The first record of a kind after another; fails the test if there is none. */
static inline struct journal_record next_record(const struct small_world *world, enum journal_kind kind,
                                                journal_seq after) {
  for (journal_seq seq = after + 1; seq <= journal_count(world->journal); seq++)
    if (journal_kind_at(world->journal, seq) == kind) return record_at(world, seq);
  print_error("no %s after record %u\n", journal_kind_info(kind)->name, after);
  fail();
  return (struct journal_record){0};
}

static inline uint64_t count_records(const struct small_world *world, enum journal_kind kind) {
  return journal_count_of(world->journal, kind);
}

static inline void expect_span(struct span found, const char *expected) {
  if (!span_equal(found, span_from(expected)))
    print_error("found    \"%.*s\"\nexpected \"%s\"\n", (int)found.len, found.data ? found.data : "",
                expected ? expected : "");
  assert_true(span_equal(found, span_from(expected)));
}

/* All lines said on a connection (0: on any), "C: …" and "S: …", each with a line end. */
static inline void write_transcript(const struct small_world *world, connection_id connection,
                                    struct buf *out) {
  for (journal_seq seq = 1; seq <= journal_count(world->journal); seq++) {
    enum journal_kind kind = journal_kind_at(world->journal, seq);
    if (kind != JOURNAL_LINE && kind != JOURNAL_DATA) continue;
    struct journal_record record = record_at(world, seq);
    if (connection && record.connection != connection) continue;
    buf_add_text(out, record.number[0] ? "S: " : "C: ");
    if (kind == JOURNAL_LINE)
      buf_add(out, record.text[0]);
    else
      buf_format(out, "(version %d)", (int)record.number[2]);
    buf_add_char(out, '\n');
  }
}

static inline void expect_transcript(const struct small_world *world, connection_id connection,
                                     const char *expected) {
  struct buf said = {0};
  write_transcript(world, connection, &said);
  expect_span(buf_span(&said), expected);
  buf_free(&said);
}

/* ---- a client that follows a script ---- */

enum { VISITOR_PACE_US = 1000000 };

/* Says one line a second, whatever it hears. Besides lines: "(message)" sends the message by reference,
 * "(wait)" says nothing, "(close)" closes, "(cut)" breaks the connection; "(hang)" stays without a word. */
struct visitor {
  struct small_world *world;
  struct agent agent;
  connection_id connection;
  const char *const *lines; /* up to a NULL */
  struct message *message;
  bool opened, ended;
  enum connection_end how;
};

static inline void visitor_next(void *context) {
  struct visitor *visitor = context;
  const char *line = *visitor->lines;
  struct network *network = visitor->world->network;
  if (!line || visitor->ended) return;
  visitor->lines++;
  struct span text = span_from(line);
  if (span_equal(text, SPAN("(hang)"))) return;
  if (span_equal(text, SPAN("(close)")))
    connection_close(network, visitor->connection, true);
  else if (span_equal(text, SPAN("(cut)")))
    connection_cut(network, visitor->connection, SPAN("test"));
  else if (span_equal(text, SPAN("(message)")))
    agent_say_message(&visitor->agent, visitor->connection, true, visitor->message);
  else if (!span_equal(text, SPAN("(wait)"))) {
    struct buf bytes = {0};
    buf_add(&bytes, text);
    buf_add(&bytes, SPAN("\r\n"));
    agent_say(&visitor->agent, visitor->connection, true, buf_span(&bytes));
    buf_free(&bytes);
  }
  sim_after(visitor->world->sim, VISITOR_PACE_US, visitor_next, visitor);
}

static inline void visitor_opened(void *context, connection_id id) {
  struct visitor *visitor = context;
  (void)id;
  visitor->opened = true;
  sim_after(visitor->world->sim, VISITOR_PACE_US, visitor_next, visitor);
}

static inline void visitor_received(void *context, connection_id id) {
  struct visitor *visitor = context;
  struct span bytes;
  struct message *message;
  while (connection_peek(visitor->world->network, id, true, &bytes, &message))
    connection_consume(visitor->world->network, id, true, bytes.len);
}

static inline void visitor_ended(void *context, connection_id id, enum connection_end how) {
  struct visitor *visitor = context;
  (void)id;
  visitor->ended = true;
  visitor->how = how;
}

static const struct connection_handler visitor_handler = {visitor_opened, visitor_received, visitor_ended};

/* The visitor must stay where it is until the world has come to rest. */
static inline void visitor_start(struct visitor *visitor, struct small_world *world,
                                 const struct agent *agent, host_id to, uint16_t port,
                                 const char *const *lines) {
  visitor->world = world;
  visitor->agent = *agent;
  visitor->lines = lines;
  visitor->connection = network_connect(world->network, agent->host, agent->number, to, port, SPAN("test"),
                                        &visitor_handler, visitor);
}
