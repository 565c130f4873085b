/* expect_mail: judges of what became of a letter: delivered, refused, bounced, still queued. */
#include "readers/expect_internal.h"

#include "base/duration.h"

/* A person's key stands for their address. */
static struct span address_of(const struct expectation *e, struct span who) {
  for (size_t i = 0; i < e->court->preamble->person_count; i++)
    if (span_equal(e->court->preamble->people[i].name, who)) return e->court->preamble->people[i].address;
  return who;
}

static bool message_of(struct expectation *e, uint32_t *message_out) {
  int64_t number;
  if (!expect_number(e, EXPECTATION_MESSAGE, &number)) return expect_fail(e, "no \"message\" is named");
  *message_out = (uint32_t)number;
  return true;
}

static struct span host_name(const struct expectation *e, uint16_t host) {
  return journal_host_name(e->court->preamble, host);
}

/* ---- delivered ---- */

static const struct audit_debt *find_state(const struct expectation *e, uint32_t message,
                                           struct span recipient, enum audit_state state) {
  const struct audit *audit = &e->court->audit;
  for (size_t i = 0; i < audit->debt_count; i++) {
    const struct audit_debt *debt = &audit->debts[i];
    if (debt->message == message && debt->state == state &&
        (!recipient.len || span_equal_nocase(debt->recipient, recipient)))
      return debt;
  }
  return NULL;
}

static bool has_line(struct span lines, struct span wanted) {
  struct span line;
  while (span_next(&lines, '\n', &line))
    if (span_equal_nocase(line, wanted)) return true;
  return false;
}

/* No server had the letter for that recipient: it may be another letter that is meant. */
static bool fail_with_recipients(struct expectation *e, uint32_t message, struct span recipient,
                                 const char *wanted) {
  struct journal_record composed;
  struct span first;
  journal_seq seq;
  if (!expect_letter(e, message, &seq)) return false;
  if (seq) journal_get(e->court->journal, seq, &composed);
  if (!seq || has_line(composed.text[3], recipient))
    return expect_fail(e, "letter %u for %.*s should be %s, but no server ever accepted it", message,
                       SPAN_ARG(recipient), wanted);
  struct span all = composed.text[3], from = composed.text[2];
  bool one = span_next(&all, '\n', &first) && !all.data;
  return expect_fail(e, "letter %u is not for %.*s but for %.*s%s (%s %.*s)", message, SPAN_ARG(recipient),
                     SPAN_ARG(first), one ? "" : " and others", from.len ? "from" : "a report, from",
                     SPAN_ARG(from.len ? from : host_name(e, composed.host)));
}

/* The state that a recipient's mail is in, for an explanation. */
static bool fail_with_state(struct expectation *e, uint32_t message, struct span recipient,
                            const char *wanted) {
  const struct audit *audit = &e->court->audit;
  const struct audit_debt *last = NULL;
  for (size_t i = 0; i < audit->debt_count; i++)
    if (audit->debts[i].message == message && span_equal_nocase(audit->debts[i].recipient, recipient))
      last = &audit->debts[i];
  if (!last) return fail_with_recipients(e, message, recipient, wanted);
  return expect_fail(e, "letter %u for %.*s should be %s, but is %s at %.*s", message, SPAN_ARG(recipient),
                     wanted, audit_state_name(last->state), SPAN_ARG(host_name(e, last->host)));
}

static struct span path_text(const struct expectation *e, const uint16_t *hosts, size_t count) {
  struct span text = SPAN_EMPTY;
  for (size_t i = 0; i < count; i++) {
    const struct span pieces[] = {text, text.len ? SPAN(" → ") : SPAN_EMPTY, host_name(e, hosts[i])};
    text = arena_join(e->court->arena, pieces, 3);
  }
  return text;
}

static bool check_via(struct expectation *e, const struct audit_debt **steps, size_t step_count) {
  const cJSON *via = expect_member(e, EXPECTATION_VIA);
  uint16_t hosts[AUDIT_WAY_MAX];
  if (!via) return true;
  size_t count = audit_way_hosts(steps, step_count, hosts), wanted = (size_t)cJSON_GetArraySize(via);
  bool same = count == wanted;
  for (size_t i = 0; same && i < wanted; i++) {
    const cJSON *name = cJSON_GetArrayItem(via, (int)i);
    same = cJSON_IsString(name) && span_equal_nocase(span_from(name->valuestring), host_name(e, hosts[i]));
  }
  return same || expect_fail(e, "letter %u came another way: %.*s", steps[0]->message,
                             SPAN_ARG(path_text(e, hosts, count)));
}

static bool is_on_the_way(const struct journal_record *routed, const struct audit_debt *const *steps,
                          size_t count) {
  for (size_t i = 0; i < count; i++)
    if (routed->message == steps[i]->message && routed->host == steps[i]->host &&
        span_equal_nocase(routed->text[1], steps[i]->recipient))
      return true;
  return false;
}

/* An alias that became one of the recipients on the way. */
static bool leads_on(const struct journal_record *expanded, const struct audit_debt *const *steps,
                     size_t count) {
  for (size_t i = 0; i < count; i++)
    if (has_line(expanded->text[2], steps[i]->recipient)) return true;
  return false;
}

/* Some host on the way chose the next one for that reason, or the recipient was an alias there. */
static bool check_because(struct expectation *e, const struct audit_debt *const *steps, size_t count) {
  struct span because = expect_text(e, EXPECTATION_BECAUSE);
  struct span found = SPAN_EMPTY;
  if (!because.len) return true;
  for (journal_seq seq = 1; seq <= journal_count(e->court->journal); seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(e->court->journal, seq);
    if (kind != JOURNAL_ROUTED && kind != JOURNAL_EXPANDED) continue;
    journal_get(e->court->journal, seq, &record);
    if (!is_on_the_way(&record, steps, count)) continue;
    if (kind == JOURNAL_EXPANDED && !leads_on(&record, steps, count)) continue;
    if (span_equal(record.text[3], because)) return true;
    if (kind == JOURNAL_ROUTED) found = record.text[3];
  }
  return expect_fail(e, "letter %u was not routed because of \"%.*s\" (last: \"%.*s\")", steps[0]->message,
                     SPAN_ARG(because), SPAN_ARG(found));
}

static bool check_within(struct expectation *e, const struct audit_debt *delivered) {
  struct span within = expect_text(e, EXPECTATION_WITHIN);
  int64_t limit_us, composed_us = 0;
  if (!within.len) return true;
  if (duration_parse(within, &limit_us)) return expect_fail(e, "\"within\" is no length of time");
  for (journal_seq seq = 1; seq <= journal_count(e->court->journal); seq++) {
    struct journal_record record;
    if (journal_kind_at(e->court->journal, seq) != JOURNAL_COMPOSE) continue;
    journal_get(e->court->journal, seq, &record);
    if (record.message == delivered->message) composed_us = record.time_us;
  }
  int64_t took_us = journal_time_at(e->court->journal, delivered->settled) - composed_us;
  if (took_us <= limit_us) return true;
  struct buf took = BUF_CAPPED(64);
  duration_write(took_us, &took);
  expect_fail(e, "letter %u took %.*s", delivered->message, SPAN_ARG(buf_span(&took)));
  buf_free(&took);
  return false;
}

bool expect_delivered_to(struct expectation *e) {
  uint32_t message = 0;
  struct span recipient = address_of(e, expect_text(e, EXPECTATION_DELIVERED_TO));
  if (!message_of(e, &message)) return false;
  const struct audit_debt *delivered = find_state(e, message, recipient, AUDIT_DELIVERED);
  if (!delivered) return fail_with_state(e, message, recipient, "delivered");
  const struct audit_debt *steps[AUDIT_WAY_MAX];
  size_t count = audit_way(&e->court->audit, delivered, steps);
  return check_via(e, steps, count) && check_because(e, steps, count) && check_within(e, delivered);
}

/* ---- other fates ---- */

static bool fate(struct expectation *e, enum expectation_key key, enum audit_state state,
                 const struct audit_debt **debt_out) {
  uint32_t message = 0;
  struct span recipient = address_of(e, expect_text(e, key));
  if (!message_of(e, &message)) return false;
  *debt_out = find_state(e, message, recipient, state);
  return *debt_out || fail_with_state(e, message, recipient, audit_state_name(state));
}

bool expect_bounced(struct expectation *e) {
  const struct audit_debt *debt;
  struct journal_record record;
  int64_t code;
  if (!fate(e, EXPECTATION_BOUNCED, AUDIT_BOUNCED, &debt)) return false;
  journal_get(e->court->journal, debt->settled, &record);
  struct span enhanced = expect_text(e, EXPECTATION_ENHANCED);
  if (expect_number(e, EXPECTATION_CODE, &code) && code != record.number[0])
    return expect_fail(e, "it bounced with code %lld", (long long)record.number[0]);
  if (enhanced.len && !span_equal(enhanced, record.text[3]))
    return expect_fail(e, "it bounced with status %.*s", SPAN_ARG(record.text[3]));
  return check_because(e, &debt, 1);
}

bool expect_expired(struct expectation *e) {
  const struct audit_debt *debt;
  return fate(e, EXPECTATION_EXPIRED, AUDIT_EXPIRED, &debt);
}

bool expect_discarded(struct expectation *e) {
  const struct audit_debt *debt;
  return fate(e, EXPECTATION_DISCARDED, AUDIT_DISCARDED, &debt);
}

bool expect_still_queued_at(struct expectation *e) {
  uint32_t message = 0;
  struct span where = expect_text(e, EXPECTATION_STILL_QUEUED_AT);
  struct span recipient = address_of(e, expect_text(e, EXPECTATION_RECIPIENT));
  journal_seq composed;
  if (!message_of(e, &message) || !expect_letter(e, message, &composed)) return false;
  for (size_t i = 0; i < e->court->audit.debt_count; i++) {
    const struct audit_debt *debt = &e->court->audit.debts[i];
    if (debt->message == message && debt->state == AUDIT_QUEUED &&
        span_equal_nocase(host_name(e, debt->host), where) &&
        (!recipient.len || span_equal_nocase(debt->recipient, recipient)))
      return true;
  }
  return expect_fail(e, "letter %u is not in the queue of %.*s", message, SPAN_ARG(where));
}

bool expect_audit(struct expectation *e) {
  const struct audit *audit = &e->court->audit;
  if (audit->fault_count == 0) return true;
  return expect_fail(e, "%zu breaches of the conservation of mail; the first: %.*s", audit->fault_count,
                     SPAN_ARG(audit->faults[0].text));
}

/* ---- refusals and retrievals: from the records ---- */

bool expect_refused_by(struct expectation *e) {
  struct span by = expect_text(e, EXPECTATION_REFUSED_BY), enhanced = expect_text(e, EXPECTATION_ENHANCED);
  struct span recipient = address_of(e, expect_text(e, EXPECTATION_RECIPIENT));
  int64_t code = 0, message = 0;
  bool with_code = expect_number(e, EXPECTATION_CODE, &code);
  bool with_message = expect_number(e, EXPECTATION_MESSAGE, &message);
  for (journal_seq seq = 1; seq <= journal_count(e->court->journal); seq++) {
    struct journal_record record;
    if (journal_kind_at(e->court->journal, seq) != JOURNAL_DECISION) continue;
    journal_get(e->court->journal, seq, &record);
    if (span_equal(record.text[2], SPAN("accept")) || !span_equal_nocase(host_name(e, record.host), by))
      continue;
    if (with_code && record.number[0] != code) continue;
    if (enhanced.len && !span_equal(record.text[4], enhanced)) continue;
    if (recipient.len && !span_equal_nocase(record.text[1], recipient)) continue;
    if (with_message && record.message && record.message != (uint32_t)message) continue;
    return true;
  }
  return expect_fail(e, "%.*s refused nothing of the kind", SPAN_ARG(by));
}

bool expect_fetched_by(struct expectation *e) {
  struct span who = expect_text(e, EXPECTATION_FETCHED_BY);
  int64_t wanted, found = 0;
  for (journal_seq seq = 1; seq <= journal_count(e->court->journal); seq++) {
    struct journal_record record;
    if (journal_kind_at(e->court->journal, seq) != JOURNAL_RETRIEVED) continue;
    journal_get(e->court->journal, seq, &record);
    found += span_equal(journal_person_name(e->court->preamble, record.number[1]), who);
  }
  bool counted = expect_number(e, EXPECTATION_MESSAGES, &wanted);
  if (counted ? found == wanted : found > 0) return true;
  if (!counted) return expect_fail(e, "%.*s has fetched nothing", SPAN_ARG(who));
  return expect_fail(e, "%.*s has fetched %lld letter%s, not %lld", SPAN_ARG(who), (long long)found,
                     found == 1 ? "" : "s", (long long)wanted);
}
