/* smtp_client_internal: what the files of the SMTP client share.
 *
 *     smtp_client.c            the session's life; bytes to replies; actions out
 *     smtp_client_greeting.c   from the banner to READY: EHLO, STARTTLS, AUTH
 *     smtp_client_transact.c   MAIL, RCPT, DATA, the text; who gets which outcome
 *     smtp_client_speech.c     the lines that it says
 */
#pragma once

#include "proto/line_reader.h"
#include "proto/smtp_client.h"

/* Which reply is awaited. */
enum client_step {
  STEP_BANNER,
  STEP_EHLO,
  STEP_HELO,
  STEP_STARTTLS,
  STEP_TLS, /* no reply: the caller starts TLS */
  STEP_AUTH_PLAIN,
  STEP_AUTH_PLAIN_RESPONSE,
  STEP_AUTH_LOGIN,
  STEP_AUTH_LOGIN_USER,
  STEP_AUTH_LOGIN_PASSWORD,
  STEP_READY, /* no reply: between transactions */
  STEP_RSET,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_TEXT,
  STEP_QUIT,
  STEP_CLOSED,
  STEP_COUNT
};

/* What became of a recipient so far. */
enum client_fate {
  FATE_OPEN,     /* RCPT not answered */
  FATE_ACCEPTED, /* waits for the final word */
  FATE_REPORTED,
};

/* Outcomes that are to be given, one at a call. */
struct client_report {
  bool is_single; /* one outcome, `of`; otherwise one for each open recipient of next … until - 1 */
  uint32_t next, until;
  enum smtp_outcome_of of;
  struct smtp_reply reply;
};

struct smtp_client {
  struct smtp_client_config config;
  struct smtp_offer offer;
  enum client_step step;
  bool tls, tls_refused;
  bool lost;          /* the connection: what has been heard is still read */
  bool mail_accepted; /* in this transaction */
  bool needs_reset;   /* the server has a transaction open that nobody will finish */
  bool pipelines;     /* this transaction */
  bool out_given;
  enum smtp_client_action_kind
      due; /* comes after the outcomes and what is in out; SMTP_CLIENT_WAIT: nothing */
  struct smtp_transaction transaction;
  struct message *message;
  uint8_t *fates;
  size_t fates_capacity;
  uint32_t asked, answered; /* recipients named in RCPT; answered so far (LMTP: in the text's replies, too) */
  uint32_t accepted_count;
  struct client_report report;
  struct line_reader reader;
  struct buf backlog; /* heard, but not looked at while something else is due */
  size_t backlog_at;
  struct buf out;
  uint16_t code; /* of the reply being read; 0: between replies */
  size_t enhanced_len;
  char enhanced[12];
  struct buf text;
  uint8_t fates_inside[8];
  char out_inside[120], text_inside[120];
};

/* ---- smtp_client.c ---- */
/* Bytes that were given to be sent are not given again: before anything is said or heard. */
void smtp_client_clear_given(struct smtp_client *client);
void smtp_client_enter(struct smtp_client *client, enum client_step step);
/* The words of a reply lie in what was fed, perhaps with its enhanced code in front. Copies them, and gives
 * the reply with each in its place. */
struct smtp_reply smtp_client_keep(struct smtp_client *client, const struct smtp_reply *reply);
/* It is the outcome for each open recipient of first … until - 1. */
void smtp_client_report(struct smtp_client *client, uint32_t first, uint32_t until,
                        const struct smtp_reply *reply);
void smtp_client_report_single(struct smtp_client *client, enum smtp_outcome_of of,
                               const struct smtp_reply *reply);
/* Nothing more will come: whatever is open is reported with that reply, and the session is over. */
void smtp_client_lose(struct smtp_client *client, const struct smtp_reply *reply);
/* The server does not speak SMTP: the same, with code 0. */
void smtp_client_lose_sense(struct smtp_client *client);

/* ---- smtp_client_greeting.c ---- */
void smtp_client_on_greeting(struct smtp_client *client, const struct smtp_reply *reply);

/* ---- smtp_client_transact.c ---- */
void smtp_client_on_transaction(struct smtp_client *client, const struct smtp_reply *reply);
void smtp_client_end_transaction(struct smtp_client *client);

/* ---- smtp_client_speech.c ---- */
/* "VERB argument"; octets that would end a line become '?'. */
void smtp_client_say(struct smtp_client *client, struct span verb, struct span argument);
void smtp_client_say_base64(struct smtp_client *client, const char *before, struct span bytes);
void smtp_client_say_mail(struct smtp_client *client);
void smtp_client_say_rcpt(struct smtp_client *client, uint32_t recipient); /* its number in the transaction */
/* One line of the reply to EHLO, after the first (RFC 5321 4.1.1.1). */
void smtp_client_read_extension(struct smtp_offer *offer, struct span line);
