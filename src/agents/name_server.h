/* name_server: answers DNS questions from the scenario's zones (RFC 1034, 1035), on port 53.
 *
 * One name server serves all zones of the simulated Internet unless a scenario says otherwise. Planned
 * faults make a name's lookups fail (SERVFAIL, NXDOMAIN) or go unanswered.
 */
#pragma once

#include "agents/agent.h"

struct name_server;
struct dns_zones;

/* The zone data is borrowed. */
struct name_server *name_server_new(const struct agent *agent, const struct dns_zones *zones);
void name_server_free(struct name_server *server);
/* rcode: "SERVFAIL", "NXDOMAIN", "TIMEOUT"; empty ends the fault. The name and all below it. */
void name_server_set_fault(struct name_server *server, struct span name, struct span rcode);
