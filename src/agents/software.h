/* software: how a named mail program speaks and stamps: sendmail 8.8, Postfix, qmail …, as data.
 *
 * Loaded from assets/software/NAME.json by the world room; a scenario may override single members.
 * A layout is a template (base/template.h); which names it may use is listed beside it.
 */
#pragma once

#include "proto/smtp_reply.h"
#include "proto/smtp_server.h"

enum queue_id_scheme {
  QUEUE_ID_HEX,           /* ten upper-case hexadecimal digits, as Postfix's short ids */
  QUEUE_ID_SENDMAIL_8_8,  /* hour letter, AA…, process id: LAA20869 */
  QUEUE_ID_SENDMAIL_8_10, /* Y M D h m s in base 60, a counter of one digit, process id: i5GAYga31371 */
  QUEUE_ID_SENDMAIL_8_12, /* the same with a counter of two digits: i5IGMtv0004345 */
  QUEUE_ID_EXIM,          /* 1BbLzH-00018a-00: base 62 of time and process */
  QUEUE_ID_QMAIL,         /* "qp" and a process number */
  QUEUE_ID_COUNTER,       /* neutral: 1, 2, 3 … with the host's initial */
};

/* A letter has octets above 127, and the server does not offer 8BITMIME (RFC 6152 3). How far a conversion
 * goes is told in mail/mime_7bit.h. */
enum without_8bitmime {
  WITHOUT_8BITMIME_CONVERT,          /* all of it, or it is returned: what the RFC asks for */
  WITHOUT_8BITMIME_CONVERT_MIME,     /* in a letter with MIME fields: sendmail */
  WITHOUT_8BITMIME_CONVERT_LABELLED, /* what its fields call 8bit: Postfix */
  WITHOUT_8BITMIME_RETURN,           /* 5.6.3, conversion required but not supported (RFC 3463 3.7) */
  WITHOUT_8BITMIME_AS_IT_IS,         /* against the RFC: Exim, qmail */
};

/* Anybody can give his own address the name of somebody else. What becomes of a PTR record's name that does
 * not lead back to the client's address? */
enum ptr_belief {
  PTR_CONFIRMED, /* it is not used: Postfix, Exim */
  PTR_MARKED,    /* it is shown, as one that may be forged: sendmail */
  PTR_BELIEVED,  /* nobody looks: qmail's tcpserver */
};

/* What its client makes of IPv6 addresses, where its host has one, too. */
enum client_ipv6 {
  CLIENT_IPV6_FIRST, /* they are tried before the others (RFC 6724 6): sendmail, Exim */
  CLIENT_IPV6_ANY,   /* chance decides (RFC 5321 5.1 knows no order between the two): Postfix */
  CLIENT_IPV6_NEVER, /* it knows of none: qmail, sendmail before 8.10 */
};

/* Which records of a host its client asks for, where it may use addresses of both kinds. */
enum client_asks {
  CLIENT_ASKS_A_FIRST,    /* then for AAAA: Postfix */
  CLIENT_ASKS_AAAA_FIRST, /* then for A: Exim */
  CLIENT_ASKS_AAAA_ALONE, /* for A when there is none of the others, or none of them can be reached: sendmail
                           */
};

/* RFC 1985 leaves to each host for whom it does so. */
enum etrn_for { ETRN_FOR_RELAYS, ETRN_FOR_ALL, ETRN_FOR_NOBODY };

/* "owner-chess" beside the alias "chess": whom its copies come from (RFC 5321 3.9.2). */
enum owner_alias {
  OWNER_ALIAS_NAME,     /* from owner-chess: Postfix */
  OWNER_ALIAS_EXPANDED, /* from the one address that this leads to: sendmail */
  OWNER_ALIAS_UNKNOWN,  /* it means nothing: Exim, qmail as they come */
};

/* The fields that are added where they are missing. */
enum added_field { ADDED_NOTHING, ADDED_MESSAGE_ID, ADDED_DATE, ADDED_FROM, ADDED_FIELDS };
enum { SOFTWARE_ADDS_MAX = 8 };

/* Where in a header, which no RFC says. */
enum added_place {
  ADDED_IN_PLACE, /* Date behind From, Message-ID behind Date, or else at the end */
  ADDED_IN_FRONT, /* before all that came: sendmail, whose configured fields precede those of the letter */
  ADDED_AT_END,   /* behind all that came: Postfix, Exim */
};

/* A report of RFC 3464, or a plain letter as qmail writes it. */
enum report_form { REPORT_FORM_MIME, REPORT_FORM_PLAIN };

/* A report to an originator: {host} {recipient} {why} {original_id} {date} {sender} {version} {product}
 * {delay} in its text and its subject. */
struct software_report {
  struct span subject;        /* "Returned mail: see transcript for details" */
  struct span text;           /* the human part */
  struct span auto_submitted; /* RFC 3834 5: "auto-generated (failure)"; empty: "auto-replied" */
};

struct software {
  struct span name;          /* "sendmail-8.12": the file's name */
  struct span product;       /* "Sendmail" */
  struct span version;       /* "8.12.10" */
  struct span version_stamp; /* as stamped: "8.12.10/8.12.9" */
  struct smtp_texts texts;   /* words; empty entries are neutral */
  /* Layout of a Received field with "Received: " in front and \n\t folds. {helo} as claimed, {same_helo} and
   * {other_helo} only if it is, or is not, the PTR record's name; {ptr},
   * {ptr_or_unknown}, {ip}, {bare_ip} ("[ip]", only without a PTR record) as seen; {client} = "(ptr [ip])";
   * {from_clause} = "from {helo} {client}" and a fold; {host} {version} {product} {with} {with_lower} {id};
   * {tls} {tls_version} {tls_number} = "1.3" or nothing; {envelope_from} of MAIL FROM, or nothing;
   * {for} = "for <rcpt>", {recipient} = rcpt, or nothing; {date}; {date_fold}, a space after a
   * for clause and a fold without one. [[ … ]] around a part leaves it out when a
   * name inside is empty. */
  struct span received;
  struct span received_local; /* for a message made on the host itself */
  struct span date_layout;    /* "{weekday}, {day} {month} {year} {time} {offset} ({zone})" */
  bool zone_comment;          /* "(MDT)" after the date, when the zone has a name */
  enum queue_id_scheme queue_id;
  bool for_single_recipient_only; /* the for clause only if there is one recipient (RFC 5321 7.2) */
  bool looks_up_ptr;              /* asks for the client's name before it greets */
  enum ptr_belief believes_ptr;   /* and what it takes for true */
  bool tags_ipv6;                 /* {ip} and {client} are "IPv6:2001:db8::1" (RFC 5321 4.4), else bare */
  struct span message_id; /* layout of a Message-ID it makes: {stamp} = YYYYMMDDhhmmss, {utc_stamp} the same
                             in UTC, {utc_minute} without seconds, {hex_time}, {number}, {host}, {id} */
  struct span message_id_field;    /* "Message-ID" as RFC 5322 3.6.4 writes it, or "Message-Id" */
  uint8_t adds[SOFTWARE_ADDS_MAX]; /* enum added_field, in the order in which they are added when they are
                                      missing (RFC 6409 8); then ADDED_NOTHING */
  enum added_place adds_at;
  bool adds_when_relaying; /* on port 25, too, as sendmail does; RFC 5321 6.4 would rather not */
  bool adds_return_path, adds_delivered_to; /* as MDA */
  uint32_t hop_limit; /* a letter that arrives with so many Received fields is going round (RFC 5321 6.3) */
  struct smtp_server_config
      server; /* extensions, limits, bare newline policy; names and dialect are filled in by the agent */
  bool checks_recipients;   /* refuses a mailbox that is not there in RCPT; qmail-smtpd does not know, and
                               reports it */
  enum etrn_for etrn_for;   /* for which hosts ETRN has the queue tried */
  struct span aliases_file; /* "/etc/mail/aliases"; empty: it knows of none */
  bool reads_forward;       /* ~/.forward of whoever has a mailbox */
  enum owner_alias owner_alias;
  bool client_pipelines;
  enum without_8bitmime client_without_8bitmime;
  struct span client_conversion; /* layout of a field that a converted part gets; {encoding} {host} {id} */
  bool client_uses_helo;         /* HELO instead of EHLO when it sends */
  bool client_adds_original;     /* an ORCPT for each recipient that came without one (RFC 3461 5.2.1 d), in
                                    front of NOTIFY; in its reports, too: Postfix */
  uint32_t
      client_sessions; /* at most so many with one server at a time; 0: one for each letter, any number */
  bool client_divides; /* each recipient has a transaction, and a session, of his own (qmail) */
  bool client_reuses;  /* a letter that waits follows in a session that is open (RFC 5321 3.3) */
  enum client_ipv6 client_ipv6;
  enum client_asks client_asks;
  int64_t retry_after_us[16]; /* waits before further attempts; the last repeats */
  size_t retry_count;
  int64_t queue_life_us;
  int64_t warn_after_us; /* a letter that waits so long is reported as delayed, to who asks for it (RFC 3461);
                            0: never */
  bool warns_unasked;    /* also to who did not say what he wants (4.1): sendmail, Exim; then not of mail for
                            many, as Precedence tells it */
  bool warns_no_lists; /* nor of what list fields (RFC 2369, 2919) or Auto-Submitted (RFC 3834) tell so: Exim
                        */
  bool warns_again;    /* after each further such time: Exim */
  struct span bounce_from;             /* of all reports: "Mail Delivery Subsystem <MAILER-DAEMON@{host}>" */
  struct span bounce_recipients_field; /* a field that lists those that failed: "X-Failed-Recipients" */
  enum report_form report_form;
  struct software_report bounce, delay, success;
};
