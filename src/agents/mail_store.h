/* mail_store: the users' maildrops of one host, in files: one mbox a user (/var/mail/NAME) or one
 * Maildir (/home/NAME/Maildir). The MDA writes, the POP3 server reads.
 *
 * Unique-ids last across sessions (RFC 1939 section 7). One session at a time may hold a maildrop.
 */
#pragma once

#include "agents/file_system.h"
#include "agents/mail_user.h"

struct mail_store;

struct maildrop_entry {
  struct message *message;
  struct span unique_id;
  struct span path;
};

struct mail_store *mail_store_new(const struct agent *agent, struct file_system *files, bool maildir);
void mail_store_free(struct mail_store *store);

/* Delivers a version into a user's maildrop: From_ line with reverse_path and the host's local time
 * (mbox), or a unique file name (Maildir, tmp then new). Gives the path for the DELIVERED record. */
struct span mail_store_deliver(struct mail_store *store, const struct agent *agent,
                               const struct mail_user *user, struct message *message,
                               struct span reverse_path);
size_t mail_store_count(const struct mail_store *store, const struct mail_user *user);
const struct maildrop_entry *mail_store_entry(const struct mail_store *store, const struct mail_user *user,
                                              size_t index);
/* False if another session holds it. */
bool mail_store_lock(struct mail_store *store, const struct mail_user *user);
void mail_store_unlock(struct mail_store *store, const struct mail_user *user);
/* Indices as at the time of the lock; remove from the highest down. */
void mail_store_remove(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                       size_t index);
