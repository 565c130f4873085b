/* typist: somebody who types at a server by hand, as with telnet or nc.
 *
 * Types a line, waits until the server has been quiet for a moment, types the next. Knows no protocol, so
 * that anything can be typed, right or wrong. Closes the connection when the server does, or when it has
 * typed everything and the server says no more.
 */
#pragma once

#include "agents/agent.h"
#include "base/arena.h"

struct typist_config {
  struct agent agent;
  host_id to;
  uint16_t port;
  const struct span *lines; /* borrowed for the run */
  size_t line_count;
};

/* The arena is that of the run. */
void typist_start(const struct typist_config *config, struct arena *arena);
