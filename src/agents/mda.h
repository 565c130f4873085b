/* mda: puts mail into mailboxes: an LMTP server (RFC 2033) with a store behind it.
 *
 * Says for each recipient whether it was delivered. On top of each copy come Return-Path (the
 * reverse-path, kept at last: RFC 5321 4.4) and Delivered-To, as the software does it.
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
