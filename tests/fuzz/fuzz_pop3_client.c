/* The POP3 client: whatever a server says, whole, one octet at a time, or in pieces, leads to the same
 * actions; commands are always single lines; each session comes to its end. */
#include "base/check.h"
#include "proto/pop3_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
  struct pop3_client *client;
  unsigned rules;
  struct buf log;
  bool closed, tls;
};

static void wish(struct pop3_listing listing, unsigned rules, struct buf *log) {
  for (uint32_t i = 0; i < listing.count; i++) {
    struct pop3_listed *listed = &listing.messages[i];
    listed->wish = (enum pop3_wish)((listed->number + rules) % 4);
    CHECK(listed->number > 0 && (i == 0 || listing.messages[i - 1].number < listed->number));
    CHECK(listed->unique_id.len <= 70);
    buf_format(log, "%u %d %.*s;", listed->number, listed->has_size, SPAN_ARG(listed->unique_id));
  }
}

static void note(struct run *run, const struct pop3_client_action *action) {
  buf_format(&run->log, "%d %u ", (int)action->kind, action->number);
  if (action->kind == POP3_CLIENT_SEND) {
    CHECK(span_find(action->bytes, '\n') == action->bytes.len - 1 &&
          span_ends_with(action->bytes, SPAN("\r\n")));
    CHECK(action->bytes.len <= 255);
    buf_add(&run->log, action->bytes);
  }
  if (action->kind == POP3_CLIENT_OUTCOME) {
    buf_format(&run->log, "%d %d ", (int)action->outcome, (int)action->response.status);
    buf_add(&run->log, action->response.code);
    buf_add(&run->log, action->response.text);
  }
}

/* False when TLS is to start: what follows is another matter. */
static bool act(struct run *run) {
  struct pop3_client_action action;
  while (pop3_client_next(run->client, &action) != POP3_CLIENT_WAIT) {
    CHECK(!run->closed);
    note(run, &action);
    if (action.kind == POP3_CLIENT_CLOSE) run->closed = true;
    if (action.kind == POP3_CLIENT_START_TLS) return false;
    if (action.kind == POP3_CLIENT_ASK) {
      wish(action.listing, run->rules, &run->log);
      pop3_client_fetch(run->client);
    }
    if (action.kind == POP3_CLIENT_MESSAGE) {
      CHECK(message_size(action.message) <= 400); /* 200, and a CR for each bare LF */
      message_write(action.message, &run->log);
      pop3_client_stored(run->client, run->rules & 1);
    }
  }
  return true;
}

static void play(struct span input, struct run *run, size_t piece) {
  unsigned rules = run->rules;
  struct pop3_client_config config = {.user = SPAN("a"),
                                      .password = SPAN("b"),
                                      .login = (enum pop3_login_wish)((rules >> 1 & 3) % 3),
                                      .tls = (enum pop3_tls_wish)((rules >> 3 & 3) % 3),
                                      .no_capa = rules & 32,
                                      .no_stat = rules & 64,
                                      .no_uidl = rules & 128,
                                      .messages_max = 5,
                                      .message_size_max = 200};
  run->client = pop3_client_new(&config);
  bool goes_on = act(run);
  while (input.len > 0 && goes_on) {
    struct span now = span_first(input, piece ? piece : input.len);
    size_t taken = pop3_client_feed(run->client, now);
    CHECK(taken > 0 && taken <= now.len);
    input = span_skip(input, taken);
    goes_on = act(run);
  }
  if (goes_on) {
    pop3_client_gone(run->client);
    act(run);
    CHECK(run->closed);
  }
  pop3_client_free(run->client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2 || size > 8192) return 0;
  struct span input = span_of((const char *)data + 2, size - 2);
  static const size_t pieces[] = {0, 1, 3};
  struct run runs[4] = {0};
  for (size_t i = 0; i < 4; i++) {
    runs[i].rules = data[0];
    play(input, &runs[i], i < 3 ? pieces[i] : data[1] % 64 + 2U);
    CHECK(span_equal(buf_span(&runs[0].log), buf_span(&runs[i].log)));
  }
  for (size_t i = 0; i < 4; i++) buf_free(&runs[i].log);
  return 0;
}
