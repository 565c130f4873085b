/* file_system: the files of one simulated host, as far as mail has to do with them.
 *
 * A file is a list of pieces: bytes of its own, then perhaps a message version in one of three forms, so
 * that a mailbox of a thousand letters copies none. Every change is a record, and readers can make the
 * same files from the records alone.
 */
#pragma once

#include "agents/agent.h"

enum file_form {
  FILE_PLAIN,   /* the version's bytes with LF line ends, as Unix files have them */
  FILE_MBOX,    /* the same with From_ lines quoted (mboxrd) and an empty line after it */
  FILE_MAILDIR, /* as plain */
};

struct file_system;

struct file_system *file_system_new(void);
void file_system_free(struct file_system *files);

/* Appends to the file, making it if there is none. message may be NULL; takes its own reference. */
void file_system_append(struct file_system *files, const struct agent *agent, struct span path,
                        struct span bytes, struct message *message, enum file_form form);
/* Takes the piece with that index (from 0) out of the file. */
void file_system_cut(struct file_system *files, const struct agent *agent, struct span path, size_t piece);
void file_system_remove(struct file_system *files, const struct agent *agent, struct span path);
void file_system_rename(struct file_system *files, const struct agent *agent, struct span path,
                        struct span to);
bool file_system_exists(const struct file_system *files, struct span path);
uint64_t file_system_size(const struct file_system *files, struct span path);
/* The whole contents, as a program on the host would read them; false if there is no such file. */
bool file_system_read(const struct file_system *files, struct span path, struct buf *out);
size_t file_system_piece_count(const struct file_system *files, struct span path);
