/* fault_words: a planned fault, or a machine that is set up anew, said in one sentence: for the captions and
 * for the story as text. */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"
#include "journal/preamble.h"

enum fault_hosts { FAULT_HOSTS_BY_NAME, FAULT_HOSTS_BY_LABEL };

/* "mx1.example.edu goes down: a power cut", without a full stop, in the arena. The record is a FAULT. */
struct span fault_words(const struct journal_preamble *preamble, const struct journal_record *record,
                        enum fault_hosts hosts, struct arena *arena);
/* "mx.example.edu relays for nobody but its own now: complaints", likewise. The record is a SETTING_CHANGED.
 */
struct span setting_words(const struct journal_preamble *preamble, const struct journal_record *record,
                          enum fault_hosts hosts, struct arena *arena);
