/* The IMAP client: any bytes, whole, one at a time, or in pieces, lead to the same actions; every command is
 * one line. */
#include "base/check.h"
#include "proto/imap_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that is to be done now, into the log. False once TLS would start or the session is over. */
static bool act(struct imap_client *client, unsigned rules, struct buf *log) {
  struct imap_client_action action;
  while (imap_client_next(client, &action) != IMAP_CLIENT_WAIT) {
    buf_format(log, "<%d %u %d %d>", (int)action.kind, action.uid, (int)action.outcome,
               (int)action.result.status);
    if (action.kind == IMAP_CLIENT_OUTCOME) buf_add(log, action.result.text);
    if (action.kind == IMAP_CLIENT_SEND) {
      CHECK(span_ends_with(action.bytes, SPAN("\r\n")) &&
            span_find(action.bytes, '\n') == action.bytes.len - 1);
      buf_add(log, action.bytes);
    }
    if (action.kind == IMAP_CLIENT_ASK) {
      for (uint32_t i = 0; i < action.listing.count; i++) {
        struct imap_client_listed *listed = &action.listing.messages[i];
        CHECK(i == 0 || listed[-1].uid < listed->uid);
        listed->wanted = !(rules & 8) || listed->uid % 2;
        buf_add(log, listed->header);
      }
      imap_client_fetch(client);
    }
    if (action.kind == IMAP_CLIENT_MESSAGE) {
      message_write(action.message, log);
      imap_client_stored(client, rules & 16);
    }
    if (action.kind == IMAP_CLIENT_START_TLS || action.kind == IMAP_CLIENT_CLOSE) return false;
  }
  return true;
}

/* piece: octets given at a time; 0: all. */
static void run(struct span input, unsigned rules, size_t piece, struct buf *log) {
  struct imap_client_config config = {.user = SPAN("a"),
                                      .password = rules & 32 ? SPAN("\xc3\xa9") : SPAN("b c"),
                                      .tls = (enum imap_tls_wish)(rules % 3),
                                      .read_only = rules & 4,
                                      .uid_validity = 7,
                                      .uid_known = 2,
                                      .messages_max = 5,
                                      .message_size_max = 500};
  struct imap_client *client = imap_client_new(&config);
  bool goes_on = act(client, rules, log);
  while (input.len > 0 && goes_on) {
    struct span now = span_first(input, piece ? piece : input.len);
    size_t taken = imap_client_feed(client, now);
    CHECK(taken > 0 && taken <= now.len); /* nothing was left to do */
    input = span_skip(input, taken);
    goes_on = act(client, rules, log);
  }
  if (goes_on) imap_client_gone(client);
  if (goes_on) act(client, rules, log);
  imap_client_free(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2 || size > 8192) return 0;
  struct span input = span_of((const char *)data + 2, size - 2);
  static const size_t pieces[] = {0, 1, 3};
  struct buf logs[4] = {0};
  for (size_t i = 0; i < 4; i++) run(input, data[0], i < 3 ? pieces[i] : data[1] % 64 + 2U, &logs[i]);
  for (size_t i = 1; i < 4; i++) CHECK(span_equal(buf_span(&logs[0]), buf_span(&logs[i])));
  for (size_t i = 0; i < 4; i++) buf_free(&logs[i]);
  return 0;
}
