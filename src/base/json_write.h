/* json_write: texts as JSON strings (RFC 8259 section 7), for all that we print as JSON.
 *
 * UTF-8 stands as it is; only the quotation mark, the backslash and control characters are escaped.
 */
#pragma once

#include "base/buf.h"

/* Adds the text in quotation marks. It must be UTF-8 (CHECKed). */
bool json_write_string(struct span text, struct buf *out);
/* The same for a text from outside, a file's name for example: each octet that is not UTF-8 becomes U+FFFD.
 */
bool json_write_octets(struct span octets, struct buf *out);
