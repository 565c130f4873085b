/* dsn: composes a delivery status notification, the report that says what became of a message
 * (RFC 3464, inside the multipart/report of RFC 6522, with the status codes of RFC 3463).
 *
 *     From: MAILER-DAEMON@mx …            the header
 *     Content-Type: multipart/report …
 *     --b  text/plain                     for the person
 *     --b  message/delivery-status        for the program: about the message, then about each recipient
 *     --b  message/rfc822                 what was to be delivered, or its header alone
 *     --b--
 *
 * Decides nothing: who gets a report and when is the MTA's. The report must travel with the null
 * reverse-path (RFC 5321 4.5.5), so that it is never answered.
 *
 * Texts from strangers (a peer's reply, an address) are made safe: control characters become spaces,
 * in machine-readable fields octets above 127 become "?".
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"
#include "mail/message.h"

enum { DSN_BOUNDARY_MAX = 60 };

enum dsn_action { DSN_NOTHING, DSN_FAILED, DSN_DELAYED, DSN_DELIVERED, DSN_RELAYED, DSN_EXPANDED };
const char *dsn_action_text(enum dsn_action action); /* "failed"; of DSN_NOTHING "" */

#define DSN_NO_TIME INT64_MIN

struct dsn_recipient {
  struct span final;    /* the address tried last */
  struct span original; /* as the sender wrote it: ORCPT without xtext, "rfc822;bob@b.example"; or empty */
  enum dsn_action action;
  struct span status;          /* "5.1.1" */
  struct span remote_mta;      /* who said so; empty: we ourselves */
  struct span diagnostic;      /* the reply, "550 5.1.1 …", its lines separated by LF, or without remote_mta
                                  what we found out ourselves; empty: none */
  int64_t last_attempt_us;     /* unix time, or DSN_NO_TIME */
  int64_t will_retry_until_us; /* of a delayed one, or DSN_NO_TIME */
};

struct dsn {
  /* the report's own header */
  struct span from, to; /* field values: "Mail Delivery Subsystem <MAILER-DAEMON@mx>", "<jack@comcast.net>" */
  struct span subject;  /* ASCII, or as encoded words */
  struct span auto_submitted;   /* RFC 3834 5; empty: auto-replied */
  struct span message_id;       /* without <> */
  struct span message_id_field; /* its field's name, or empty: "Message-ID" */
  struct span recipients_field; /* a field, in front of all, that lists the recipients; or empty */
  struct span boundary; /* 1 to DSN_BOUNDARY_MAX letters, digits, or + - . / = _; made longer if it occurs in
                           the original */
  int64_t date_us;      /* unix time */
  int32_t zone_minutes;
  struct span zone_comment; /* "MDT", or empty */
  struct span text;         /* for the person; lines end in LF or CRLF */
  /* about the message */
  struct span reporting_mta;
  struct span product;           /* its program, one word: "Postfix" */
  struct span received_from_mta; /* or empty */
  struct span envelope_id;       /* ENVID of MAIL without xtext, or empty */
  int64_t arrival_us;            /* unix time, or DSN_NO_TIME */
  const struct dsn_recipient *recipients;
  size_t recipient_count;
  const struct message *original;
  bool headers_only; /* RET=HDRS */
  /* Not as RFC 3464 has it, but a plain letter: the text, and behind a line that says so a copy of the
   * message, as qmail-send writes it (QSBMF). Neither Message-ID nor MIME. */
  bool plain;
  struct span plain_date; /* its Date, in the program's own layout */
};

/* The report as a message; the caller releases it. */
struct message *dsn_compose(const struct dsn *dsn);
