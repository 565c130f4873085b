/* expect_internal: what the judges of expect_*.c share. */
#pragma once

#include <cjson/cJSON.h>

#include "journal/expectation_keys.h"
#include "journal/message_view.h"
#include "journal/preamble.h"
#include "readers/audit.h"

/* What all judgements of a run look at. */
struct court {
  const struct journal *journal;
  struct journal_preamble *preamble;
  struct journal_versions *versions;
  struct audit audit;
  struct arena *arena;
};

struct expectation {
  struct court *court;
  const cJSON *object;
  struct span reason; /* of a failure */
};

const cJSON *expect_member(const struct expectation *e, enum expectation_key key);
struct span expect_text(const struct expectation *e, enum expectation_key key); /* empty if absent */
bool expect_number(const struct expectation *e, enum expectation_key key, int64_t *number_out);
/* Sets the reason; always false. */
bool expect_fail(struct expectation *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether there is a letter of that number; if not, sets the reason. *composed_out is its COMPOSE record, 0
 * if somebody typed it. */
bool expect_letter(struct expectation *e, int64_t number, journal_seq *composed_out);

/* expect_mail.c: what became of a letter */
bool expect_delivered_to(struct expectation *e);
bool expect_refused_by(struct expectation *e);
bool expect_bounced(struct expectation *e);
bool expect_expired(struct expectation *e);
bool expect_discarded(struct expectation *e);
bool expect_still_queued_at(struct expectation *e);
bool expect_fetched_by(struct expectation *e);
bool expect_audit(struct expectation *e);
/* expect_content.c: what stands in headers and records */
bool expect_header(struct expectation *e);
bool expect_header_block(struct expectation *e);
bool expect_record(struct expectation *e);
