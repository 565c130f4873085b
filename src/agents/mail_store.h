/* mail_store: the users' maildrops of one host, in files: one mbox a user (/var/mail/NAME) or one
 * Maildir (/home/NAME/Maildir). The MDA writes, the POP3 server reads.
 *
 *     mbox      /var/mail/janelle           "From jack@comcast.net Fri Jun 18 10:22:55 2004", then the letter
 *     Maildir   /home/janelle/Maildir/tmp/1087575775.M22955P1004Q1.mx.umich.edu   while it is written,
 *                                    /new/…                                       once it is whole,
 *                                    /cur/…:2,S                                   once somebody has read it,
 *                                                                                 or has set other flags
 *
 * A Maildir name is seconds, then M microseconds, P process and Q how many that process has delivered,
 * then the host: unique without a lock, and here the same in every run. The process is 1000 and the
 * number of the agent that delivers.
 *
 * Unique-ids last across sessions (RFC 1939 section 7): for a Maildir the name without its flags (without
 * its host too if that would pass 70 octets or is not ASCII), for an mbox the letter's number and the time of
 * the first delivery, eight hexadecimal digits each. No number is used again. One POP3 session at a time may
 * hold a maildrop; a delivery meanwhile goes to its end and waits for the next. Cost: 24 octets a letter
 * besides the file system's.
 *
 * For IMAP (RFC 9051 2.3.1.1) that number is the letter's UID: of an mbox the maildrop's letters are counted,
 * of a Maildir the store's. UIDVALIDITY is the time at which the maildrop was first used, in seconds. Flags
 * are kept as long as the run lasts; in a Maildir they show in the file's name (D F R S T), an mbox's file
 * does not change by them. Any number of IMAP sessions look at one maildrop: a watcher hears of every change.
 */
#pragma once

#include "agents/file_system.h"
#include "agents/mail_user.h"

enum { MAILDROP_UNIQUE_ID_MAX = 70 }; /* octets: RFC 1939 section 7 */

/* What people and programs note of a letter: IMAP's system flags (RFC 9051 2.3.2). */
enum letter_flag {
  LETTER_SEEN = 1,
  LETTER_ANSWERED = 2,
  LETTER_FLAGGED = 4,
  LETTER_DELETED = 8, /* marked, not removed */
  LETTER_DRAFT = 16,
};

struct mail_store;

struct maildrop_entry {
  struct message *message;
  struct span unique_id;
  struct span path;
  uint32_t uid;
  uint32_t flags;            /* of enum letter_flag */
  int64_t delivered_unix_us; /* by the host's clock */
};

/* Hears what happens to maildrops, just after it has happened. */
struct mail_store_watcher {
  void (*arrived)(void *context, const struct mail_user *user, size_t index);
  void (*removed)(void *context, const struct mail_user *user, uint32_t uid);
  void (*flags_changed)(void *context, const struct mail_user *user, uint32_t uid, uint32_t flags);
};

/* The files are borrowed; the agent says on which host. */
struct mail_store *mail_store_new(const struct agent *agent, struct file_system *files, bool maildir);
void mail_store_free(struct mail_store *store);
bool mail_store_is_maildir(const struct mail_store *store);
/* One watcher at most; borrowed. NULL: none from here on. */
void mail_store_watch(struct mail_store *store, const struct mail_store_watcher *watcher, void *context);

/* Delivers a version into a user's maildrop: From_ line with reverse_path (empty: MAILER-DAEMON) and the
 * host's local time (mbox), or a file of its own, written in tmp and renamed into new (Maildir). Gives the
 * path for the DELIVERED record, borrowed until the next call. The file's record becomes the present cause.
 */
struct span mail_store_deliver(struct mail_store *store, const struct agent *agent,
                               const struct mail_user *user, struct message *message,
                               struct span reverse_path);
/* Puts a letter in that was delivered by nobody: an IMAP client's APPEND or COPY. With flags;
 * delivered_unix_us is what counts as the time of its delivery. Gives its index. */
size_t mail_store_append(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                         struct message *message, uint32_t flags, int64_t delivered_unix_us);
size_t mail_store_count(const struct mail_store *store, const struct mail_user *user);
/* Oldest first, from 0. The message is borrowed from the store, the texts until the next call. */
void mail_store_entry(struct mail_store *store, const struct mail_user *user, size_t index,
                      struct maildrop_entry *entry_out);
/* False if another session holds it. */
bool mail_store_lock(struct mail_store *store, const struct mail_user *user);
void mail_store_unlock(struct mail_store *store, const struct mail_user *user);
bool mail_store_is_locked(const struct mail_store *store, const struct mail_user *user);
/* Not 0; from the first call or the first letter on the same. */
uint32_t mail_store_uid_validity(struct mail_store *store, const struct mail_user *user);
/* Above every UID so far; changes only when a letter comes (RFC 9051 2.3.1.1). */
uint32_t mail_store_uid_next(const struct mail_store *store, const struct mail_user *user);
/* False: no letter has that UID any more. */
bool mail_store_find(const struct mail_store *store, const struct mail_user *user, uint32_t uid,
                     size_t *index_out);
/* Sets all flags anew. In a Maildir the file goes to cur and is renamed. */
void mail_store_set_flags(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                          size_t index, uint32_t flags);
/* Somebody has read it: the same as setting LETTER_SEEN besides the others. */
void mail_store_mark_seen(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                          size_t index);
/* A program of the host itself, for which the agent stands, reads all letters of a user in their files,
 * without any server: FILE_READ for each file. In a Maildir they have been seen then. While a session holds
 * an mbox nothing is read, and that is noted: the two would have to agree about the lock. */
void mail_store_read(struct mail_store *store, const struct agent *agent, const struct mail_user *user);
/* Takes a letter out; those behind it move up, so remove from the highest index down. */
void mail_store_remove(struct mail_store *store, const struct agent *agent, const struct mail_user *user,
                       size_t index);
