/* mta_internal: what the files of the MTA share: mta.c (accepting), mta_route.c (where to),
 * mta_address.c (at which address), mta_alias.c (who is meant), mta_delivery.c (passing on), mta_local.c
 * (files and programs), mta_report.c (what became of it), mta_dsn.c (reports). */
#pragma once

#include "agents/final_stamp.h"
#include "agents/mail_queue.h"
#include "agents/mta.h"
#include "agents/outbound.h"
#include "agents/queue_id.h"
#include "agents/stamp.h"
#include "base/name_index.h"

struct mta {
  struct mta_config config;
  struct smtp_listener *listener, *submission, *submissions;
  struct stamper *stamper;  /* for the reports that it writes itself */
  struct final_stamp final; /* for what it puts into files itself */
  struct mail_queue queue;
  struct outbound *outbound;
  struct name_index aliases;   /* the configuration's, by their names */
  struct delivery *deliveries; /* under way */
  struct queue_id_maker ids;
  uint32_t processes;  /* so far */
  struct rng mx_order; /* among MX of equal preference (RFC 5321 5.1) */
  struct rng address_order;
};

/* ---- mta.c ---- */
uint32_t mta_next_process(struct mta *mta);
bool mta_is_local_domain(const struct mta *mta, struct span domain);
/* Takes responsibility: notes ACCEPTED, queues, plans the first try. */
struct queue_entry *mta_enqueue(struct mta *mta, struct span id, struct message *message,
                                struct span reverse_path, const struct span *recipients, uint32_t count);

/* An id for what does not come by a session: a report, a list's copies. */
struct span mta_own_queue_id(struct mta *mta, char text[QUEUE_ID_MAX]);
/* Tries the entry as soon as what happens now is over. */
void mta_try_soon(struct mta *mta, struct queue_entry *entry);

/* ---- mta_route.c: where one domain's mail goes ---- */
enum route_because { ROUTE_LOCAL, ROUTE_SMARTHOST, ROUTE_MX, ROUTE_ADDRESS, ROUTE_LITERAL };
enum route_failure {
  ROUTE_OK,
  ROUTE_TRY_LATER,
  ROUTE_NO_DOMAIN,
  ROUTE_NULL_MX,
  ROUTE_LOOP,
  ROUTE_NO_ADDRESS
};

struct route_hop {
  struct span name;
  uint16_t preference;
  uint32_t order;     /* random among equals */
  struct span record; /* "MX 10 mx.umich.edu." as it stood in the answer */
};

enum { ROUTE_HOPS_MAX = 20 };

/* What is asked, and in the callback what came of it. */
struct route_search {
  struct mta *mta;
  struct span domain;
  struct arena *arena;
  void (*fn)(void *context); /* may be called before mta_find_route returns */
  void *context;
  enum route_failure failure;
  enum route_because because;
  struct span why;              /* of a failure */
  struct span said;             /* the record that told of it, as it stood in the answer; or empty */
  const struct route_hop *hops; /* the best first */
  uint32_t hop_count;
  struct route_hop only; /* where there is one that no record tells of: the list */
  journal_seq record;    /* the DNS answer, or 0 */
};
void mta_find_route(struct route_search *search);

/* ---- mta_address.c: the addresses of a host ---- */
enum { MTA_ADDRESSES_MAX = 16 };

struct mta_address {
  struct ip_address ip;
  journal_seq record; /* the DNS answer that has it; 0: none */
};

/* What is asked, and in the callback what came of it. */
struct address_search {
  struct mta *mta;
  struct span name;
  struct arena *arena;
  void (*fn)(void *context); /* may be called before mta_find_addresses returns */
  void *context;
  struct mta_address *items; /* in the order in which they are tried */
  uint32_t count, capacity;
  struct mta_address only; /* where there is one: the list */
  uint32_t given;          /* so many have been told of, and stay where they are */
  bool asked_v4, asked_v6;
  bool holds_back;    /* the other kind is asked for when these have failed */
  bool later;         /* a question was not answered */
  journal_seq record; /* the last answer */
};
void mta_find_addresses(struct address_search *search);
/* None of those could be reached: goes on where the search was held back, and calls back again, with further
 * ones or none. False: there was nothing more to ask. */
bool mta_find_further(struct address_search *search);

/* ---- mta_delivery.c ---- */
/* At the end of the run. */
void mta_forget_deliveries(struct mta *mta);
/* Tries all waiting recipients of the entry now. */
void mta_try_entry(struct mta *mta, struct queue_entry *entry);

/* With the site's own domain behind a name that has none (Postfix's myorigin, qmail's envnoathost); text in
 * the arena if it was needed. */
struct span mta_qualified(const struct mta *mta, struct arena *arena, struct span address);
/* A host asks that what waits for it is sent (RFC 1985): true if anything waits for that name. */
bool mta_start_queue(struct mta *mta, struct span domain);

/* ---- mta_alias.c: aliases, .forward files and lists ---- */
bool mta_is_alias(const struct mta *mta, struct span local_part);
/* Recipients that stand for others become those: EXPANDED, RFC 5321 3.9. */
void mta_expand_aliases(struct mta *mta, struct queue_entry *entry);
/* Who gets mail for that address of this site in the end, each once, in the arena; false: it stands for
 * nobody but itself, if for anybody. */
bool mta_list_members(const struct mta *mta, struct span address, struct arena *arena,
                      struct span **members_out, size_t *count_out);

/* ---- mta_local.c ---- */
/* Recipients that are files or programs get their mail at once: DELIVERED. */
void mta_deliver_here(struct mta *mta, struct queue_entry *entry);

/* ---- mta_report.c: the fates of recipients ---- */
/* Why a letter cannot be passed on, now or ever. */
struct mta_failure {
  struct smtp_reply reply; /* code 0: none, try later */
  struct span by_host;     /* the host at hand */
  bool said;               /* by that host, in a reply; else found out here */
};

void mta_relayed(struct mta *mta, struct queue_entry *entry, uint32_t recipient, host_id to,
                 struct span next_host, struct span reply);
void mta_defer(struct mta *mta, struct queue_entry *entry, uint32_t recipient,
               const struct mta_failure *failure);
void mta_bounce(struct mta *mta, struct queue_entry *entry, uint32_t recipient,
                const struct mta_failure *failure);
/* A recipient's mail arrived, left for where nobody reports (RFC 3461 5.2.2 b), or became that of others:
 * DSN_DELIVERED, DSN_RELAYED or DSN_EXPANDED is due, if its sender wants to know of success. `by_host` said
 * the reply, if anybody. */
void mta_succeeded(struct queue_entry *entry, uint32_t recipient, enum dsn_action action,
                   const struct mta_failure *what);
/* After a round of tries: reports what failed, expires what is too old, plans the next try, or forgets the
 * entry. */
void mta_settle(struct mta *mta, struct queue_entry *entry);

/* ---- mta_dsn.c: delivery status notifications (RFC 3464) ---- */
/* What the next host is asked to tell of these recipients of the entry; NULL: nothing. In the arena. */
const struct dsn_requests *mta_requests(const struct mta *mta, const struct queue_entry *entry,
                                        const uint32_t *recipients, uint32_t count, struct arena *arena);
/* Composes and queues the reports that are due for the entry's recipients, to its reverse-path. */
void mta_send_reports(struct mta *mta, struct queue_entry *entry);
