/* trace: a real letter's header, read as evidence: the way that its Received lines tell (RFC 5321 4.4), what
 * each of them is worth, and where trust ends.
 *
 *     Received: from gw … by mail.college.example …   hop 3, trusted: the topmost line is one's own server's
 *     Received: from smtp … by gw.college.example …   hop 2, trusted: hop 3 saw gw, by its looked-up name
 *     ─────────── here trust ends ───────────         hop 2 saw a stranger: its address is the last true one
 *     Received: from … by smtp.cheapnet.example …     hop 1: the stranger's word, true or forged
 *
 * A server writes what it saw, and puts it on top; what is below came with the letter, and whoever handed it
 * over may have written it. So a line can be relied on if a server that one trusts stamped it, and whether it
 * did is told by the line above: by the address it saw, or the name it looked up, never by the name that was
 * claimed in HELO. Forging takes no break-in.
 *
 * Pure: bytes in, a struct, then text or JSON. Nothing is asked of any network. Any octets will do; what is
 * written as text has no control character but line ends, whatever the letter holds.
 *
 * Ownership: what is read borrows the bytes and the names of the options, and uses the arena given.
 * Limits: TRACE_HEADER_MAX octets of header and TRACE_HOPS_MAX Received lines are read; more is told.
 */
#pragma once

#include "base/error.h"
#include "base/ip_special.h"
#include "mail/id_time.h"
#include "mail/received.h"

enum {
  TRACE_FILE_MAX = 64 << 20,
  TRACE_HEADER_MAX = 1 << 20,
  TRACE_HOPS_MAX = 200,
  TRACE_FIELDS_MAX = 100, /* of those that somebody's word is shown of */
  TRACE_TRUST_MAX = 64,
};

/* Which program stamps so: told by its own words in the line. */
enum trace_software {
  TRACE_UNKNOWN_SOFTWARE,
  TRACE_SENDMAIL,
  TRACE_POSTFIX,
  TRACE_EXIM,
  TRACE_QMAIL,
  TRACE_EXCHANGE,
};

/* What a stamp says of the name that the DNS has for the address. */
enum trace_lookup {
  TRACE_NOT_SAID,    /* whether it looked, the line does not say */
  TRACE_NO_NAME,     /* it looked, and found none, or none that leads back to the address */
  TRACE_LOOKED_UP,   /* a name; whether it leads back to the address, the line does not say */
  TRACE_CONFIRMED,   /* a name that leads back to the address: what this software writes means that */
  TRACE_UNCONFIRMED, /* a name that does not lead back: "may be forged" */
};

/* What makes a line fit the older one below: that its `by` is who was seen. From the strongest. */
enum trace_join {
  TRACE_JOIN_OLDEST,  /* there is none below */
  TRACE_JOIN_DNS,     /* by is the name that was looked up */
  TRACE_JOIN_ADDRESS, /* by is, or has beside it, the address that was seen */
  TRACE_JOIN_MACHINE, /* it was seen at a loopback address, or it names nobody: it came from inside */
  TRACE_JOIN_PULL,    /* it was fetched by POP3 or IMAP: nothing joins */
  TRACE_JOIN_DOMAIN,  /* by is another name in the domain of the one that was looked up */
  TRACE_JOIN_CLAIM,   /* by is no more than the name that was claimed */
  TRACE_JOIN_UNKNOWN, /* one of them does not say */
  TRACE_JOIN_BROKEN,  /* by is another name than both */
};

enum trace_oddity {
  TRACE_DEFECT,        /* what does not parse, or is missing */
  TRACE_HELO_DIFFERS,  /* claimed, and looked up: two names */
  TRACE_NAME_UNKNOWN,  /* no name for the address */
  TRACE_MAY_BE_FORGED, /* name and address do not confirm each other */
  TRACE_ADDRESS,       /* private, reserved … */
  TRACE_LOCAL,         /* handed in by a program of that machine */
  TRACE_CHAIN,         /* the line below does not fit */
  TRACE_CLOCKS,        /* stamped before the older line */
  TRACE_SLOW,          /* hours between two lines */
  TRACE_ZONE,          /* the zone is not said, or its name is another's */
  TRACE_WEEKDAY,       /* not that day's name */
  TRACE_ID_TIME,       /* the id hides another time than the stamp says */
  TRACE_BELOW_AUTHORS, /* stands below what an author's program writes */
  TRACE_ODDITIES
};
const char *trace_oddity_name(enum trace_oddity oddity); /* "helo_differs" */

struct trace_note {
  enum trace_oddity oddity;
  struct span text; /* one or two sentences */
};
enum { TRACE_NOTES_MAX = 16 };

struct trace_hop {
  uint32_t number; /* in the order of travel: 1 is the oldest */
  uint32_t line;   /* of the file, from 1 */
  struct received received;
  enum trace_software software;
  struct span claimed, dns_name, address; /* of who handed it over; without a final dot; may be empty */
  struct ip_address ip;                   /* address, read */
  const struct ip_special *special;       /* or NULL */
  enum trace_lookup lookup;
  struct span by; /* who says that it stamped: its first word */
  struct id_time id_time;
  bool has_date;
  bool is_ambiguous; /* two addresses are said of who was seen: one may be part of a claimed name */
  bool is_local;     /* no network: a program of that machine handed it in */
  bool is_pull;      /* fetched by POP3 or IMAP, not pushed */
  bool is_login;     /* who handed it over had logged in (RFC 3848) */
  bool has_delay;    /* the nearest older line with a date, or the letter's Date, is there to compare with */
  uint32_t delay_since; /* that line's number; 0: Date */
  int64_t delay_us;     /* negative: the clocks disagree */
  enum trace_join join; /* with the next older line */
  bool is_trusted;
  struct trace_note notes[TRACE_NOTES_MAX];
  size_t note_count;
};

/* A field that is its author's word, and not a stamp. */
struct trace_field {
  uint32_t line;
  struct span name, value; /* the value unfolded */
  size_t hops_above;       /* how many Received lines stand above it */
  struct span text;        /* what it says, and by whose word */
};

/* Why trust does not reach further down. */
enum trace_end {
  TRACE_END_NO_LINES, /* no server has stamped the letter */
  TRACE_END_AT_TOP,   /* not even the topmost line is a trusted server's */
  TRACE_END_STRANGER, /* the last trusted line saw somebody else */
  TRACE_END_CLAIMED,  /* it saw somebody who may be one's own server: but that name was only claimed */
  TRACE_END_OTHER_BY, /* it saw one's own server, but the line below is by another name */
  TRACE_END_LOCAL,    /* a program of the last trusted machine handed it in */
  TRACE_END_ALL,      /* all lines are trusted servers' */
};
const char *trace_end_name(enum trace_end end); /* "stranger" */

struct trace_options {
  const struct span *trusted; /* names of hosts and domains, addresses, networks; none: see above */
  size_t trusted_count;
  uint32_t message; /* of an mbox: which, from 1; 0: the first */
};

struct trace {
  struct trace_hop *hops; /* newest first, as they stand */
  size_t hop_count;
  size_t hops_passed_over; /* more than TRACE_HOPS_MAX */
  struct trace_field *fields;
  size_t field_count;
  uint32_t messages; /* in the file, as far as From_ lines tell */
  uint32_t message;  /* this one */
  struct span from_line;
  uint32_t junk_lines; /* that are no fields */
  uint32_t junk_line;  /* the first one */
  bool is_cut;         /* the header is longer than TRACE_HEADER_MAX */
  bool has_date;
  struct date date; /* the author's */
  struct span date_text, message_id;
  struct id_time message_id_time;
  size_t trusted_count; /* hops from the top */
  enum trace_end end;
  bool trust_is_given;      /* by the options; otherwise: */
  struct span trust_domain; /* taken for one's own: of the topmost by; may be empty */
  const struct trace_options *options;
};

/* The names of --trust, separated by commas: an address, a network (10.0.0.0/8) or a name, each without white
 * space. False, and the one that is none, if there is one. */
bool trace_trust_parse(struct span list, struct span *names, size_t *count, struct span *wrong_out);

/* file: its name, for complaints. False with an error if the bytes are no letter's source: and what to do. */
bool trace_read(struct span file, struct span bytes, const struct trace_options *options, struct arena *arena,
                struct trace *trace_out, struct error_list *errors);
/* For people: newest line first. */
void trace_write_text(const struct trace *trace, struct buf *out);
/* One JSON object. */
void trace_write_json(const struct trace *trace, struct buf *out);
