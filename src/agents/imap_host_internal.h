/* imap_host_internal: what the files of the IMAP server share: imap_host.c (sessions, bytes, who may log in),
 * imap_mailbox.c (the mailbox: what the engine asks about it, what it is told). */
#pragma once

#include "agents/imap_host.h"
#include "base/arena.h"
#include "proto/imap_server.h"

struct imap_host_session {
  struct imap_host *host;
  struct imap_host_session *next, *previous;
  connection_id connection;
  struct imap_server *engine;
  struct arena arena;               /* of one table */
  const struct mail_user *selected; /* whose INBOX it has open, or wants to; NULL: none */
  uint32_t recent_from;             /* letters from this UID on are \Recent in this session … */
  uint32_t recent_before;           /* … and before this one */
  struct event_handle deadline;
  int64_t heard_us;
  journal_seq heard;        /* what it acts upon: the last line heard */
  bool tls_first, securing; /* TLS came first; it is wanted, and does not stand yet */
};

/* A user's letters from this UID on nobody has been told of: \Recent to the first session that is (RFC 3501
 * 2.3.2). */
struct imap_recent {
  struct imap_recent *next;
  const struct mail_user *user;
  uint32_t from;
};

struct imap_host {
  struct imap_host_config config;
  struct imap_server_config server, tls_server; /* on ports 143 and 993 */
  struct imap_host_session *sessions;
  struct imap_recent *recents;
  struct arena arena;
};

static inline struct sim *imap_sim(const struct imap_host_session *session) {
  return session->host->config.agent.sim;
}

/* imap_host.c */
const struct mail_user *imap_user(const struct imap_host_session *session);
void imap_note_decision(struct imap_host_session *session, struct span about, bool yes, struct span because,
                        struct span code);
/* Says what an idle session has to be told; the present cause stays. */
void imap_tell(struct imap_host_session *session);

/* imap_mailbox.c */
extern const struct mail_store_watcher imap_watcher; /* its context is the imap_host */
/* Answers a decision that is about mailboxes or letters. */
void imap_decide(struct imap_host_session *session, const struct imap_server_action *action);
