/* journal_kinds: the flat list of what can happen, each kind with its fields.
 *
 * KIND(enum constant, "name", "meaning", number fields, text fields). The fields' names are the keys
 * of the JSON form, in the order of number[] and text[]. docs/journal.md explains each; a test
 * compares the two. Add at the end of a group; never change the meaning of a name.
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
  KIND(SCENARIO, "scenario", "which scenario this is a run of", FIELDS("format", "start_unix_us", "seed"),   \
       FIELDS("title", "subtitle", "teaches", "summary", "software"))                                        \
  KIND(HOST, "host", "a machine: record.host is its number; icon is laptop, phone, server …; region groups", \
       FIELDS("clock_offset_us", "zone_minutes", "x", "y"),                                                  \
       FIELDS("name", "address", "label", "region", "icon", "zone"))                                         \
  KIND(AGENT, "agent", "a program on record.host: mua msa mta mda pop3 mra dns resolver", FIELDS("port"),    \
       FIELDS("role", "software", "label"))                                                                  \
  KIND(LINK, "link", "a link between two hosts",                                                             \
       FIELDS("host_a", "host_b", "latency_us", "bytes_per_second"), FIELDS("label"))                        \
  KIND(PERSON, "person", "someone with an address, who uses record.host", NO_FIELDS,                         \
       FIELDS("name", "address", "label"))                                                                   \
  KIND(NARRATION, "narration",                                                                               \
       "words for a step: shown when a record matches the pattern (journal/match.h)", FIELDS("nth"),         \
       FIELDS("when", "say", "rfc"))                                                                         \
  KIND(EXPECTATION, "expectation", "what the scenario says must come true, as its own JSON", FIELDS("line"), \
       FIELDS("json"))                                                                                       \
  /* ---- people and their programs ---- */                                                                  \
  KIND(ACTION, "action", "someone does something: send, fetch, telnet …", FIELDS("person"),                  \
       FIELDS("does", "what"))                                                                               \
  KIND(COMPOSE, "compose", "a program wrote a letter: the first version of a message", FIELDS("version"),    \
       FIELDS("header", "body", "reverse_path", "recipients"))                                               \
  KIND(SENT_COPY, "sent_copy", "the MUA kept a copy of what it sent", FIELDS("version"), FIELDS("path"))     \
  /* ---- names ---- */                                                                                      \
  KIND(DNS_QUERY, "dns_query", "a question to a name server; id pairs it with its answer",                   \
       FIELDS("id", "to_host"), FIELDS("name", "type"))                                                      \
  KIND(DNS_ANSWER, "dns_answer", "an answer; records one per line as in a zone file; rcode NOERROR …",       \
       FIELDS("id", "to_host", "ttl_s"), FIELDS("name", "type", "rcode", "records"))                         \
  KIND(DNS_CACHED, "dns_cached", "the resolver knew the answer already", FIELDS("ttl_left_s"),               \
       FIELDS("name", "type", "rcode", "records"))                                                           \
  KIND(DNS_TIMEOUT, "dns_timeout", "no answer came", FIELDS("id"), FIELDS("name", "type"))                   \
  /* ---- connections: record.host is the one that acts, record.connection the connection ---- */            \
  KIND(CONNECT, "connect", "a client asks for a connection (SYN)", FIELDS("to_host", "port", "from_port"),   \
       FIELDS("to_address", "protocol"))                                                                     \
  KIND(CONNECTED, "connected", "the connection stands", FIELDS("to_host", "port"), NO_FIELDS)                \
  KIND(REFUSED, "refused", "nobody listens there (RST)", FIELDS("to_host", "port"), NO_FIELDS)               \
  KIND(TIMED_OUT, "timed_out", "no answer: the host or the link is down", FIELDS("to_host", "port"),         \
       FIELDS("what"))                                                                                       \
  KIND(CLOSED, "closed", "one side closed in order (FIN); side is 0 client, 1 server", FIELDS("side"),       \
       NO_FIELDS)                                                                                            \
  KIND(CUT, "cut", "the connection broke (RST, or the line went dead)", FIELDS("side"), FIELDS("why"))       \
  KIND(TLS, "tls", "TLS started: from here an eavesdropper sees lengths only", NO_FIELDS, FIELDS("how"))     \
  /* ---- what is said ---- */                                                                               \
  KIND(LINE, "line",                                                                                         \
       "one line on a connection, without its CRLF; side 0 client, 1 server; bare_lf 1 if it ended in LF "   \
       "alone",                                                                                              \
       FIELDS("side", "arrives_us", "bare_lf"), FIELDS("text"))                                              \
  KIND(DATA, "data", "a message on a connection, from its first line to the lone dot",                       \
       FIELDS("side", "arrives_us", "version", "octets"), NO_FIELDS)                                         \
  KIND(DECISION, "decision", "a program decided about a request: verdict accept, reject, defer, discard",    \
       FIELDS("code"), FIELDS("about", "subject", "verdict", "because", "enhanced"))                         \
  /* ---- the message on its way ---- */                                                                     \
  KIND(ACCEPTED, "accepted", "responsibility for the message passed to record.host (RFC 5321 6.1)",          \
       FIELDS("version", "octets"), FIELDS("queue_id", "reverse_path", "recipients"))                        \
  KIND(STAMP, "stamp", "fields put on top: version over parent; sources as journal/sources.h",               \
       FIELDS("version", "parent"), FIELDS("block", "sources"))                                              \
  KIND(REWRITE, "rewrite", "a header replaced: version instead of parent", FIELDS("version", "parent"),      \
       FIELDS("header", "why"))                                                                              \
  KIND(QUEUED, "queued", "a recipient waits in a queue", FIELDS("next_try_us"),                              \
       FIELDS("queue_id", "recipient"))                                                                      \
  KIND(ROUTED, "routed",                                                                                     \
       "where a recipient's mail goes next; because: local, mx, a, aaaa, smarthost, alias, null_mx, loop",   \
       FIELDS("preference", "to_host"),                                                                      \
       FIELDS("queue_id", "recipient", "next_host", "because", "record", "address"))                         \
  KIND(ATTEMPT, "attempt", "a delivery is tried", FIELDS("nth"),                                             \
       FIELDS("queue_id", "recipients", "next_host"))                                                        \
  KIND(RELAYED, "relayed", "the next host took over responsibility for this recipient", FIELDS("to_host"),   \
       FIELDS("queue_id", "recipient", "next_host", "reply"))                                                \
  KIND(DEFERRED, "deferred", "not now: tried again at next_try_us", FIELDS("nth", "next_try_us", "code"),    \
       FIELDS("queue_id", "recipient", "why", "next_host"))                                                  \
  KIND(BOUNCED, "bounced", "given up: a report goes to the reverse-path", FIELDS("code", "report"),          \
       FIELDS("queue_id", "recipient", "why", "enhanced"))                                                   \
  KIND(EXPIRED, "expired", "too long in the queue", FIELDS("report"),                                        \
       FIELDS("queue_id", "recipient", "why"))                                                               \
  KIND(DISCARDED, "discarded", "thrown away by a named policy", NO_FIELDS,                                   \
       FIELDS("queue_id", "recipient", "policy"))                                                            \
  KIND(EXPANDED, "expanded", "a recipient became others", NO_FIELDS,                                         \
       FIELDS("queue_id", "recipient", "into", "because"))                                                   \
  KIND(DELIVERED, "delivered", "in a message store: the recipient's mail has arrived",                       \
       FIELDS("version", "person"), FIELDS("queue_id", "recipient", "store", "path"))                        \
  /* ---- stores ---- */                                                                                     \
  KIND(FILE_WRITE, "file_write",                                                                             \
       "appended to a file of a simulated host: bytes, then, if version is not 0, that version in the form " \
       "mbox, maildir or plain",                                                                             \
       FIELDS("offset", "version"), FIELDS("path", "bytes", "form"))                                         \
  KIND(FILE_CUT, "file_cut", "so many octets taken out of a file, from offset on",                           \
       FIELDS("offset", "octets"), FIELDS("path"))                                                           \
  KIND(FILE_REMOVE, "file_remove", "a file removed", NO_FIELDS, FIELDS("path"))                              \
  KIND(FILE_RENAME, "file_rename", "a file renamed", NO_FIELDS, FIELDS("path", "to"))                        \
  KIND(RETRIEVED, "retrieved", "a message was fetched from a store into a program (a pull)",                 \
       FIELDS("version", "person", "left_on_server"), FIELDS("path", "uid"))                                 \
  /* ---- faults and the run itself ---- */                                                                  \
  KIND(FAULT, "fault", "a planned fault begins or ends: host_down, host_up, link_down, link_up, …",          \
       FIELDS("to_host"), FIELDS("what", "why"))                                                             \
  KIND(LIMIT, "limit", "a named limit stopped the run", FIELDS("value"), FIELDS("name"))                     \
  KIND(NOTE, "note", "a program's remark, as in a log file", NO_FIELDS, FIELDS("text"))                      \
  KIND(END, "end", "the run is over: why is quiet, until, limit", NO_FIELDS, FIELDS("why"))

enum journal_kind {
  JOURNAL_NO_KIND = 0,
#define KIND(constant, name, meaning, numbers, texts) JOURNAL_##constant,
  JOURNAL_KINDS(KIND)
#undef KIND
      JOURNAL_KIND_COUNT
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
