/* The two POP3 engines with each other: whatever the maildrop holds, the client gets each message octet by
 * octet, and exactly what it deletes is removed. In pieces of all sizes, or messages by reference. */
#include "base/check.h"
#include "base/rng.h"
#include "proto/pop3_client.h"
#include "proto/pop3_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES_MAX = 8 };

struct pair {
  struct pop3_server *server;
  struct pop3_client *client;
  struct message *mail[MESSAGES_MAX];
  struct pop3_maildrop_entry entries[MESSAGES_MAX];
  char unique_ids[MESSAGES_MAX][2];
  uint32_t count;
  bool received[MESSAGES_MAX], deleted[MESSAGES_MAX];
  bool by_reference, updated, client_closed, server_closed;
  struct rng rng;
  struct buf to_server, to_client;
};

/* Messages separated by 255. */
static void fill_maildrop(struct pair *pair, struct span input) {
  struct span text;
  while (pair->count < MESSAGES_MAX && span_next(&input, (char)255, &text)) {
    uint32_t n = pair->count++;
    pair->mail[n] = message_from_bytes(text);
    pair->unique_ids[n][0] = (char)('a' + n);
    pair->entries[n] =
        (struct pop3_maildrop_entry){message_size(pair->mail[n]), span_of(pair->unique_ids[n], 1)};
  }
}

static bool same_bytes(const struct message *a, const struct message *b) {
  struct buf first = {0}, second = {0};
  message_write(a, &first);
  message_write(b, &second);
  bool same = span_equal(buf_span(&first), buf_span(&second));
  buf_free(&first);
  buf_free(&second);
  return same;
}

static bool serve(struct pair *pair) {
  struct pop3_server_action action;
  static const struct pop3_answer yes = {.ok = true};
  struct pop3_maildrop maildrop = {pair->entries, pair->count};
  switch (pop3_server_next(pair->server, &action)) {
  case POP3_SERVER_WAIT: return false;
  case POP3_SERVER_REPLY: buf_add(&pair->to_client, action.bytes); return true;
  case POP3_SERVER_SEND_MESSAGE:
    if (!pair->by_reference) {
      message_write_wire(action.message, &pair->to_client);
      return true;
    }
    while (pair->to_client.len) { /* what was sent before it comes before it */
      size_t taken = pop3_client_feed(pair->client, buf_span(&pair->to_client));
      CHECK(taken > 0);
      buf_drop_front(&pair->to_client, taken);
    }
    CHECK(pop3_client_wants_message(pair->client));
    pop3_client_feed_message(pair->client, action.message);
    return true;
  case POP3_SERVER_START_TLS: CHECK(false); return true;
  case POP3_SERVER_CLOSE: pair->server_closed = true; return true;
  case POP3_SERVER_DECIDE_LOGIN:
  case POP3_SERVER_DECIDE_APOP: pop3_server_answer_secret(pair->server, SPAN("secret word")); return true;
  case POP3_SERVER_OPEN_MAILDROP: pop3_server_answer_maildrop(pair->server, &maildrop); return true;
  case POP3_SERVER_FETCH:
    pop3_server_answer_message(pair->server, pair->mail[action.number - 1]);
    return true;
  case POP3_SERVER_UPDATE:
    for (uint32_t n = 1; n <= pair->count; n++) {
      CHECK(pop3_server_is_deleted(pair->server, n) == pair->deleted[n - 1]);
    }
    pair->updated = true;
    pop3_server_answer(pair->server, &yes);
    return true;
  case POP3_SERVER_DECIDE_USER:
  case POP3_SERVER_DECIDE_CONNECT: pop3_server_answer(pair->server, &yes); return true;
  }
  return false;
}

static void take_message(struct pair *pair, const struct pop3_client_action *action) {
  uint32_t at = action->number - 1;
  CHECK(at < pair->count && !pair->received[at]);
  CHECK(action->unique_id.len == 0 || span_equal(action->unique_id, pair->entries[at].unique_id));
  pair->received[at] = true;
  if (!action->top_only) CHECK(same_bytes(action->message, pair->mail[at]));
  pair->deleted[at] = rng_chance(&pair->rng, 500000);
  pop3_client_stored(pair->client, pair->deleted[at]);
}

static bool fetch(struct pair *pair) {
  struct pop3_client_action action;
  switch (pop3_client_next(pair->client, &action)) {
  case POP3_CLIENT_WAIT: return false;
  case POP3_CLIENT_OUTCOME: CHECK(action.response.status == POP3_OK); return true;
  case POP3_CLIENT_SEND: buf_add(&pair->to_server, action.bytes); return true;
  case POP3_CLIENT_START_TLS: CHECK(false); return true;
  case POP3_CLIENT_ASK:
    CHECK(action.listing.count == pair->count);
    for (uint32_t i = 0; i < action.listing.count; i++) {
      struct pop3_listed *listed = &action.listing.messages[i];
      CHECK(listed->number == i + 1 && listed->has_size && listed->size == pair->entries[i].size);
      listed->wish = (enum pop3_wish)rng_below(&pair->rng, 4);
      if (listed->wish == POP3_WISH_DELE) pair->deleted[i] = true;
    }
    pop3_client_fetch(pair->client);
    return true;
  case POP3_CLIENT_MESSAGE: take_message(pair, &action); return true;
  case POP3_CLIENT_CLOSE: pair->client_closed = true; return true;
  }
  return false;
}

/* Hands over a piece of what is on its way. */
static bool carry(struct pair *pair, bool to_client) {
  struct buf *way = to_client ? &pair->to_client : &pair->to_server;
  size_t len = way->len ? 1 + (size_t)rng_below(&pair->rng, way->len < 100 ? way->len : 100) : 0;
  struct span piece = span_first(buf_span(way), len);
  if (len == 0) return false;
  size_t taken = to_client ? pop3_client_feed(pair->client, piece) : pop3_server_feed(pair->server, piece);
  buf_drop_front(way, taken);
  return taken > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2 || size > 16384) return 0;
  unsigned rules = data[0];
  struct pair pair = {.by_reference = rules & 1, .rng = rng_named(data[1], SPAN("pop3_pair"))};
  fill_maildrop(&pair, span_of((const char *)data + 2, size - 2));
  struct pop3_server_config server = {.host_name = SPAN("h"),
                                      .offer_capa = rules & 2,
                                      .offer_user = !(rules & 4),
                                      .offer_sasl_plain = true,
                                      .offer_top = true,
                                      .offer_uidl = rules & 8};
  struct pop3_client_config client = {.user = SPAN("jack"),
                                      .password = SPAN("secret word"),
                                      .no_capa = rules & 16,
                                      .no_stat = rules & 32,
                                      .top_lines = data[1] % 5,
                                      .login = rules & 64 ? POP3_LOGIN_APOP_IF_OFFERED : POP3_LOGIN_PASSWORD};
  if (!server.offer_capa || client.no_capa) server.offer_user = true; /* nothing else could be known */
  pair.server = pop3_server_new(&server, rules & 128 ? SPAN("<1@h>") : SPAN_EMPTY);
  pair.client = pop3_client_new(&client);
  bool busy;
  do {
    busy = serve(&pair);
    busy |= fetch(&pair);
    busy |= carry(&pair, false);
    busy |= carry(&pair, true);
  } while (busy);
  CHECK(pair.updated && pair.client_closed && pair.server_closed);
  pop3_server_free(pair.server);
  pop3_client_free(pair.client);
  for (uint32_t i = 0; i < pair.count; i++) {
    CHECK(pair.mail[i]->references == 1);
    message_release(pair.mail[i]);
  }
  buf_free(&pair.to_server);
  buf_free(&pair.to_client);
  return 0;
}
