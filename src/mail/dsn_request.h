/* dsn_request: what a client asks to be told about a message, by the parameters of RFC 3461: RET and ENVID of
 * MAIL for the message, NOTIFY and ORCPT of RCPT for each recipient. All zero: nothing was asked; then a
 * failure is reported, and nothing else (4.1).
 *
 *     MAIL FROM:<alice@a.example> RET=HDRS ENVID=QQ314159
 *     RCPT TO:<bob@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@b.example
 *
 * ENVID and ORCPT are kept as they stood, in xtext (4): they are passed on letter for letter (5.2.1), and
 * decoded only where a report names them. The spans are the caller's.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum dsn_notify {
  DSN_NOTIFY_NEVER = 1,
  DSN_NOTIFY_SUCCESS = 2,
  DSN_NOTIFY_FAILURE = 4,
  DSN_NOTIFY_DELAY = 8
};
enum dsn_return { DSN_RETURN_UNSAID, DSN_RETURN_FULL, DSN_RETURN_HEADERS };

/* RFC 3461 5.4: octets of the values. */
enum { DSN_ENVELOPE_ID_MAX = 100, DSN_ORIGINAL_RECIPIENT_MAX = 500 };

struct dsn_message_request {
  struct span envelope_id; /* ENVID, or empty */
  enum dsn_return returns; /* RET */
};

struct dsn_recipient_request {
  struct span original; /* ORCPT: "rfc822;bob@b.example", or empty */
  uint8_t notify;       /* NOTIFY: enum dsn_notify or'ed; 0: it was not said */
};

/* A letter's requests, for who passes them on. */
struct dsn_requests {
  struct dsn_message_request message;
  const struct dsn_recipient_request *recipients; /* one for each */
  bool original_first;                            /* ORCPT in front of NOTIFY: Postfix */
};

/* Whether a report of that kind is wanted for the recipient. What was not said counts as FAILURE (4.1). */
static inline bool dsn_is_wanted(const struct dsn_recipient_request *request, enum dsn_notify kind) {
  return request->notify ? (request->notify & kind) != 0 : kind == DSN_NOTIFY_FAILURE;
}

/* Readers of the values; false if one is not of its syntax (4.1 to 4.4). The spans of the results are the
 * value's. */
bool dsn_read_notify(struct span value, struct dsn_recipient_request *out);
bool dsn_read_original(struct span value, struct dsn_recipient_request *out);
bool dsn_read_return(struct span value, struct dsn_message_request *out);
bool dsn_read_envelope_id(struct span value, struct dsn_message_request *out);

/* " ENVID=… RET=HDRS" and " NOTIFY=… ORCPT=…": what was asked, as it is passed on; nothing if nothing was.
 * Of MAIL's two sendmail and Postfix write ENVID first; of RCPT's two each has another in front. */
void dsn_write_message_request(const struct dsn_message_request *request, struct buf *out);
void dsn_write_recipient_request(const struct dsn_recipient_request *request, bool original_first,
                                 struct buf *out);
/* "rfc822;bob@b.example": an address as ORCPT names it (4.2). Empty if it cannot: it is no printable ASCII,
 * or too long. In the arena. */
struct span dsn_original_of(struct span address, struct arena *arena);

void xtext_encode(struct span text, struct buf *out);
/* Of what was read: each "+" and its two digits become the octet. */
void xtext_decode(struct span xtext, struct buf *out);
