/* live_gateway: the way out: a simulated client that calls a gateway's port is put through to a real server.
 */
#pragma once

#include "shell/live/live_internal.h"

/* Those of sessions, and called(), whose context is the struct live. */
extern const struct outside_events live_gateway_events;
