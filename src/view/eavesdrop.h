/* eavesdrop: what somebody on the wire between two machines learns of a session.
 *
 *     line, data        plain text: all of it; AUTH's base64 is no secret and is read aloud
 *     after tls         lengths and times (tls_record), and what a ClientHello says in the clear
 *
 * Passwords go over the wire as SMTP's AUTH (RFC 4954), POP3's USER and PASS (RFC 1939 7) or AUTH (RFC 5034)
 * and IMAP's LOGIN and AUTHENTICATE (RFC 9051 6.2) have it. A digest (APOP, CRAM-MD5) keeps the password, and
 * that is said, too.
 *
 * Pure questions to a world_view. Ownership: spans are the journal's or the arena's.
 */
#pragma once

#include "base/arena.h"
#include "view/world_view.h"

struct overheard {
  journal_seq record;
  bool is_server;     /* who sent it */
  bool is_sealed;     /* under TLS: nothing but the length, and `text` where something is in the clear */
  bool is_credential; /* `secret` says whose, or what */
  bool is_message;    /* a whole letter: `text` begins with its header */
  size_t octets;      /* on the wire */
  struct span text;   /* as it can be read; may be empty */
  struct span secret; /* "user jack, password beanstalk" */
};

/* The nth record of a session (of world_view.by_connection); false if it was not on the wire. */
bool eavesdrop(const struct world_view *world, const struct session *session, size_t nth, struct arena *arena,
               struct overheard *out);
/* What the eavesdropper can say of the session as a whole at a record: "plain text: anybody on the way reads
 * it", "TLS 1.3: lengths and times". */
struct span eavesdrop_summary(const struct world_view *world, const struct session *session, journal_seq at,
                              struct arena *arena);
