/* outbound: which sessions a program has open with which server, and which letters wait for one.
 *
 * A program with much to say to one server opens a few sessions, not one for each letter, and lets letters
 * follow each other in them. Real ones differ, so it is the software's: how many sessions (Postfix: twenty,
 * default_destination_concurrency_limit), and whether a session is used again (Postfix's connection cache) or
 * each letter has its own (qmail).
 *
 *     mta, mua ── outbound_send ──▶ few sessions with that server? ── yes ──▶ a new session (smtp_sender)
 *                                        └─ no ─▶ [ waits ] ──▶ the next turn in a session that is ready,
 *                                                               or in a new one, once one has ended
 *
 * Letters wait in the order in which they came. A session is used again only by who logs in as its user did.
 *
 * Ownership: the agent's texts are borrowed; user, password, the server's name and its address are copied. A
 * letter stays with the one who sends it until its turn is over.
 */
#pragma once

#include "agents/smtp_sender.h"

struct outbound;

/* A letter that is sent: its turn, which who sends fills in, and its place among those that wait. */
struct outbound_letter {
  struct smtp_turn turn;
  struct outbound_letter *next;
  const struct outbound_terms *terms;
};

struct outbound *outbound_new(void);
/* Sessions that are open and letters that wait are forgotten without a word: it is the end of the run. */
void outbound_free(struct outbound *outbound);
/* The turn's cause is the present one. May connect at once, never calls back before it returns. */
void outbound_send(struct outbound *outbound, const struct smtp_sender_config *config,
                   struct outbound_letter *letter);
