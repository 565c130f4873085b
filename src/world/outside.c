#include "world/outside.h"

#include "base/check.h"
#include "base/mem.h"
#include "sim/id_map.h"
#include "world/world_internal.h"

/* How one of the outside's connections looks from the door. */
struct passage {
  struct outside *outside;
  connection_id id;
  struct agent agent; /* who speaks for the real program: on the outside host, or on a gateway */
  bool is_client;     /* the real program called */
  bool forgotten;     /* it has been reset: nobody is told any more */
  bool tls_first;     /* the port is one where TLS comes first */
  bool is_imap;
  bool asks_tls; /* the client has said STARTTLS or STLS */
  bool greeted;  /* a client has heard something: what it said before, that does not answer */
  void *peer;
  journal_seq heard; /* what the real program has last heard: it speaks because of that */
  struct passage *next, *previous;
};

/* What is to be done at the input's own microsecond. */
struct input {
  enum { INPUT_CONNECT, INPUT_SAY, INPUT_CLOSE, INPUT_RESET, INPUT_CERTIFICATE, INPUT_FAIL_TLS } what;
  connection_id id;
  unsigned client;
  host_id host;
  uint16_t port;
  void *peer;
  struct span bytes; /* or why TLS failed */
  enum tls_version version;
  const struct tls_certificate *certificate;
};

/* A certificate that a real server has shown. Most show the same each time, so that there are few. */
struct shown {
  struct tls_certificate certificate;
  struct shown *next;
};

/* A port of a gateway. */
struct gateway_port {
  struct outside *outside;
  struct agent agent;
  uint16_t port;
};

struct outside {
  struct world *world;
  const struct outside_events *events;
  void *context;
  struct id_map by_id;
  struct passage *passages;
  struct shown *shown;
  struct input input;
  int64_t last_us; /* of the last input */
};

static const struct outside_events no_events;

static struct network *network_of(const struct passage *passage) {
  return passage->outside->world->network;
}

/* ---- passages ---- */

static struct passage *passage_new(struct outside *outside, const struct agent *agent, bool is_client) {
  struct passage *passage = mem_zalloc(sizeof *passage);
  passage->outside = outside;
  passage->agent = *agent;
  passage->is_client = is_client;
  passage->next = outside->passages;
  if (passage->next) passage->next->previous = passage;
  outside->passages = passage;
  return passage;
}

static void passage_name(struct passage *passage, connection_id id) {
  passage->id = id;
  id_map_put(&passage->outside->by_id, id, passage);
}

static void passage_free(struct passage *passage) {
  struct outside *outside = passage->outside;
  if (passage->next) passage->next->previous = passage->previous;
  if (passage->previous)
    passage->previous->next = passage->next;
  else
    outside->passages = passage->next;
  id_map_remove(&outside->by_id, passage->id);
  mem_free(passage);
}

/* ---- TLS ---- */

static bool is_imap(uint16_t port) {
  return port == PORT_IMAP || port == PORT_IMAPS;
}

static bool is_tls_first(uint16_t port) {
  return port == PORT_SUBMISSIONS || port == PORT_POP3S || port == PORT_IMAPS;
}

static void on_settled(void *context, connection_id id, struct span fault) {
  struct passage *passage = context;
  const struct outside_events *events = passage->outside->events;
  passage->heard = sim_cause(passage->agent.sim);
  if (fault.len)
    connection_close(network_of(passage), id, passage->is_client);
  else if (events->opened && !passage->forgotten)
    events->opened(passage->peer, id);
}

static void on_hello(void *context, connection_id id, enum tls_version version, struct span wanted) {
  struct passage *passage = context;
  const struct outside_events *events = passage->outside->events;
  passage->heard = sim_cause(passage->agent.sim);
  if (events->hello && !passage->forgotten) events->hello(passage->peer, id, version, wanted);
}

/* What a gateway offers is known when the real server has been asked. */
static void serve_tls(struct passage *passage) {
  struct tls_terms terms = {.version = TLS_1_3, .settled = on_settled, .hello = on_hello};
  passage->asks_tls = false;
  connection_start_tls(network_of(passage), passage->id, false, &terms);
}

/* A client that takes whatever certificate there is: what the real one thinks of its own is its business. */
static void start_tls(struct passage *passage, struct span how) {
  static const struct tls_use outside_tls = {.version = TLS_1_3, .policy = TLS_POLICY_OPPORTUNISTIC};
  const struct outside_events *events = passage->outside->events;
  struct connection_info info;
  passage->asks_tls = false;
  if (!connection_info(network_of(passage), passage->id, &info)) return;
  struct span server = network_host(network_of(passage), info.server_host)->name;
  if (events->secure && !passage->forgotten) events->secure(passage->peer, passage->id);
  tls_use_call(network_of(passage), passage->id, &outside_tls, server, how, on_settled);
}

/* "a1 STARTTLS", "a1 OK …": IMAP's commands and answers have a tag in front (RFC 9051 2.2). */
static bool is_tagged(struct span line, const char *word) {
  struct span tag, next, rest = line;
  return span_next(&rest, ' ', &tag) && tag.len && rest.data && span_next(&rest, ' ', &next) &&
         span_equal_nocase(next, span_from(word)) && !span_equal(tag, SPAN("*"));
}

static bool asks_for_tls(const struct passage *passage, struct span bytes) {
  struct span line;
  while (span_next(&bytes, '\n', &line)) {
    line = span_trim(line);
    if (span_equal_nocase(line, SPAN("STARTTLS")) || span_equal_nocase(line, SPAN("STLS"))) return true;
    if (passage->is_imap && is_tagged(line, "STARTTLS")) return true;
  }
  return false;
}

static struct span last_line(struct span bytes) {
  struct span line = SPAN_EMPTY, next;
  while (span_next(&bytes, '\n', &next))
    if (next.len) line = next;
  return line;
}

/* The answer to STARTTLS (RFC 3207 4, RFC 9051 6.2.1) or STLS (RFC 2595 4). */
static void hear_answer(struct passage *passage, struct span bytes) {
  bool smtp = span_starts_with_nocase(bytes, SPAN("220 ")),
       pop3 = span_starts_with_nocase(bytes, SPAN("+OK")),
       imap = passage->is_imap && is_tagged(last_line(bytes), "OK");
  bool no = passage->is_imap && (is_tagged(last_line(bytes), "NO") || is_tagged(last_line(bytes), "BAD"));
  if ((smtp || pop3 || imap) && !passage->is_client)
    serve_tls(passage);
  else if (smtp || pop3 || imap)
    start_tls(passage, pop3 ? SPAN("STLS") : SPAN("STARTTLS"));
  else if (no || (bytes.len && (bytes.data[0] == '4' || bytes.data[0] == '5' || bytes.data[0] == '-')))
    passage->asks_tls = false;
}

/* ---- what the world tells ---- */

static void on_opened(void *context, connection_id id) {
  struct passage *passage = context;
  const struct outside_events *events = passage->outside->events;
  passage->heard = sim_cause(passage->agent.sim);
  if (passage->tls_first && passage->is_client)
    start_tls(passage, SPAN("implicit"));
  else if (passage->tls_first)
    serve_tls(passage);
  else if (events->opened && !passage->forgotten)
    events->opened(passage->peer, id);
}

/* All of it is taken at once, so that what happens does not hang on how fast a real program reads. */
static void on_received(void *context, connection_id id) {
  struct passage *passage = context;
  const struct outside_events *events = passage->outside->events;
  struct span bytes;
  struct message *message;
  passage->heard = sim_cause(passage->agent.sim);
  while (connection_peek(network_of(passage), id, passage->is_client, &bytes, &message)) {
    if (events->heard && !passage->forgotten) events->heard(passage->peer, id, bytes, message);
    if (passage->is_client && passage->asks_tls && passage->greeted) hear_answer(passage, bytes);
    passage->greeted = true;
    if (!passage->is_client && asks_for_tls(passage, bytes)) passage->asks_tls = true;
    connection_consume(network_of(passage), id, passage->is_client, bytes.len);
  }
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct passage *passage = context;
  const struct outside_events *events = passage->outside->events;
  if (events->ended && !passage->forgotten) events->ended(passage->peer, id, how);
  passage_free(passage);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

/* ---- the way out: gateways ---- */

static const struct connection_handler *on_listen(void *context, connection_id id,
                                                  const struct connection_info *info, void **context_out) {
  struct gateway_port *port = context;
  struct outside *outside = port->outside;
  struct passage *passage = passage_new(outside, &port->agent, false);
  passage_name(passage, id);
  passage->tls_first = is_tls_first(port->port);
  passage->is_imap = is_imap(port->port);
  if (outside->events->called)
    passage->peer = outside->events->called(outside->context, id, info->server_host, port->port);
  *context_out = passage;
  return &handler;
}

static void open_gateway(struct outside *outside, struct world_host *host) {
  static const struct {
    uint32_t role;
    enum agent_role agent;
    uint16_t port;
  } servers[] = {
      {ROLE_MSA, AGENT_MSA, PORT_SUBMISSION}, {ROLE_MSA, AGENT_MSA, PORT_SUBMISSIONS},
      {ROLE_MTA, AGENT_MTA, PORT_SMTP},       {ROLE_MDA, AGENT_MDA, PORT_LMTP},
      {ROLE_POP3, AGENT_POP3, PORT_POP3},     {ROLE_POP3, AGENT_POP3, PORT_POP3S},
      {ROLE_IMAP, AGENT_IMAP, PORT_IMAP},     {ROLE_IMAP, AGENT_IMAP, PORT_IMAPS},
  };
  struct world *world = outside->world;
  for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
    if (!(host->spec->roles & servers[i].role)) continue;
    struct gateway_port *port = arena_alloc(&world->arena, sizeof *port);
    *port = (struct gateway_port){outside, world_agent(world, host, servers[i].agent), servers[i].port};
    network_listen(world->network, host->id, port->port, port->agent.number, on_listen, port);
  }
}

/* ---- the way in ---- */

struct span outside_protocol(uint16_t port) {
  switch (port) {
  case PORT_SMTP: return SPAN("smtp");
  case PORT_SUBMISSION: return SPAN("submission");
  case PORT_SUBMISSIONS: return SPAN("submissions");
  case PORT_LMTP: return SPAN("lmtp");
  case PORT_POP3: return SPAN("pop3");
  case PORT_POP3S: return SPAN("pop3s");
  case PORT_IMAP: return SPAN("imap");
  case PORT_IMAPS: return SPAN("imaps");
  default: return SPAN("tcp");
  }
}

static void enter(struct outside *outside, struct input *input) {
  struct world *world = outside->world;
  struct agent agent = world_agent(world, &world->outside_hosts[input->client], AGENT_MUA);
  struct passage *passage = passage_new(outside, &agent, true);
  passage->peer = input->peer;
  passage->tls_first = is_tls_first(input->port);
  passage->is_imap = is_imap(input->port);
  input->id = network_connect(world->network, agent.host, agent.number, input->host, input->port,
                              outside_protocol(input->port), &handler, passage);
  passage_name(passage, input->id);
}

/* Told to nobody from here on: the real program has gone. */
static void forget(struct passage *passage) {
  passage->forgotten = true;
  connection_cut(network_of(passage), passage->id, SPAN(OUTSIDE_RESET));
}

static bool names_equal(const struct tls_certificate *a, const struct tls_certificate *b) {
  bool equal = a->name_count == b->name_count;
  for (size_t i = 0; equal && i < a->name_count; i++) equal = span_equal(a->names[i], b->names[i]);
  return equal;
}

/* The same certificate as long as the world lives. */
static const struct tls_certificate *keep(struct outside *outside, const struct tls_certificate *one) {
  for (const struct shown *it = outside->shown; it; it = it->next)
    if (it->certificate.expired == one->expired && it->certificate.self_signed == one->self_signed &&
        names_equal(&it->certificate, one))
      return &it->certificate;
  struct arena *arena = &outside->world->arena;
  struct shown *shown = arena_zalloc(arena, sizeof *shown);
  struct span *names = arena_alloc(arena, one->name_count * sizeof *names);
  for (size_t i = 0; i < one->name_count; i++) names[i] = arena_copy(arena, one->names[i]);
  shown->certificate = *one;
  shown->certificate.names = names;
  shown->next = outside->shown;
  outside->shown = shown;
  return &shown->certificate;
}

static void show_certificate(struct passage *passage, const struct input *input) {
  const struct tls_certificate *certificate = keep(passage->outside, input->certificate);
  struct buf names = {0};
  for (size_t i = 0; i < certificate->name_count; i++)
    buf_format(&names, "%s%.*s", i ? " " : "", SPAN_ARG(certificate->names[i]));
  struct journal_record record = agent_record(&passage->agent, JOURNAL_CERTIFICATE);
  record.connection = passage->id;
  record.number[0] = input->version;
  record.number[1] = certificate->self_signed;
  record.number[2] = certificate->expired;
  record.text[0] = buf_span(&names);
  sim_note_cause(passage->agent.sim, &record);
  buf_free(&names);
  connection_answer_hello(network_of(passage), passage->id, input->version, certificate);
}

static void apply(void *context) {
  struct outside *outside = context;
  struct input *input = &outside->input;
  sim_set_cause(outside->world->sim, 0);
  if (input->what == INPUT_CONNECT) {
    enter(outside, input);
    return;
  }
  struct passage *passage = id_map_get(&outside->by_id, input->id);
  if (!passage) return;
  sim_set_cause(passage->agent.sim, passage->heard);
  if (input->what == INPUT_SAY && passage->is_client && asks_for_tls(passage, input->bytes))
    passage->asks_tls = true;
  switch (input->what) {
  case INPUT_CONNECT: break;
  case INPUT_SAY:
    agent_say(&passage->agent, passage->id, passage->is_client, input->bytes);
    if (!passage->is_client && passage->asks_tls) hear_answer(passage, last_line(input->bytes));
    break;
  case INPUT_CLOSE: connection_close(network_of(passage), passage->id, passage->is_client); break;
  case INPUT_RESET: forget(passage); break;
  case INPUT_CERTIFICATE: show_certificate(passage, input); break;
  case INPUT_FAIL_TLS:
    passage->forgotten = true;
    connection_refuse_hello(
        network_of(passage), passage->id,
        arena_format(&outside->world->arena, OUTSIDE_NO_TLS "%.*s", SPAN_ARG(input->bytes)));
  }
}

static bool put_in(struct outside *outside, int64_t at_us) {
  struct sim *sim = outside->world->sim;
  if (at_us <= outside->last_us) at_us = outside->last_us + 1;
  if (at_us < sim_now(sim)) at_us = sim_now(sim);
  if (sim_run(sim, at_us) == SIM_LIMIT) return false;
  outside->last_us = at_us;
  sim_set_cause(sim, 0);
  sim_at(sim, at_us, apply, outside);
  return sim_run(sim, at_us) != SIM_LIMIT;
}

unsigned outside_client_count(const struct outside *outside) {
  return (unsigned)outside->world->outside_count;
}

host_id outside_client_host(const struct outside *outside, unsigned client) {
  CHECK(client < outside->world->outside_count);
  return outside->world->outside_hosts[client].id;
}

connection_id outside_connect(struct outside *outside, int64_t at_us, unsigned client, host_id host,
                              uint16_t port, void *peer) {
  CHECK(client < outside->world->outside_count);
  outside->input =
      (struct input){.what = INPUT_CONNECT, .client = client, .host = host, .port = port, .peer = peer};
  return put_in(outside, at_us) ? outside->input.id : 0;
}

bool outside_say(struct outside *outside, int64_t at_us, connection_id id, struct span bytes) {
  outside->input = (struct input){.what = INPUT_SAY, .id = id, .bytes = bytes};
  return put_in(outside, at_us);
}

bool outside_close(struct outside *outside, int64_t at_us, connection_id id) {
  outside->input = (struct input){.what = INPUT_CLOSE, .id = id};
  return put_in(outside, at_us);
}

bool outside_reset(struct outside *outside, int64_t at_us, connection_id id) {
  outside->input = (struct input){.what = INPUT_RESET, .id = id};
  return put_in(outside, at_us);
}

bool outside_show_certificate(struct outside *outside, int64_t at_us, connection_id id,
                              enum tls_version version, const struct tls_certificate *certificate) {
  outside->input =
      (struct input){.what = INPUT_CERTIFICATE, .id = id, .version = version, .certificate = certificate};
  return put_in(outside, at_us);
}

bool outside_fail_tls(struct outside *outside, int64_t at_us, connection_id id, struct span why) {
  outside->input = (struct input){.what = INPUT_FAIL_TLS, .id = id, .bytes = why};
  return put_in(outside, at_us);
}

int64_t outside_last_us(const struct outside *outside) {
  return outside->last_us;
}

/* ---- life ---- */

void outside_set_events(struct outside *outside, const struct outside_events *events, void *context) {
  outside->events = events ? events : &no_events;
  outside->context = context;
}

struct outside *outside_new(struct world *world) {
  struct outside *outside = mem_zalloc(sizeof *outside);
  outside->world = world;
  outside->events = &no_events;
  for (size_t i = 0; i < world->host_count; i++)
    if (world->hosts[i].is_gateway) open_gateway(outside, &world->hosts[i]);
  return outside;
}

void outside_free(struct outside *outside) {
  if (!outside) return;
  while (outside->passages) passage_free(outside->passages);
  id_map_free(&outside->by_id);
  mem_free(outside);
}
