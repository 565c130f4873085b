#include "agents/outbound.h"

#include "base/arena.h"
#include "base/check.h"
#include "base/mem.h"
#include "sim/id_map.h"

/* As whom, and under which of its names, a server is spoken to. Letters on the same terms may follow each
 * other in a session. */
struct outbound_terms {
  struct outbound_terms *next;
  struct smtp_sender_config config;
};

/* A server: a host and a port of it. Known while a session with it is open. */
struct server {
  struct server *next, *previous;
  struct outbound *outbound;
  uint32_t key;
  uint32_t session_count;
  struct session *sessions;
  struct outbound_letter *first, **last; /* that wait */
  struct outbound_terms *terms;
  struct arena arena; /* of the terms */
};

/* What a session's sender gives back. */
struct session {
  struct session *next, *previous;
  struct server *server;
  const struct outbound_terms *terms;
  struct smtp_sender *sender;
};

struct outbound {
  struct server *servers;
  struct id_map by_key;
};

/* Addresses that nobody has may share a place: no session with them comes to be. */
static uint32_t key_of(const struct smtp_sender_config *config) {
  uint32_t to = config->to ? config->to : span_hash(config->address);
  return to << 16 | config->port;
}

/* ---- servers ---- */

static struct server *server_for(struct outbound *outbound, uint32_t key) {
  struct server *server = id_map_get(&outbound->by_key, key);
  if (server) return server;
  server = mem_ztake(sizeof *server);
  server->outbound = outbound;
  server->key = key;
  server->last = &server->first;
  server->next = outbound->servers;
  if (server->next) server->next->previous = server;
  outbound->servers = server;
  id_map_put(&outbound->by_key, key, server);
  return server;
}

static void forget_server(struct server *server) {
  CHECK(!server->sessions && !server->first);
  if (server->next) server->next->previous = server->previous;
  if (server->previous)
    server->previous->next = server->next;
  else
    server->outbound->servers = server->next;
  id_map_remove(&server->outbound->by_key, server->key);
  arena_free(&server->arena);
  mem_give(server, sizeof *server);
}

/* ---- terms ---- */

/* A certificate is looked at for one name; a letter for another name of the same host has its own session,
 * and so has one for another of its addresses. */
static bool are_same(const struct smtp_sender_config *a, const struct smtp_sender_config *b) {
  return a->to == b->to && span_equal(a->address, b->address) && span_equal(a->client.user, b->client.user) &&
         span_equal(a->client.password, b->client.password) &&
         (!a->tls || span_equal_nocase(a->server_name, b->server_name));
}

static struct span copy_text(struct arena *arena, struct span text) {
  return text.len ? arena_copy(arena, text) : SPAN_EMPTY;
}

static const struct outbound_terms *terms_for(struct server *server,
                                              const struct smtp_sender_config *config) {
  for (const struct outbound_terms *terms = server->terms; terms; terms = terms->next)
    if (are_same(&terms->config, config)) return terms;
  struct outbound_terms *terms = arena_alloc(&server->arena, sizeof *terms);
  *terms = (struct outbound_terms){.next = server->terms, .config = *config};
  terms->config.address = copy_text(&server->arena, config->address);
  terms->config.client.user = copy_text(&server->arena, config->client.user);
  terms->config.client.password = copy_text(&server->arena, config->client.password);
  terms->config.server_name = copy_text(&server->arena, config->server_name);
  return server->terms = terms;
}

/* ---- waiting ---- */

static void wait(struct server *server, struct outbound_letter *letter) {
  letter->next = NULL;
  *server->last = letter;
  server->last = &letter->next;
}

/* Takes one that waits out of its place. */
static struct outbound_letter *take_out(struct server *server, struct outbound_letter **link) {
  struct outbound_letter *letter = *link;
  *link = letter->next;
  if (!letter->next) server->last = link;
  return letter;
}

/* ---- sessions ---- */

static void free_session(struct session *session) {
  struct server *server = session->server;
  if (session->next) session->next->previous = session->previous;
  if (session->previous)
    session->previous->next = session->next;
  else
    server->sessions = session->next;
  server->session_count--;
  mem_give(session, sizeof *session);
}

/* The first that waits and may use this session. */
static const struct smtp_turn *next_turn(void *context) {
  struct session *session = context;
  if (!session->terms->config.agent.software->client_reuses) return NULL;
  for (struct outbound_letter **link = &session->server->first; *link; link = &(*link)->next)
    if ((*link)->terms == session->terms) return &take_out(session->server, link)->turn;
  return NULL;
}

static void open_session(struct server *server, const struct outbound_letter *letter);

static void session_ended(void *context) {
  struct session *session = context;
  struct server *server = session->server;
  if (server->first) {
    const struct outbound_letter *letter = take_out(server, &server->first);
    struct sim *sim = letter->terms->config.agent.sim;
    journal_seq before = sim_cause(sim);
    sim_set_cause(sim, letter->turn.cause);
    open_session(server, letter);
    sim_set_cause(sim, before);
  }
  free_session(session);
  if (!server->sessions) forget_server(server);
}

static const struct smtp_sender_owner sender_owner = {next_turn, session_ended};

static void open_session(struct server *server, const struct outbound_letter *letter) {
  struct session *session = mem_ztake(sizeof *session);
  session->server = server;
  session->terms = letter->terms;
  session->next = server->sessions;
  if (session->next) session->next->previous = session;
  server->sessions = session;
  server->session_count++;
  session->sender = smtp_sender_start(&session->terms->config, &letter->turn, &sender_owner, session);
}

/* ---- for who sends ---- */

struct outbound *outbound_new(void) {
  return mem_zalloc(sizeof(struct outbound));
}

static void free_server(struct server *server) {
  while (server->sessions) {
    smtp_sender_free(server->sessions->sender);
    free_session(server->sessions);
  }
  server->first = NULL;
  forget_server(server);
}

void outbound_free(struct outbound *outbound) {
  if (!outbound) return;
  while (outbound->servers) free_server(outbound->servers);
  id_map_free(&outbound->by_key);
  mem_free(outbound);
}

void outbound_send(struct outbound *outbound, const struct smtp_sender_config *config,
                   struct outbound_letter *letter) {
  struct server *server = server_for(outbound, key_of(config));
  letter->terms = terms_for(server, config);
  letter->turn.cause = sim_cause(config->agent.sim);
  uint32_t most = config->agent.software->client_sessions;
  if (most && server->session_count >= most)
    wait(server, letter);
  else
    open_session(server, letter);
}
