#include "agents/mua.h"

#include "agents/outbound.h"
#include "agents/seven_bit.h"
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

/* What is asked of who offers DSN (RFC 3461), and its texts. */
struct asking {
  struct arena arena;
  struct dsn_requests requests;
};

/* One letter on its way to the submission server, with its envelope. */
struct submission {
  struct submission *next, *previous;
  struct mua *mua;
  struct outbound_letter letter;
  struct asking *asking; /* what is to be reported; NULL: nothing was said about it */
  bool told;             /* why the letter has not been taken is in the journal */
  size_t size;           /* of all this, without that */
  struct span recipients[];
};

/* ---- composing ---- */

static void add_field(struct compose *compose, struct span name, struct span value) {
  if (value.len) compose_field(compose, name, value);
}

static struct span message_id(struct mua *mua, const struct mua_letter *letter, struct arena *arena) {
  if (letter->no_message_id) return SPAN_EMPTY;
  return letter->message_id.len ? letter->message_id : stamp_message_id(mua->stamper, mua->sent, arena);
}

static struct message *compose_letter(struct mua *mua, const struct mua_letter *letter) {
  struct arena *arena = &mua->scratch;
  struct compose compose = compose_begin(arena);
  struct span date = letter->date.len ? letter->date : stamp_date(mua->stamper);
  add_field(&compose, SPAN("From"), letter->from);
  add_field(&compose, SPAN("To"), letter->to);
  add_field(&compose, SPAN("Cc"), letter->cc);
  add_field(&compose, SPAN("Reply-To"), letter->reply_to);
  add_field(&compose, SPAN("Subject"), letter->subject);
  if (!letter->no_date) add_field(&compose, SPAN("Date"), date);
  add_field(&compose, SPAN("Message-ID"), message_id(mua, letter, arena));
  add_field(&compose, SPAN("In-Reply-To"), letter->in_reply_to);
  add_field(&compose, SPAN("References"), letter->references);
  for (size_t i = 0; i < letter->field_count; i++)
    compose_field(&compose, letter->fields[i].name, letter->fields[i].value);
  compose_text(&compose, letter->text);
  compose_order(&compose, letter->field_order, letter->field_order_count);
  return compose_message(&compose);
}

/* ---- submitting ---- */

static void free_submission(struct submission *submission) {
  if (submission->next) submission->next->previous = submission->previous;
  if (submission->previous)
    submission->previous->next = submission->next;
  else
    submission->mua->submissions = submission->next;
  message_release(submission->letter.turn.transaction.message);
  if (submission->asking) {
    arena_free(&submission->asking->arena);
    mem_give(submission->asking, sizeof *submission->asking);
  }
  mem_give(submission, submission->size);
}

static void note_trouble(struct submission *submission, struct span text) {
  submission->told = true;
  agent_note(&submission->mua->config.agent, text);
}

static void on_outcome(void *context, const struct smtp_client_action *action) {
  struct submission *submission = context;
  const struct smtp_reply *reply = &action->reply;
  if (reply->code < 400 && reply->code > 0) {
    if (submission->asking && !action->dsn)
      agent_note(&submission->mua->config.agent,
                 SPAN("the submission server does not offer DSN: nothing was asked about reports"));
    return;
  }
  /* While there was no session, how the connection ended will tell. */
  if (!reply->code && !reply->enhanced.len && action->outcome == SMTP_OUTCOME_CONNECT) return;
  struct buf text = {0};
  if (reply->code)
    buf_format(&text, "the submission server says: %u %.*s", reply->code, SPAN_ARG(reply->text));
  else if (reply->enhanced.len)
    buf_format(&text, "the letter stays in the outbox: %.*s", SPAN_ARG(reply->text));
  else
    buf_add(&text, SPAN("the connection to the submission server was lost"));
  note_trouble(submission, buf_span(&text));
  buf_free(&text);
}

static void on_over(void *context, enum connection_end how, bool transacted) {
  struct submission *submission = context;
  bool stood = how == CONNECTION_CLOSED || how == CONNECTION_CUT;
  if (!transacted && !submission->told)
    note_trouble(
        submission,
        stood ? SPAN("the connection to the submission server was lost: the letter stays in the outbox")
              : SPAN("the submission server cannot be reached: the letter stays in the outbox"));
  free_submission(submission);
}

static bool on_no_8bitmime(void *context, struct message **message) {
  struct submission *submission = context;
  struct mua *mua = submission->mua;
  const struct agent *agent = &mua->config.agent;
  struct network *network = agent->network;
  struct seven_bit_facts facts = {.server = network_host(network, mua->config.submits_to)->name,
                                  .host = network_host(network, agent->host)->name,
                                  .queue_id = SPAN_EMPTY};
  struct message **own = &submission->letter.turn.transaction.message;
  struct span why;
  bool may_go = seven_bit_prepare(agent, mua->config.numbers, &facts, own, &mua->scratch, &why);
  if (!may_go)
    agent_note(agent, arena_format(&mua->scratch, "the letter stays in the outbox: %.*s", SPAN_ARG(why)));
  arena_reset(&mua->scratch);
  *message = *own;
  return may_go;
}

static const struct smtp_sender_events sender_events = {on_outcome, on_over, on_no_8bitmime};

static void note_sent_copy(struct mua *mua, const struct message *message) {
  struct journal_record record = agent_record(&mua->config.agent, JOURNAL_SENT_COPY);
  record.message = message->number;
  record.number[0] = message->version;
  record.text[0] = SPAN("Sent");
  sim_note(mua->config.agent.sim, &record);
}

static char *put_text(char *to, struct span text, struct span *copy_out) {
  if (text.len) memcpy(to, text.data, text.len);
  *copy_out = span_of(to, text.len);
  return to + text.len;
}

/* Takes over the message. */
static struct submission *submission_new(struct mua *mua, const struct mua_letter *letter,
                                         struct message *message) {
  uint32_t count = letter->recipient_count;
  size_t size = sizeof(struct submission) + count * sizeof(struct span) + letter->reverse_path.len;
  for (uint32_t i = 0; i < count; i++) size += letter->recipients[i].len;
  struct submission *submission = mem_take(size);
  *submission = (struct submission){.next = mua->submissions, .mua = mua, .size = size};
  if (submission->next) submission->next->previous = submission;
  mua->submissions = submission;
  struct smtp_transaction *transaction = &submission->letter.turn.transaction;
  char *texts =
      put_text((char *)(submission->recipients + count), letter->reverse_path, &transaction->reverse_path);
  for (uint32_t i = 0; i < count; i++)
    texts = put_text(texts, letter->recipients[i], &submission->recipients[i]);
  transaction->recipients = submission->recipients;
  transaction->recipient_count = count;
  transaction->message = message;
  submission->letter.turn.events = &sender_events;
  submission->letter.turn.context = submission;
  return submission;
}

/* ORCPT names the recipients as they were submitted (RFC 3461 4.2). */
static void ask(struct submission *submission, const struct mua_letter *letter) {
  if (!letter->notify && letter->returns == DSN_RETURN_UNSAID && !letter->envelope_id.len) return;
  struct asking *asking = submission->asking = mem_ztake(sizeof *asking);
  struct dsn_recipient_request *list = arena_alloc(&asking->arena, letter->recipient_count * sizeof *list);
  bool reports = letter->notify & ~DSN_NOTIFY_NEVER;
  for (uint32_t i = 0; i < letter->recipient_count; i++)
    list[i] = (struct dsn_recipient_request){
        reports ? dsn_original_of(letter->recipients[i], &asking->arena) : SPAN_EMPTY, letter->notify};
  struct buf id = {0};
  xtext_encode(letter->envelope_id, &id);
  asking->requests =
      (struct dsn_requests){{arena_copy(&asking->arena, buf_span(&id)), letter->returns}, list, false};
  buf_free(&id);
  submission->letter.turn.transaction.dsn = &asking->requests;
}

uint32_t mua_send(struct mua *mua, const struct mua_letter *letter, struct span user, struct span password) {
  const struct agent *agent = &mua->config.agent;
  mua->sent++;
  struct message *message = compose_letter(mua, letter);
  struct submission *submission = submission_new(mua, letter, message);
  ask(submission, letter);
  agent_note_compose(agent, mua->config.numbers, message, letter->reverse_path,
                     compose_lines(&mua->scratch, letter->recipients, letter->recipient_count));
  arena_reset(&mua->scratch);
  note_sent_copy(mua, message);
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
  outbound_send(mua->outbound, &config, &submission->letter);
  return message->number;
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
