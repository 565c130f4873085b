/* mta_dsn: delivery status notifications (RFC 3464): composed in the words of the software, queued here for
 * the reverse-path.
 *
 *     what is due of the entry's recipients:
 *         failed                         ─▶ a report with the letter, or with its header
 *         delayed                        ─▶ a report with its header
 *         delivered, relayed, expanded   ─▶ a report with its header
 *
 * A report has the null reverse-path, so that reports are never answered by reports (RFC 5321 4.5.5, RFC 3464
 * 2), and asks nothing itself (RFC 3461 6.1).
 */
#include "agents/mta_internal.h"

#include "base/template.h"

/* One report tells of failures, or of delays, or of what went well. */
enum report_kind { REPORT_FAILURE, REPORT_DELAY, REPORT_SUCCESS };

static enum report_kind kind_of(enum dsn_action action) {
  if (action == DSN_DELAYED) return REPORT_DELAY;
  return action == DSN_FAILED ? REPORT_FAILURE : REPORT_SUCCESS;
}

/* A reply as it was said; what was found out here is not made to look like one. */
static struct span diagnostic_of(const struct queue_recipient *recipient, struct arena *arena) {
  if (!recipient->said || !recipient->code) return recipient->why;
  return arena_format(arena, "%u %.*s%s%.*s", recipient->code, SPAN_ARG(recipient->enhanced),
                      recipient->enhanced.len ? " " : "", SPAN_ARG(recipient->why));
}

/* RFC 3463: what the reply said of itself, where that suits what became of it. */
static struct span status_of(const struct queue_recipient *recipient) {
  struct span enhanced = recipient->enhanced;
  bool success = kind_of(recipient->due) == REPORT_SUCCESS, delay = recipient->due == DSN_DELAYED;
  if (success) return span_starts_with(enhanced, SPAN("2.")) ? enhanced : SPAN("2.0.0");
  if (delay) return span_starts_with(enhanced, SPAN("4.")) ? enhanced : SPAN("4.0.0");
  if (recipient->code < 500) return SPAN("4.4.7"); /* expired */
  return enhanced.len ? enhanced : SPAN("5.0.0");
}

static struct span decoded(struct span xtext, struct arena *arena) {
  struct buf text = {0};
  xtext_decode(xtext, &text);
  struct span copy = text.len ? arena_copy(arena, buf_span(&text)) : SPAN_EMPTY;
  buf_free(&text);
  return copy;
}

/* The recipient as ORCPT names him: as the client did, or, where the software adds one, by the address at
 * which he came (RFC 3461 5.2.1 d). Empty: not at all. */
static struct span original_of(const struct mta *mta, const struct queue_entry *entry, uint32_t recipient,
                               struct arena *arena) {
  struct span given = entry->recipients[recipient].dsn.original;
  if (given.len || !mta->config.agent.software->client_adds_original) return given;
  while (entry->recipients[recipient].out_of) recipient = entry->recipients[recipient].out_of - 1;
  return dsn_original_of(entry->recipients[recipient].address, arena);
}

const struct dsn_requests *mta_requests(const struct mta *mta, const struct queue_entry *entry,
                                        const uint32_t *recipients, uint32_t count, struct arena *arena) {
  bool adds = mta->config.agent.software->client_adds_original;
  if (!entry->asks && !adds) return NULL;
  struct dsn_recipient_request *list = arena_alloc(arena, count * sizeof *list);
  for (uint32_t i = 0; i < count; i++) {
    list[i] = entry->recipients[recipients[i]].dsn;
    list[i].original = original_of(mta, entry, recipients[i], arena);
  }
  struct dsn_requests *requests = arena_alloc(arena, sizeof *requests);
  *requests = (struct dsn_requests){entry->dsn, list, adds};
  return requests;
}

static struct dsn_recipient *take_due(const struct mta *mta, struct queue_entry *entry, enum report_kind kind,
                                      struct arena *arena, size_t *count_out) {
  struct dsn_recipient *list = arena_alloc(arena, entry->recipient_count * sizeof *list);
  const struct agent *agent = &mta->config.agent;
  int64_t now_us = network_host_unix_us(agent->network, agent->host);
  int64_t left_us = entry->accepted_us + mta->config.queue_life_us - sim_now(agent->sim);
  size_t count = 0;
  for (uint32_t i = 0; i < entry->recipient_count; i++) {
    struct queue_recipient *recipient = &entry->recipients[i];
    if (recipient->due == DSN_NOTHING || kind_of(recipient->due) != kind) continue;
    list[count++] = (struct dsn_recipient){
        .final = recipient->address,
        .original = decoded(original_of(mta, entry, i, arena), arena),
        .action = recipient->due,
        .status = status_of(recipient),
        .remote_mta = recipient->said ? recipient->by_host : SPAN_EMPTY,
        .diagnostic = diagnostic_of(recipient, arena),
        .last_attempt_us = now_us,
        .will_retry_until_us = kind == REPORT_DELAY ? now_us + left_us : DSN_NO_TIME,
    };
    recipient->due = DSN_NOTHING;
  }
  *count_out = count;
  return list;
}

/* How long the letter has waited, by the warnings that were due: "4 hours", "90 minutes", as Exim counts. */
static struct span delay_of(const struct mta *mta, const struct queue_entry *entry, struct arena *arena) {
  enum { MINUTE_US = 60000000 };
  uint16_t warnings = 0;
  for (uint32_t i = 0; i < entry->recipient_count; i++)
    if (entry->recipients[i].warnings > warnings) warnings = entry->recipients[i].warnings;
  long long minutes = mta->config.agent.software->warn_after_us * warnings / MINUTE_US;
  bool hours = minutes >= 120;
  return arena_format(arena, "%lld %s", hours ? minutes / 60 : minutes, hours ? "hours" : "minutes");
}

/* What the words may name: of one recipient, or of all. */
enum { NAME_RECIPIENT, NAME_WHY, REPORT_NAMES = 9 };

struct report_words {
  struct template_value values[REPORT_NAMES];
  const struct dsn_recipient *recipients;
  size_t count;
  struct arena *arena;
};

static void name_recipient(struct report_words *words, const struct dsn_recipient *recipient) {
  bool told = recipient->remote_mta.len > 0;
  words->values[NAME_RECIPIENT].value = arena_format(words->arena, "<%.*s>", SPAN_ARG(recipient->final));
  words->values[NAME_WHY].value = arena_format(words->arena, "%.*s%s%.*s", SPAN_ARG(recipient->remote_mta),
                                               told ? " said: " : "", SPAN_ARG(recipient->diagnostic));
}

static bool is_of_recipients(struct span line) {
  return span_search(line, SPAN("{recipient}")) != SPAN_NONE || span_search(line, SPAN("{why}")) != SPAN_NONE;
}

/* Octets of the lines in front that are of recipients, or are not. */
static size_t lines_in_front(struct span text, bool of_recipients) {
  struct span rest = text, line;
  size_t len = 0;
  while (rest.len && span_next(&rest, '\n', &line) && is_of_recipients(line) == of_recipients)
    len = rest.data ? text.len - rest.len : text.len;
  return len;
}

/* Lines that name the recipient, or why, come for each of them, those that stand together together; an empty
 * line at the end of the text stands between one and the next. */
static struct span report_text(struct report_words *words, struct span text) {
  struct buf out = {0};
  while (text.len) {
    size_t len = lines_in_front(text, false);
    template_expand(span_first(text, len), words->values, REPORT_NAMES, &out);
    text = span_skip(text, len);
    struct span lines = span_first(text, lines_in_front(text, true));
    text = span_skip(text, lines.len);
    bool apart = span_equal(text, SPAN("\n"));
    for (size_t i = 0; lines.len && i < words->count; i++) {
      if (i && apart) buf_add_char(&out, '\n');
      name_recipient(words, &words->recipients[i]);
      template_expand(lines, words->values, REPORT_NAMES, &out);
      if (!span_ends_with(lines, SPAN("\n"))) buf_add_char(&out, '\n');
    }
    if (lines.len && apart) break;
  }
  struct span copy = arena_copy(words->arena, buf_span(&out));
  buf_free(&out);
  return copy;
}

/* A Subject has room for one of them. */
static struct span report_subject(struct report_words *words, struct span subject) {
  struct buf out = {0};
  name_recipient(words, &words->recipients[0]);
  template_expand(subject, words->values, REPORT_NAMES, &out);
  struct span copy = arena_copy(words->arena, buf_span(&out));
  buf_free(&out);
  return copy;
}

static struct report_words report_words(const struct mta *mta, const struct queue_entry *entry,
                                        const struct dsn_recipient *recipients, size_t count,
                                        int64_t arrival_us, struct arena *arena) {
  const struct agent *agent = &mta->config.agent;
  struct span arrival = arena_copy(arena, stamp_date_of(mta->stamper, arrival_us));
  return (struct report_words){
      .values = {[NAME_RECIPIENT] = {SPAN("recipient"), SPAN_EMPTY},
                 [NAME_WHY] = {SPAN("why"), SPAN_EMPTY},
                 {SPAN("sender"), entry->reverse_path},
                 {SPAN("original_id"), entry->id},
                 {SPAN("host"), mta->config.host_name},
                 {SPAN("version"), agent->software->version},
                 {SPAN("product"), agent->software->product},
                 {SPAN("date"), arrival},
                 {SPAN("delay"), delay_of(mta, entry, arena)}},
      .recipients = recipients,
      .count = count,
      .arena = arena,
  };
}

static const struct software_report *words_for(const struct software *software, enum report_kind kind) {
  if (kind == REPORT_FAILURE) return &software->bounce;
  return kind == REPORT_DELAY ? &software->delay : &software->success;
}

/* Composes the report and queues it here, for the reverse-path. RET is about failures; where there is none,
 * the header is enough (RFC 3461 4.3). */
static void send_report(struct mta *mta, const struct queue_entry *entry, enum report_kind kind,
                        struct arena *arena, const struct dsn_recipient *recipients, size_t count) {
  const struct agent *agent = &mta->config.agent;
  const struct network_host *host = network_host(agent->network, agent->host);
  const struct software_report *own = words_for(agent->software, kind);
  int64_t now_us = network_host_unix_us(agent->network, agent->host);
  int64_t arrival_us = now_us - (sim_now(agent->sim) - entry->accepted_us);
  struct report_words words = report_words(mta, entry, recipients, count, arrival_us, arena);
  char id_text[QUEUE_ID_MAX];
  struct span id = mta_own_queue_id(mta, id_text);
  struct span message_id = stamp_session_message_id(mta->stamper, id, arena);
  struct dsn report = {
      .from = stamp_fill(mta->stamper, agent->software->bounce_from, arena),
      .to = arena_format(arena, "<%.*s>", SPAN_ARG(entry->reverse_path)),
      .subject = report_subject(&words, own->subject),
      .message_id = span_slice(message_id, 1, message_id.len - 2),
      .message_id_field = agent->software->message_id_field,
      .boundary =
          span_first(arena_format(arena, "%.*s.%.*s", SPAN_ARG(id), SPAN_ARG(host->name)), DSN_BOUNDARY_MAX),
      .date_us = now_us,
      .zone_minutes = host->zone_minutes,
      .zone_comment = agent->software->zone_comment ? host->zone_name : SPAN_EMPTY,
      .text = report_text(&words, own->text),
      .auto_submitted = own->auto_submitted,
      .reporting_mta = mta->config.host_name,
      .product = agent->software->product,
      .envelope_id = decoded(entry->dsn.envelope_id, arena),
      .arrival_us = arrival_us,
      .recipients = recipients,
      .recipient_count = count,
      .original = entry->message,
      .recipients_field = kind == REPORT_FAILURE ? agent->software->bounce_recipients_field : SPAN_EMPTY,
      .plain = agent->software->report_form == REPORT_FORM_PLAIN,
      .plain_date = stamp_date(mta->stamper),
      .headers_only = kind != REPORT_FAILURE || entry->dsn.returns == DSN_RETURN_HEADERS,
  };
  struct message *message = dsn_compose(&report);
  agent_note_compose(agent, mta->config.numbers, message, SPAN_EMPTY, entry->reverse_path);
  struct stamp_facts facts = {.host = mta->config.host_name, .id = id, .local = true};
  stamp_received(mta->stamper, mta->config.numbers, &message, &facts);
  mta_enqueue(mta, id, message, SPAN_EMPTY, &entry->reverse_path, 1);
  message_release(message);
}

/* Which kinds of report are due, a bit for each. */
static unsigned kinds_due(const struct queue_entry *entry) {
  unsigned kinds = 0;
  for (uint32_t i = 0; i < entry->recipient_count; i++)
    if (entry->recipients[i].due != DSN_NOTHING) kinds |= 1u << kind_of(entry->recipients[i].due);
  return kinds;
}

static void send_kind(struct mta *mta, struct queue_entry *entry, enum report_kind kind) {
  struct arena arena = ARENA_EMPTY;
  size_t count;
  struct dsn_recipient *recipients = take_due(mta, entry, kind, &arena, &count);
  if (entry->reverse_path.len)
    send_report(mta, entry, kind, &arena, recipients, count);
  else if (kind == REPORT_FAILURE)
    agent_note(&mta->config.agent,
               SPAN("no report: the reverse-path is null, and reports are never answered"));
  arena_free(&arena);
}

/* All of one entry have the same cause: what happened to it last. */
void mta_send_reports(struct mta *mta, struct queue_entry *entry) {
  journal_seq cause = sim_cause(mta->config.agent.sim);
  unsigned kinds = kinds_due(entry);
  for (unsigned kind = 0; kinds >> kind; kind++) {
    if (!(kinds >> kind & 1)) continue;
    sim_set_cause(mta->config.agent.sim, cause);
    send_kind(mta, entry, (enum report_kind)kind);
  }
}
