/* short_header: what a mail program shows in place of a header, until somebody asks for all of it.
 *
 *     Date: Wed, 16 Jun 2004 12:34:49 +0200
 *     From: Marta Oliva <oliva@eps.udl.es>
 *     To: Dr. Indrajit Ray <indrajit@CS.ColoState.EDU>
 *     Subject: Re: Registration to the 18th Annual IFIP WG 11.3 WC on Data and Application Security, 2004
 *
 * Values are for people: on one line, encoded words read (RFC 2047), names without their quotation marks
 * (RFC 5322 3.4).
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

enum { SHORT_HEADER_MAX = 5 }; /* Date, From, To, Cc, Subject */

struct short_field {
  struct span name; /* without the colon */
  struct span value;
};

/* Those of the five fields that the header has, in that order; of a field that stands twice, the first.
 * Returns how many. *hidden_out: how many other fields there are. */
size_t short_header(struct span header, struct arena *arena, struct short_field fields_out[SHORT_HEADER_MAX],
                    size_t *hidden_out);
