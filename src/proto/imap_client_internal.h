/* imap_client_internal: the inside of an imap_client, for the files that it is made of.
 *
 *     imap_client.c        bytes in, actions out, the one door for the state
 *     imap_client_steps.c  what each answer leads to
 */
#pragma once

#include "base/arena.h"
#include "proto/imap_client.h"
#include "proto/imap_scan.h"
#include "proto/line_reader.h"

/* Each but the first and the last few is a command whose answer is waited for. */
enum imap_client_state {
  IMAP_CLIENT_GREETING,
  IMAP_CLIENT_CAPABILITY,
  IMAP_CLIENT_STARTTLS,
  IMAP_CLIENT_TLS, /* STARTTLS was answered: not started yet */
  IMAP_CLIENT_LOGIN,
  IMAP_CLIENT_SELECT,
  IMAP_CLIENT_LIST,
  IMAP_CLIENT_ASKED,
  IMAP_CLIENT_FETCH,
  IMAP_CLIENT_STORING,
  IMAP_CLIENT_MARK,
  IMAP_CLIENT_EXPUNGE,
  IMAP_CLIENT_LOGOUT,
  IMAP_CLIENT_CLOSED,
};

struct imap_client {
  const struct imap_client_config *config;
  enum imap_client_state state;
  bool outcome_ready, send_ready, ask_ready, message_ready, message_given;
  enum imap_client_action_kind then; /* START_TLS or CLOSE, after all else */
  bool tls_on, has_capabilities;
  bool starttls, logindisabled, plain, sasl_ir, uidplus; /* offered */
  bool too_big;      /* a literal of the response being read was read over */
  bool body_too_big; /* the one that was asked for */
  uint32_t tags;
  enum imap_outcome_of outcome;
  uint32_t outcome_uid;
  struct imap_result result;                /* its spans point into said */
  uint32_t exists, uid_validity, first_uid; /* of the mailbox; the first that is new */
  struct imap_client_listed *listed;
  size_t listed_count, listed_capacity;
  size_t current;   /* index of the message under way */
  uint32_t *doomed; /* uids to be deleted */
  size_t doomed_count, doomed_capacity;
  struct message *message;
  size_t literal_left, said_len; /* of the response being read */
  bool discarding;
  struct line_reader reader;
  struct buf response, out, said;
  struct arena arena; /* the headers of the list */
};

/* ---- imap_client.c ---- */
void imap_client_enter(struct imap_client *client, enum imap_client_state state);
void imap_client_report(struct imap_client *client, enum imap_outcome_of of, enum imap_status_kind status,
                        struct span code, struct span text);
/* What the server speaks is not IMAP. */
void imap_client_give_up(struct imap_client *client);
/* Begins a command line with a new tag; the rest is written to the buffer that is given. */
struct buf *imap_client_command(struct imap_client *client, enum imap_client_state state);
void imap_client_end_command(struct imap_client *client);

/* ---- imap_client_steps.c ---- */
/* One whole response, literals and all. */
void imap_client_take(struct imap_client *client, struct span response);
void imap_client_after_tls(struct imap_client *client);
/* On to the next wish, the deletions, or LOGOUT. */
void imap_client_go_on(struct imap_client *client);
