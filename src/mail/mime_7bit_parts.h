/* mime_7bit_parts: what the two files of the conversion to 7 bits share: mime_7bit.c (the parts and their
 * bodies), mime_7bit_header.c (their fields). */
#pragma once

#include "mail/mime.h"
#include "mail/mime_7bit.h"

struct mime_7bit {
  const struct mime_7bit_rules *rules;
  struct arena arena;
  const char *why; /* it cannot be converted; NULL: so far it can */
};

enum mime_7bit_role {
  MIME_7BIT_MESSAGE,    /* the message, or one inside it */
  MIME_7BIT_PART,       /* of a multipart */
  MIME_7BIT_DIGEST_PART /* of a multipart/digest: a message/rfc822, if it does not say (RFC 2046 5.1.5) */
};

struct mime_7bit_entity {
  enum mime_7bit_role role;
  struct mime_part part;
  struct span gap; /* between header and body: an empty line, or nothing */
  bool has_type;
  bool has_8bit; /* in its body */
};

/* What becomes of an entity's fields. */
struct mime_7bit_change {
  struct span encoding; /* the new Content-Transfer-Encoding; empty: what is there stays */
  struct span remark;   /* one more field; empty: none */
  bool needs_type;      /* a leaf that is encoded must say what it is */
  bool needs_mime_version;
};

/* With MIME_7BIT_ALL nothing that cannot be converted may go as it is. */
void mime_7bit_give_up(struct mime_7bit *conversion, const char *why);
void mime_7bit_write_header(struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                            const struct mime_7bit_change *change, struct buf *out);
