/* The IMAP server as the script runner sees it. Its set-up lines:
 *
 *     config NAME VALUE             a member of struct imap_server_config; bools are 0 or 1
 *     user NAME PASSWORD            who may log in; any number of them
 *     mail UID FLAGS LINE|LINE|…    a message of INBOX, | for the end of a line; FLAGS: letters of A F D S T
 * (draft) R (recent), or - mailbox NAME                  another mailbox, empty logged_in, selected the
 * session begins as the first user, with INBOX selected; with rev2 before it IMAP4rev2 is on show decisions
 * every decision is noted, as "A: store 4 S" refuse WHAT CODE [TEXT]       from here on refused; CODE - is
 * none. WHAT: connect login list status select change append copy move read store remove hold WHAT that
 * decision is answered only by `do answer` do answer, gone, shut [TEXT], tls_started do arrived UID, removed
 * UID, flags UID FLAGS      what others do to INBOX
 *
 * Message UID was delivered UID minutes after 18 Jun 2004 16:00 UTC; the host's zone is -0600, UIDVALIDITY 7.
 * Noted without being asked for: start_tls, close.
 */
#include <stddef.h>

#include "base/mem.h"
#include "proto/imap_server.h"
#include "script_engines.h"

enum { USERS_MAX = 4, MAIL_MAX = 16, MAILBOXES_MAX = 4, UID_VALIDITY = 7, KINDS = IMAP_SERVER_REMOVE + 1 };
static const int64_t FIRST_US = (int64_t)1087574400 * 1000000;

struct user {
  struct span name, password;
};

struct harness {
  struct arena arena;
  struct imap_server_config config;
  struct user users[USERS_MAX];
  size_t user_count;
  struct imap_entry entries[MAIL_MAX];
  struct message *mail[MAIL_MAX];
  uint32_t mail_count;
  struct imap_listed mailboxes[MAILBOXES_MAX];
  size_t mailbox_count;
  struct imap_answer refusals[KINDS];
  bool refused[KINDS], held[KINDS];
  bool shows_decisions, is_logged_in, is_selected, is_rev2;
  struct imap_server_action waiting; /* the decision that is held back */
  struct imap_server *server;
};

static const char *const decision_names[] = {
    [IMAP_SERVER_DECIDE_CONNECT] = "connect",
    [IMAP_SERVER_DECIDE_LOGIN] = "login",
    [IMAP_SERVER_LIST] = "list",
    [IMAP_SERVER_STATUS] = "status",
    [IMAP_SERVER_SELECT] = "select",
    [IMAP_SERVER_CHANGE] = "change",
    [IMAP_SERVER_APPEND] = "append",
    [IMAP_SERVER_COPY] = "copy",
    [IMAP_SERVER_MOVE] = "move",
    [IMAP_SERVER_READ] = "read",
    [IMAP_SERVER_STORE] = "store",
    [IMAP_SERVER_REMOVE] = "remove",
};
static const char *const change_names[] = {
    [IMAP_CREATE] = "create",       [IMAP_DELETE] = "delete",           [IMAP_RENAME] = "rename",
    [IMAP_SUBSCRIBE] = "subscribe", [IMAP_UNSUBSCRIBE] = "unsubscribe",
};
static const char flag_letters[] = "SAFDTR"; /* in the order of enum imap_flag */

static void *harness_open(void) {
  struct harness *harness = mem_zalloc(sizeof *harness);
  harness->config = (struct imap_server_config){
      .host_name = SPAN("imap.example"), .offer_rev2 = true, .offer_sasl_plain = true};
  harness->mailboxes[harness->mailbox_count++] =
      (struct imap_listed){SPAN("INBOX"), SPAN("\\HasNoChildren"), true};
  return harness;
}

static void harness_close(void *session) {
  struct harness *harness = session;
  imap_server_free(harness->server);
  message_release(harness->waiting.message);
  for (uint32_t i = 0; i < harness->mail_count; i++) message_release(harness->mail[i]);
  arena_free(&harness->arena);
  mem_free(harness);
}

/* ---- INBOX ---- */

static bool read_flags(struct span letters, uint32_t *flags_out) {
  *flags_out = 0;
  for (size_t i = 0; i < letters.len && letters.data[0] != '-'; i++) {
    const char *found = memchr(flag_letters, letters.data[i], sizeof flag_letters - 1);
    if (!found) return false;
    *flags_out |= 1U << (found - flag_letters);
  }
  return letters.len > 0;
}

static void write_flags(uint32_t flags, struct buf *out) {
  for (unsigned i = 0; i < sizeof flag_letters - 1; i++)
    if (flags & 1U << i) buf_add_char(out, flag_letters[i]);
  if (!flags) buf_add_char(out, '-');
}

static uint32_t place_of(const struct harness *harness, uint32_t uid) {
  uint32_t i = 0;
  while (i < harness->mail_count && harness->entries[i].uid != uid) i++;
  return i;
}

static void remove_mail(struct harness *harness, uint32_t uid) {
  uint32_t at = place_of(harness, uid);
  if (at == harness->mail_count) return;
  message_release(harness->mail[at]);
  harness->mail_count--;
  for (uint32_t i = at; i < harness->mail_count; i++) {
    harness->mail[i] = harness->mail[i + 1];
    harness->entries[i] = harness->entries[i + 1];
  }
}

/* Takes the message. */
static bool add_message(struct harness *harness, uint32_t uid, uint32_t flags, struct message *message) {
  uint32_t n = harness->mail_count;
  if (n == MAIL_MAX) return false;
  harness->mail[n] = message;
  harness->entries[n] =
      (struct imap_entry){uid, flags, message_size(message), FIRST_US + uid * INT64_C(60000000)};
  harness->mail_count++;
  return true;
}

static bool add_mail(struct harness *harness, struct span uid_text, struct span rest) {
  uint64_t uid;
  uint32_t flags;
  struct span letters;
  struct buf bytes = {0};
  if (!span_to_u64(uid_text, UINT32_MAX, &uid) || !span_next(&rest, ' ', &letters) ||
      !read_flags(letters, &flags))
    return false;
  for (size_t i = 0; rest.data && i < rest.len; i++) {
    if (rest.data[i] == '|')
      buf_add_text(&bytes, "\r\n");
    else
      buf_add_char(&bytes, rest.data[i]);
  }
  struct message *message = message_from_bytes(buf_span(&bytes));
  buf_free(&bytes);
  return add_message(harness, (uint32_t)uid, flags, message);
}

static uint32_t uid_next(const struct harness *harness) {
  return harness->mail_count ? harness->entries[harness->mail_count - 1].uid + 1 : 1;
}

/* ---- Answers ---- */

static struct span secret_of(const struct harness *harness, struct span name) {
  for (size_t i = 0; i < harness->user_count; i++)
    if (span_equal(harness->users[i].name, name)) return harness->users[i].password;
  return SPAN_EMPTY;
}

static bool is_mailbox(const struct harness *harness, struct span name) {
  for (size_t i = 0; i < harness->mailbox_count; i++)
    if (span_equal(harness->mailboxes[i].name, name)) return true;
  return false;
}

static void answer_mailbox(struct harness *harness, struct span name) {
  bool is_inbox = span_equal(name, SPAN("INBOX"));
  struct imap_mailbox mailbox = {.entries = harness->entries,
                                 .count = is_inbox ? harness->mail_count : 0,
                                 .uid_validity = UID_VALIDITY,
                                 .uid_next = is_inbox ? uid_next(harness) : 1,
                                 .zone_minutes = -360};
  imap_server_answer_mailbox(harness->server, &mailbox);
}

static void answer_status(struct harness *harness) {
  struct imap_status status = {
      .messages = harness->mail_count, .uid_validity = UID_VALIDITY, .uid_next = uid_next(harness)};
  for (uint32_t i = 0; i < harness->mail_count; i++) {
    const struct imap_entry *entry = &harness->entries[i];
    status.unseen += !(entry->flags & IMAP_SEEN);
    status.deleted += (entry->flags & IMAP_DELETED) != 0;
    status.recent += (entry->flags & IMAP_RECENT) != 0;
    status.size += entry->size;
  }
  imap_server_answer_status(harness->server, &status);
}

static void answer_append(struct harness *harness, const struct imap_server_action *action) {
  uint32_t uid = uid_next(harness);
  add_message(harness, uid, action->flags, message_retain(action->message));
  imap_server_arrived(harness->server, &harness->entries[harness->mail_count - 1]);
  imap_server_answer_uids(harness->server, UID_VALIDITY, &uid, 1);
}

/* What is copied goes where nobody looks, as 101, 102 … */
static void answer_copy(struct harness *harness, const struct imap_server_action *action) {
  uint32_t uids[MAIL_MAX], sources[MAIL_MAX], count = action->count;
  for (uint32_t i = 0; i < count; i++) {
    uids[i] = 101 + i;
    sources[i] = action->uids[i];
  }
  for (uint32_t i = 0; i < count && action->kind == IMAP_SERVER_MOVE; i++) {
    imap_server_removed(harness->server, sources[i]);
    remove_mail(harness, sources[i]);
  }
  imap_server_answer_uids(harness->server, UID_VALIDITY + 1, uids, count);
}

static void answer(struct harness *harness, const struct imap_server_action *action) {
  static const struct imap_answer nonexistent = {.code = SPAN_INIT("NONEXISTENT"),
                                                 .text = SPAN_INIT("There is no such mailbox")};
  struct imap_server *server = harness->server;
  uint32_t at = place_of(harness, action->uid);
  if (harness->refused[action->kind]) {
    imap_server_answer(server, &harness->refusals[action->kind]);
  } else if (action->kind == IMAP_SERVER_DECIDE_LOGIN) {
    imap_server_answer_secret(server, secret_of(harness, action->user));
  } else if (action->kind == IMAP_SERVER_LIST) {
    imap_server_answer_list(server, harness->mailboxes, harness->mailbox_count);
  } else if (action->mailbox.len && action->kind != IMAP_SERVER_CHANGE &&
             !is_mailbox(harness, action->mailbox)) {
    imap_server_answer(server, &nonexistent);
  } else if (action->kind == IMAP_SERVER_SELECT) {
    answer_mailbox(harness, action->mailbox);
  } else if (action->kind == IMAP_SERVER_STATUS) {
    answer_status(harness);
  } else if (action->kind == IMAP_SERVER_APPEND) {
    answer_append(harness, action);
  } else if (action->kind == IMAP_SERVER_COPY || action->kind == IMAP_SERVER_MOVE) {
    answer_copy(harness, action);
  } else if (action->kind == IMAP_SERVER_READ && at < harness->mail_count) {
    imap_server_answer_message(server, harness->mail[at]);
  } else {
    bool ok = action->kind != IMAP_SERVER_READ;
    if (action->kind == IMAP_SERVER_STORE && at < harness->mail_count)
      harness->entries[at].flags = action->flags;
    if (action->kind == IMAP_SERVER_REMOVE) remove_mail(harness, action->uid);
    imap_server_answer(server, &(struct imap_answer){.ok = ok, .code = SPAN_EMPTY, .text = SPAN_EMPTY});
  }
}

static void note_decision(const struct harness *harness, const struct imap_server_action *action,
                          struct script_log *log) {
  if (!harness->shows_decisions) return;
  struct buf text = {0};
  buf_add_text(&text, decision_names[action->kind]);
  if (action->kind == IMAP_SERVER_CHANGE) buf_format(&text, " %s", change_names[action->change]);
  if (action->kind == IMAP_SERVER_DECIDE_LOGIN)
    buf_format(&text, " %.*s %.*s", SPAN_ARG(action->user), SPAN_ARG(action->password));
  if (action->mailbox.len) buf_format(&text, " %.*s", SPAN_ARG(action->mailbox));
  if (action->change == IMAP_RENAME) buf_format(&text, " %.*s", SPAN_ARG(action->other));
  if (action->read_only) buf_add_text(&text, " read-only");
  if (action->uid) buf_format(&text, " %u", (unsigned)action->uid);
  for (uint32_t i = 0; i < action->count; i++) buf_format(&text, " %u", (unsigned)action->uids[i]);
  bool has_flags = action->kind == IMAP_SERVER_STORE || action->kind == IMAP_SERVER_APPEND;
  if (has_flags) buf_add_char(&text, ' ');
  if (has_flags) write_flags(action->flags, &text);
  if (action->has_date) buf_format(&text, " %lld", (long long)(action->date_us / 1000000));
  if (action->message) buf_format(&text, " %zu octets", message_size(action->message));
  script_log_did(log, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}

static bool next_action(struct harness *harness, struct script_log *log) {
  struct imap_server_action action;
  enum imap_server_action_kind kind = imap_server_next(harness->server, &action);
  if (kind == IMAP_SERVER_WAIT) return false;
  if (kind == IMAP_SERVER_REPLY)
    script_log_said(log, 'S', action.bytes);
  else if (kind == IMAP_SERVER_START_TLS)
    script_log_did(log, "start_tls");
  else if (kind == IMAP_SERVER_CLOSE)
    script_log_did(log, "close");
  if (kind <= IMAP_SERVER_CLOSE) return true;
  note_decision(harness, &action, log);
  if (!harness->held[kind]) {
    answer(harness, &action);
    return true;
  }
  harness->waiting = action; /* its texts are borrowed only until the next call */
  harness->waiting.user = arena_copy(&harness->arena, action.user);
  harness->waiting.mailbox = arena_copy(&harness->arena, action.mailbox.data ? action.mailbox : SPAN_EMPTY);
  if (action.message) message_retain(action.message);
  return true;
}

/* ---- The session ---- */

/* The way to where the script begins, without a line in the log. */
static void come_in(struct harness *harness) {
  struct script_log unseen = {0};
  bool shows = harness->shows_decisions;
  harness->shows_decisions = false;
  const struct user *user = &harness->users[0];
  struct span lines[] = {arena_format(&harness->arena, "x LOGIN \"%.*s\" \"%.*s\"\r\n", SPAN_ARG(user->name),
                                      SPAN_ARG(user->password)),
                         harness->is_rev2 ? SPAN("x ENABLE IMAP4rev2\r\n") : SPAN_EMPTY,
                         harness->is_selected ? SPAN("x SELECT INBOX\r\n") : SPAN_EMPTY};
  for (size_t i = 0; i < 3; i++) {
    while (next_action(harness, &unseen)) continue;
    imap_server_feed(harness->server, lines[i]);
  }
  while (next_action(harness, &unseen)) continue;
  harness->shows_decisions = shows;
  buf_free(&unseen.partial);
  mem_free(unseen.lines);
  arena_free(&unseen.arena);
}

static struct imap_server *server_of(struct harness *harness) {
  if (!harness->server) {
    harness->server = imap_server_new(&harness->config);
    if (harness->is_logged_in) come_in(harness);
  }
  return harness->server;
}

static size_t harness_feed(void *session, struct span bytes) {
  return imap_server_feed(server_of(session), bytes);
}

static bool harness_act(void *session, struct script_log *log) {
  struct harness *harness = session;
  server_of(harness);
  return next_action(harness, log);
}

static void answer_waiting(struct harness *harness) {
  struct message *message = harness->waiting.message;
  answer(harness, &harness->waiting);
  message_release(message);
  harness->waiting.message = NULL;
}

/* "arrived 7", "removed 3", "flags 3 SD" */
static bool harness_event(struct harness *harness, struct span what) {
  struct span rest = what, word, number, letters = SPAN_EMPTY;
  uint64_t uid;
  uint32_t flags = 0;
  span_next(&rest, ' ', &word);
  if (!rest.data || !span_next(&rest, ' ', &number) || !span_to_u64(number, UINT32_MAX, &uid)) return false;
  if (rest.data) letters = rest;
  uint32_t at = place_of(harness, (uint32_t)uid);
  if (span_equal(word, SPAN("arrived"))) {
    if (!add_message(harness, (uint32_t)uid, IMAP_RECENT, message_from_bytes(SPAN("Subject: new\r\n\r\n"))))
      return false;
    imap_server_arrived(harness->server, &harness->entries[harness->mail_count - 1]);
  } else if (span_equal(word, SPAN("removed"))) {
    remove_mail(harness, (uint32_t)uid);
    imap_server_removed(harness->server, (uint32_t)uid);
  } else if (span_equal(word, SPAN("flags")) && read_flags(letters, &flags) && at < harness->mail_count) {
    harness->entries[at].flags = flags;
    imap_server_flags_changed(harness->server, (uint32_t)uid, flags);
  } else {
    return false;
  }
  return true;
}

static bool harness_order(void *session, struct span what) {
  struct harness *harness = session;
  struct imap_server *server = server_of(harness);
  if (span_equal(what, SPAN("gone"))) {
    imap_server_gone(server);
  } else if (span_equal(what, SPAN("shut"))) {
    imap_server_shut(server, SPAN_EMPTY);
  } else if (span_starts_with(what, SPAN("shut "))) {
    imap_server_shut(server, span_skip(what, 5));
  } else if (span_equal(what, SPAN("tls_started"))) {
    imap_server_tls_started(server);
  } else if (span_equal(what, SPAN("answer"))) {
    answer_waiting(harness);
  } else {
    return harness_event(harness, what);
  }
  return true;
}

/* ---- Set-up ---- */

struct member {
  const char *name;
  size_t offset;
  enum { BOOL, NUMBER, SIZE, TEXT } kind;
};
#define MEMBER(name, kind)                                                                                   \
  { #name, offsetof(struct imap_server_config, name), kind }
static const struct member members[] = {
    MEMBER(host_name, TEXT),      MEMBER(errors_max, NUMBER),     MEMBER(append_max, SIZE),
    MEMBER(offer_rev2, BOOL),     MEMBER(offer_sasl_plain, BOOL), MEMBER(offer_starttls, BOOL),
    MEMBER(tls_from_start, BOOL), MEMBER(auth_needs_tls, BOOL),
};

static bool set_member(struct harness *harness, struct span name, struct span value) {
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    if (!span_equal(name, span_from(members[i].name))) continue;
    char *at = (char *)&harness->config + members[i].offset;
    int64_t number = 0;
    if (members[i].kind == TEXT)
      memcpy(at, &value, sizeof value);
    else if (!span_to_i64(value, &number))
      return false;
    if (members[i].kind == BOOL) memcpy(at, &(bool){number != 0}, sizeof(bool));
    if (members[i].kind == NUMBER) memcpy(at, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
    if (members[i].kind == SIZE) memcpy(at, &(size_t){(size_t)number}, sizeof(size_t));
    return true;
  }
  return false;
}

static bool add_user(struct harness *harness, struct span name, struct span password) {
  if (harness->user_count == USERS_MAX || password.len == 0) return false;
  harness->users[harness->user_count++] = (struct user){name, password};
  return true;
}

static bool add_mailbox(struct harness *harness, struct span name) {
  if (harness->mailbox_count == MAILBOXES_MAX || !name.len) return false;
  harness->mailboxes[harness->mailbox_count++] = (struct imap_listed){name, SPAN_EMPTY, false};
  return true;
}

static size_t decision_named(struct span name) {
  size_t kind = IMAP_SERVER_DECIDE_CONNECT;
  while (kind < KINDS && !span_equal(name, span_from(decision_names[kind]))) kind++;
  return kind;
}

static bool refuse(struct harness *harness, struct span name, struct span rest) {
  size_t kind = decision_named(name);
  struct span code;
  if (kind == KINDS || !span_next(&rest, ' ', &code)) return false;
  harness->refused[kind] = true;
  harness->refusals[kind] = (struct imap_answer){.code = span_equal(code, SPAN("-")) ? SPAN_EMPTY : code,
                                                 .text = rest.data ? rest : SPAN_EMPTY};
  return true;
}

static bool hold(struct harness *harness, struct span name) {
  size_t kind = decision_named(name);
  if (kind < KINDS) harness->held[kind] = true;
  return kind < KINDS;
}

static bool harness_set(void *session, struct span line) {
  struct harness *harness = session;
  struct span rest = line, word, name = SPAN_EMPTY;
  span_next(&rest, ' ', &word);
  if (rest.data) span_next(&rest, ' ', &name);
  struct span value = rest.data ? rest : SPAN_EMPTY;
  if (span_equal(word, SPAN("config"))) return set_member(harness, name, value);
  if (span_equal(word, SPAN("user"))) return add_user(harness, name, value);
  if (span_equal(word, SPAN("mail"))) return add_mail(harness, name, value);
  if (span_equal(word, SPAN("mailbox"))) return add_mailbox(harness, name);
  if (span_equal(word, SPAN("refuse"))) return refuse(harness, name, value);
  if (span_equal(word, SPAN("hold"))) return hold(harness, name);
  bool selected = span_equal(line, SPAN("selected"));
  if (selected || span_equal(line, SPAN("logged_in")))
    harness->is_logged_in = true, harness->is_selected = selected;
  else if (span_equal(line, SPAN("rev2")))
    harness->is_rev2 = true;
  else if (span_equal(line, SPAN("show decisions")))
    harness->shows_decisions = true;
  else
    return false;
  return true;
}

const struct script_engine script_imap_server = {.name = "imap_server",
                                                 .hears = 'C',
                                                 .says = 'S',
                                                 .open = harness_open,
                                                 .close = harness_close,
                                                 .set = harness_set,
                                                 .order = harness_order,
                                                 .feed = harness_feed,
                                                 .act = harness_act};
