/* mua: the user's mail program: composes, keeps a copy of what it sent, submits (RFC 5322, 6409).
 *
 * A mail program pushes; it does not know where mail goes, only to whom it hands it in.
 */
#pragma once

#include "agents/agent.h"
#include "agents/tls_use.h"
#include "mail/dsn_request.h"

struct mua;

struct mua_field {
  struct span name, value; /* value in UTF-8; encoded and folded by the program */
};

/* What a person wants sent. Everything is borrowed until mua_send returns. */
struct mua_letter {
  struct span from;   /* the From field's value */
  struct span to, cc; /* the fields' values; empty: no such field */
  struct span reply_to, subject;
  struct span in_reply_to, references;
  struct span date;               /* exact value, or empty: now, by the host's clock */
  struct span message_id;         /* exact value, or empty: one is made */
  bool no_message_id, no_date;    /* leaves it to the submission server */
  const struct mua_field *fields; /* further ones */
  size_t field_count;
  const struct span *field_order; /* names in the order in which this program writes them; rest after */
  size_t field_order_count;
  struct span text;              /* the body, UTF-8 with LF line ends */
  struct span reverse_path;      /* MAIL FROM, without <> */
  const struct span *recipients; /* RCPT TO; with Bcc, which is in no field (RFC 5322 3.6.3) */
  uint32_t recipient_count;
  /* What is to be reported, by who offers DSN (RFC 3461): the same of each recipient. */
  uint8_t notify; /* enum dsn_notify or'ed; 0: not said */
  enum dsn_return returns;
  struct span envelope_id; /* not in xtext */
};

struct mua_config {
  struct agent agent;
  host_id submits_to;
  uint16_t port;             /* 587, 465, or 25 as in the old days */
  const struct tls_use *tls; /* borrowed; NULL: knows of none, but for port 465 */
  struct span helo_name;
  struct message_numbers *numbers;
};

struct mua *mua_new(const struct mua_config *config);
void mua_free(struct mua *mua);
/* user and password for AUTH, or empty. Gives the letter's number. */
uint32_t mua_send(struct mua *mua, const struct mua_letter *letter, struct span user, struct span password);
