#include "agents/mua.h"

#include "agents/outbound.h"
#include "agents/stamp.h"
#include "base/mem.h"
#include "mail/compose.h"

struct mua {
  struct mua_config config;
  struct stamper *stamper;
  struct outbound *outbound;
  struct submission *submissions; /* under way */
  struct arena scratch;           /* of one letter's composing */
  uint32_t sent;                  /* letters so far: its Message-IDs count them */
};

/* One letter on its way to the submission server. */
struct submission {
  struct submission *next, *previous;
  struct mua *mua;
  struct arena arena;
  struct message *message;
  struct smtp_reply last;
};

/* ---- composing ---- */

static void add_field(struct compose *compose, const char *name, struct span value) {
  if (value.len) compose_field(compose, span_from(name), value);
}

static struct span message_id(struct mua *mua, const struct mua_letter *letter, struct arena *arena) {
  if (letter->no_message_id) return SPAN_EMPTY;
  return letter->message_id.len ? letter->message_id : stamp_message_id(mua->stamper, mua->sent, arena);
}

static struct message *compose_letter(struct mua *mua, const struct mua_letter *letter) {
  struct arena *arena = &mua->scratch;
  struct compose compose = compose_begin(arena);
  struct span date = letter->date.len ? letter->date : stamp_date(mua->stamper);
  add_field(&compose, "From", letter->from);
  add_field(&compose, "To", letter->to);
  add_field(&compose, "Cc", letter->cc);
  add_field(&compose, "Reply-To", letter->reply_to);
  add_field(&compose, "Subject", letter->subject);
  if (!letter->no_date) add_field(&compose, "Date", date);
  add_field(&compose, "Message-ID", message_id(mua, letter, arena));
  add_field(&compose, "In-Reply-To", letter->in_reply_to);
  add_field(&compose, "References", letter->references);
  for (size_t i = 0; i < letter->field_count; i++)
    compose_field(&compose, letter->fields[i].name, letter->fields[i].value);
  compose_text(&compose, letter->text);
  compose_order(&compose, letter->field_order, letter->field_order_count);
  struct message *message = compose_message(&compose);
  arena_reset(arena);
  return message;
}

/* ---- submitting ---- */

static void free_submission(struct submission *submission) {
  if (submission->next) submission->next->previous = submission->previous;
  if (submission->previous)
    submission->previous->next = submission->next;
  else
    submission->mua->submissions = submission->next;
  message_release(submission->message);
  arena_free(&submission->arena);
  mem_give(submission, sizeof *submission);
}

static void on_outcome(void *context, const struct smtp_client_action *action) {
  struct submission *submission = context;
  if (action->reply.code < 400 && action->reply.code > 0) return;
  const struct agent *agent = &submission->mua->config.agent;
  struct span text = arena_format(&submission->arena, "the submission server says: %u %.*s",
                                  action->reply.code, SPAN_ARG(action->reply.text));
  if (!action->reply.code)
    text = action->reply.enhanced.len
               ? arena_format(&submission->arena, "the letter stays in the outbox: %.*s",
                              SPAN_ARG(action->reply.text))
               : SPAN("the connection to the submission server was lost");
  agent_note(agent, text);
}

static void on_over(void *context, enum connection_end how, bool transacted) {
  struct submission *submission = context;
  if (!transacted && how != CONNECTION_CLOSED)
    agent_note(&submission->mua->config.agent,
               SPAN("the submission server cannot be reached: the letter stays in the outbox"));
  free_submission(submission);
}

static const struct smtp_sender_events sender_events = {on_outcome, on_over};

static void note_sent_copy(struct mua *mua, const struct message *message) {
  struct journal_record record = agent_record(&mua->config.agent, JOURNAL_SENT_COPY);
  record.message = message->number;
  record.number[0] = message->version;
  record.text[0] = SPAN("Sent");
  sim_note(mua->config.agent.sim, &record);
}

uint32_t mua_send(struct mua *mua, const struct mua_letter *letter, struct span user, struct span password) {
  const struct agent *agent = &mua->config.agent;
  struct submission *submission = mem_ztake(sizeof *submission);
  struct arena *arena = &submission->arena;
  submission->mua = mua;
  submission->next = mua->submissions;
  if (submission->next) submission->next->previous = submission;
  mua->submissions = submission;
  mua->sent++;
  submission->message = compose_letter(mua, letter);
  struct span *recipients = arena_alloc(arena, letter->recipient_count * sizeof *recipients);
  for (uint32_t i = 0; i < letter->recipient_count; i++)
    recipients[i] = arena_copy(arena, letter->recipients[i]);
  agent_note_compose(agent, mua->config.numbers, submission->message, letter->reverse_path,
                     compose_lines(arena, recipients, letter->recipient_count));
  note_sent_copy(mua, submission->message);
  bool tls_first = mua->config.port == PORT_SUBMISSIONS, submits = mua->config.port != PORT_SMTP;
  struct smtp_sender_config config = {
      .agent = *agent,
      .to = mua->config.submits_to,
      .port = mua->config.port,
      .protocol = tls_first ? SPAN("submissions")
                  : submits ? SPAN("submission")
                            : SPAN("smtp"),
      .client = {.helo_name = mua->config.helo_name,
                 .dialect = submits ? SMTP_DIALECT_SUBMISSION : SMTP_DIALECT_SMTP,
                 .use_helo = agent->software->client_uses_helo,
                 .no_pipelining = !agent->software->client_pipelines,
                 .user = submits ? user : SPAN_EMPTY, /* port 25 knows no log-in */
                 .password = password},
      .tls = mua->config.tls,
      .tls_first = tls_first,
      .server_name = network_host(agent->network, mua->config.submits_to)->name,
  };
  struct smtp_turn turn = {
      .transaction = {.reverse_path = arena_copy(arena, letter->reverse_path),
                      .recipients = recipients,
                      .recipient_count = letter->recipient_count,
                      .message = submission->message},
      .events = &sender_events,
      .context = submission,
  };
  outbound_send(mua->outbound, &config, &turn);
  return submission->message->number;
}

struct mua *mua_new(const struct mua_config *config) {
  struct mua *mua = mem_zalloc(sizeof *mua);
  mua->config = *config;
  mua->stamper = stamper_new(&config->agent);
  mua->outbound = outbound_new();
  return mua;
}

void mua_free(struct mua *mua) {
  if (!mua) return;
  outbound_free(mua->outbound);
  while (mua->submissions) free_submission(mua->submissions);
  stamper_free(mua->stamper);
  arena_free(&mua->scratch);
  mem_free(mua);
}
