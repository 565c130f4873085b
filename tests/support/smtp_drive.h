/* smtp_drive: runs an SMTP server for tests and fuzzers and writes down all that it does, as one text that
 * can be compared. Decisions are answered by a number that depends on nothing but their count and the seed,
 * so that the same bytes must give the same text however they are cut. */
#pragma once

#include "base/check.h"
#include "base/rng.h"
#include "proto/smtp_server.h"

struct smtp_drive {
  struct smtp_server *server;
  struct rng chance;
  bool always_yes;
  bool starts_tls; /* at once; otherwise never, so that all that follows is thrown away */
  bool over;       /* CLOSE was given */
  struct buf log;
  struct message *last; /* the last message decided about; the drive's own reference */
};

static inline struct smtp_drive smtp_drive_new(const struct smtp_server_config *config, uint64_t seed) {
  return (struct smtp_drive){.server = smtp_server_new(config), .chance = rng_named(seed, SPAN("drive"))};
}

static inline void smtp_drive_free(struct smtp_drive *drive) {
  smtp_server_free(drive->server);
  message_release(drive->last);
  buf_free(&drive->log);
}

static inline void smtp_drive_log_transaction(struct smtp_drive *drive) {
  const struct smtp_server *server = drive->server;
  struct span with = smtp_server_with(server), helo = smtp_server_helo(server);
  struct span user = smtp_server_user(server), path = smtp_server_reverse_path(server);
  buf_format(&drive->log, " [%u %.*s %.*s %.*s <%.*s>", smtp_server_state(server), SPAN_ARG(with),
             SPAN_ARG(helo), SPAN_ARG(user), SPAN_ARG(path));
  for (uint32_t i = 0; i < smtp_server_recipient_count(server); i++) {
    struct span recipient = smtp_server_recipient(server, i);
    buf_format(&drive->log, " <%.*s>", SPAN_ARG(recipient));
  }
  const struct dsn_requests *requests = smtp_server_dsn_requests(server);
  if (requests) dsn_write_message_request(&requests->message, &drive->log);
  for (uint32_t i = 0; requests && i < smtp_server_recipient_count(server); i++)
    dsn_write_recipient_request(&requests->recipients[i], false, &drive->log);
  buf_add(&drive->log, SPAN("]\n"));
}

/* A yes, mostly; now and then a no of each kind, with words or without. */
static inline struct smtp_reply smtp_drive_choose(struct smtp_drive *drive) {
  static const struct smtp_reply nos[] = {
      {450, SPAN_INIT("4.2.1"), SPAN_INIT("not now")},
      {550, SPAN_INIT("5.1.1"), SPAN_INIT("no\nand never")},
      {451, SPAN_INIT(""), SPAN_INIT("")},
      {554, SPAN_INIT(""), SPAN_INIT("")},
      {250, SPAN_INIT("2.0.0"), SPAN_INIT("as you like\nit")},
      {421, SPAN_INIT("4.3.2"), SPAN_INIT("bye")},
  };
  struct smtp_reply yes = {.enhanced = SPAN_EMPTY, .text = SPAN_EMPTY};
  uint64_t draw = rng_below(&drive->chance, 60);
  return drive->always_yes || draw >= sizeof nos / sizeof *nos ? yes : nos[draw];
}

static inline void smtp_drive_decide(struct smtp_drive *drive, const struct smtp_server_decision *decision) {
  struct smtp_reply reply = smtp_drive_choose(drive);
  buf_format(&drive->log, "decide %d <%.*s> <%.*s> <%.*s> [%.*s] <%.*s> %llu %d %d %u", decision->kind,
             SPAN_ARG(decision->text), SPAN_ARG(decision->user), SPAN_ARG(decision->password),
             SPAN_ARG(decision->parameters), SPAN_ARG(decision->path.text),
             (unsigned long long)decision->size, decision->body_8bit, decision->extended,
             decision->recipient);
  smtp_drive_log_transaction(drive);
  if (decision->message) {
    message_release(drive->last);
    drive->last = message_retain(decision->message);
    message_write(decision->message, &drive->log);
  }
  smtp_server_answer(drive->server, &reply);
}

/* Everything that is due. */
static inline void smtp_drive_pump(struct smtp_drive *drive) {
  struct smtp_server_action action;
  for (;;) {
    enum smtp_server_action_kind kind = smtp_server_next(drive->server, &action);
    if (kind == SMTP_SERVER_WAIT) return;
    if (kind == SMTP_SERVER_REPLY) {
      buf_add(&drive->log, action.bytes);
    } else if (kind == SMTP_SERVER_START_TLS) {
      buf_add_text(&drive->log, "start tls\n");
      if (drive->starts_tls) smtp_server_tls_started(drive->server);
    } else if (kind == SMTP_SERVER_CLOSE) {
      buf_add_text(&drive->log, "close\n");
      drive->over = true;
    } else {
      smtp_drive_decide(drive, action.decision);
    }
  }
}

/* Feeds all; the piece is a copy that goes away after each call, as a connection's buffer would. */
static inline void smtp_drive_feed(struct smtp_drive *drive, struct span bytes) {
  smtp_drive_pump(drive);
  while (bytes.len > 0) {
    struct buf piece = BUF_CAPPED(0);
    buf_add(&piece, bytes);
    size_t taken = smtp_server_feed(drive->server, buf_span(&piece));
    if (piece.len) memset(piece.data, '#', piece.len);
    buf_free(&piece);
    CHECK(taken > 0 && taken <= bytes.len);
    bytes = span_skip(bytes, taken);
    smtp_drive_pump(drive);
  }
}
