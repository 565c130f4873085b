/* The SMTP and LMTP client under test.
 *
 * Set-up:  config KEY VALUE       helo NAME · user NAME · password WORD · use_helo · no_pipelining · space
 *                                 (on or off) · tls never, if_offered or required
 *          mail FROM TO TO …      a transaction, after the ones before; <> is the null path
 *          ask RET ENVID          what that transaction asks to be told: FULL, HDRS or -, and an id or -
 *          ask_of NOTIFY ORCPT    the same for its next recipient, - for what is not said
 *          original_first         ORCPT in front of NOTIFY
 *          text LINE              a line of its message, "text" alone an empty one; escapes are not read, but
 *                                 "text8 LINE" has an octet above 127 added
 *          stay                   no QUIT after the last transaction
 * Done:    do tls · do gone
 * Notes:   A: mail 550 5.1.7 text · A: rcpt <a@b> 550 … · A: message <a@b> 250 … · A: connect 554 … ·
 *          A: start_tls · A: close */
#include "base/check.h"
#include "base/mem.h"
#include "proto/smtp_client.h"
#include "script_engines.h"

enum { TRANSACTIONS_MAX = 4, RECIPIENTS_MAX = 16 };

struct planned_mail {
  struct smtp_transaction transaction;
  struct span recipients[RECIPIENTS_MAX];
  struct dsn_requests dsn;
  struct dsn_recipient_request asked_of[RECIPIENTS_MAX];
  size_t asked_count;
  struct buf text;
};

struct client_session {
  struct smtp_client *engine;
  struct smtp_client_config config;
  struct planned_mail mails[TRANSACTIONS_MAX];
  size_t mail_count, next_mail;
  bool stays;
};

static void *open_dialect(enum smtp_dialect dialect) {
  struct client_session *session = mem_zalloc(sizeof *session);
  session->config.helo_name = SPAN("client.example");
  session->config.dialect = dialect;
  return session;
}

static void *open_smtp(void) {
  return open_dialect(SMTP_DIALECT_SMTP);
}

static void *open_lmtp(void) {
  return open_dialect(SMTP_DIALECT_LMTP);
}

static void close_session(void *context) {
  struct client_session *session = context;
  smtp_client_free(session->engine);
  for (size_t i = 0; i < session->mail_count; i++) {
    message_release(session->mails[i].transaction.message);
    buf_free(&session->mails[i].text);
  }
  mem_free(session);
}

static struct smtp_client *engine_of(struct client_session *session) {
  if (!session->engine) session->engine = smtp_client_new(&session->config);
  return session->engine;
}

/* ---- set-up ---- */

static bool set_config(struct client_session *session, struct span rest) {
  struct smtp_client_config *config = &session->config;
  struct span key;
  if (!span_next(&rest, ' ', &key) || !rest.data) return false;
  struct {
    const char *key;
    struct span *text;
    bool *flag;
  } const keys[] = {
      {"helo", &config->helo_name, NULL},
      {"user", &config->user, NULL},
      {"password", &config->password, NULL},
      {"use_helo", NULL, &config->use_helo},
      {"no_pipelining", NULL, &config->no_pipelining},
      {"space", NULL, &config->space_after_colon},
  };
  static const char *const wishes[] = {"never", "if_offered", "required"};
  for (unsigned i = 0; i < 3 && span_equal(key, SPAN("tls")); i++) {
    config->tls = (enum smtp_tls_wish)i;
    if (span_equal(rest, span_from(wishes[i]))) return true;
  }
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (!span_equal(key, span_from(keys[i].key))) continue;
    if (keys[i].text) *keys[i].text = rest;
    if (keys[i].flag) *keys[i].flag = span_equal(rest, SPAN("on"));
    return true;
  }
  return false;
}

static bool set_mail(struct client_session *session, struct span rest) {
  struct planned_mail *mail = &session->mails[session->mail_count];
  struct smtp_transaction *transaction = &mail->transaction;
  if (session->mail_count == TRANSACTIONS_MAX || !span_next(&rest, ' ', &transaction->reverse_path))
    return false;
  if (span_equal(transaction->reverse_path, SPAN("<>"))) transaction->reverse_path = SPAN_EMPTY;
  while (transaction->recipient_count < RECIPIENTS_MAX &&
         span_next(&rest, ' ', &mail->recipients[transaction->recipient_count]))
    transaction->recipient_count++;
  transaction->recipients = mail->recipients;
  session->mail_count++;
  return transaction->recipient_count > 0 && !rest.data;
}

/* Two words, - for one that is left out. */
static bool take_two(struct span rest, struct span *one, struct span *other) {
  if (!span_next(&rest, ' ', one) || !rest.data) return false;
  *other = span_equal(rest, SPAN("-")) ? SPAN_EMPTY : rest;
  if (span_equal(*one, SPAN("-"))) *one = SPAN_EMPTY;
  return true;
}

static bool set_asks(struct client_session *session, struct span rest, bool of_recipient) {
  struct span one, other;
  if (session->mail_count == 0 || !take_two(rest, &one, &other)) return false;
  struct planned_mail *mail = &session->mails[session->mail_count - 1];
  mail->dsn.recipients = mail->asked_of;
  mail->transaction.dsn = &mail->dsn;
  if (!of_recipient)
    return (!one.len || dsn_read_return(one, &mail->dsn.message)) &&
           (!other.len || dsn_read_envelope_id(other, &mail->dsn.message));
  if (mail->asked_count == mail->transaction.recipient_count) return false;
  struct dsn_recipient_request *asked = &mail->asked_of[mail->asked_count++];
  return (!one.len || dsn_read_notify(one, asked)) && (!other.len || dsn_read_original(other, asked));
}

static bool set_original_first(struct client_session *session) {
  return session->mail_count && (session->mails[session->mail_count - 1].dsn.original_first = true);
}

static bool set_text(struct client_session *session, struct span line, bool has_8bit) {
  if (session->mail_count == 0) return false;
  struct buf *text = &session->mails[session->mail_count - 1].text;
  buf_add(text, line);
  if (has_8bit) buf_add(text, SPAN("\xe9"));
  return buf_add(text, SPAN("\r\n"));
}

static bool set(void *context, struct span line) {
  struct client_session *session = context;
  struct span word;
  span_next(&line, ' ', &word);
  struct span rest = line.data ? line : SPAN_EMPTY;
  if (span_equal(word, SPAN("config"))) return set_config(session, rest);
  if (span_equal(word, SPAN("mail"))) return set_mail(session, rest);
  if (span_equal(word, SPAN("ask"))) return set_asks(session, rest, false);
  if (span_equal(word, SPAN("ask_of"))) return set_asks(session, rest, true);
  if (span_equal(word, SPAN("original_first"))) return set_original_first(session);
  if (span_equal(word, SPAN("text"))) return set_text(session, rest, false);
  if (span_equal(word, SPAN("text8"))) return set_text(session, rest, true);
  return session->stays = span_equal(word, SPAN("stay"));
}

/* ---- running ---- */

static bool order(void *context, struct span what) {
  struct client_session *session = context;
  if (span_equal(what, SPAN("tls")))
    smtp_client_tls_started(engine_of(session));
  else if (span_equal(what, SPAN("gone")))
    smtp_client_gone(engine_of(session));
  else
    return false;
  return true;
}

static size_t feed(void *context, struct span bytes) {
  smtp_client_feed(engine_of(context), bytes);
  return bytes.len;
}

static void be_ready(struct client_session *session) {
  if (session->next_mail < session->mail_count) {
    struct planned_mail *mail = &session->mails[session->next_mail++];
    mail->transaction.message = message_from_bytes(buf_span(&mail->text));
    smtp_client_transact(session->engine, &mail->transaction);
  } else if (!session->stays) {
    smtp_client_quit(session->engine);
  }
}

static void log_outcome(const struct client_session *session, const struct smtp_client_action *action,
                        struct script_log *log) {
  static const char *const names[] = {"connect", "mail", "rcpt", "message"};
  struct buf line = BUF_CAPPED(0);
  buf_add_text(&line, names[action->outcome]);
  if (action->outcome == SMTP_OUTCOME_RCPT || action->outcome == SMTP_OUTCOME_MESSAGE) {
    const struct planned_mail *mail = &session->mails[session->next_mail - 1];
    struct span recipient = mail->recipients[action->recipient];
    buf_format(&line, " <%.*s>", SPAN_ARG(recipient));
  }
  buf_format(&line, " %u ", action->reply.code);
  if (action->reply.enhanced.len) buf_format(&line, "%.*s ", SPAN_ARG(action->reply.enhanced));
  for (size_t i = 0; i < action->reply.text.len; i++)
    buf_add_char(&line, action->reply.text.data[i] == '\n' ? '|' : action->reply.text.data[i]);
  script_log_did(log, "%.*s", SPAN_ARG(buf_span(&line)));
  buf_free(&line);
}

static void log_message(const struct message *message, struct script_log *log) {
  struct buf wire = BUF_CAPPED(0);
  message_write_wire(message, &wire);
  script_log_said(log, 'C', buf_span(&wire));
  buf_free(&wire);
}

static bool act(void *context, struct script_log *log) {
  struct client_session *session = context;
  struct smtp_client_action action;
  switch (smtp_client_next(engine_of(session), &action)) {
  case SMTP_CLIENT_WAIT: return false;
  case SMTP_CLIENT_SEND: script_log_said(log, 'C', action.bytes); return true;
  case SMTP_CLIENT_SEND_MESSAGE: log_message(action.message, log); return true;
  case SMTP_CLIENT_OUTCOME: log_outcome(session, &action, log); return true;
  case SMTP_CLIENT_READY: be_ready(session); return true;
  case SMTP_CLIENT_START_TLS: script_log_did(log, "start_tls"); return true;
  case SMTP_CLIENT_CLOSE: script_log_did(log, "close"); return true;
  }
  return false;
}

const struct script_engine script_smtp_client = {.name = "smtp_client",
                                                 .hears = 'S',
                                                 .says = 'C',
                                                 .open = open_smtp,
                                                 .close = close_session,
                                                 .set = set,
                                                 .order = order,
                                                 .feed = feed,
                                                 .act = act};
const struct script_engine script_lmtp_client = {.name = "lmtp_client",
                                                 .hears = 'S',
                                                 .says = 'C',
                                                 .open = open_lmtp,
                                                 .close = close_session,
                                                 .set = set,
                                                 .order = order,
                                                 .feed = feed,
                                                 .act = act};
