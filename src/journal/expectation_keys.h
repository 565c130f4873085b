/* expectation_keys: what an entry of a scenario's "expect" may say.
 *
 * One key decides what is expected; the others narrow it. The loader checks an entry by these tables and
 * puts its JSON into the journal's preamble; the readers judge it from there, by the same tables.
 *
 *     {"message": 1, "delivered_to": "janelle", "via": ["mx.umich.edu"], "because": "mx", "within": "10m"}
 *     {"message": 2, "refused_by": "mx.umich.edu", "code": 550, "recipient": "nobody@umich.edu"}
 *     {"message": 1, "bounced": "nobody@umich.edu", "code": 550, "enhanced": "5.1.1"}
 *     {"message": 1, "bounced": "press@b.example", "because": "null_mx"}
 *     {"message": 1, "still_queued_at": "smtp.comcast.net"}
 *     {"message": 1, "expired": "janelle"}            {"message": 1, "discarded": "janelle"}
 *     {"message": 1, "header": "Received", "count": 2, "at": "mx.umich.edu"}
 *     {"message": 2, "header": "Received", "written_by": "spammer-pc", "count": 2}
 *     {"message": 1, "header_block": ["Received: from …", "…"], "at": "mx.umich.edu"}
 *     {"record": "dns_query type=MX", "count": 1, "caused_by": "accepted", "before": "connect port=25"}
 *     {"fetched_by": "janelle", "messages": 1}
 *     {"audit": "conserved"}
 */
#pragma once

#include "base/span.h"

/* KEY(constant, "key") */
#define EXPECTATION_KEYS(KEY)                                                                                \
  KEY(MESSAGE, "message")                                                                                    \
  KEY(DELIVERED_TO, "delivered_to")                                                                          \
  KEY(VIA, "via")                                                                                            \
  KEY(BECAUSE, "because")                                                                                    \
  KEY(WITHIN, "within")                                                                                      \
  KEY(REFUSED_BY, "refused_by")                                                                              \
  KEY(CODE, "code")                                                                                          \
  KEY(ENHANCED, "enhanced")                                                                                  \
  KEY(RECIPIENT, "recipient")                                                                                \
  KEY(BOUNCED, "bounced")                                                                                    \
  KEY(STILL_QUEUED_AT, "still_queued_at")                                                                    \
  KEY(EXPIRED, "expired")                                                                                    \
  KEY(DISCARDED, "discarded")                                                                                \
  KEY(HEADER, "header")                                                                                      \
  KEY(COUNT, "count")                                                                                        \
  KEY(CONTAINS, "contains")                                                                                  \
  KEY(EQUALS, "equals")                                                                                      \
  KEY(AT, "at")                                                                                              \
  KEY(WRITTEN_BY, "written_by")                                                                              \
  KEY(HEADER_BLOCK, "header_block")                                                                          \
  KEY(RECORD, "record")                                                                                      \
  KEY(AT_LEAST, "at_least")                                                                                  \
  KEY(AT_MOST, "at_most")                                                                                    \
  KEY(CAUSED_BY, "caused_by")                                                                                \
  KEY(BEFORE, "before")                                                                                      \
  KEY(FETCHED_BY, "fetched_by")                                                                              \
  KEY(MESSAGES, "messages")                                                                                  \
  KEY(AUDIT, "audit")                                                                                        \
  KEY(WHY, "why")

enum expectation_key {
#define KEY(constant, key) EXPECTATION_##constant,
  EXPECTATION_KEYS(KEY)
#undef KEY
      EXPECTATION_KEY_COUNT
};

#define EXPECTATION_BIT(constant) (UINT32_C(1) << EXPECTATION_##constant)

/* What is expected, which key says so, which others it needs, and which it may have ("why", the words shown
 * when it fails, may always be there). Plain words, for messages. */
struct expectation_kind {
  enum expectation_key key;
  uint32_t needs, may; /* bits */
};

/* KIND(key, needs, may) */
#define EXPECTATION_KINDS(KIND)                                                                              \
  KIND(DELIVERED_TO, EXPECTATION_BIT(MESSAGE),                                                               \
       EXPECTATION_BIT(VIA) | EXPECTATION_BIT(BECAUSE) | EXPECTATION_BIT(WITHIN))                            \
  KIND(REFUSED_BY, 0,                                                                                        \
       EXPECTATION_BIT(MESSAGE) | EXPECTATION_BIT(CODE) | EXPECTATION_BIT(ENHANCED) |                        \
           EXPECTATION_BIT(RECIPIENT))                                                                       \
  KIND(BOUNCED, EXPECTATION_BIT(MESSAGE),                                                                    \
       EXPECTATION_BIT(CODE) | EXPECTATION_BIT(ENHANCED) | EXPECTATION_BIT(BECAUSE))                         \
  KIND(STILL_QUEUED_AT, EXPECTATION_BIT(MESSAGE), EXPECTATION_BIT(RECIPIENT))                                \
  KIND(EXPIRED, EXPECTATION_BIT(MESSAGE), 0)                                                                 \
  KIND(DISCARDED, EXPECTATION_BIT(MESSAGE), 0)                                                               \
  KIND(HEADER, EXPECTATION_BIT(MESSAGE),                                                                     \
       EXPECTATION_BIT(COUNT) | EXPECTATION_BIT(CONTAINS) | EXPECTATION_BIT(EQUALS) | EXPECTATION_BIT(AT) |  \
           EXPECTATION_BIT(WRITTEN_BY))                                                                      \
  KIND(HEADER_BLOCK, EXPECTATION_BIT(MESSAGE), EXPECTATION_BIT(AT))                                          \
  KIND(RECORD, 0,                                                                                            \
       EXPECTATION_BIT(COUNT) | EXPECTATION_BIT(AT_LEAST) | EXPECTATION_BIT(AT_MOST) |                       \
           EXPECTATION_BIT(CAUSED_BY) | EXPECTATION_BIT(BEFORE))                                             \
  KIND(FETCHED_BY, 0, EXPECTATION_BIT(MESSAGES))                                                             \
  KIND(AUDIT, 0, 0)
