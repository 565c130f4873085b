/* made_mbox: a mailbox of about a hundred megabytes, made in memory, the same everywhere: what a person keeps
 * in some years. Each letter has two to five Received fields, folded; addresses with and without names, some
 * in quotes, some as encoded words; bodies of text, quoted-printable and base64.
 *
 * What is known of it (how many letters, fields, addresses) is counted while it is made, so that every
 * contestant can be held to it.
 */
#pragma once

#include "base/buf.h"

enum { MADE_MBOX_OCTETS = 100000000 };

struct made_mbox {
  struct buf bytes;
  uint64_t letters, fields, addresses;
  uint64_t dates; /* the sum of the Date fields, in Unix seconds */
};

/* Made at the first call. */
const struct made_mbox *made_mbox(void);
