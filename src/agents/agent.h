/* agent: what every program of the simulation has: a host, a number in the journal, a software, and
 * the words for noting what it does.
 *
 * Agents never call each other. They meet on connections, as real programs do; even the programs of one
 * host talk over the loopback, so that every transfer of mail can be watched.
 */
#pragma once

#include "agents/software.h"
#include "sim/network.h"

enum agent_role {
  AGENT_MUA,
  AGENT_MSA,
  AGENT_MTA,
  AGENT_MDA,
  AGENT_POP3,
  AGENT_IMAP,
  AGENT_MRA,
  AGENT_DNS,
  AGENT_RESOLVER
};
const char *agent_role_name(enum agent_role role); /* "mua": as in the journal */

enum {
  PORT_SMTP = 25,
  PORT_SUBMISSION = 587,
  PORT_SUBMISSIONS = 465, /* TLS comes first (RFC 8314 3.3) */
  PORT_LMTP = 24,         /* RFC 2033 leaves it open, but forbids 25; 24 is "any private mail system" */
  PORT_POP3 = 110,
  PORT_POP3S = 995, /* TLS comes first */
  PORT_IMAP = 143,
  PORT_IMAPS = 993, /* TLS comes first */
  PORT_DOMAIN = 53,
  PORT_RESOLVER = 32768, /* where a host's resolver hears answers */
};

struct agent {
  struct network *network;
  struct sim *sim;
  host_id host;
  uint16_t number; /* in the journal */
  enum agent_role role;
  const struct software *software;
};

/* A record with kind, host and agent filled in. */
struct journal_record agent_record(const struct agent *agent, enum journal_kind kind);
/* Is it one of its host's own addresses? */
bool agent_has_address(const struct agent *agent, const struct ip_address *address);
/* An address as its software writes it where there are brackets around it or might be: with the tag of an
 * address literal before an IPv6 address (RFC 5321 4.1.3), or bare. In arena, or the address itself. */
struct span agent_tagged_address(const struct agent *agent, struct span address, struct arena *arena);
/* A remark, as in a log file. */
void agent_note(const struct agent *agent, struct span text);

/* Says bytes on a connection: notes a LINE record for each line (an unfinished last one too), caused by the
 * present cause, and sends them. What the other side does on hearing them is because of the line: a client's
 * commands are heard one by one, even where several are said at once (RFC 2920), a server's lines as one
 * reply. The present cause stays as it was. Gives the last record's sequence; 0, and nothing noted, if the
 * connection has ended. */
journal_seq agent_say(const struct agent *agent, connection_id connection, bool from_client,
                      struct span bytes);
/* The same of one line, which ends in CRLF: no end is looked for. */
journal_seq agent_say_line(const struct agent *agent, connection_id connection, bool from_client,
                           struct span line);
/* Sends a message by reference: notes DATA. Otherwise as agent_say. */
journal_seq agent_say_message(const struct agent *agent, connection_id connection, bool from_client,
                              struct message *message);

/* Letters and versions are numbered in the order in which they are made, run-wide. */
struct message_numbers {
  uint32_t letters, versions;
  uint32_t letters_max; /* a limit of the run; 0: none */
};
/* A message that was read from bytes may be one that the network took apart on this connection: then that one
 * (borrowed), with its number, else the message itself. */
struct message *agent_recognise(const struct agent *agent, connection_id connection, bool to_client,
                                struct message *message);

/* Whether a user gets what he wants of a session (about: "login", "maildrop"), and because of what: a
 * DECISION, which becomes the present cause. The code is the response's, without brackets; empty: none. */
void agent_note_access(const struct agent *agent, connection_id connection, struct span about,
                       struct span user, bool yes, struct span because, struct span code);
/* A new letter's first version: numbers it, and notes COMPOSE, which becomes the present cause.
 * recipients: addresses separated by LF. */
void agent_note_compose(const struct agent *agent, struct message_numbers *numbers, struct message *message,
                        struct span reverse_path, struct span recipients);
/* A new block on top: numbers the version, and notes STAMP; the present cause stays. sources may be empty
 * (journal/sources.h). */
journal_seq agent_note_stamp(const struct agent *agent, struct message_numbers *numbers,
                             struct message *message, uint32_t parent_version, struct span sources);
