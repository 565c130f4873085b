/* The POP3 server: any bytes, whole, one at a time, or in pieces, lead to the same actions. Decisions are
 * answered at once, by rules drawn from the first octet of the input. */
#include "base/check.h"
#include "proto/pop3_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES = 3 };
static const char *const texts[MESSAGES] = {"Subject: one\r\n\r\n.one\r\n", "", "no header\r\n.\r\n"};

struct world {
  struct message *messages[MESSAGES];
  struct pop3_maildrop_entry entries[MESSAGES];
};

static void set_up(struct world *world) {
  for (size_t i = 0; i < MESSAGES; i++) {
    world->messages[i] = message_from_bytes(span_from(texts[i]));
    world->entries[i] = (struct pop3_maildrop_entry){message_size(world->messages[i]), SPAN("uid")};
  }
}

static void answer(struct pop3_server *server, const struct pop3_server_action *action,
                   const struct world *world) {
  static const struct pop3_answer yes = {.ok = true}, no = {.code = SPAN_INIT("SYS/TEMP")};
  bool known = span_equal(action->user, SPAN("a"));
  switch (action->kind) {
  case POP3_SERVER_DECIDE_LOGIN:
  case POP3_SERVER_DECIDE_APOP: pop3_server_answer_secret(server, known ? SPAN("b") : SPAN_EMPTY); return;
  case POP3_SERVER_OPEN_MAILDROP: {
    struct pop3_maildrop maildrop = {world->entries, MESSAGES};
    pop3_server_answer_maildrop(server, &maildrop);
    return;
  }
  case POP3_SERVER_FETCH:
    if (action->number == 2)
      pop3_server_answer(server, &no);
    else
      pop3_server_answer_message(server, world->messages[action->number - 1]);
    return;
  case POP3_SERVER_DECIDE_USER: pop3_server_answer(server, known ? &yes : &no); return;
  case POP3_SERVER_DECIDE_CONNECT:
  case POP3_SERVER_UPDATE: pop3_server_answer(server, &yes); return;
  case POP3_SERVER_WAIT:
  case POP3_SERVER_REPLY:
  case POP3_SERVER_SEND_MESSAGE:
  case POP3_SERVER_START_TLS:
  case POP3_SERVER_CLOSE: return;
  }
}

/* All that is to be done now, into the log. False once TLS would start: what follows is another matter. */
static bool act(struct pop3_server *server, const struct world *world, struct buf *log) {
  struct pop3_server_action action;
  while (pop3_server_next(server, &action) != POP3_SERVER_WAIT) {
    buf_format(log, "%d ", (int)action.kind);
    if (action.kind == POP3_SERVER_REPLY) {
      CHECK(span_ends_with(action.bytes, SPAN("\r\n")));
      size_t first = span_find(action.bytes, '\n') + 1;
      CHECK(first <= POP3_STATUS_LINE_MAX);
      buf_add(log, action.bytes);
    }
    if (action.kind == POP3_SERVER_SEND_MESSAGE) message_write_wire(action.message, log);
    if (action.kind == POP3_SERVER_START_TLS) return false;
    answer(server, &action, world);
  }
  return true;
}

/* piece: octets given at a time; 0: all. */
static void run(struct span input, unsigned rules, size_t piece, const struct world *world, struct buf *log) {
  struct pop3_server_config config = {.host_name = SPAN("h"),
                                      .offer_capa = true,
                                      .offer_user = true,
                                      .offer_top = true,
                                      .offer_uidl = !(rules & 1),
                                      .offer_resp_codes = !(rules & 2),
                                      .offer_sasl_plain = rules & 4,
                                      .offer_stls = rules & 8,
                                      .auth_needs_tls = rules & 16,
                                      .asks_about_user = rules & 32,
                                      .errors_max = rules & 64 ? 3 : 1000};
  struct pop3_server *server = pop3_server_new(&config, rules & 128 ? SPAN("<1@h>") : SPAN_EMPTY);
  bool goes_on = act(server, world, log);
  while (input.len > 0 && goes_on) {
    struct span now = span_first(input, piece ? piece : input.len);
    size_t taken = pop3_server_feed(server, now);
    CHECK(taken > 0 && taken <= now.len); /* nothing was left to do */
    input = span_skip(input, taken);
    goes_on = act(server, world, log);
  }
  if (goes_on) pop3_server_gone(server);
  if (goes_on) act(server, world, log);
  pop3_server_free(server);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct world world;
  if (!world.messages[0]) set_up(&world);
  if (size < 2 || size > 8192) return 0;
  struct span input = span_of((const char *)data + 2, size - 2);
  static const size_t pieces[] = {0, 1, 3};
  struct buf logs[4] = {0};
  for (size_t i = 0; i < 4; i++) run(input, data[0], i < 3 ? pieces[i] : data[1] % 64 + 2U, &world, &logs[i]);
  for (size_t i = 1; i < 4; i++) CHECK(span_equal(buf_span(&logs[0]), buf_span(&logs[i])));
  for (size_t i = 0; i < 4; i++) buf_free(&logs[i]);
  return 0;
}
