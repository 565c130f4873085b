/* mda: puts mail into mailboxes: an LMTP server (RFC 2033) with a store behind it.
 *
 *     MTA ── LMTP, port 24 ──▶ mda ──▶ mail_store       MAIL … RCPT … RCPT … DATA, then a reply a recipient
 *
 * Says for each recipient whether it was delivered. On top of each copy come Return-Path (the
 * reverse-path, kept at last: RFC 5321 4.4) and Delivered-To, as the software does it; so each recipient
 * gets a version of its own.
 *
 * A recipient is looked up by its whole address, then by its local part (mail_user.h); which domains end here
 * is the MTA's business. A mailbox called postmaster always exists (RFC 5321 4.5.1): where no user has that
 * name, it is a file that nobody logs in to.
 *
 * Never relays, never bounces: a refused recipient stays the MTA's.
 * Ownership: the store, the users and the numbers are borrowed.
 */
#pragma once

#include "agents/mail_store.h"
#include "agents/smtp_listener.h"

struct mda;

struct mda_config {
  struct agent agent;
  struct mail_store *store;
  const struct mail_users *users;
  struct message_numbers *numbers;
  struct policy_list policies;
};
struct mda *mda_new(const struct mda_config *config);
void mda_free(struct mda *mda);
