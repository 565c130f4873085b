/* pop3_agent: the two programs that speak POP3 (RFC 1939): the server beside the message store, and the
 * retrieval agent (MRA) that pulls mail from it for a user. */
#pragma once

#include "agents/mail_store.h"

struct pop3_host;

struct pop3_host_config {
  struct agent agent;
  struct mail_store *store;
  const struct mail_users *users;
};
struct pop3_host *pop3_host_new(const struct pop3_host_config *config);
void pop3_host_free(struct pop3_host *host);

struct mra;

struct mra_config {
  struct agent agent;
  host_id server;
  struct span user, password;
  bool leave_on_server;
  uint32_t person;
  struct message_numbers *numbers;
};
struct mra *mra_new(const struct mra_config *config);
void mra_free(struct mra *mra);
/* Pulls whatever is new; when one is under way already, once more after it. */
void mra_fetch(struct mra *mra);
/* What has been fetched so far, oldest first: the MUA's inbox. */
size_t mra_count(const struct mra *mra);
struct message *mra_message(const struct mra *mra, size_t index);
