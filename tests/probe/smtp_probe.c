/* smtp_probe: our SMTP engines on standard input and output, so that a foreign program can talk to them over
 * a pair of sockets. For tests only.
 *
 *     smtp_probe server FOLDER [lmtp] [auth] [plain-only]     what is accepted goes to
 * FOLDER/1.eml, 1.envelope … smtp_probe client MESSAGE FROM TO… [lmtp] [auth]        outcomes on standard
 * error
 *
 * The server knows jack (password "pass, word"), has no mailbox nobody@…, and is too busy for later@…. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "proto/smtp_client.h"
#include "proto/smtp_server.h"

enum { PIECE = 4096, WORDS_MAX = 20 };

static bool send_bytes(struct span bytes) {
  while (bytes.len > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes.data, bytes.len);
    if (written <= 0) return false;
    bytes = span_skip(bytes, (size_t)written);
  }
  return true;
}

static bool has_word(int count, char **words, const char *word) {
  for (int i = 0; i < count; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

/* ---- server ---- */

struct service {
  struct smtp_server *engine;
  const char *folder;
  unsigned count; /* messages accepted */
};

static void save(const struct service *service, const char *suffix, struct span bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%u.%s", service->folder, service->count, suffix);
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(bytes.data, 1, bytes.len, file) == bytes.len);
  fclose(file);
}

/* Lines: protocol, HELO, user, reverse-path, recipients. */
static void save_message(struct service *service, const struct message *message) {
  const struct smtp_server *engine = service->engine;
  struct buf text = BUF_CAPPED(0), envelope = BUF_CAPPED(0);
  const struct span lines[] = {smtp_server_with(engine), smtp_server_helo(engine), smtp_server_user(engine),
                               smtp_server_reverse_path(engine)};
  service->count++;
  for (size_t i = 0; i < 4; i++) {
    buf_add(&envelope, lines[i]);
    buf_add_char(&envelope, '\n');
  }
  for (uint32_t i = 0; i < smtp_server_recipient_count(engine); i++) {
    buf_add(&envelope, smtp_server_recipient(engine, i));
    buf_add_char(&envelope, '\n');
  }
  message_write(message, &text);
  save(service, "eml", buf_span(&text));
  save(service, "envelope", buf_span(&envelope));
  buf_free(&text);
  buf_free(&envelope);
}

static void decide(struct service *service, const struct smtp_server_decision *decision) {
  struct smtp_reply reply = {.enhanced = SPAN_EMPTY, .text = SPAN_EMPTY};
  struct span local_part = decision->path.address.local_part;
  if (decision->kind == SMTP_SERVER_DECIDE_RCPT && span_equal(local_part, SPAN("nobody"))) reply.code = 550;
  if (decision->kind == SMTP_SERVER_DECIDE_RCPT && span_equal(local_part, SPAN("later"))) reply.code = 450;
  if (decision->kind == SMTP_SERVER_DECIDE_EXPN)
    reply = (struct smtp_reply){250, SPAN("2.1.5"), SPAN("<jack@comcast.net>\n<janelle@umich.edu>")};
  if (decision->kind == SMTP_SERVER_DECIDE_AUTH &&
      !(span_equal(decision->user, SPAN("jack")) && span_equal(decision->password, SPAN("pass, word"))))
    reply.code = 535;
  if (decision->kind == SMTP_SERVER_DECIDE_MESSAGE && decision->recipient == 0)
    save_message(service, decision->message);
  smtp_server_answer(service->engine, &reply);
}

/* False once the session is over. */
static bool pump_server(struct service *service) {
  struct smtp_server_action action;
  for (;;) {
    enum smtp_server_action_kind kind = smtp_server_next(service->engine, &action);
    if (kind == SMTP_SERVER_WAIT) return true;
    if (kind == SMTP_SERVER_CLOSE) return false;
    if (kind != SMTP_SERVER_REPLY)
      decide(service, action.decision);
    else if (!send_bytes(action.bytes))
      return false;
  }
}

static int serve(const char *folder, int count, char **words) {
  bool plain = has_word(count, words, "plain-only");
  struct smtp_server_config config = {.host_name = SPAN("mx.example"), .esmtp = !plain, .require_helo = true};
  config.dialect = has_word(count, words, "lmtp") ? SMTP_DIALECT_LMTP : SMTP_DIALECT_SMTP;
  config.offer_size = config.offer_pipelining = config.offer_8bitmime = config.offer_enhanced_codes = !plain;
  config.offer_vrfy = config.offer_expn = config.offer_help = true;
  config.offer_auth = config.require_auth = has_word(count, words, "auth");
  config.size_max = 100000;
  struct service service = {.engine = smtp_server_new(&config), .folder = folder};
  char piece[PIECE];
  ssize_t len = 0;
  while (pump_server(&service) && (len = read(STDIN_FILENO, piece, sizeof piece)) > 0) {
    struct span bytes = span_of(piece, (size_t)len);
    while (bytes.len > 0) {
      bytes = span_skip(bytes, smtp_server_feed(service.engine, bytes));
      if (!pump_server(&service)) bytes = SPAN_EMPTY;
    }
  }
  smtp_server_free(service.engine);
  return 0;
}

/* ---- client ---- */

static void print_outcome(const struct smtp_client_action *action) {
  static const char *const names[] = {"connect", "mail", "rcpt", "message"};
  struct span enhanced = action->reply.enhanced, text = action->reply.text;
  fprintf(stderr, "%s %u %u %.*s|%.*s\n", names[action->outcome], action->recipient, action->reply.code,
          SPAN_ARG(enhanced), SPAN_ARG(text));
}

static bool pump_client(struct smtp_client *client, struct smtp_transaction *transaction) {
  struct smtp_client_action action;
  struct buf wire = BUF_CAPPED(0);
  for (;;) {
    switch (smtp_client_next(client, &action)) {
    case SMTP_CLIENT_WAIT: return true;
    case SMTP_CLIENT_SEND: send_bytes(action.bytes); break;
    case SMTP_CLIENT_SEND_MESSAGE:
      message_write_wire(action.message, &wire);
      send_bytes(buf_span(&wire));
      buf_free(&wire);
      break;
    case SMTP_CLIENT_OUTCOME: print_outcome(&action); break;
    case SMTP_CLIENT_READY:
      if (transaction->recipient_count)
        smtp_client_transact(client, transaction);
      else
        smtp_client_quit(client);
      transaction->recipient_count = 0;
      break;
    case SMTP_CLIENT_START_TLS: break;
    case SMTP_CLIENT_CLOSE: return false;
    }
  }
}

static struct message *read_message(const char *path) {
  struct buf bytes = BUF_CAPPED(0);
  FILE *file = fopen(path, "rb");
  char piece[PIECE];
  CHECK(file);
  for (size_t len; (len = fread(piece, 1, sizeof piece, file)) > 0;) buf_add(&bytes, span_of(piece, len));
  fclose(file);
  struct message *message = message_from_bytes(buf_span(&bytes));
  buf_free(&bytes);
  return message;
}

static int send_message(const char *path, const char *from, int count, char **words) {
  struct smtp_client_config config = {.helo_name = SPAN("client.example")};
  struct span recipients[WORDS_MAX];
  uint32_t recipient_count = 0;
  for (int i = 0; i < count && recipient_count < WORDS_MAX; i++)
    if (strchr(words[i], '@')) recipients[recipient_count++] = span_from(words[i]);
  if (has_word(count, words, "lmtp")) config.dialect = SMTP_DIALECT_LMTP;
  if (has_word(count, words, "auth")) {
    config.user = SPAN("jack");
    config.password = SPAN("pass, word");
  }
  struct message *message = read_message(path);
  struct smtp_transaction transaction = {.reverse_path = span_from(from),
                                         .recipients = recipients,
                                         .recipient_count = recipient_count,
                                         .message = message};
  struct smtp_client *client = smtp_client_new(&config);
  char piece[PIECE];
  ssize_t len = 0;
  while (pump_client(client, &transaction) && (len = read(STDIN_FILENO, piece, sizeof piece)) > 0)
    smtp_client_feed(client, span_of(piece, (size_t)len));
  if (len <= 0) smtp_client_gone(client);
  pump_client(client, &transaction);
  smtp_client_free(client);
  message_release(message);
  return 0;
}

int main(int argc, char **argv) {
  if (argc >= 3 && strcmp(argv[1], "server") == 0) return serve(argv[2], argc - 3, argv + 3);
  if (argc >= 5 && strcmp(argv[1], "client") == 0) return send_message(argv[2], argv[3], argc - 4, argv + 4);
  fprintf(stderr, "usage: smtp_probe server FOLDER [WORD…] | client MESSAGE FROM TO… [WORD…]\n");
  return 2;
}
