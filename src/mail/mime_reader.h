/* mime_reader: of a message in several forms, which parts a program shows (RFC 2046 5.1.4).
 *
 *     multipart/alternative          a program without HTML   a program with HTML
 *       preamble                     –                        –
 *       text/plain                   shown                    –
 *       text/html                    –                        shown
 *
 * The forms of an alternative stand in the order of their faithfulness, the plainest first: a program shows
 * the last one that it can show. A program without MIME knows nothing of all this: it shows the whole body
 * as it stands, the preamble too.
 */
#pragma once

#include "mail/mime.h"

enum mime_reader { MIME_READER_TEXT, MIME_READER_HTML };

/* For each of the parts whether that program shows it; multiparts are shown by their parts, preambles and
 * epilogues by nobody. Of an alternative of which it can show nothing, the first form is shown. */
void mime_shown_by(const struct mime_part *parts, size_t count, enum mime_reader reader,
                   bool shown_out[MIME_PARTS_MAX]);
/* Whether one of the parts is an alternative: then two programs may show two things. */
bool mime_has_alternatives(const struct mime_part *parts, size_t count);
