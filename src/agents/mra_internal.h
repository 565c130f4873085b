/* mra_internal: what the files of the retrieval agent share: mra.c (the public face, POP3), mra_imap.c. */
#pragma once

#include "agents/mra.h"

/* What has been fetched, oldest first. */
struct mra_inbox {
  struct message **letters;
  size_t count, capacity;
};

/* mra.c: a letter has come whole: into the inbox, and RETRIEVED, which becomes the present cause. */
void mra_keep(const struct mra_config *config, struct mra_inbox *inbox, connection_id connection,
              struct message *message, struct span uid);

/* mra.c: how a session ended that was not to end so, in words for people. */
const char *mra_end_words(enum connection_end how, bool gave_up);

/* mra_imap.c: the same agent by IMAP. Configuration and inbox are borrowed. */
struct mra_imap;
struct mra_imap *mra_imap_new(const struct mra_config *config, struct mra_inbox *inbox);
void mra_imap_free(struct mra_imap *imap); /* NULL is fine */
void mra_imap_fetch(struct mra_imap *imap);
