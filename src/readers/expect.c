#include "readers/expect.h"

#include <cjson/cJSON.h>

#include "base/duration.h"
#include "base/mem.h"
#include "journal/expectation_keys.h"
#include "readers/expect_internal.h"

/* ---- members ---- */

const cJSON *expect_member(const struct expectation *e, enum expectation_key key) {
  static const char *const names[] = {
#define KEY(constant, name) [EXPECTATION_##constant] = name,
      EXPECTATION_KEYS(KEY)
#undef KEY
  };
  for (const cJSON *node = e->object->child; node; node = node->next)
    if (span_equal(span_from(node->string), span_from(names[key]))) return node;
  return NULL;
}

struct span expect_text(const struct expectation *e, enum expectation_key key) {
  const cJSON *node = expect_member(e, key);
  return node && cJSON_IsString(node) ? span_from(node->valuestring) : SPAN_EMPTY;
}

bool expect_number(const struct expectation *e, enum expectation_key key, int64_t *number_out) {
  const cJSON *node = expect_member(e, key);
  if (!node || !cJSON_IsNumber(node)) return false;
  *number_out = (int64_t)cJSON_GetNumberValue(node);
  return true;
}

bool expect_fail(struct expectation *e, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  e->reason = arena_vformat(e->court->arena, format, arguments);
  va_end(arguments);
  return false;
}

bool expect_letter(struct expectation *e, int64_t number, journal_seq *composed_out) {
  const struct journal *journal = e->court->journal;
  uint32_t last = journal_letter_count(journal);
  *composed_out = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal) && !*composed_out; seq++) {
    struct journal_record record;
    if (journal_kind_at(journal, seq) != JOURNAL_COMPOSE) continue;
    journal_get(journal, seq, &record);
    if (record.message == number) *composed_out = seq;
  }
  if (number >= 1 && number <= last) return true;
  return last ? expect_fail(e, "there is no letter %lld, only %u", (long long)number, last)
              : expect_fail(e, "there is no letter at all");
}

/* ---- the kinds ---- */

typedef bool judge_fn(struct expectation *e);

static const struct {
  enum expectation_key key;
  judge_fn *judge;
} kinds[] = {
    {EXPECTATION_DELIVERED_TO, expect_delivered_to},
    {EXPECTATION_REFUSED_BY, expect_refused_by},
    {EXPECTATION_BOUNCED, expect_bounced},
    {EXPECTATION_EXPIRED, expect_expired},
    {EXPECTATION_DISCARDED, expect_discarded},
    {EXPECTATION_STILL_QUEUED_AT, expect_still_queued_at},
    {EXPECTATION_HEADER, expect_header},
    {EXPECTATION_HEADER_BLOCK, expect_header_block},
    {EXPECTATION_RECORD, expect_record},
    {EXPECTATION_FETCHED_BY, expect_fetched_by},
    {EXPECTATION_AUDIT, expect_audit},
};

static bool judge(struct expectation *e) {
  if (!cJSON_IsObject(e->object)) return expect_fail(e, "the expectation is not a JSON object");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (expect_member(e, kinds[i].key)) return kinds[i].judge(e);
  return expect_fail(e, "nothing that can be judged is expected here");
}

static struct expect_result judge_one(struct court *court, const struct journal_expectation *expectation) {
  struct expectation e = {.court = court, .reason = SPAN_EMPTY};
  struct expect_result result = {.line = expectation->line, .json = expectation->json};
  cJSON *root = cJSON_ParseWithLength(expectation->json.data, expectation->json.len);
  e.object = root;
  if (!root)
    expect_fail(&e, "the expectation is not JSON");
  else
    result.met = judge(&e);
  struct span why = root && cJSON_IsObject(root) ? expect_text(&e, EXPECTATION_WHY) : SPAN_EMPTY;
  result.reason = e.reason;
  if (!result.met && why.len)
    result.reason = arena_format(court->arena, "%.*s (%.*s)", SPAN_ARG(e.reason), SPAN_ARG(why));
  cJSON_Delete(root);
  return result;
}

size_t expect_judge(const struct journal *journal, struct arena *arena, struct expect_result **results_out) {
  struct court court = {
      .journal = journal,
      .preamble = journal_preamble_new(journal),
      .versions = journal_versions_new(journal),
      .audit = audit_make(journal, 0, arena),
      .arena = arena,
  };
  size_t count = court.preamble->expectation_count;
  struct expect_result *results = arena_alloc(arena, count * sizeof *results);
  for (size_t i = 0; i < count; i++) results[i] = judge_one(&court, &court.preamble->expectations[i]);
  journal_versions_free(court.versions);
  journal_preamble_free(court.preamble);
  *results_out = results;
  return count;
}
