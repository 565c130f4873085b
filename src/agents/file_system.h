/* file_system: the files of one simulated host, as far as mail has to do with them.
 *
 * A file is a list of pieces: bytes of its own, then perhaps a message version in one of three forms, so
 * that a mailbox of a thousand letters copies none. Every change is a record, and readers can make the
 * same files from the records alone.
 *
 *     /var/mail/janelle ─▶ [ "From jack@comcast.net Fri Jun 18 …" + version 4 as mbox ]
 *                          [ "From bilbo@shire.example Sat Jun 19 …" + version 9 as mbox ] …
 *
 * Paths are plain names, compared byte for byte; directories are not kept and need not be made.
 * Cost: for each letter a piece of 32 octets and the bytes before it; a file is found by hash.
 * Ownership: the file system copies paths and bytes, and has its own reference to each message.
 */
#pragma once

#include "agents/agent.h"

enum file_form {
  FILE_PLAIN,   /* the version's bytes with LF line ends, as Unix files have them */
  FILE_MBOX,    /* the same with From_ lines quoted (mboxrd) and an empty line after it */
  FILE_MAILDIR, /* as plain */
};
const char *file_form_name(enum file_form form); /* "mbox": as in the journal */

struct file_system;

struct file_system *file_system_new(void);
void file_system_free(struct file_system *files);

/* Changes give the sequence of their record; the present cause stays as it was. */

/* Appends to the file, making it if there is none. message may be NULL; else it has its version number. */
journal_seq file_system_append(struct file_system *files, const struct agent *agent, struct span path,
                               struct span bytes, struct message *message, enum file_form form);
/* Takes the piece with that index (from 0) out of the file, which stays, even if it is empty then. */
journal_seq file_system_cut(struct file_system *files, const struct agent *agent, struct span path,
                            size_t piece);
journal_seq file_system_remove(struct file_system *files, const struct agent *agent, struct span path);
/* A file that is called `to` already is replaced, as rename(2) does. To its own name: nothing, and 0. */
journal_seq file_system_rename(struct file_system *files, const struct agent *agent, struct span path,
                               struct span to);
bool file_system_exists(const struct file_system *files, struct span path);
uint64_t file_system_size(const struct file_system *files, struct span path); /* 0 if there is none */
/* The whole contents, as a program on the host would read them; false if there is no such file. */
bool file_system_read(const struct file_system *files, struct span path, struct buf *out);
size_t file_system_piece_count(const struct file_system *files, struct span path);
