#include "agents/outbound.h"

#include "base/arena.h"
#include "base/check.h"
#include "base/mem.h"
#include "sim/id_map.h"

struct waiting {
  struct waiting *next;
  struct smtp_sender_config config;
  struct smtp_turn turn;
  struct arena arena; /* user and password */
};

/* A server: a host and a port of it. Known while a session with it is open. */
struct server {
  struct server *next, *previous;
  struct outbound *outbound;
  uint32_t key;
  uint32_t session_count;
  struct session *sessions;
  struct waiting *first, **last;
};

/* What a session's sender gives back. */
struct session {
  struct session *next, *previous;
  struct server *server;
  struct smtp_sender *sender;
  struct arena arena; /* user and password, and the server's name */
};

struct outbound {
  struct server *servers;
  struct id_map by_key;
};

static uint32_t key_of(const struct smtp_sender_config *config) {
  return (uint32_t)config->to << 16 | config->port;
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
  mem_give(server, sizeof *server);
}

/* ---- waiting ---- */

static void copy_login(struct smtp_client_config *client, struct arena *arena) {
  if (client->user.len) client->user = arena_copy(arena, client->user);
  if (client->password.len) client->password = arena_copy(arena, client->password);
}

static void wait_for(struct server *server, const struct smtp_sender_config *config,
                     const struct smtp_turn *turn) {
  struct waiting *waiting = mem_take(sizeof *waiting);
  *waiting = (struct waiting){.config = *config, .turn = *turn};
  copy_login(&waiting->config.client, &waiting->arena);
  *server->last = waiting;
  server->last = &waiting->next;
}

/* Takes one that waits out of its place. */
static void take_out(struct server *server, struct waiting **link) {
  struct waiting *waiting = *link;
  *link = waiting->next;
  if (!waiting->next) server->last = link;
}

static void free_waiting(struct waiting *waiting) {
  arena_free(&waiting->arena);
  mem_give(waiting, sizeof *waiting);
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
  arena_free(&session->arena);
  mem_give(session, sizeof *session);
}

/* A certificate was looked at for one name; a letter for another name of the same host has its own session.
 */
static bool may_share(const struct smtp_sender_config *a, const struct smtp_sender_config *b) {
  return span_equal(a->client.user, b->client.user) && span_equal(a->client.password, b->client.password) &&
         (!a->tls || span_equal_nocase(a->server_name, b->server_name));
}

/* The first that waits and may use this session. */
static bool next_turn(void *context, const struct smtp_sender *sender, struct smtp_turn *turn_out) {
  struct session *session = context;
  const struct smtp_sender_config *config = smtp_sender_config_of(sender);
  if (!config->agent.software->client_reuses) return false;
  for (struct waiting **link = &session->server->first; *link; link = &(*link)->next) {
    struct waiting *waiting = *link;
    if (!may_share(&waiting->config, config)) continue;
    *turn_out = waiting->turn;
    take_out(session->server, link);
    free_waiting(waiting);
    return true;
  }
  return false;
}

static void open_session(struct server *server, const struct smtp_sender_config *config,
                         const struct smtp_turn *turn);

static void session_ended(void *context) {
  struct session *session = context;
  struct server *server = session->server;
  struct waiting *waiting = server->first;
  if (waiting) {
    struct sim *sim = waiting->config.agent.sim;
    journal_seq before = sim_cause(sim);
    take_out(server, &server->first);
    sim_set_cause(sim, waiting->turn.cause);
    open_session(server, &waiting->config, &waiting->turn);
    sim_set_cause(sim, before);
    free_waiting(waiting);
  }
  free_session(session);
  if (!server->sessions) forget_server(server);
}

static const struct smtp_sender_owner sender_owner = {next_turn, session_ended};

static void open_session(struct server *server, const struct smtp_sender_config *config,
                         const struct smtp_turn *turn) {
  struct session *session = mem_ztake(sizeof *session);
  session->server = server;
  session->next = server->sessions;
  if (session->next) session->next->previous = session;
  server->sessions = session;
  server->session_count++;
  struct smtp_sender_config own = *config;
  copy_login(&own.client, &session->arena);
  if (own.tls) own.server_name = arena_copy(&session->arena, own.server_name);
  session->sender = smtp_sender_start(&own, turn, &sender_owner, session);
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
  while (server->first) {
    struct waiting *waiting = server->first;
    take_out(server, &server->first);
    free_waiting(waiting);
  }
  forget_server(server);
}

void outbound_free(struct outbound *outbound) {
  if (!outbound) return;
  while (outbound->servers) free_server(outbound->servers);
  id_map_free(&outbound->by_key);
  mem_free(outbound);
}

void outbound_send(struct outbound *outbound, const struct smtp_sender_config *config,
                   const struct smtp_turn *turn) {
  struct server *server = server_for(outbound, key_of(config));
  struct smtp_turn caused = *turn;
  caused.cause = sim_cause(config->agent.sim);
  uint32_t most = config->agent.software->client_sessions;
  if (most && server->session_count >= most)
    wait_for(server, config, &caused);
  else
    open_session(server, config, &caused);
}
