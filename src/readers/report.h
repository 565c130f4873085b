/* report: a run as one page to read and to print (HTML): what it is about, pictures of its telling steps, the
 * sessions line by line, each letter's header with who wrote what, what the DNS said, and what came of it.
 *
 * The page needs nothing else: no script, no other file, no network. Light and dark as the reader's machine
 * is set; on paper, black on white. Who speaks is said by a letter and a place, not by colour alone. Whatever
 * comes from the scenario is escaped: a stranger's can put no markup into the page.
 */
#pragma once

#include "base/buf.h"
#include "journal/journal.h"

/* Up to and with the record `last`; 0: all. */
void report_write(const struct journal *journal, journal_seq last, struct buf *out);
