/* enhanced_status: enhanced mail system status codes (RFC 3463, the registry of RFC 5248): "5.1.1".
 *
 *     class . subject . detail
 *       5   .    1    .    1      permanent · addressing · bad destination mailbox address
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { ENHANCED_STATUS_TEXT_MAX = 9 }; /* "5.999.999" */

struct enhanced_status {
  uint8_t class;            /* 2 success, 4 persistent transient failure, 5 permanent failure */
  uint16_t subject, detail; /* 0 to 999 */
};

/* The whole text as a code. */
bool enhanced_status_parse(struct span text, struct enhanced_status *status_out);
/* A code at the front of a reply's text, if there is one; *rest_out is what follows it and one space. */
bool enhanced_status_take(struct span text, struct enhanced_status *status_out, struct span *rest_out);
void enhanced_status_write(struct enhanced_status status, struct buf *out);
/* For a reply without one: its first digit and 0.0 (RFC 3463 2: "other or undefined status"); class 5 for
 * what is no reply code. */
struct enhanced_status enhanced_status_of_reply(uint16_t code);

const char *enhanced_status_class_text(struct enhanced_status status);   /* "permanent failure" */
const char *enhanced_status_subject_text(struct enhanced_status status); /* "addressing status" */
/* "bad destination mailbox address"; for an unknown detail, what the subject's x.0 says. */
const char *enhanced_status_detail_text(struct enhanced_status status);
