/* resolver: a host's stub resolver with a cache (RFC 1035, 2308).
 *
 *     resolver_ask ──▶ cache? ── yes: DNS_CACHED ─────────────────────────────────────▶ answer, at once
 *                        │ no
 *                        └▶ DNS_QUERY ── datagram ──▶ name server ── DNS_ANSWER ──────▶ answer, by an event
 *                              ▲                                └─ nothing for 5 s: DNS_TIMEOUT
 *                              └────────────── twice more ──────────────┘ then given up
 *
 * Asks the scenario's name server by datagram, waits, tries again (twice, 5 s apart), gives up. Answers
 * from the cache come at once, before resolver_ask returns; all others by a later event. Questions that
 * are asked while the same one is under way share its datagram. Every question, answer and use of the
 * cache is a record; the answer's record is told, and is the present cause while the callback runs.
 *
 * What may be remembered is remembered for as long as it says, that there is no such name or no such
 * data too (RFC 2308); a failure never is. A text that cannot be a domain name is RESOLVER_NO_NAME at
 * once, with a remark. Never sorts or shuffles: records come as the name server gave them.
 * There is one resolver a host, on the port PORT_RESOLVER.
 */
#pragma once

#include "agents/agent.h"
#include "proto/dns_record.h"

enum { RESOLVER_TRIES = 3, RESOLVER_WAIT_US = 5 * 1000000 };

enum resolver_status {
  RESOLVER_FOUND,
  RESOLVER_NO_DATA, /* the name exists, not with this type */
  RESOLVER_NO_NAME, /* NXDOMAIN */
  RESOLVER_FAILED,  /* SERVFAIL or REFUSED: try later */
  RESOLVER_TIMED_OUT,
};

struct resolver_answer {
  enum resolver_status status;
  const struct dns_record
      *records; /* of the type asked for, CNAMEs followed; borrowed until the callback returns */
  size_t count;
  struct span
      name; /* the one asked for, or where its CNAMEs led; borrowed like the records; empty: no answer */
  journal_seq record;
};

struct resolver;
typedef void resolver_answer_fn(void *context, const struct resolver_answer *answer);

struct resolver *resolver_new(const struct agent *agent, host_id name_server);
/* Questions under way are never answered. */
void resolver_free(struct resolver *resolver);
/* The answer may come before this returns. The caller must live until it has come. */
void resolver_ask(struct resolver *resolver, struct span name, enum dns_type type, resolver_answer_fn *fn,
                  void *context);
/* The name belonging to an address: PTR of its reverse name. */
void resolver_ask_ptr(struct resolver *resolver, struct span address, resolver_answer_fn *fn, void *context);
