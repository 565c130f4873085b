/* What a client asks to be told about a message, by the parameters of RFC 3461. */
#include "base/check.h"
#include "base/mem.h"
#include "proto/smtp_server_internal.h"

/* Beside those of smtp_server_envelope.c. */
enum { SEEN_RET = 256, SEEN_ENVID = 512, SEEN_NOTIFY = 1024, SEEN_ORCPT = 2048 };

static enum smtp_text judge(bool good, unsigned mark, enum smtp_text wrong, unsigned *seen) {
  if (!good || *seen & mark) return wrong; /* each may come once (RFC 3461 4.5) */
  *seen |= mark;
  return SMTP_TEXT_COUNT;
}

enum smtp_text smtp_server_dsn_parameter(struct smtp_server *server, bool mail, struct span keyword,
                                         struct span value, unsigned *seen) {
  struct dsn_message_request *message = &server->decision.dsn.message;
  struct dsn_recipient_request *recipient = &server->decision.dsn.recipient;
  if (mail && span_equal_nocase(keyword, SPAN("RET")))
    return judge(dsn_read_return(value, message), SEEN_RET, SMTP_TEXT_RET_SYNTAX, seen);
  if (mail && span_equal_nocase(keyword, SPAN("ENVID")))
    return judge(dsn_read_envelope_id(value, message), SEEN_ENVID, SMTP_TEXT_ENVID_SYNTAX, seen);
  if (!mail && span_equal_nocase(keyword, SPAN("NOTIFY")))
    return judge(dsn_read_notify(value, recipient), SEEN_NOTIFY, SMTP_TEXT_NOTIFY_SYNTAX, seen);
  if (!mail && span_equal_nocase(keyword, SPAN("ORCPT")))
    return judge(dsn_read_original(value, recipient), SEEN_ORCPT, SMTP_TEXT_ORCPT_SYNTAX, seen);
  return SMTP_TEXT_PARAMETER_UNKNOWN;
}

/* ---- keeping ---- */

static struct smtp_dsn *requests_of(struct smtp_server *server) {
  if (!server->dsn) server->dsn = mem_ztake(sizeof *server->dsn);
  return server->dsn;
}

void smtp_server_keep_message_request(struct smtp_server *server) {
  struct smtp_dsn *dsn = requests_of(server);
  dsn->requests.message = server->decision.dsn.message;
  dsn->requests.message.envelope_id = arena_copy(&dsn->arena, dsn->requests.message.envelope_id);
}

/* Up to that many; what is new asks nothing. */
static void grow(struct smtp_dsn *dsn, uint32_t count) {
  dsn->recipients = mem_grow(dsn->recipients, &dsn->capacity, count, sizeof *dsn->recipients);
  while (dsn->count < count)
    dsn->recipients[dsn->count++] = (struct dsn_recipient_request){.original = SPAN_EMPTY};
  dsn->requests.recipients = dsn->recipients;
}

void smtp_server_keep_recipient_request(struct smtp_server *server) {
  struct smtp_dsn *dsn = requests_of(server);
  uint32_t index = server->recipient_count;
  grow(dsn, index + 1);
  dsn->recipients[index] = server->decision.dsn.recipient;
  dsn->recipients[index].original = arena_copy(&dsn->arena, dsn->recipients[index].original);
}

void smtp_server_forget_requests(struct smtp_server *server) {
  arena_free(&server->dsn->arena);
  mem_free(server->dsn->recipients);
  mem_give(server->dsn, sizeof *server->dsn);
  server->dsn = NULL;
}

const struct dsn_requests *smtp_server_dsn_requests(const struct smtp_server *server) {
  if (server->dsn) grow(server->dsn, server->recipient_count);
  return server->dsn ? &server->dsn->requests : NULL;
}
