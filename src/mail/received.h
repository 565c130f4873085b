/* received: reads a Received field (RFC 5321 4.4), as the programs of thirty years have written it.
 *
 *     from chico.cs.colostate.edu (chico.cs.colostate.edu [129.82.45.30])
 *          ╰─ claimed in HELO ─╯   ╰─ found by DNS ─────╯  ╰─ seen by TCP ╯
 *     by mailhost.isse.gmu.edu (8.8.5/8.7.2) with ESMTP id LAA20869
 *     for <bob@isse.gmu.edu>; Fri, 18 Jun 2004 12:24:24 -0400 (EDT)
 *
 * Only from, by and the date are required (erroneously missing often enough), and their layout is each
 * program's own: so everything here is lenient, nothing fails, and what is missing or broken is said.
 * The field is evidence, not truth: whoever wrote it may have lied. Writing such fields is the stamping
 * programs' business, by their templates.
 *
 * Ownership: all spans point into the value given (unfolded or not: line ends count as white space).
 * Limits: RECEIVED_VALUE_MAX octets are looked at, RECEIVED_COMMENTS_MAX comments a clause are kept.
 */
#pragma once

#include "base/span.h"
#include "mail/date.h"

enum { RECEIVED_VALUE_MAX = 16384, RECEIVED_COMMENTS_MAX = 4 };

enum received_token {
  RECEIVED_FROM,
  RECEIVED_BY,
  RECEIVED_VIA,
  RECEIVED_WITH,
  RECEIVED_ID,
  RECEIVED_FOR,
  RECEIVED_TOKENS
};
const char *received_token_text(enum received_token token); /* "from" */

struct received_clause {
  bool present;
  struct span text; /* the whole clause, from its token to its last comment */
  struct span
      value; /* what follows the token, before the first comment; may be empty, may be several words */
  struct span comments[RECEIVED_COMMENTS_MAX]; /* without parentheses */
  uint8_t comment_count;
};

/* Who handed the message over: what a from clause tells of it. Any may be empty. */
struct received_peer {
  struct span claimed;  /* the name it gave in HELO or EHLO: no more than a claim */
  struct span dns_name; /* what a reverse lookup of the address gave */
  struct span address; /* where the connection came from: the one thing that is hard to forge; no brackets, no
                          "IPv6:" */
  struct span ident;   /* a user's name, as the peer's ident server or the log-in gave it */
  bool dns_unknown;    /* the stamping program says that the lookup gave no name ("unknown") */
  bool may_be_forged;  /* it says that name and address do not confirm each other */
};

enum received_defect {
  RECEIVED_NO_FROM = 1,
  RECEIVED_NO_BY = 2,
  RECEIVED_NO_DATE = 4,
  RECEIVED_BAD_DATE = 8,
  RECEIVED_OPEN_COMMENT = 16, /* a comment lacks its ")": taken to end before the next token */
  RECEIVED_EMPTY_CLAUSE = 32, /* a token without its value */
  RECEIVED_REPEATED = 64,     /* a token appears again: the first one counts */
  RECEIVED_LOOSE_WORDS = 128, /* words before the first token */
  RECEIVED_TOO_LONG = 256,
};

struct received {
  struct received_clause clause[RECEIVED_TOKENS];
  struct received_clause loose; /* what precedes the first token: qmail's "(qmail 712 invoked by uid 500)" */
  struct received_peer peer;
  struct span date_text; /* after the semicolon, trimmed; empty if there is none */
  struct date date;      /* good unless RECEIVED_NO_DATE or RECEIVED_BAD_DATE */
  uint32_t defects;      /* of enum received_defect, added */
};

void received_parse(struct span value, struct received *received_out);
/* A defect in a few words: "the date is missing". */
const char *received_defect_text(enum received_defect defect);
/* The value of a for clause without its <>. */
struct span received_for_address(const struct received *received);
