/* Whole runs of a busy network with faults: the same journal every time, and a byte at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "network_programs.h"

/* A small protocol of lines, much like SMTP: the client says some lines at once, or DATA and, without
 * waiting, a message; the server answers each, sometimes only after thinking. */

enum { HOSTS = 6, CLIENTS = 12, SESSIONS = 25, FAULTS = 30 };

struct busy {
  struct lab lab;
  struct client {
    struct busy *busy;
    struct rng rng;
    host_id host;
    connection_id id;
    int sessions, awaited, said;
  } clients[CLIENTS];
  uint32_t ends[4]; /* by enum connection_end, of clients */
  uint32_t messages;
};

struct session { /* the server's side */
  struct busy *busy;
  connection_id id;
  host_id host;
  struct rng rng;
  struct buf heard;
  struct event_handle thinking;
  bool in_message, is_closed;
};

static void say(struct busy *busy, host_id host, connection_id id, bool from_client, struct span line) {
  struct journal_record record = {.kind = JOURNAL_LINE, .host = host, .text = {line}};
  connection_say(busy->lab.network, id, from_client, &record, line);
}

static void note_text(struct busy *busy, host_id host, connection_id id, uint32_t message, struct span text) {
  struct journal_record record = {
      .kind = JOURNAL_NOTE, .host = host, .connection = id, .message = message, .text = {text}};
  sim_note_cause(busy->lab.sim, &record);
}

/* ---- the server ---- */

static void answer(struct session *session, struct span about) {
  struct arena arena = ARENA_EMPTY;
  struct span reply = arena_format(&arena, "ok %.*s\n", SPAN_ARG(about));
  say(session->busy, session->host, session->id, false, reply);
  arena_free(&arena);
}

static void serve(struct session *session);

static void thought(void *context) {
  serve(context);
}

static void handle_line(struct session *session, struct span line) {
  struct sim *sim = session->busy->lab.sim;
  note_text(session->busy, session->host, session->id, 0, line);
  session->in_message = span_equal(line, SPAN("DATA"));
  if (!session->in_message) answer(session, line);
  session->is_closed = span_equal(line, SPAN("QUIT"));
  if (session->is_closed)
    connection_close(session->busy->lab.network, session->id, false);
  else if (rng_chance(&session->rng, 200000))
    session->thinking = sim_after(sim, rng_between(&session->rng, 0, 90000), thought, session);
}

static void handle_message(struct session *session, const struct message *message) {
  session->busy->messages++;
  session->in_message = false;
  note_text(session->busy, session->host, session->id, message->number, SPAN("message"));
  answer(session, SPAN("message"));
}

/* The message that has been read from bytes, if it is whole. */
static const struct message *whole_message(struct session *session) {
  const struct message *message = connection_flattened(session->busy->lab.network, session->id, false);
  if (!message || session->heard.len < message_wire_size(message)) return NULL;
  struct buf wire = {0};
  message_write_wire(message, &wire);
  assert_true(span_equal(buf_span(&wire), span_first(buf_span(&session->heard), wire.len)));
  buf_drop_front(&session->heard, wire.len);
  buf_free(&wire);
  return message;
}

/* True if something whole was handled. */
static bool handle_heard(struct session *session) {
  if (session->in_message) {
    const struct message *message = whole_message(session);
    if (message) handle_message(session, message);
    return message != NULL;
  }
  size_t end = span_find(buf_span(&session->heard), '\n');
  if (end == SPAN_NONE) return false;
  struct arena arena = ARENA_EMPTY;
  struct span line = arena_copy(&arena, span_first(buf_span(&session->heard), end));
  buf_drop_front(&session->heard, end + 1);
  handle_line(session, line);
  arena_free(&arena);
  return true;
}

/* How much of the bytes belongs to what is being read: nothing is taken in before its turn. */
static size_t share_of(const struct session *session, struct span bytes) {
  size_t end = span_find(bytes, '\n');
  const struct message *message = connection_flattened(session->busy->lab.network, session->id, false);
  if (!session->in_message) return end == SPAN_NONE ? bytes.len : end + 1;
  size_t missing = message_wire_size(message) - session->heard.len;
  return missing < bytes.len ? missing : bytes.len;
}

/* Takes nothing in while it thinks. */
static void serve(struct session *session) {
  struct network *network = session->busy->lab.network;
  struct span bytes;
  struct message *message;
  while (!session->is_closed && !sim_pending(session->busy->lab.sim, session->thinking)) {
    if (handle_heard(session)) continue;
    if (!connection_peek(network, session->id, false, &bytes, &message)) return;
    size_t share = message ? 0 : share_of(session, bytes);
    if (message)
      handle_message(session, message);
    else
      buf_add(&session->heard, span_first(bytes, share));
    connection_consume(network, session->id, false, share);
  }
}

static void server_opened(void *context, connection_id id) {
  struct session *session = context;
  assert_int_equal(session->id, id);
  answer(session, SPAN("hello"));
}
static void server_received(void *context, connection_id id) {
  (void)id;
  serve(context);
}
static void server_ended(void *context, connection_id id, enum connection_end how) {
  struct session *session = context;
  assert_int_equal(session->id, id);
  (void)how;
  sim_cancel(session->busy->lab.sim, session->thinking);
  buf_free(&session->heard);
  mem_free(session);
}

static const struct connection_handler server_handler = {server_opened, server_received, server_ended};

static const struct connection_handler *
server_listen(void *context, connection_id id, const struct connection_info *info, void **context_out) {
  struct busy *busy = context;
  struct session *session = mem_zalloc(sizeof *session);
  session->busy = busy;
  session->id = id;
  session->host = info->server_host;
  session->rng = rng_named(id, SPAN("server"));
  *context_out = session;
  return &server_handler;
}

/* ---- the client ---- */

static void say_line(struct client *client, struct span line) {
  say(client->busy, client->host, client->id, true, line);
  for (size_t i = 0; i < line.len; i++)
    if (line.data[i] == '\n') client->awaited++;
  client->said++;
}

static void say_message(struct client *client) {
  struct arena arena = ARENA_EMPTY;
  struct span subject = arena_format(&arena, "Subject: %d\r\n", client->said);
  struct message *message = message_new(subject, SPAN("Friday?\r\n.\r\n\r\n"));
  message->number = client->id * 1000 + (uint32_t)client->said;
  say_line(client, SPAN("DATA\n"));
  struct journal_record record = {.kind = JOURNAL_DATA, .host = client->host, .message = message->number};
  connection_say_message(client->busy->lab.network, client->id, true, &record, message);
  message_release(message);
  arena_free(&arena);
}

static void say_something(struct client *client) {
  uint64_t drawn = rng_below(&client->rng, 100);
  if (client->said > 20 || drawn < 8)
    say_line(client, drawn % 2 ? SPAN("QUIT\n") : SPAN("MAIL\nQUIT\nMAIL\n"));
  else if (drawn < 35)
    say_message(client);
  else if (drawn < 38)
    connection_cut(client->busy->lab.network, client->id, SPAN("impatient"));
  else
    for (uint64_t i = 0; i <= drawn % 4; i++)
      say_line(client, i % 2 ? SPAN("RCPT\n") : SPAN("MAIL and more\nRCPT\nRCPT\n"));
}

static void client_opened(void *context, connection_id id) {
  struct client *client = context;
  client->id = id;
  client->said = 0;
  client->awaited = 1; /* the greeting */
}

static void client_received(void *context, connection_id id) {
  struct client *client = context;
  struct span bytes;
  struct message *message;
  while (connection_peek(client->busy->lab.network, id, true, &bytes, &message)) {
    for (size_t i = 0; i < bytes.len; i++)
      if (bytes.data[i] == '\n') client->awaited--;
    connection_consume(client->busy->lab.network, id, true, bytes.len);
    if (client->awaited == 0) say_something(client);
  }
}

static void ask(void *context);

static void client_ended(void *context, connection_id id, enum connection_end how) {
  struct client *client = context;
  assert_int_equal(client->id, id);
  client->busy->ends[how]++;
  if (--client->sessions > 0)
    sim_after(client->busy->lab.sim, rng_between(&client->rng, 0, 3000000), ask, client);
}

static const struct connection_handler client_handler = {client_opened, client_received, client_ended};

static void ask(void *context) {
  struct client *client = context;
  host_id to = (host_id)(1 + rng_below(&client->rng, HOSTS));
  client->id = network_connect(client->busy->lab.network, client->host, 1, to, PORT, SPAN("lines"),
                               &client_handler, client);
}

/* ---- the run ---- */

static void something_breaks(void *context) {
  struct busy *busy = context;
  struct rng rng = rng_named((uint64_t)sim_now(busy->lab.sim), SPAN("fault"));
  host_id a = (host_id)(1 + rng_below(&rng, HOSTS)), b = (host_id)(1 + rng_below(&rng, HOSTS));
  bool up = rng_chance(&rng, 600000);
  if (rng_chance(&rng, 400000))
    network_set_link_up(busy->lab.network, a, b, up, SPAN("digger"));
  else
    network_set_host_up(busy->lab.network, a, up, SPAN("power"));
}

static void build(struct busy *busy, uint64_t seed) {
  struct lab *lab = &busy->lab;
  struct rng rng = rng_named(seed, SPAN("busy"));
  while (network_host_count(lab->network) < HOSTS)
    network_add_host(lab->network, &(struct network_host){.name = SPAN("more"), .address = SPAN("10.0.0.1")});
  network_add_link(lab->network, &(struct network_link){1, 2, 3000, 0});
  network_add_link(lab->network, &(struct network_link){1, 3, 150000, 300});
  network_add_link(lab->network, &(struct network_link){2, 3, 0, 0});
  for (host_id host = 1; host < HOSTS; host++) /* on the last one nobody listens */
    network_listen(lab->network, host, PORT, host, server_listen, busy);
  for (int i = 0; i < CLIENTS; i++) {
    struct client *client = &busy->clients[i];
    *client =
        (struct client){.busy = busy, .rng = rng, .host = (host_id)(1 + i % HOSTS), .sessions = SESSIONS};
    rng_next(&rng);
    sim_at(lab->sim, rng_between(&rng, 0, 10000), ask, client);
  }
  for (int i = 0; i < FAULTS; i++) sim_at(lab->sim, rng_between(&rng, 0, 200000000), something_breaks, busy);
}

static void run(uint64_t seed, bool dribble, char fingerprint_out[DIGEST_HEX_MAX]) {
  static struct busy busy;
  busy = (struct busy){.lab = lab_new()};
  network_set_dribble(busy.lab.network, dribble);
  build(&busy, seed);
  assert_int_equal(sim_run(busy.lab.sim, (int64_t)3600 * 1000000), SIM_QUIET);
  journal_fingerprint(busy.lab.journal, fingerprint_out);
  assert_int_equal(network_connection_count(busy.lab.network), 0);
  uint32_t ends = 0;
  for (int i = 0; i < 4; i++) ends += busy.ends[i];
  assert_int_equal(ends, CLIENTS * SESSIONS); /* everybody was told, once */
  for (int i = 0; i < 4; i++) assert_true(busy.ends[i] > 0);
  assert_true(busy.messages > 100);
  lab_free(&busy.lab);
}

static void the_same_journal_twice_and_a_byte_at_a_time(void **state) {
  (void)state;
  char first[DIGEST_HEX_MAX], again[DIGEST_HEX_MAX], other[DIGEST_HEX_MAX] = "";
  for (uint64_t seed = 1; seed <= 12; seed++) {
    run(seed, false, first);
    run(seed, false, again);
    assert_string_equal(first, again);
    run(seed, true, again);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    memcpy(other, first, sizeof other);
  }
}

static void a_run_may_end_in_the_middle(void **state) {
  (void)state;
  for (int64_t until_us = 20000; until_us < 4000000; until_us += 130000) {
    static struct busy busy;
    busy = (struct busy){.lab = lab_new()};
    build(&busy, 5);
    assert_int_equal(sim_run(busy.lab.sim, until_us), SIM_UNTIL);
    for (host_id host = 1; host <= HOSTS; host++) /* so that the sessions are freed */
      network_set_host_up(busy.lab.network, host, false, SPAN("the end"));
    for (int i = 0; i < CLIENTS; i++) busy.clients[i].sessions = 0;
    sim_run(busy.lab.sim, until_us);
    lab_free(&busy.lab);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_journal_twice_and_a_byte_at_a_time),
      cmocka_unit_test(a_run_may_end_in_the_middle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
