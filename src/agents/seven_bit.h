/* seven_bit: what a client does with a letter that has octets above 127 when the server does not offer
 * 8BITMIME.
 *
 * RFC 6152 3 leaves it two ways: to convert the letter to 7 bits, or to return it. What programs do is their
 * software's (enum without_8bitmime); how a letter is converted is mail/mime_7bit.h. One that would be larger
 * than half a record of the journal (JOURNAL_RECORD_MAX) in 7 bits is returned, too.
 */
#pragma once

#include "agents/agent.h"
#include "base/arena.h"

struct seven_bit_facts {
  struct span server;   /* the name of the one that does not offer it */
  struct span host;     /* the client's own name */
  struct span queue_id; /* empty: none */
};

/* True: the letter may go, as it is or in its new version: *message (which is then released and replaced),
 * noted as CONVERT, which becomes the present cause. False: it must not, and *why_out, in the arena, says
 * why. */
bool seven_bit_prepare(const struct agent *agent, struct message_numbers *numbers,
                       const struct seven_bit_facts *facts, struct message **message, struct arena *arena,
                       struct span *why_out);
