/* name_server: answers DNS questions from the scenario's zones (RFC 1034, 1035), on port 53.
 *
 *     datagram ──▶ decode ──▶ a planned fault? ──▶ dns_zones_answer ──▶ DNS_ANSWER, datagram back
 *
 * One name server serves all zones of the simulated Internet unless a scenario says otherwise; give such a
 * one the root zone too, so that a name outside all others is NXDOMAIN and not REFUSED. Planned faults make
 * a name's lookups fail (SERVFAIL, NXDOMAIN, REFUSED) or go unanswered.
 *
 * Says DNS_ANSWER for every question that it answers; what it leaves unanswered is a remark. The tag of a
 * question's datagram is the port to which the answer goes, as a UDP source port is.
 */
#pragma once

#include "agents/agent.h"
#include "proto/dns_zone.h"

struct name_server;

/* The zone data is borrowed. */
struct name_server *name_server_new(const struct agent *agent, const struct dns_zones *zones);
void name_server_free(struct name_server *server);
/* rcode: "SERVFAIL", "NXDOMAIN", "REFUSED" …, or "TIMEOUT"; empty ends the fault. The name and all below it;
 * the nearest fault counts. False, and nothing changed, if the name or the word is none. */
bool name_server_set_fault(struct name_server *server, struct span name, struct span rcode);
