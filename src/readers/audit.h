/* audit: the conservation of mail, proved from the journal.
 *
 * Whoever answers 250 to the final dot owes every recipient a fate (RFC 5321 6.1). The audit goes through
 * all records once: each ACCEPTED opens a debt for each of its recipients; RELAYED, DELIVERED, BOUNCED,
 * EXPIRED, DISCARDED and EXPANDED settle one. What is open at the end is still queued. A RELAYED whose next
 * host never took the mail, a fate without a debt, a second fate for one debt, or a debt that is open when
 * nothing is planned any more is a loss or a duplication: a fault in the simulator, or in a journal that
 * somebody has changed.
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"

enum audit_state {
  AUDIT_QUEUED,
  AUDIT_RELAYED,
  AUDIT_DELIVERED,
  AUDIT_BOUNCED,
  AUDIT_EXPIRED,
  AUDIT_DISCARDED,
  AUDIT_EXPANDED
};
const char *audit_state_name(enum audit_state state);

/* One recipient of one accepted message, at one host. */
struct audit_debt {
  uint32_t message;
  uint16_t host, agent;
  struct span queue_id, recipient;
  enum audit_state state;
  journal_seq accepted, settled; /* records; settled 0 while queued */
  uint16_t next_host;            /* of AUDIT_RELAYED */
  bool taken;                    /* AUDIT_RELAYED: the next host has it in its books */
  struct span place;             /* of AUDIT_DELIVERED: the path in the store */
  uint32_t older; /* the debt before it to the same recipient at the same program, from 1; 0: none */
};

struct audit_fault {
  journal_seq record;
  struct span text;
};

struct audit {
  struct audit_debt *debts; /* in the order in which they were made */
  size_t debt_count;
  struct audit_fault *faults;
  size_t fault_count;
};

/* Up to and with the record `last` (0: all). Everything in the arena. */
struct audit audit_make(const struct journal *journal, journal_seq last, struct arena *arena);

/* The way of a recipient's mail to the debt at its end: the debts on it, newest first; their number, at most
 * AUDIT_WAY_MAX. */
enum { AUDIT_WAY_MAX = 64 };
size_t audit_way(const struct audit *audit, const struct audit_debt *end,
                 const struct audit_debt **steps_out);
/* The hosts of a way, oldest first; one that hands to its own delivery agent counts once. */
size_t audit_way_hosts(const struct audit_debt *const *steps, size_t count, uint16_t *hosts_out);
