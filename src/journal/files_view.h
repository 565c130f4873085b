/* files_view: the files of the simulated hosts at any record of a journal: mailboxes as they lie on disk.
 *
 * Ownership: contents are the view's; paths are the journal's. What a stranger's journal has wrong is passed
 * over. */
#pragma once

#include "base/buf.h"
#include "journal/message_view.h"

struct file_view {
  uint16_t host;
  struct span path;
  struct span form;    /* of the letters in it: mbox, maildir, plain; empty: there was never one */
  struct buf contents; /* LF line ends, as on a Unix host */
};

struct files_view {
  struct file_view *files; /* in the order in which they were first written */
  size_t count, capacity;
};

/* Takes in one record more; those of other kinds change nothing. */
void files_view_take(struct files_view *view, const struct journal_versions *versions,
                     const struct journal_record *record);
/* As after the record `last` (0: at the end). The caller frees it. */
struct files_view files_view_make(const struct journal *journal, const struct journal_versions *versions,
                                  journal_seq last);
void files_view_free(struct files_view *view);
