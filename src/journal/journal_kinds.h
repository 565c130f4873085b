/* journal_kinds: the flat list of what can happen, each kind with its fields.
 *
 * KIND(number, enum constant, "name", "meaning", number fields, text fields). The number stands for the
 * kind in the fingerprint, so it never changes; a new kind takes the next one, wherever it is listed.
 * The fields' names are the keys of the JSON form, in the order of number[] and text[]. A new field goes
 * to the end of its list. docs/journal.md explains each; a test compares the two. Never change the
 * meaning of a name.
 *
 * The records of the preamble (all at time 0, before anything happens) tell a reader what it needs of
 * the scenario, so that a journal plays by itself. Hosts, agents, links and people are numbered from
 * 1 in the order of their records; those numbers stand in host, agent and the number fields.
 * "cause" and the other members that every record has are not listed here.
 */
#pragma once

#include "base/span.h"

/* Inside the table only: the names of a record's numbers and of its texts. */
#define FIELDS(...)                                                                                          \
  { __VA_ARGS__ }
#define NO_FIELDS                                                                                            \
  { 0 }

#define JOURNAL_KINDS(KIND)                                                                                  \
  /* ---- the preamble ---- */                                                                               \
  KIND(1, SCENARIO, "scenario", "which scenario this is a run of",                                           \
       FIELDS("format", "start_unix_us", "seed"),                                                            \
       FIELDS("title", "subtitle", "teaches", "summary", "software"))                                        \
  KIND(2, HOST, "host",                                                                                      \
       "a machine: record.host is its number; icon is laptop, phone, server …; region groups",               \
       FIELDS("clock_offset_us", "zone_minutes", "x", "y"),                                                  \
       FIELDS("name", "address", "label", "region", "icon", "zone"))                                         \
  KIND(3, AGENT, "agent", "a program on record.host: mua msa mta mda pop3 imap mra dns resolver",            \
       FIELDS("port"), FIELDS("role", "software", "label"))                                                  \
  KIND(4, LINK, "link", "a link between two hosts",                                                          \
       FIELDS("host_a", "host_b", "latency_us", "bytes_per_second"), FIELDS("label"))                        \
  KIND(5, PERSON, "person", "someone with an address, who uses record.host", NO_FIELDS,                      \
       FIELDS("name", "address", "label"))                                                                   \
  KIND(6, NARRATION, "narration",                                                                            \
       "words for a step: shown when a record matches the pattern (journal/match.h)", FIELDS("nth"),         \
       FIELDS("when", "say", "rfc"))                                                                         \
  KIND(7, EXPECTATION, "expectation", "what the scenario says must come true, as its own JSON",              \
       FIELDS("line"), FIELDS("json"))                                                                       \
  /* ---- people and their programs ---- */                                                                  \
  KIND(8, ACTION, "action", "someone does something: send, fetch, telnet …", FIELDS("person"),               \
       FIELDS("does", "what"))                                                                               \
  KIND(9, COMPOSE, "compose", "a program wrote a letter: the first version of a message", FIELDS("version"), \
       FIELDS("header", "body", "reverse_path", "recipients"))                                               \
  KIND(10, SENT_COPY, "sent_copy", "the MUA kept a copy of what it sent", FIELDS("version"), FIELDS("path")) \
  /* ---- names ---- */                                                                                      \
  KIND(11, DNS_QUERY, "dns_query", "a question to a name server; id pairs it with its answer",               \
       FIELDS("id", "to_host"), FIELDS("name", "type", "wire"))                                              \
  KIND(12, DNS_ANSWER, "dns_answer", "an answer; records one per line as in a zone file; rcode NOERROR …",   \
       FIELDS("id", "to_host", "ttl_s"), FIELDS("name", "type", "rcode", "records", "wire"))                 \
  KIND(13, DNS_CACHED, "dns_cached", "the resolver knew the answer already", FIELDS("ttl_left_s"),           \
       FIELDS("name", "type", "rcode", "records"))                                                           \
  KIND(14, DNS_TIMEOUT, "dns_timeout", "no answer came", FIELDS("id"), FIELDS("name", "type"))               \
  /* ---- connections: record.host is the one that acts, record.connection the connection ---- */            \
  KIND(15, CONNECT, "connect", "a client asks for a connection (SYN)",                                       \
       FIELDS("to_host", "port", "from_port"), FIELDS("to_address", "protocol"))                             \
  KIND(16, CONNECTED, "connected", "the connection stands", FIELDS("to_host", "port"), NO_FIELDS)            \
  KIND(17, REFUSED, "refused", "nobody listens there (RST)", FIELDS("to_host", "port"), NO_FIELDS)           \
  KIND(18, TIMED_OUT, "timed_out", "no answer: host or link are down, or nobody is there",                   \
       FIELDS("to_host", "port"), FIELDS("what"))                                                            \
  KIND(19, CLOSED, "closed", "one side closed in order (FIN); side is 0 client, 1 server", FIELDS("side"),   \
       NO_FIELDS)                                                                                            \
  KIND(20, CUT, "cut", "the connection broke (RST, or the line went dead)", FIELDS("side"), FIELDS("why"))   \
  KIND(21, TLS, "tls", "TLS started: from here an eavesdropper sees lengths only",                           \
       FIELDS("version", "checked"), FIELDS("how", "suite", "name", "fault"))                                \
  /* ---- what is said ---- */                                                                               \
  KIND(22, LINE, "line",                                                                                     \
       "one line on a connection, without its CRLF; side 0 client, 1 server; bare_lf 1 if it ended in LF "   \
       "alone, 2 if it was never ended",                                                                     \
       FIELDS("side", "arrives_us", "bare_lf"), FIELDS("text"))                                              \
  KIND(23, DATA, "data", "a message on a connection, from its first line to the lone dot",                   \
       FIELDS("side", "arrives_us", "version", "octets"), NO_FIELDS)                                         \
  KIND(24, DECISION, "decision",                                                                             \
       "a program decided about a request: verdict accept, reject, defer, discard", FIELDS("code"),          \
       FIELDS("about", "subject", "verdict", "because", "enhanced"))                                         \
  /* ---- the message on its way ---- */                                                                     \
  KIND(25, ACCEPTED, "accepted", "responsibility for the message passed to record.host (RFC 5321 6.1)",      \
       FIELDS("version", "octets"), FIELDS("queue_id", "reverse_path", "recipients"))                        \
  KIND(26, STAMP, "stamp", "fields put on top: version over parent; sources as journal/sources.h",           \
       FIELDS("version", "parent"), FIELDS("block", "sources"))                                              \
  KIND(27, REWRITE, "rewrite", "a header replaced: version instead of parent", FIELDS("version", "parent"),  \
       FIELDS("header", "why"))                                                                              \
  KIND(53, CONVERT, "convert",                                                                               \
       "header and body replaced, for a server that takes 7 bits: version instead of parent",                \
       FIELDS("version", "parent"), FIELDS("header", "body", "why"))                                         \
  KIND(28, QUEUED, "queued", "a recipient waits in a queue", FIELDS("next_try_us"),                          \
       FIELDS("queue_id", "recipient"))                                                                      \
  KIND(29, ROUTED, "routed",                                                                                 \
       "where a recipient's mail goes next; because: local, mx, a, aaaa, literal, smarthost; null_mx and "   \
       "loop: nowhere",                                                                                      \
       FIELDS("preference", "to_host"),                                                                      \
       FIELDS("queue_id", "recipient", "next_host", "because", "record", "address"))                         \
  KIND(30, ATTEMPT, "attempt", "a delivery is tried", FIELDS("nth"),                                         \
       FIELDS("queue_id", "recipients", "next_host"))                                                        \
  KIND(31, RELAYED, "relayed", "the next host took over responsibility for this recipient",                  \
       FIELDS("to_host"), FIELDS("queue_id", "recipient", "next_host", "reply"))                             \
  KIND(32, DEFERRED, "deferred", "not now: tried again at next_try_us",                                      \
       FIELDS("nth", "next_try_us", "code"), FIELDS("queue_id", "recipient", "why", "next_host"))            \
  KIND(33, BOUNCED, "bounced", "given up: a report goes to the reverse-path", FIELDS("code"),                \
       FIELDS("queue_id", "recipient", "why", "enhanced", "report_to"))                                      \
  KIND(34, EXPIRED, "expired", "too long in the queue", NO_FIELDS,                                           \
       FIELDS("queue_id", "recipient", "why", "report_to"))                                                  \
  KIND(35, DISCARDED, "discarded", "thrown away by a named policy", NO_FIELDS,                               \
       FIELDS("queue_id", "recipient", "policy"))                                                            \
  KIND(36, EXPANDED, "expanded", "a recipient became others; file and line: where that is written",          \
       FIELDS("line"), FIELDS("queue_id", "recipient", "into", "because", "already", "file"))                \
  KIND(56, NEW_ENVELOPE, "new_envelope",                                                                     \
       "the copies of a mailing list go on in an envelope of their own, from its owner (RFC 5321 3.9.2)",    \
       NO_FIELDS, FIELDS("queue_id", "reverse_path", "recipients", "was", "list"))                           \
  KIND(37, DELIVERED, "delivered", "in a message store: the recipient's mail has arrived",                   \
       FIELDS("version", "person"), FIELDS("queue_id", "recipient", "store", "path"))                        \
  /* ---- stores ---- */                                                                                     \
  KIND(38, FILE_WRITE, "file_write",                                                                         \
       "appended to a file of a simulated host: bytes, then, if version is not 0, that version in the form " \
       "mbox, maildir or plain",                                                                             \
       FIELDS("offset", "version"), FIELDS("path", "bytes", "form"))                                         \
  KIND(39, FILE_CUT, "file_cut", "so many octets taken out of a file, from offset on",                       \
       FIELDS("offset", "octets"), FIELDS("path"))                                                           \
  KIND(40, FILE_REMOVE, "file_remove", "a file removed", NO_FIELDS, FIELDS("path"))                          \
  KIND(41, FILE_RENAME, "file_rename", "a file renamed", NO_FIELDS, FIELDS("path", "to"))                    \
  KIND(57, FILE_READ, "file_read",                                                                           \
       "a program of the host read a whole mailbox file itself, without any server",                         \
       FIELDS("octets", "letters", "person"), FIELDS("path"))                                                \
  KIND(42, RETRIEVED, "retrieved", "a message was fetched from a store into a program (a pull)",             \
       FIELDS("version", "person", "left_on_server"), FIELDS("path", "uid"))                                 \
  /* ---- faults and the run itself ---- */                                                                  \
  KIND(43, FAULT, "fault", "a planned fault begins or ends: host_down, host_up, link_down, link_up, …",      \
       FIELDS("to_host"), FIELDS("what", "why", "name", "rcode"))                                            \
  KIND(44, LIMIT, "limit", "a named limit stopped the run", FIELDS("value"), FIELDS("name"))                 \
  KIND(45, NOTE, "note", "a program's remark, as in a log file", NO_FIELDS, FIELDS("text"))                  \
  KIND(46, END, "end", "the run is over: why is quiet, until, limit", NO_FIELDS, FIELDS("why"))              \
  /* ---- under TLS ---- */                                                                                  \
  KIND(47, TLS_RECORD, "tls_record", "what the line shows of what is said under TLS: lengths",               \
       FIELDS("side", "arrives_us", "octets", "count"), FIELDS("content", "visible"))                        \
  KIND(48, TLS_FAILED, "tls_failed", "TLS did not come to be; side 0 client, 1 server", FIELDS("side"),      \
       FIELDS("how", "why", "name"))                                                                         \
  KIND(52, CERTIFICATE, "certificate",                                                                       \
       "what a real server behind a gateway has shown for itself; names are separated by blanks",            \
       FIELDS("version", "self_signed", "expired"), FIELDS("names"))                                         \
  KIND(49, DNS_CHANGED, "dns_changed",                                                                       \
       "a zone's records change, as planned; one per line as in a zone file", NO_FIELDS,                     \
       FIELDS("name", "removed", "added", "why"))                                                            \
  KIND(55, SETTING_CHANGED, "setting_changed",                                                               \
       "a machine is set up otherwise from here on, as planned; text is empty for what it has no longer",    \
       NO_FIELDS, FIELDS("name", "text", "why"))                                                             \
  /* ---- the preamble again ---- */                                                                         \
  KIND(50, QUESTION, "question", "a question that the scenario asks before a record that matches",           \
       FIELDS("nth", "about_message"), FIELDS("when", "ask", "answer", "others", "because", "rfc"))          \
  KIND(51, SETTING, "setting", "how a machine is set up, by the scenario's keys", NO_FIELDS,                 \
       FIELDS("name", "text"))                                                                               \
  KIND(54, ADDRESS, "address", "an address that record.host has besides its first", NO_FIELDS,               \
       FIELDS("address"))

enum journal_kind {
  JOURNAL_NO_KIND = 0,
#define KIND(number, constant, name, meaning, numbers, texts) JOURNAL_##constant = (number),
  JOURNAL_KINDS(KIND)
#undef KIND
#define KIND(number, constant, name, meaning, numbers, texts) +1
      JOURNAL_KIND_COUNT = 1 JOURNAL_KINDS(KIND) /* one more than there are kinds */
#undef KIND
};

struct journal_kind_info {
  const char *name;
  const char *meaning;
  const char *number[4]; /* NULL after the last */
  const char *text[6];
};

const struct journal_kind_info *journal_kind_info(enum journal_kind kind);
/* JOURNAL_NO_KIND if there is none of that name. */
enum journal_kind journal_kind_named(struct span name);
