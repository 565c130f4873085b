/* The POP3 client as the script runner sees it. Its set-up lines:
 *
 *     config NAME VALUE            a member of struct pop3_client_config; bools are 0 or 1
 *     wish WHAT [UNIQUE-ID …]      nothing retr top dele; for those messages, or for all others. First: retr
 *     leave                        what has been stored is left on the server; otherwise it is deleted
 *     show ask, show offer         what was listed; what the server can do
 *     do gone, quit, tls_started
 *     do message LINE|LINE|…       a message comes by reference
 *     do stored                    answers a message that waits (set-up: hold)
 *
 * Noted: "A: login ok", "A: fetch 2 err [SYS/TEMP] words", "A: message 1 uid-1" with the message's lines
 * after M:, start_tls, close.
 */
#include <stddef.h>

#include "base/mem.h"
#include "proto/pop3_client.h"
#include "script_engines.h"

enum { WISHES_MAX = 8 };

struct wish {
  struct span unique_id;
  enum pop3_wish what;
};

struct harness {
  struct pop3_client_config config;
  struct wish wishes[WISHES_MAX];
  size_t wish_count;
  enum pop3_wish other_wish;
  bool leaves, holds, shows_ask, shows_offer;
  struct pop3_client *client;
};

static const char *const wish_names[] = {"nothing", "retr", "top", "dele"};
static const char *const outcome_names[] = {"connect", "tls", "login", "list", "fetch", "dele", "quit"};
static const char *const status_names[] = {"ok",          "err",         "lost",   "malformed",
                                           "not offered", "unspeakable", "too big"};

static void *harness_open(void) {
  struct harness *harness = mem_zalloc(sizeof *harness);
  harness->config = (struct pop3_client_config){.user = SPAN("jack"), .password = SPAN("secret")};
  harness->other_wish = POP3_WISH_RETR;
  return harness;
}

static void harness_close(void *session) {
  struct harness *harness = session;
  pop3_client_free(harness->client);
  mem_free(harness);
}

static struct pop3_client *client_of(struct harness *harness) {
  if (!harness->client) harness->client = pop3_client_new(&harness->config);
  return harness->client;
}

static size_t harness_feed(void *session, struct span bytes) {
  return pop3_client_feed(client_of(session), bytes);
}

/* ---- What it does ---- */

static void note_outcome(const struct pop3_client_action *action, struct script_log *log) {
  struct buf text = {0};
  const struct pop3_response *response = &action->response;
  buf_add_text(&text, outcome_names[action->outcome]);
  if (action->number) buf_format(&text, " %u", action->number);
  buf_format(&text, " %s", status_names[response->status]);
  if (response->code.len) buf_format(&text, " [%.*s]", SPAN_ARG(response->code));
  if (response->text.len && response->status == POP3_ERR)
    buf_format(&text, " %.*s", SPAN_ARG(response->text));
  script_log_did(log, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}

static void note_offer(const struct harness *harness, struct script_log *log) {
  const struct pop3_offer *offer = pop3_client_offer(harness->client);
  script_log_did(log, "offer%s%s%s%s%s%s%s%s%s", offer->apop ? " apop" : "", offer->capa ? " capa" : "",
                 offer->user ? " user" : "", offer->sasl_plain ? " plain" : "", offer->top ? " top" : "",
                 offer->uidl ? " uidl" : "", offer->stls ? " stls" : "",
                 offer->resp_codes ? " resp-codes" : "", offer->pipelining ? " pipelining" : "");
}

static void answer_ask(struct harness *harness, const struct pop3_listing *listing, struct script_log *log) {
  struct buf text = {0};
  buf_add_text(&text, "ask");
  for (uint32_t i = 0; i < listing->count; i++) {
    struct pop3_listed *listed = &listing->messages[i];
    buf_format(&text, " %u:", listed->number);
    if (listed->has_size)
      buf_add_u64(&text, listed->size);
    else
      buf_add_char(&text, '?');
    if (listed->unique_id.len) buf_format(&text, ":%.*s", SPAN_ARG(listed->unique_id));
    listed->wish = harness->other_wish;
    for (size_t w = 0; w < harness->wish_count; w++) {
      if (span_equal(listed->unique_id, harness->wishes[w].unique_id)) listed->wish = harness->wishes[w].what;
    }
  }
  if (harness->shows_ask) script_log_did(log, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
  pop3_client_fetch(harness->client);
}

static void take_message(struct harness *harness, const struct pop3_client_action *action,
                         struct script_log *log) {
  struct buf bytes = {0};
  script_log_did(log, "%s %u %.*s", action->top_only ? "top" : "message", action->number,
                 SPAN_ARG(action->unique_id));
  message_write(action->message, &bytes);
  script_log_said(log, 'M', buf_span(&bytes));
  buf_free(&bytes);
  if (!harness->holds) pop3_client_stored(harness->client, !harness->leaves);
}

static bool harness_act(void *session, struct script_log *log) {
  struct harness *harness = session;
  struct pop3_client_action action;
  switch (pop3_client_next(client_of(harness), &action)) {
  case POP3_CLIENT_WAIT: return false;
  case POP3_CLIENT_OUTCOME:
    if (action.outcome == POP3_OUTCOME_LOGIN && harness->shows_offer) note_offer(harness, log);
    note_outcome(&action, log);
    break;
  case POP3_CLIENT_SEND: script_log_said(log, 'C', action.bytes); break;
  case POP3_CLIENT_START_TLS: script_log_did(log, "start_tls"); break;
  case POP3_CLIENT_ASK: answer_ask(harness, &action.listing, log); break;
  case POP3_CLIENT_MESSAGE: take_message(harness, &action, log); break;
  case POP3_CLIENT_CLOSE: script_log_did(log, "close"); break;
  }
  return true;
}

static bool feed_by_reference(struct pop3_client *client, struct span text) {
  struct buf bytes = {0};
  if (!pop3_client_wants_message(client)) return false;
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '|')
      buf_add_text(&bytes, "\r\n");
    else
      buf_add_char(&bytes, text.data[i]);
  }
  struct message *message = message_from_bytes(buf_span(&bytes));
  pop3_client_feed_message(client, message);
  message_release(message);
  buf_free(&bytes);
  return true;
}

static bool harness_order(void *session, struct span what) {
  struct harness *harness = session;
  struct pop3_client *client = client_of(harness);
  if (span_starts_with(what, SPAN("message "))) return feed_by_reference(client, span_skip(what, 8));
  if (span_equal(what, SPAN("gone")))
    pop3_client_gone(client);
  else if (span_equal(what, SPAN("quit")))
    pop3_client_quit(client);
  else if (span_equal(what, SPAN("tls_started")))
    pop3_client_tls_started(client);
  else if (span_equal(what, SPAN("stored")))
    pop3_client_stored(client, !harness->leaves);
  else
    return false;
  return true;
}

/* ---- Set-up ---- */

struct member {
  const char *name;
  size_t offset;
  enum { BOOL, NUMBER, SIZE, TEXT } kind;
};
#define MEMBER(name, kind)                                                                                   \
  { #name, offsetof(struct pop3_client_config, name), kind }
static const struct member members[] = {
    MEMBER(user, TEXT),           MEMBER(password, TEXT),
    MEMBER(login, NUMBER),        MEMBER(tls, NUMBER),
    MEMBER(no_capa, BOOL),        MEMBER(no_stat, BOOL),
    MEMBER(no_uidl, BOOL),        MEMBER(top_lines, NUMBER),
    MEMBER(messages_max, NUMBER), MEMBER(message_size_max, SIZE),
};

/* Words for the numbers of the enumerations. */
static bool read_number(struct span value, int64_t *number_out) {
  static const char *const words[] = {"never",    "if_offered",      "required",
                                      "password", "apop_if_offered", "apop"};
  for (int i = 0; i < 6; i++) {
    *number_out = i % 3;
    if (span_equal(value, span_from(words[i]))) return true;
  }
  return span_to_i64(value, number_out);
}

static bool set_member(struct harness *harness, struct span name, struct span value) {
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    if (!span_equal(name, span_from(members[i].name))) continue;
    char *at = (char *)&harness->config + members[i].offset;
    int64_t number = 0;
    if (members[i].kind == TEXT)
      memcpy(at, &value, sizeof value);
    else if (!read_number(value, &number))
      return false;
    if (members[i].kind == BOOL) memcpy(at, &(bool){number != 0}, sizeof(bool));
    if (members[i].kind == NUMBER) memcpy(at, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
    if (members[i].kind == SIZE) memcpy(at, &(size_t){(size_t)number}, sizeof(size_t));
    return true;
  }
  return false;
}

static bool add_wish(struct harness *harness, struct span name, struct span unique_ids) {
  unsigned what = 0;
  while (what < 4 && !span_equal(name, span_from(wish_names[what]))) what++;
  if (what == 4) return false;
  if (unique_ids.len == 0) harness->other_wish = (enum pop3_wish)what;
  struct span unique_id;
  while (unique_ids.len && span_next(&unique_ids, ' ', &unique_id)) {
    if (harness->wish_count == WISHES_MAX) return false;
    harness->wishes[harness->wish_count++] = (struct wish){unique_id, (enum pop3_wish)what};
  }
  return true;
}

static bool harness_set(void *session, struct span line) {
  struct harness *harness = session;
  struct span rest = line, word, name = SPAN_EMPTY;
  span_next(&rest, ' ', &word);
  if (rest.data) span_next(&rest, ' ', &name);
  struct span value = rest.data ? rest : SPAN_EMPTY;
  if (span_equal(word, SPAN("config"))) return set_member(harness, name, value);
  if (span_equal(word, SPAN("wish"))) return add_wish(harness, name, value);
  if (span_equal(line, SPAN("leave")))
    harness->leaves = true;
  else if (span_equal(line, SPAN("hold")))
    harness->holds = true;
  else if (span_equal(line, SPAN("show ask")))
    harness->shows_ask = true;
  else if (span_equal(line, SPAN("show offer")))
    harness->shows_offer = true;
  else
    return false;
  return true;
}

const struct script_engine script_pop3_client = {.name = "pop3_client",
                                                 .hears = 'S',
                                                 .says = 'C',
                                                 .open = harness_open,
                                                 .close = harness_close,
                                                 .set = harness_set,
                                                 .order = harness_order,
                                                 .feed = harness_feed,
                                                 .act = harness_act};
