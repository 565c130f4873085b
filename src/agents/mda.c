#include "agents/mda.h"

#include "agents/final_stamp.h"
#include "base/check.h"
#include "base/mem.h"

struct mda {
  struct mda_config config;
  struct smtp_listener *listener;
  struct mail_user postmaster; /* where nobody has that name */
  struct final_stamp final;
  struct arena scratch; /* of one look-up */
};

/* A recipient that was promised a delivery, in the order of RCPT. */
struct expected {
  const struct mail_user *user;
  journal_seq rcpt;
};

/* One transaction: hangs on its session, and lies in the arena of its session's transaction. */
struct transaction {
  struct expected *expected;
  size_t count;
  journal_seq data; /* what the deliveries are because of */
};

static struct transaction *transaction_of(struct smtp_session *session) {
  if (!session->user) session->user = arena_zalloc(&session->arena, sizeof(struct transaction));
  return session->user;
}

static void reset(void *context, struct smtp_session *session) {
  (void)context;
  session->user = NULL;
}

static void expect(struct smtp_session *session, struct expected expected) {
  struct transaction *transaction = transaction_of(session);
  size_t count = transaction->count;
  if ((count & (count - 1)) == 0) { /* full at each power of two */
    size_t room = count ? count * 2 : 1;
    struct expected *more = arena_alloc(&session->arena, room * sizeof *more);
    if (count) memcpy(more, transaction->expected, count * sizeof *more);
    transaction->expected = more;
  }
  transaction->expected[transaction->count++] = expected;
}

/* ---- who is it for? ---- */

static const struct mail_user *find_user(struct mda *mda, const struct smtp_path *path) {
  const struct mail_users *users = mda->config.users;
  struct span name = address_unquote(path->address.local_part, &mda->scratch);
  const struct mail_user *user = mail_users_for(users, path->text, name);
  if (!user && span_equal_nocase(name, SPAN("postmaster"))) user = &mda->postmaster;
  arena_reset(&mda->scratch);
  return user;
}

static void decide_rcpt(struct mda *mda, struct smtp_session *session, const struct smtp_path *path,
                        struct smtp_verdict *verdict) {
  const struct mail_user *user = find_user(mda, path);
  if (user) expect(session, (struct expected){.user = user, .rcpt = session->heard.rcpt});
  if (!user) verdict->text = SMTP_TEXT_RCPT_UNKNOWN;
  verdict->because = user ? SPAN("mailbox") : SPAN("unknown_user");
}

/* ---- delivering ---- */

static void deliver(struct mda *mda, struct smtp_session *session, struct message *message, uint32_t index) {
  struct transaction *transaction = transaction_of(session);
  CHECK(index < transaction->count);
  struct sim *sim = mda->config.agent.sim;
  if (!transaction->data) transaction->data = sim_cause(sim);
  sim_set_cause(sim, transaction->data); /* not the delivery to the recipient before */

  const struct expected *expected = &transaction->expected[index];
  struct span recipient = smtp_server_recipient(session->engine, index);
  struct span reverse_path = smtp_server_reverse_path(session->engine);
  struct message *stamped = final_stamp_on(&mda->final, &mda->config.agent, mda->config.numbers, message,
                                           &(struct final_facts){.reverse_path = reverse_path,
                                                                 .mail = session->heard.mail,
                                                                 .recipient = recipient,
                                                                 .rcpt = expected->rcpt});
  struct journal_record record = agent_record(&mda->config.agent, JOURNAL_DELIVERED);
  record.connection = session->connection;
  record.message = stamped->number;
  record.number[0] = stamped->version;
  record.number[1] = expected->user->person;
  record.text[0] = session->queue_id;
  record.text[1] = recipient;
  record.text[2] = mail_store_is_maildir(mda->config.store) ? SPAN("maildir") : SPAN("mbox");
  record.text[3] =
      mail_store_deliver(mda->config.store, &mda->config.agent, expected->user, stamped, reverse_path);
  sim_note_cause(sim, &record);
  message_release(stamped);
}

static bool decide(void *context, struct smtp_session *session, const struct smtp_server_decision *decision,
                   struct smtp_verdict *verdict_out) {
  struct mda *mda = context;
  if (decision->kind == SMTP_SERVER_DECIDE_RCPT)
    decide_rcpt(mda, session, &decision->path, verdict_out);
  else if (decision->kind == SMTP_SERVER_DECIDE_MESSAGE)
    deliver(mda, session, decision->message, decision->recipient);
  else if (decision->kind == SMTP_SERVER_DECIDE_VRFY)
    verdict_out->text = SMTP_TEXT_VRFY_CANNOT;
  else if (decision->kind == SMTP_SERVER_DECIDE_EXPN)
    verdict_out->text = SMTP_TEXT_EXPN_REFUSED;
  else if (decision->kind == SMTP_SERVER_DECIDE_AUTH)
    verdict_out->text = SMTP_TEXT_AUTH_FAILED;
  return true;
}

static const struct smtp_program program = {.decide = decide, .reset = reset};

struct mda *mda_new(const struct mda_config *config) {
  struct mda *mda = mem_zalloc(sizeof *mda);
  struct span host_name = network_host(config->agent.network, config->agent.host)->name;
  mda->config = *config;
  mda->postmaster = (struct mail_user){.name = SPAN("postmaster"), .address = SPAN("postmaster")};
  struct smtp_listener_config listener = {
      .agent = config->agent,
      .port = PORT_LMTP,
      .dialect = SMTP_DIALECT_LMTP,
      .helo_name = host_name,
      .server = config->agent.software->server,
      .policies = config->policies,
      .program = &program,
      .context = mda,
      .numbers = config->numbers,
  };
  mda->listener = smtp_listener_new(&listener);
  return mda;
}

void mda_free(struct mda *mda) {
  if (!mda) return;
  smtp_listener_free(mda->listener);
  final_stamp_free(&mda->final);
  arena_free(&mda->scratch);
  mem_free(mda);
}
