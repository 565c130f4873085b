/* stamp: writes trace fields as a software lays them out, and remembers where each token came from.
 *
 * In a Received field the name after `from` is what the client said in HELO; the name and the address in
 * the comment are what the server saw itself (PTR record, TCP connection); `for` is from RCPT. Which is
 * claimed and which is observed is the lesson, so the sources go to the journal beside the field.
 */
#pragma once

#include "agents/agent.h"
#include "base/arena.h"

struct stamp_facts {
  struct span helo; /* claimed */
  journal_seq helo_record;
  struct span ptr; /* observed by DNS; empty: unknown */
  journal_seq ptr_record;
  bool may_be_forged; /* that name does not lead back to the address */
  struct span ip;     /* observed by TCP */
  journal_seq connect_record;
  struct span host;     /* own name */
  struct span with;     /* "ESMTP" */
  enum tls_version tls; /* what the letter came under */
  journal_seq tls_record;
  struct span id;
  struct span reverse_path; /* of MAIL FROM; empty: none, or the null one */
  journal_seq mail_record;
  struct span recipient; /* empty: no for clause */
  journal_seq recipient_record;
  bool local; /* made on this host: no from clause */
};

/* A program's pen: its layouts, each read once, and the memory to write in. */
struct stamper;

struct stamper *stamper_new(const struct agent *agent);
void stamper_free(struct stamper *stamper);

/* Puts a Received field on top of *message (which is released and replaced) and notes STAMP. */
void stamp_received(struct stamper *stamper, struct message_numbers *numbers, struct message **message,
                    const struct stamp_facts *facts);
/* The host's local time as its software writes it: "Fri, 18 Jun 2004 10:22:55 -0600 (MDT)". Borrowed until
 * the next call on the stamper. */
struct span stamp_date(struct stamper *stamper);
/* The same of another time by the host's clock, microseconds since 1970 UTC. */
struct span stamp_date_of(struct stamper *stamper, int64_t unix_us);
/* A template of the software with {host}, {version} and {date} filled in. */
struct span stamp_fill(struct stamper *stamper, struct span layout, struct arena *arena);
/* A Message-ID as the software makes them; number: how many it has made, this one included. */
struct span stamp_message_id(struct stamper *stamper, uint32_t number, struct arena *arena);
/* The one that a server gives to a letter that came without: made from its queue id, as sendmail does. */
struct span stamp_session_message_id(struct stamper *stamper, struct span queue_id, struct arena *arena);
