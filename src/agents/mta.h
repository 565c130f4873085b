/* mta: the relay: accepts mail by SMTP, keeps it in a queue, finds out where it goes, and passes it on
 * (RFC 5321); with a submission server beside it, it is also the MSA (RFC 6409).
 *
 *     port 25 ──▶ ┌────────┐      ┌───────┐      ┌──────────┐ ──▶ next MTA (SMTP, port 25)
 *                 │ policy │ ──▶  │ queue │ ──▶  │ delivery │ ──▶ MDA (LMTP, port 24)
 *     port 587 ─▶ └────────┘ 250  └───────┘      └──────────┘ ──▶ report to the reverse-path (RFC 3464)
 *     port 465 ─▶ if it has a certificate
 *
 * With the 250 after the final dot it is responsible (RFC 5321 6.1): every recipient ends relayed,
 * delivered, bounced, expired, discarded, expanded into others, or is still in the queue; each is a record.
 */
#pragma once

#include "agents/file_system.h"
#include "agents/mail_user.h"
#include "agents/smtp_listener.h"
#include "mail/alias_file.h"

struct mta;

struct mta_alias {
  struct span name; /* local part */
  const struct alias_destination *destinations;
  size_t destination_count;
  uint32_t line; /* in the aliases file; 0: in none */
};

/* For whom it relays anything. */
struct mta_relaying {
  const host_id *hosts;
  size_t host_count;
  const struct ip_network *networks;
  size_t network_count;
  bool anybody; /* an open relay */
};

struct mta_config {
  struct agent agent;        /* who keeps the queue: the MTA, or the MSA where there is none */
  struct agent listener;     /* on port 25; number 0: does not listen there */
  struct agent submission;   /* on ports 587 and, with a certificate, 465; number 0: none */
  const struct tls_use *tls; /* borrowed; NULL: knows of none */
  struct resolver *resolver;
  struct message_numbers *numbers;
  struct span host_name;
  struct span helo_name;       /* what its client says in HELO */
  const struct span *mail_for; /* domains whose mail ends here */
  size_t mail_for_count;
  const struct span *relays_for; /* domains it takes in and passes on */
  size_t relays_for_count;
  struct mta_relaying relaying;
  bool require_auth;                   /* on the submission port */
  struct span smarthost;               /* or empty */
  host_id delivers_to;                 /* host of the MDA; 0: none */
  bool knows_users;                    /* the MDA is its own: unknown users are refused at RCPT */
  const struct mail_users *users;      /* whose mailboxes its domains have */
  const struct mail_users *submitters; /* who may log in to submit */
  const struct mta_alias *aliases;
  size_t alias_count;
  struct span aliases_file;  /* where they stand; empty: in no file */
  struct file_system *files; /* of its host: .forward files, lists, and where letters are appended */
  bool has_forwards;         /* one of the users has a .forward, and the software reads it */
  struct policy_list policies;
  const int64_t *retry_after_us;
  size_t retry_count;
  int64_t queue_life_us;
  int64_t queue_delay_us;
  const struct span *queue_ids; /* pinned ones, used first */
  size_t queue_id_count;
  uint32_t process_id;
  uint32_t queue_sequence;
  uint32_t hop_limit;
};

/* The configuration's lists and spans are borrowed. */
struct mta *mta_new(const struct mta_config *config);
void mta_free(struct mta *mta);

/* It is set up anew while it runs: whatever is asked from now on is judged by this, in open sessions, too.
 * The lists are borrowed. */
const struct mta_relaying *mta_relaying(const struct mta *mta);
void mta_set_relaying(struct mta *mta, const struct mta_relaying *relaying);
void mta_set_policies(struct mta *mta, struct policy_list policies);
