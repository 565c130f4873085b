/* message_id: the names of messages (RFC 5322 3.6.4): a Message-ID's one, the lists in References and
 * In-Reply-To.
 *
 *     References: <40CDD679.3060008@eps.udl.es>⏎
 *      <Pine.GSO.4.58.0406151344360.18975@salieri.cs.colostate.edu>
 *
 * Lenient, since the ids of strangers are only compared: an id is what stands between < and >. Phrases
 * and comments around ids (4.5.4) are passed over.
 */
#pragma once

#include "base/span.h"

struct message_id {
  struct span text;  /* without <> */
  struct span left;  /* before the last @; all of text if there is none */
  struct span right; /* after it; empty if there is none */
};

/* The next id of a value; *rest moves on. False when there is none left. White space at the ids' ends is
 * not theirs. */
bool message_id_next(struct span *rest, struct message_id *id_out);
/* The first id of a value; false if it has none. */
bool message_id_parse(struct span value, struct message_id *id_out);
/* msg-id as a program must write it now (without <>): dot-atom, @, dot-atom or literal (3.6.4). */
bool message_id_is_valid(struct span text);
