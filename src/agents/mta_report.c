/* mta_report: what became of a recipient, said to the journal, and to the originator if it is bad news.
 *
 * Every recipient of an entry gets exactly one final record (RELAYED, BOUNCED, EXPIRED, DISCARDED,
 * EXPANDED); DEFERRED says that it stays. A report has the null reverse-path, so that reports are never
 * answered by reports (RFC 5321 4.5.5, RFC 3464 2).
 */
#include "agents/mta_internal.h"

#include "base/check.h"
#include "base/template.h"
#include "mail/dsn.h"

static struct journal_record fate_record(struct mta *mta, enum journal_kind kind,
                                         const struct queue_entry *entry, uint32_t recipient) {
  struct journal_record record = agent_record(&mta->config.agent, kind);
  record.message = entry->message->number;
  record.text[0] = entry->id;
  record.text[1] = entry->recipients[recipient].address;
  return record;
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
  struct journal_record record = fate_record(mta, JOURNAL_RELAYED, entry, recipient);
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
  entry->recipients[recipient].state = QUEUE_DONE;
  entry->recipients[recipient].failed = true;
  struct journal_record record = fate_record(mta, JOURNAL_BOUNCED, entry, recipient);
  record.number[0] = failure->reply.code;
  record.text[2] = failure->reply.text;
  record.text[3] = failure->reply.enhanced;
  record.text[4] = entry->reverse_path;
  sim_note_cause(mta->config.agent.sim, &record);
}

/* ---- after a round ---- */

static void expire(struct mta *mta, struct queue_entry *entry, uint32_t recipient) {
  entry->recipients[recipient].state = QUEUE_DONE;
  entry->recipients[recipient].failed = true;
  struct journal_record record = fate_record(mta, JOURNAL_EXPIRED, entry, recipient);
  record.text[2] = entry->recipients[recipient].why;
  record.text[3] = entry->reverse_path;
  sim_note_cause(mta->config.agent.sim, &record);
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
    struct journal_record record = fate_record(mta, JOURNAL_DEFERRED, entry, i);
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

/* ---- the report ---- */

/* A reply as it was said; what was found out here is not made to look like one. */
static struct span diagnostic_of(const struct queue_recipient *recipient, struct arena *arena) {
  if (!recipient->said || !recipient->code) return recipient->why;
  return arena_format(arena, "%u %.*s%s%.*s", recipient->code, SPAN_ARG(recipient->enhanced),
                      recipient->enhanced.len ? " " : "", SPAN_ARG(recipient->why));
}

static struct dsn_recipient *failed_recipients(const struct mta *mta, struct queue_entry *entry,
                                               struct arena *arena, size_t *count_out) {
  struct dsn_recipient *list = arena_alloc(arena, entry->recipient_count * sizeof *list);
  size_t count = 0;
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    struct queue_recipient *recipient = &entry->recipients[i];
    if (!recipient->failed) continue;
    recipient->failed = false;
    bool expired = recipient->code < 500;
    list[count++] = (struct dsn_recipient){
        .final = recipient->address,
        .action = DSN_FAILED,
        .status = expired                   ? SPAN("4.4.7")
                  : recipient->enhanced.len ? recipient->enhanced
                                            : SPAN("5.0.0"),
        .remote_mta = recipient->said ? recipient->by_host : SPAN_EMPTY,
        .diagnostic = diagnostic_of(recipient, arena),
        .last_attempt_us = network_host_unix_us(mta->config.agent.network, mta->config.agent.host),
        .will_retry_until_us = DSN_NO_TIME,
    };
  }
  *count_out = count;
  return list;
}

static void add_to_list(struct buf *list, struct span item) {
  if (list->len) buf_add_text(list, "\n    ");
  buf_add(list, item);
}

/* The software's words, with all failed recipients in one list and what was said of them in another. */
static struct span report_text(const struct mta *mta, const struct queue_entry *entry,
                               const struct dsn_recipient *recipients, size_t count, struct arena *arena) {
  const struct agent *agent = &mta->config.agent;
  struct buf who = {0}, why = {0}, text = {0};
  for (size_t i = 0; i < count; i++) {
    add_to_list(&who, arena_format(arena, "<%.*s>", SPAN_ARG(recipients[i].final)));
    bool told = recipients[i].remote_mta.len > 0;
    add_to_list(&why, arena_format(arena, "%.*s%s%.*s", SPAN_ARG(recipients[i].remote_mta),
                                   told ? " said: " : "", SPAN_ARG(recipients[i].diagnostic)));
  }
  const struct template_value values[] = {
      {SPAN("recipient"), buf_span(&who)},         {SPAN("why"), buf_span(&why)},
      {SPAN("sender"), entry->reverse_path},       {SPAN("original_id"), entry->id},
      {SPAN("host"), mta->config.host_name},       {SPAN("version"), agent->software->version},
      {SPAN("product"), agent->software->product}, {SPAN("date"), stamp_date(mta->stamper)},
  };
  template_expand(agent->software->bounce_text, values, sizeof values / sizeof *values, &text);
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&who);
  buf_free(&why);
  buf_free(&text);
  return copy;
}

/* Composes the report and queues it here, for the reverse-path. */
static void send_report(struct mta *mta, const struct queue_entry *entry, struct arena *arena,
                        const struct dsn_recipient *recipients, size_t count) {
  const struct agent *agent = &mta->config.agent;
  const struct network_host *host = network_host(agent->network, agent->host);
  int64_t now_us = network_host_unix_us(agent->network, agent->host);
  char id_text[QUEUE_ID_MAX];
  mta->ids.process_id = mta_next_process(mta);
  mta->ids.in_process = 0;
  struct span id = queue_id_make(&mta->ids, now_us, host->zone_minutes, id_text);
  struct span message_id = stamp_session_message_id(mta->stamper, id, arena);
  struct dsn report = {
      .from = stamp_fill(mta->stamper, agent->software->bounce_from, arena),
      .to = arena_format(arena, "<%.*s>", SPAN_ARG(entry->reverse_path)),
      .subject = agent->software->bounce_subject,
      .message_id = span_slice(message_id, 1, message_id.len - 2),
      .boundary =
          span_first(arena_format(arena, "%.*s.%.*s", SPAN_ARG(id), SPAN_ARG(host->name)), DSN_BOUNDARY_MAX),
      .date_us = now_us,
      .zone_minutes = host->zone_minutes,
      .zone_comment = agent->software->zone_comment ? host->zone_name : SPAN_EMPTY,
      .text = report_text(mta, entry, recipients, count, arena),
      .reporting_mta = mta->config.host_name,
      .product = agent->software->product,
      .arrival_us = now_us - (sim_now(agent->sim) - entry->accepted_us),
      .recipients = recipients,
      .recipient_count = count,
      .original = entry->message,
  };
  struct message *message = dsn_compose(&report);
  agent_note_compose(agent, mta->config.numbers, message, SPAN_EMPTY, entry->reverse_path);
  struct stamp_facts facts = {.host = mta->config.host_name, .id = id, .local = true};
  stamp_received(mta->stamper, mta->config.numbers, &message, &facts);
  mta_enqueue(mta, id, message, SPAN_EMPTY, &entry->reverse_path, 1);
  message_release(message);
}

static bool has_failures(const struct queue_entry *entry) {
  bool any = false;
  for (uint32_t i = 0; i < entry->recipient_count; i++) any |= entry->recipients[i].failed;
  return any;
}

static void report_failures(struct mta *mta, struct queue_entry *entry) {
  if (!has_failures(entry)) return;
  struct arena arena = ARENA_EMPTY;
  size_t count;
  struct dsn_recipient *recipients = failed_recipients(mta, entry, &arena, &count);
  if (count > 0 && entry->reverse_path.len) send_report(mta, entry, &arena, recipients, count);
  if (count > 0 && !entry->reverse_path.len)
    agent_note(&mta->config.agent,
               SPAN("no report: the reverse-path is null, and reports are never answered"));
  arena_free(&arena);
}

void mta_settle(struct mta *mta, struct queue_entry *entry) {
  journal_seq cause = sim_cause(mta->config.agent.sim);
  plan_next_try(mta, entry);
  report_failures(mta, entry);
  sim_set_cause(mta->config.agent.sim, cause);
  if (queue_entry_is_done(entry)) mail_queue_remove(&mta->queue, entry);
}
