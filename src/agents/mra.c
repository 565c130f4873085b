#include "agents/mra_internal.h"
#include "base/check.h"
#include "base/mem.h"
#include "proto/pop3_client.h"

/* A server that says nothing for so long is given up. */
static const int64_t PATIENCE_US = (int64_t)5 * 60 * 1000000;

/* Unique-ids, found by hash; never walked. */
struct uid_set {
  struct arena arena;
  struct span *slots; /* an empty text: free */
  size_t slot_count, count;
};

struct mra {
  struct mra_config config;
  struct pop3_client_config client;
  struct pop3_client *engine; /* NULL: no session is under way */
  connection_id connection;
  struct event_handle deadline;
  int64_t heard_us;
  bool again;            /* another fetch was asked for meanwhile */
  bool dele_failed;      /* in this session */
  bool gave_up;          /* this side ended the session, for want of an answer */
  bool no_tls;           /* … or of TLS, which has been told */
  struct uid_set known;  /* fetched, and perhaps still on the server */
  struct mra_imap *imap; /* NULL: it fetches by POP3 */
  struct mra_inbox inbox;
  struct buf text;
};

static struct sim *sim_of(const struct mra *mra) {
  return mra->config.agent.sim;
}

/* ---- what has been fetched before ---- */

static size_t uid_slot(const struct uid_set *set, struct span uid) {
  size_t at = span_hash(uid) & (set->slot_count - 1);
  while (set->slots[at].len && !span_equal(set->slots[at], uid)) at = (at + 1) & (set->slot_count - 1);
  return at;
}

static bool uid_is_known(const struct uid_set *set, struct span uid) {
  return uid.len && set->count && set->slots[uid_slot(set, uid)].len;
}

static void uid_set_grow(struct uid_set *set) {
  struct span *old = set->slots;
  size_t old_count = set->slot_count;
  set->slot_count = old_count ? old_count * 2 : 16;
  set->slots = mem_zalloc(set->slot_count * sizeof *set->slots);
  for (size_t i = 0; i < old_count; i++)
    if (old[i].len) set->slots[uid_slot(set, old[i])] = old[i];
  mem_free(old);
}

static void uid_remember(struct uid_set *set, struct span uid) {
  if (uid.len == 0 || uid_is_known(set, uid)) return;
  if (++set->count * 2 > set->slot_count) uid_set_grow(set);
  set->slots[uid_slot(set, uid)] = arena_copy(&set->arena, uid);
}

static void uid_set_clear(struct uid_set *set) {
  arena_free(&set->arena);
  mem_free(set->slots);
  *set = (struct uid_set){0};
}

/* ---- what goes wrong is told ---- */

static void tell(struct mra *mra, const char *what, struct span why) {
  buf_clear(&mra->text);
  buf_add_text(&mra->text, what);
  if (why.len) buf_add(&mra->text, SPAN(": "));
  buf_add(&mra->text, why);
  struct journal_record record = agent_record(&mra->config.agent, JOURNAL_NOTE);
  record.connection = mra->connection;
  record.text[0] = buf_span(&mra->text);
  sim_note(sim_of(mra), &record);
}

static const char *failure_of(enum pop3_outcome_of outcome) {
  static const char *const failures[] = {
      [POP3_OUTCOME_CONNECT] = "the server takes nobody now",
      [POP3_OUTCOME_TLS] = "no TLS",
      [POP3_OUTCOME_LOGIN] = "login refused",
      [POP3_OUTCOME_LIST] = "the maildrop could not be listed",
      [POP3_OUTCOME_FETCH] = "a letter could not be fetched",
      [POP3_OUTCOME_DELE] = "a letter could not be deleted",
      [POP3_OUTCOME_QUIT] = "letters could not be removed",
  };
  return failures[outcome];
}

static void take_outcome(struct mra *mra, const struct pop3_client_action *action) {
  bool ok = action->response.status == POP3_OK;
  if (action->outcome == POP3_OUTCOME_DELE && !ok) mra->dele_failed = true;
  /* What was marked is removed now, and no unique-id is used twice. */
  bool all_gone = action->outcome == POP3_OUTCOME_QUIT && ok && !mra->dele_failed;
  if (all_gone && !mra->config.leave_on_server) uid_set_clear(&mra->known);
  if (ok || action->response.status == POP3_LOST) return; /* a lost connection is told once, at its end */
  bool not_offered = action->response.status == POP3_NOT_OFFERED;
  tell(mra, failure_of(action->outcome),
       not_offered ? SPAN("the server does not offer it") : action->response.text);
}

/* ---- letters ---- */

static void wish(const struct mra *mra, const struct pop3_listing *listing) {
  for (uint32_t i = 0; i < listing->count; i++) {
    struct pop3_listed *listed = &listing->messages[i];
    bool known = uid_is_known(&mra->known, listed->unique_id);
    listed->wish = !known ? POP3_WISH_RETR : mra->config.leave_on_server ? POP3_WISH_NOTHING : POP3_WISH_DELE;
  }
}

/* A letter that came as plain bytes is either one that the network took apart, or new to the journal. */
static struct message *recognise(const struct mra_config *config, connection_id connection,
                                 struct message *message) {
  message = agent_recognise(&config->agent, connection, true, message);
  if (message->version) return message;
  struct agent outside = config->agent;
  outside.host = config->server;
  outside.number = 0;
  agent_note_compose(&outside, config->numbers, message, SPAN_EMPTY, SPAN_EMPTY);
  return message;
}

void mra_keep(const struct mra_config *config, struct mra_inbox *inbox, connection_id connection,
              struct message *message, struct span uid) {
  message = recognise(config, connection, message);
  inbox->letters = mem_grow(inbox->letters, &inbox->capacity, inbox->count + 1, sizeof(*inbox->letters));
  inbox->letters[inbox->count++] = message_retain(message);
  struct journal_record record = agent_record(&config->agent, JOURNAL_RETRIEVED);
  record.connection = connection;
  record.message = message->number;
  record.number[0] = message->version;
  record.number[1] = config->person;
  record.number[2] = config->leave_on_server;
  record.text[1] = uid;
  sim_note_cause(config->agent.sim, &record);
}

static void store(struct mra *mra, const struct pop3_client_action *action) {
  uid_remember(&mra->known, action->unique_id);
  mra_keep(&mra->config, &mra->inbox, mra->connection, action->message, action->unique_id);
  pop3_client_stored(mra->engine, !mra->config.leave_on_server);
}

/* ---- bytes ---- */

/* Gives the engine what has arrived; false when there is nothing more. */
static bool take_input(struct mra *mra) {
  struct network *network = mra->config.agent.network;
  struct span bytes;
  struct message *message;
  if (!connection_peek(network, mra->connection, true, &bytes, &message)) return false;
  if (message && !pop3_client_wants_message(mra->engine)) {
    connection_flatten(network, mra->connection, true);
    return true;
  }
  size_t taken = 0;
  if (message)
    pop3_client_feed_message(mra->engine, message);
  else
    taken = pop3_client_feed(mra->engine, bytes);
  connection_consume(network, mra->connection, true, taken);
  return message || taken > 0;
}

static void pump(struct mra *mra);

static void on_settled(void *context, connection_id id, struct span fault) {
  struct mra *mra = context;
  mra->heard_us = sim_now(sim_of(mra));
  if (fault.len) {
    tell(mra, failure_of(POP3_OUTCOME_TLS), fault);
    mra->gave_up = mra->no_tls = true;
    connection_close(mra->config.agent.network, id, true);
    return;
  }
  if (!mra->config.tls_first) pop3_client_tls_started(mra->engine);
  pump(mra);
}

static void start_tls(struct mra *mra, struct span how) {
  struct network *network = mra->config.agent.network;
  tls_use_call(network, mra->connection, mra->config.tls, network_host(network, mra->config.server)->name,
               how, on_settled);
}

/* False: nothing is left to do. */
static bool act(struct mra *mra) {
  struct pop3_client_action action;
  switch (pop3_client_next(mra->engine, &action)) {
  case POP3_CLIENT_WAIT: return take_input(mra);
  case POP3_CLIENT_OUTCOME: take_outcome(mra, &action); return true;
  case POP3_CLIENT_SEND: agent_say(&mra->config.agent, mra->connection, true, action.bytes); return true;
  case POP3_CLIENT_START_TLS: start_tls(mra, SPAN("STLS")); return false;
  case POP3_CLIENT_ASK:
    wish(mra, &action.listing);
    pop3_client_fetch(mra->engine);
    return true;
  case POP3_CLIENT_MESSAGE: store(mra, &action); return true;
  case POP3_CLIENT_CLOSE: connection_close(mra->config.agent.network, mra->connection, true); return false;
  }
  UNREACHABLE();
}

static void pump(struct mra *mra) {
  while (act(mra)) continue;
}

/* ---- the life of a session ---- */

static void start(struct mra *mra);

static void on_deadline(void *context) {
  struct mra *mra = context;
  int64_t waited_us = sim_now(sim_of(mra)) - mra->heard_us;
  if (waited_us < PATIENCE_US) {
    mra->deadline = sim_after(sim_of(mra), PATIENCE_US - waited_us, on_deadline, mra);
    return;
  }
  mra->gave_up = true;
  connection_close(mra->config.agent.network, mra->connection, true);
}

static void on_opened(void *context, connection_id id) {
  struct mra *mra = context;
  CHECK(id == mra->connection);
  mra->heard_us = sim_now(sim_of(mra));
  mra->deadline = sim_after(sim_of(mra), PATIENCE_US, on_deadline, mra);
  if (mra->config.tls_first)
    start_tls(mra, SPAN("implicit"));
  else
    pump(mra);
}

static void on_received(void *context, connection_id id) {
  struct mra *mra = context;
  CHECK(id == mra->connection);
  mra->heard_us = sim_now(sim_of(mra));
  pump(mra);
}

const char *mra_end_words(enum connection_end how, bool gave_up) {
  static const char *const ends[] = {
      [CONNECTION_REFUSED] = "no mail server is running there: connection refused",
      [CONNECTION_TIMED_OUT] = "the mail server does not answer",
      [CONNECTION_CLOSED] = "the mail server closed the connection",
      [CONNECTION_CUT] = "the connection to the mail server broke",
  };
  return gave_up ? "the mail server says nothing any more" : ends[how];
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct mra *mra = context;
  CHECK(id == mra->connection);
  struct pop3_client_action action;
  bool lost = how != CONNECTION_CLOSED;
  pop3_client_gone(mra->engine);
  while (pop3_client_next(mra->engine, &action) == POP3_CLIENT_OUTCOME) {
    lost |= action.response.status == POP3_LOST;
    take_outcome(mra, &action);
  }
  if (lost && !mra->no_tls) tell(mra, mra_end_words(how, mra->gave_up), SPAN_EMPTY);
  sim_cancel(sim_of(mra), mra->deadline);
  pop3_client_free(mra->engine);
  mra->engine = NULL;
  if (mra->again) start(mra);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void start(struct mra *mra) {
  const struct agent *agent = &mra->config.agent;
  bool tls_first = mra->config.tls_first;
  mra->again = mra->dele_failed = mra->gave_up = mra->no_tls = false;
  mra->engine = pop3_client_new(&mra->client);
  mra->connection = network_connect(agent->network, agent->host, agent->number, mra->config.server,
                                    tls_first ? PORT_POP3S : PORT_POP3,
                                    tls_first ? SPAN("pop3s") : SPAN("pop3"), &handler, mra);
}

/* ---- the public face ---- */

/* TLS that comes first is none that the engine has to ask for. */
static enum pop3_tls_wish wish_of(const struct mra_config *config) {
  if (config->tls_first) return POP3_TLS_NEVER;
  switch (tls_use_policy(config->tls)) {
  case TLS_POLICY_NEVER: return POP3_TLS_NEVER;
  case TLS_POLICY_OPPORTUNISTIC: return POP3_TLS_IF_OFFERED;
  case TLS_POLICY_REQUIRED:
  case TLS_POLICY_VERIFIED: return POP3_TLS_REQUIRED;
  }
  UNREACHABLE();
}

struct mra *mra_new(const struct mra_config *config) {
  struct mra *mra = mem_zalloc(sizeof *mra);
  mra->config = *config;
  if (config->by_imap) {
    mra->imap = mra_imap_new(&mra->config, &mra->inbox);
    return mra;
  }
  enum pop3_tls_wish tls = wish_of(config);
  /* Of what it could learn from CAPA it asks for STLS alone. */
  mra->client = (struct pop3_client_config){.user = config->user,
                                            .password = config->password,
                                            .login = POP3_LOGIN_PASSWORD,
                                            .tls = tls,
                                            .no_capa = tls == POP3_TLS_NEVER};
  return mra;
}

void mra_free(struct mra *mra) {
  if (!mra) return;
  mra_imap_free(mra->imap);
  sim_cancel(sim_of(mra), mra->deadline);
  if (mra->engine) pop3_client_free(mra->engine);
  for (size_t i = 0; i < mra->inbox.count; i++) message_release(mra->inbox.letters[i]);
  mem_free(mra->inbox.letters);
  uid_set_clear(&mra->known);
  buf_free(&mra->text);
  mem_free(mra);
}

void mra_fetch(struct mra *mra) {
  if (mra->imap)
    mra_imap_fetch(mra->imap);
  else if (mra->engine)
    mra->again = true;
  else
    start(mra);
}

size_t mra_count(const struct mra *mra) {
  return mra->inbox.count;
}

struct message *mra_message(const struct mra *mra, size_t index) {
  CHECK(index < mra->inbox.count);
  return mra->inbox.letters[index];
}
