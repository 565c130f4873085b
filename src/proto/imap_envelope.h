/* imap_envelope: what IMAP calls an envelope: ten things of a message's header, taken apart (RFC 9051 7.5.2).
 * It is not SMTP's envelope: nothing of it was said by MAIL FROM or RCPT TO.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

/* "(date subject from sender reply-to to cc bcc in-reply-to message-id)" of a header. Sender and Reply-To are
 * From's where they are missing. Encoded words stay as they stand. */
void imap_envelope_write(struct span header, struct arena *arena, struct buf *out);
