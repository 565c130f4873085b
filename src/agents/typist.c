#include "agents/typist.h"

/* After the server has spoken; after a line that it has not answered; once it is clear that it answers none,
 * as inside a message; for its greeting. */
enum { QUIET_US = 800 * 1000, NO_ANSWER_US = 2 * 1000000, FLUENT_US = 300 * 1000, GIVE_UP_US = 60 * 1000000 };

struct typist {
  struct typist_config config;
  connection_id connection;
  struct event_handle timer;
  size_t typed;
  size_t unanswered; /* lines since the server last spoke */
};

static void type_next(void *context) {
  struct typist *typist = context;
  const struct typist_config *config = &typist->config;
  if (typist->typed == config->line_count) {
    connection_close(config->agent.network, typist->connection, true);
    return;
  }
  struct arena arena = ARENA_EMPTY;
  const struct span pieces[] = {config->lines[typist->typed++], SPAN("\r\n")};
  agent_say(&config->agent, typist->connection, true, arena_join(&arena, pieces, 2));
  arena_free(&arena);
  /* Inside a message the server says nothing: then the pause itself is the sign to go on. */
  bool fluent = typist->unanswered++ > 0;
  typist->timer = sim_after(config->agent.sim, fluent ? FLUENT_US : NO_ANSWER_US, type_next, typist);
}

static void on_opened(void *context, connection_id id) {
  struct typist *typist = context;
  (void)id;
  typist->timer = sim_after(typist->config.agent.sim, GIVE_UP_US, type_next, typist);
}

static void on_received(void *context, connection_id id) {
  struct typist *typist = context;
  struct network *network = typist->config.agent.network;
  struct span bytes;
  struct message *message;
  while (connection_peek(network, id, true, &bytes, &message))
    connection_consume(network, id, true, bytes.len);
  typist->unanswered = 0;
  sim_cancel(typist->config.agent.sim, typist->timer);
  typist->timer = sim_after(typist->config.agent.sim, QUIET_US, type_next, typist);
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct typist *typist = context;
  (void)id;
  (void)how;
  sim_cancel(typist->config.agent.sim, typist->timer);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

void typist_start(const struct typist_config *config, struct arena *arena) {
  struct typist *typist = arena_zalloc(arena, sizeof *typist);
  typist->config = *config;
  typist->connection = network_connect(config->agent.network, config->agent.host, config->agent.number,
                                       config->to, config->port, SPAN("telnet"), &handler, typist);
}
