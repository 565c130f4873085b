/* show: answers to "what does it look like now?": a letter's header and who wrote each line of it, its
 * envelope, the way it took, mailboxes, queues, name server answers, the audit. As text or as JSON lines.
 *
 * Reads only the journal.
 */
#pragma once

#include "base/error.h"
#include "journal/journal.h"

struct show_options {
  uint32_t message; /* which letter; 0: all */
  struct span host; /* headers, letter: as that host left them; mailbox, queue: only there; empty: any */
  int64_t at_us;    /* the moment; negative: the end */
  bool sources;     /* headers: each line's author and each token's source */
  bool json;
};

/* what: transcript headers letter envelope path mailbox queue dns audit. False with an error for anything
 * else, or when there is no such letter or host. *faults_out: breaches that an audit found. */
bool show_write(const struct journal *journal, struct span what, const struct show_options *options,
                struct buf *out, size_t *faults_out, struct error_list *errors);
