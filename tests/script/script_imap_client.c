/* The IMAP client as the script runner sees it. Its set-up lines:
 *
 *     config NAME VALUE            a member of struct imap_client_config; bools are 0 or 1
 *     unwanted UID …               those messages are not read; all others are
 *     delete                       what has been stored is deleted on the server
 *     show ask                     what was listed
 *     do gone, tls_started
 *
 * Noted: "A: login ok", "A: fetch 2 no [CODE] words", "A: message 4" with the message's lines after M:,
 * start_tls, close.
 */
#include <stddef.h>

#include "base/mem.h"
#include "proto/imap_client.h"
#include "script_engines.h"

enum { UNWANTED_MAX = 8 };

struct harness {
  struct imap_client_config config;
  uint32_t unwanted[UNWANTED_MAX];
  size_t unwanted_count;
  bool deletes, shows_ask;
  struct imap_client *client;
};

static const char *const outcome_names[] = {"connect", "tls",   "login",  "select",
                                            "list",    "fetch", "delete", "logout"};
static const char *const status_names[] = {"ok",          "no",          "lost",    "malformed",
                                           "not offered", "unspeakable", "too big", "gone"};

static void *harness_open(void) {
  struct harness *harness = mem_zalloc(sizeof *harness);
  harness->config = (struct imap_client_config){.user = SPAN("jack"), .password = SPAN("secret")};
  return harness;
}

static void harness_close(void *session) {
  struct harness *harness = session;
  imap_client_free(harness->client);
  mem_free(harness);
}

static struct imap_client *client_of(struct harness *harness) {
  if (!harness->client) harness->client = imap_client_new(&harness->config);
  return harness->client;
}

static size_t harness_feed(void *session, struct span bytes) {
  return imap_client_feed(client_of(session), bytes);
}

static void note_outcome(const struct imap_client_action *action, struct script_log *log) {
  struct buf text = {0};
  buf_add_text(&text, outcome_names[action->outcome]);
  if (action->outcome == IMAP_OUTCOME_FETCH) buf_format(&text, " %u", (unsigned)action->uid);
  buf_format(&text, " %s", status_names[action->result.status]);
  if (action->result.code.len) buf_format(&text, " [%.*s]", SPAN_ARG(action->result.code));
  if (action->result.text.len) buf_format(&text, " %.*s", SPAN_ARG(action->result.text));
  script_log_did(log, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}

static void answer_ask(struct harness *harness, const struct imap_client_listing *listing,
                       struct script_log *log) {
  if (harness->shows_ask)
    script_log_did(log, "ask %u %u", (unsigned)listing->uid_validity, (unsigned)listing->count);
  for (uint32_t i = 0; i < listing->count; i++) {
    struct imap_client_listed *listed = &listing->messages[i];
    listed->wanted = true;
    for (size_t k = 0; k < harness->unwanted_count; k++)
      if (harness->unwanted[k] == listed->uid) listed->wanted = false;
    if (!harness->shows_ask) continue;
    script_log_did(log, "listed %u %u %llu", (unsigned)listed->uid, (unsigned)listed->flags,
                   (unsigned long long)listed->size);
    script_log_said(log, 'M', listed->header);
  }
  imap_client_fetch(harness->client);
}

static bool harness_act(void *session, struct script_log *log) {
  struct harness *harness = session;
  struct imap_client_action action;
  struct buf bytes = {0};
  switch (imap_client_next(client_of(harness), &action)) {
  case IMAP_CLIENT_WAIT: return false;
  case IMAP_CLIENT_OUTCOME: note_outcome(&action, log); return true;
  case IMAP_CLIENT_SEND: script_log_said(log, 'C', action.bytes); return true;
  case IMAP_CLIENT_START_TLS: script_log_did(log, "start_tls"); return true;
  case IMAP_CLIENT_ASK: answer_ask(harness, &action.listing, log); return true;
  case IMAP_CLIENT_MESSAGE:
    script_log_did(log, "message %u", (unsigned)action.uid);
    message_write(action.message, &bytes);
    script_log_said(log, 'M', buf_span(&bytes));
    buf_free(&bytes);
    imap_client_stored(harness->client, harness->deletes);
    return true;
  case IMAP_CLIENT_CLOSE: script_log_did(log, "close"); return true;
  }
  return false;
}

static bool harness_order(void *session, struct span what) {
  struct harness *harness = session;
  if (span_equal(what, SPAN("gone")))
    imap_client_gone(client_of(harness));
  else if (span_equal(what, SPAN("tls_started")))
    imap_client_tls_started(client_of(harness));
  else
    return false;
  return true;
}

static bool set_member(struct harness *harness, struct span name, struct span value) {
  struct imap_client_config *config = &harness->config;
  int64_t number = 0;
  if (span_equal(name, SPAN("user"))) return config->user = value, true;
  if (span_equal(name, SPAN("password"))) return config->password = value, true;
  if (!span_to_i64(value, &number)) return false;
  if (span_equal(name, SPAN("tls"))) return config->tls = (enum imap_tls_wish)number, true;
  if (span_equal(name, SPAN("read_only"))) return config->read_only = number != 0, true;
  if (span_equal(name, SPAN("uid_validity"))) return config->uid_validity = (uint32_t)number, true;
  if (span_equal(name, SPAN("uid_known"))) return config->uid_known = (uint32_t)number, true;
  if (span_equal(name, SPAN("messages_max"))) return config->messages_max = (uint32_t)number, true;
  if (span_equal(name, SPAN("message_size_max"))) return config->message_size_max = (size_t)number, true;
  return false;
}

static bool add_unwanted(struct harness *harness, struct span rest) {
  struct span word;
  uint64_t uid;
  while (span_next(&rest, ' ', &word)) {
    if (harness->unwanted_count == UNWANTED_MAX || !span_to_u64(word, UINT32_MAX, &uid)) return false;
    harness->unwanted[harness->unwanted_count++] = (uint32_t)uid;
  }
  return true;
}

static bool harness_set(void *session, struct span line) {
  struct harness *harness = session;
  struct span rest = line, word, name;
  span_next(&rest, ' ', &word);
  if (span_equal(word, SPAN("config")) && rest.data && span_next(&rest, ' ', &name))
    return set_member(harness, name, rest.data ? rest : SPAN_EMPTY);
  if (span_equal(word, SPAN("unwanted")) && rest.data) return add_unwanted(harness, rest);
  if (span_equal(line, SPAN("delete")))
    harness->deletes = true;
  else if (span_equal(line, SPAN("show ask")))
    harness->shows_ask = true;
  else
    return false;
  return true;
}

const struct script_engine script_imap_client = {.name = "imap_client",
                                                 .hears = 'S',
                                                 .says = 'C',
                                                 .open = harness_open,
                                                 .close = harness_close,
                                                 .set = harness_set,
                                                 .order = harness_order,
                                                 .feed = harness_feed,
                                                 .act = harness_act};
