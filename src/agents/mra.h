/* mra: the retrieval agent: pulls a user's mail from a POP3 (RFC 1939) or IMAP server (RFC 9051) into the
 * mail program.
 *
 *     mra_fetch ──▶ connection ⇄ pop3_client or imap_client engine ──▶ inbox: RETRIEVED, one for each new
 * letter
 *
 * By IMAP it looks at the headers of what is new, and reads each letter; that it has been read the server
 * notes. What is new it knows by UIDVALIDITY and UID.
 *
 * By POP3 it fetches what it has not fetched before (by unique-id) and, unless mail is to be left on the
 * server, has each letter deleted once it has arrived whole. A letter that stayed because a session ended
 * before its QUIT is deleted the next time, not fetched twice. Adds nothing to a header.
 *
 * Each fetch is one session. If it fails, a remark says why; when to try again is the person's business.
 * Ownership: the spans of the configuration are borrowed; the letters fetched are its own.
 */
#pragma once

#include "agents/agent.h"
#include "agents/tls_use.h"

struct mra;

struct mra_config {
  struct agent agent;
  host_id server;
  bool by_imap;
  bool tls_first;            /* on port 995 or 993 */
  const struct tls_use *tls; /* borrowed; NULL: knows of none, but for a port where it comes first */
  struct span user, password;
  bool leave_on_server;
  uint32_t person;
  struct message_numbers *numbers; /* for letters that the journal has not numbered, from outside */
};
struct mra *mra_new(const struct mra_config *config);
void mra_free(struct mra *mra);
/* Pulls whatever is new; when one is under way already, once more after it. */
void mra_fetch(struct mra *mra);
/* What has been fetched so far, oldest first: the MUA's inbox. */
size_t mra_count(const struct mra *mra);
struct message *mra_message(const struct mra *mra, size_t index);
