/* smtp_listener: a server that speaks SMTP, submission or LMTP on a port: one engine per connection,
 * its words, its planned answers, its records. What is decided is the business of the program that
 * listens (MTA, MSA, MDA), by one function.
 *
 *     connection ⇄ smtp_server engine ⇄ smtp_listener ── decide() ──▶ mta, msa, mda
 *                                                     ◀─ smtp_session_answer ──
 */
#pragma once

#include "agents/agent.h"
#include "agents/policy.h"
#include "agents/resolver.h"
#include "agents/stamp.h"
#include "agents/tls_use.h"
#include "proto/smtp_server.h"

struct smtp_listener;

/* One session, as its policy sees it. */
struct smtp_session {
  struct smtp_listener *listener;
  connection_id connection;
  struct smtp_server *engine;
  host_id client_host;
  struct span client_address;
  struct span client_shown; /* the same, as its software writes it */
  struct span
      client_name;      /* from its PTR record; empty if it has none, is not believed or was not asked for */
  bool may_be_forged;   /* that name does not lead back to the address */
  uint32_t process;     /* the program's own number for it; 0: none yet */
  uint32_t letters;     /* that have a queue id */
  struct span queue_id; /* of the transaction, once it has one */
  struct arena arena;   /* of the transaction */
  void *user;           /* the program's own, for the session */
  struct {              /* the records that trace fields and decisions come from */
    journal_seq connect, ptr, helo, mail, rcpt, auth;
  } heard;
};

/* A decision: the reply, and one word for why ("relay", "unknown_user", "mail_for", "policy" …). */
struct smtp_verdict {
  struct smtp_reply reply; /* a code of 0: the words of `text` below */
  enum smtp_text text;     /* the software's words for this occasion; with code 0 and text 0: the usual yes */
  struct span address;     /* for {address} in those words, where it is not the one asked about */
  const struct span *addresses; /* for an answer of several lines: one for each */
  size_t address_count;
  struct span because;
};

struct smtp_program {
  /* Fills the verdict, which is a plain yes so far, and returns true, or returns false and answers later by
   * smtp_session_answer. Also asked for DECIDE_MESSAGE: to accept is to take responsibility. */
  bool (*decide)(void *context, struct smtp_session *session, const struct smtp_server_decision *decision,
                 struct smtp_verdict *verdict_out);
  /* The transaction or the session is over: forget what `user` holds. */
  void (*reset)(void *context, struct smtp_session *session);
  /* A queue id for the transaction: called at the first MAIL that is accepted (sendmail puts it in the
   * reply to DATA). May be NULL. */
  struct span (*queue_id)(void *context, struct smtp_session *session);
};

struct smtp_listener_config {
  struct agent agent;
  uint16_t port;
  enum smtp_dialect dialect;
  struct span helo_name;            /* the host's own name in its replies */
  struct smtp_server_config server; /* from the software; names and dialect are filled in here */
  const struct tls_use *tls;        /* borrowed; NULL, or without a certificate: no TLS */
  bool tls_first;                   /* as on port 465; needs a certificate */
  struct resolver *resolver;        /* for PTR look-ups; NULL: none */
  struct policy_list policies;
  const struct smtp_program *program;
  void *context;
  struct message_numbers *numbers; /* for letters that come as plain bytes, from outside */
};

struct smtp_listener *smtp_listener_new(const struct smtp_listener_config *config);
void smtp_listener_free(struct smtp_listener *listener);
/* Other planned answers, from now on. */
void smtp_listener_set_policies(struct smtp_listener *listener, struct policy_list policies);
void smtp_session_answer(struct smtp_session *session, const struct smtp_verdict *verdict);
const struct agent *smtp_session_agent(const struct smtp_session *session);
/* The server's own, for what it puts on top of letters. */
struct stamper *smtp_session_stamper(const struct smtp_session *session);
