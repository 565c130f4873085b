/* mta_report: what became of a recipient, said to the journal; and what is due to be said to the originator.
 *
 * Every recipient of an entry gets exactly one final record (RELAYED, BOUNCED, EXPIRED, DISCARDED,
 * EXPANDED); DEFERRED says that it stays. What the originator is told he may choose (RFC 3461); a failure, if
 * he says nothing. The reports themselves are mta_dsn.c's.
 */
#include "agents/mta_internal.h"

#include "base/check.h"
#include "mail/header.h"

/* Whose fate the record tells of. */
static void name_recipient(struct journal_record *record, const struct queue_entry *entry,
                           uint32_t recipient) {
  record->message = entry->message->number;
  record->text[0] = entry->id;
  record->text[1] = entry->recipients[recipient].address;
}

/* Whom a failure is reported to; empty: nobody. */
static struct span report_to(const struct queue_entry *entry, uint32_t recipient) {
  return dsn_is_wanted(&entry->recipients[recipient].dsn, DSN_NOTIFY_FAILURE) ? entry->reverse_path
                                                                              : SPAN_EMPTY;
}

/* Reports of failure that nobody wants are not due (RFC 3461 5.2.6 b). */
static void be_failed(struct mta *mta, struct queue_entry *entry, uint32_t index) {
  struct queue_recipient *recipient = &entry->recipients[index];
  recipient->state = QUEUE_DONE;
  if (dsn_is_wanted(&recipient->dsn, DSN_NOTIFY_FAILURE))
    recipient->due = DSN_FAILED;
  else
    agent_note(&mta->config.agent, SPAN("no report: its sender asked not to be told of a failure"));
}

static void keep_failure(struct queue_entry *entry, uint32_t index, const struct mta_failure *failure) {
  struct queue_recipient *recipient = &entry->recipients[index];
  recipient->code = failure->reply.code;
  recipient->enhanced = arena_copy(&entry->arena, failure->reply.enhanced);
  recipient->why = arena_copy(&entry->arena, failure->reply.text);
  recipient->by_host = arena_copy(&entry->arena, failure->by_host);
  recipient->said = failure->said;
}

void mta_relayed(struct mta *mta, struct queue_entry *entry, uint32_t recipient, host_id to,
                 struct span next_host, struct span reply) {
  entry->recipients[recipient].state = QUEUE_DONE;
  struct journal_record record = agent_record(&mta->config.agent, JOURNAL_RELAYED);
  name_recipient(&record, entry, recipient);
  record.number[0] = to;
  record.text[2] = next_host;
  record.text[3] = reply;
  sim_note(mta->config.agent.sim, &record);
}

void mta_defer(struct mta *mta, struct queue_entry *entry, uint32_t recipient,
               const struct mta_failure *failure) {
  keep_failure(entry, recipient, failure);
  entry->recipients[recipient].state = QUEUE_WAITING; /* DEFERRED is noted when the next try is planned */
  entry->recipients[recipient].deferred_by = sim_cause(mta->config.agent.sim);
}

void mta_bounce(struct mta *mta, struct queue_entry *entry, uint32_t recipient,
                const struct mta_failure *failure) {
  keep_failure(entry, recipient, failure);
  struct journal_record record = agent_record(&mta->config.agent, JOURNAL_BOUNCED);
  name_recipient(&record, entry, recipient);
  record.number[0] = failure->reply.code;
  record.text[2] = failure->reply.text;
  record.text[3] = failure->reply.enhanced;
  record.text[4] = report_to(entry, recipient);
  sim_note_cause(mta->config.agent.sim, &record);
  be_failed(mta, entry, recipient);
}

void mta_succeeded(struct queue_entry *entry, uint32_t recipient, enum dsn_action action,
                   const struct mta_failure *what) {
  if (!dsn_is_wanted(&entry->recipients[recipient].dsn, DSN_NOTIFY_SUCCESS)) return;
  keep_failure(entry, recipient, what);
  entry->recipients[recipient].due = action;
}

/* ---- after a round ---- */

static struct span field_value(const struct message *message, struct span name) {
  struct header_field field;
  return header_find_in_message(message, name, &field, NULL) ? span_trim(field.value) : SPAN_EMPTY;
}

static bool is_one_of(struct span value, const struct span *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (span_equal_nocase(value, words[i])) return true;
  return false;
}

/* To many, and nobody waits for it: RFC 2076 3.9 knows the field, no standard does. */
static bool is_for_many(const struct message *message) {
  static const struct span kinds[] = {SPAN_INIT("bulk"), SPAN_INIT("list"), SPAN_INIT("junk")};
  return is_one_of(field_value(message, SPAN("Precedence")), kinds, 3);
}

/* Of a mailing list, or by a program: delay_warning_condition of Exim (src/globals.c). */
static bool is_of_list_or_program(const struct message *message) {
  static const struct span list_fields[] = {SPAN_INIT("List-Id"), SPAN_INIT("List-Post"),
                                            SPAN_INIT("List-Subscribe")};
  static const struct span programs[] = {SPAN_INIT("auto-generated"), SPAN_INIT("auto-replied")};
  for (size_t i = 0; i < 3; i++)
    if (field_value(message, list_fields[i]).len) return true;
  return is_one_of(field_value(message, SPAN("Auto-Submitted")), programs, 2);
}

/* What was not said may be taken for FAILURE or for FAILURE,DELAY (RFC 3461 4.1). */
static bool wants_warnings(const struct software *software, const struct queue_entry *entry,
                           const struct queue_recipient *recipient) {
  uint8_t notify = recipient->dsn.notify;
  if (software->warns_unasked && is_for_many(entry->message)) return false;
  if (software->warns_no_lists && is_of_list_or_program(entry->message)) return false;
  return notify ? (notify & DSN_NOTIFY_DELAY) != 0 : software->warns_unasked;
}

/* Told when the software's time is over (RFC 3461 5.2.5): once, or after each such time. What fell due
 * between two tries is told once. */
static void warn_of_delay(struct mta *mta, const struct queue_entry *entry,
                          struct queue_recipient *recipient) {
  const struct software *software = mta->config.agent.software;
  if (!software->warn_after_us) return;
  int64_t due = (sim_now(mta->config.agent.sim) - entry->accepted_us) / software->warn_after_us;
  int64_t most = software->warns_again ? UINT16_MAX : 1;
  if (due > most) due = most;
  if (recipient->warnings >= due || !wants_warnings(software, entry, recipient)) return;
  recipient->warnings = (uint16_t)due;
  recipient->due = DSN_DELAYED;
}

static void expire(struct mta *mta, struct queue_entry *entry, uint32_t recipient) {
  struct journal_record record = agent_record(&mta->config.agent, JOURNAL_EXPIRED);
  name_recipient(&record, entry, recipient);
  record.text[2] = entry->recipients[recipient].why;
  record.text[3] = report_to(entry, recipient);
  sim_note_cause(mta->config.agent.sim, &record);
  be_failed(mta, entry, recipient);
}

static int64_t next_wait_us(const struct mta *mta, uint32_t attempts) {
  CHECK(mta->config.retry_count > 0 && attempts > 0);
  size_t index = attempts - 1 < mta->config.retry_count ? attempts - 1 : mta->config.retry_count - 1;
  return mta->config.retry_after_us[index];
}

static void next_try(void *context) {
  struct queue_entry *entry = context;
  mta_try_entry(entry->owner, entry);
}

/* Waits; or gives up, if this try came at the end of the message's life in the queue or after it. So do
 * Postfix, sendmail and qmail: the last try is the first one that fails when the time is over. */
static void plan_next_try(struct mta *mta, struct queue_entry *entry) {
  struct sim *sim = mta->config.agent.sim;
  int64_t next_us = sim_now(sim) + next_wait_us(mta, entry->attempts);
  bool too_late = sim_now(sim) >= entry->accepted_us + mta->config.queue_life_us;
  bool waits = false;
  journal_seq cause = sim_cause(sim);
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    struct queue_recipient *recipient = &entry->recipients[i];
    if (recipient->state != QUEUE_WAITING) continue;
    sim_set_cause(sim, recipient->deferred_by);
    if (too_late) {
      expire(mta, entry, i);
      continue;
    }
    waits = true;
    warn_of_delay(mta, entry, recipient);
    struct journal_record record = agent_record(&mta->config.agent, JOURNAL_DEFERRED);
    name_recipient(&record, entry, i);
    record.number[0] = entry->attempts;
    record.number[1] = next_us;
    record.number[2] = recipient->code;
    record.text[2] = recipient->why;
    record.text[3] = recipient->by_host;
    cause = sim_note(sim, &record);
  }
  sim_set_cause(sim, cause);
  if (waits) entry->timer = sim_at(sim, next_us, next_try, entry);
}

void mta_settle(struct mta *mta, struct queue_entry *entry) {
  journal_seq cause = sim_cause(mta->config.agent.sim);
  plan_next_try(mta, entry);
  mta_send_reports(mta, entry);
  sim_set_cause(mta->config.agent.sim, cause);
  if (queue_entry_is_done(entry)) mail_queue_remove(&mta->queue, entry);
}
