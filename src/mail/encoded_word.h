/* encoded_word: text beyond ASCII in a header field (RFC 2047).
 *
 *     Subject: =?UTF-8?Q?Don=E2=80=99t?= panic!
 *
 * Reads UTF-8, US-ASCII and ISO-8859-1; a word in any other charset, or one that is not well formed,
 * stays as it stands. Writes UTF-8, or octets of a charset that nobody named.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum { ENCODED_WORD_MAX = 75 }; /* RFC 2047 2 */

/* Text for an unstructured field or a display name: plain ASCII as it is, else with encoded words from the
 * first word that needs it to the last; one space between two encoded words, where a field may be folded.
 * What is not UTF-8 is of the charset unknown-8bit (RFC 1428), octet by octet. Control characters are written
 * as U+FFFD, or there as '?'. */
void encoded_word_write(struct span text, struct buf *out);
/* An unfolded value as UTF-8: encoded words decoded, the white space between two of them dropped (6.2). */
struct span encoded_word_read(struct span value, struct arena *arena);
/* A display name before <…> (RFC 5322 3.4): bare if it is atoms, else in quotation marks. Octets above 127
 * stay. */
void display_name_quote(struct span name, struct buf *out);
/* The same for a field: a name with octets above 127 becomes encoded words (RFC 2047 5). */
void display_name_write(struct span name, struct buf *out);
