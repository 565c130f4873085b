/* live_journal: the journal's file, written as things happen: after each round of the loop it holds all
 * records so far, so that a run which ends badly has lost nothing. */
#pragma once

#include "base/error.h"
#include "journal/journal.h"

struct live_journal;

/* NULL and an error if the file cannot be written. The path "-" is standard output. */
struct live_journal *live_journal_open(const struct journal *journal, const char *path,
                                       struct error_list *errors);
/* Writes what is new. False and an error, once, if it cannot be: then nothing more may be served. */
bool live_journal_write(struct live_journal *file, struct error_list *errors);
void live_journal_close(struct live_journal *file); /* NULL is fine */
