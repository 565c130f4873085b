/* The IMAP server: any bytes, whole, one at a time, or in pieces, lead to the same actions; what it says is
 * well-formed as far as lines and literals go, and a client that counts messages by what it is told is never
 * told of one that it does not know. Decisions are answered at once, by rules drawn from the first octet of
 * the input. */
#include "base/check.h"
#include "base/mem.h"
#include "proto/imap_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES = 4, UIDS_MAX = 64 };
static const char *const texts[MESSAGES] = {
    "Subject: =?utf-8?q?=E2=80=99?=\r\nFrom: \"a b\" <a@b>, g: c@d, e;\r\nDate: Fri, 18 Jun 2004 10:22:55 "
    "-0600\r\n\r\none\r\n",
    "Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\none\r\n--z\r\nContent-Type: "
    "message/rfc822\r\n\r\n"
    "Subject: in\r\n\r\ntext\r\n--z\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--z--\r\n",
    "",
    "Content-Type: multipart/digest; boundary=\"\"\r\n\r\nno part\r\n",
};

struct world {
  struct message *messages[MESSAGES];
  unsigned rules;
  bool events;   /* others change the mailbox, too */
  size_t known;  /* messages that the client has been told of */
  uint32_t next; /* uid of the next one */
};

static struct imap_entry entry_of(const struct world *world, uint32_t uid) {
  return (struct imap_entry){uid, uid % 3 ? 0 : IMAP_DELETED | IMAP_SEEN,
                             message_size(world->messages[uid % MESSAGES]), uid * INT64_C(60000000)};
}

/* ---- what a client makes of what it is told ---- */

/* "* 3 EXISTS", "* 2 EXPUNGE", "* 2 FETCH (" */
static void count(struct world *world, struct span line) {
  struct span rest = line, star, number, word;
  uint64_t value;
  if (!span_next(&rest, ' ', &star) || !span_equal(star, SPAN("*")) || !rest.data ||
      !span_next(&rest, ' ', &number) || !span_to_u64(number, UINT32_MAX, &value))
    return;
  CHECK(rest.data && span_next(&rest, ' ', &word));
  if (span_equal(word, SPAN("EXISTS"))) {
    world->known = (size_t)value;
  } else if (span_equal(word, SPAN("EXPUNGE"))) {
    CHECK(value > 0 && value <= world->known);
    world->known--;
  } else if (span_equal(word, SPAN("FETCH"))) {
    CHECK(value > 0 && value <= world->known);
  }
}

/* Octets of a literal that the line ends in, or SIZE_MAX. */
static size_t literal_at_end(struct span line) {
  uint64_t len;
  size_t brace = span_find_last(line, '{');
  if (brace == SPAN_NONE || !span_ends_with(line, SPAN("}"))) return SIZE_MAX;
  struct span digits = span_slice(line, brace + 1, line.len - brace - 2);
  return span_to_u64(digits, UINT32_MAX, &len) ? (size_t)len : SIZE_MAX;
}

static void read_reply(struct world *world, struct span bytes) {
  bool begins = true;
  while (bytes.len > 0) {
    size_t end = span_find(bytes, '\n');
    CHECK(end != SPAN_NONE && end > 0 && bytes.data[end - 1] == '\r');
    struct span line = span_first(bytes, end - 1);
    if (begins) CHECK(span_find(line, ' ') != SPAN_NONE && span_find(line, ' ') > 0);
    if (begins) count(world, line);
    bytes = span_skip(bytes, end + 1);
    size_t literal = literal_at_end(line);
    begins = literal == SIZE_MAX;
    if (begins) continue;
    CHECK(literal < bytes.len); /* more of the line follows */
    bytes = span_skip(bytes, literal);
  }
  CHECK(begins);
}

/* ---- decisions ---- */

static void answer_mailbox(struct imap_server *server, struct world *world) {
  struct imap_entry entries[MESSAGES];
  for (uint32_t i = 0; i < MESSAGES; i++) entries[i] = entry_of(world, i + 2);
  world->next = MESSAGES + 2;
  struct imap_mailbox mailbox = {.entries = entries,
                                 .count = MESSAGES,
                                 .uid_validity = 1,
                                 .uid_next = world->next,
                                 .zone_minutes = -360};
  imap_server_answer_mailbox(server, &mailbox);
}

static void answer_uids(struct imap_server *server, const struct imap_server_action *action) {
  uint32_t uids[UIDS_MAX];
  uint32_t many = action->count ? action->count : 1;
  CHECK(many <= UIDS_MAX);
  for (uint32_t i = 0; i < many; i++) uids[i] = 100 + i;
  for (uint32_t i = 0; action->kind == IMAP_SERVER_MOVE && i < many; i++)
    imap_server_removed(server, action->uids[i]);
  imap_server_answer_uids(server, 1, uids, many);
}

/* Another session does something while this one waits. */
static void disturb(struct imap_server *server, struct world *world, uint32_t seed) {
  if (!world->events) return;
  if (seed % 3 == 0 && world->next < UIDS_MAX) {
    struct imap_entry entry = entry_of(world, world->next++);
    imap_server_arrived(server, &entry);
  } else if (seed % 3 == 1) {
    imap_server_removed(server, seed % 7 + 2);
  } else {
    imap_server_flags_changed(server, seed % 7 + 2, seed & IMAP_FLAGS_SETTABLE);
  }
}

static void answer(struct imap_server *server, const struct imap_server_action *action, struct world *world) {
  static const struct imap_answer yes = {.ok = true}, no = {.code = SPAN_INIT("CANNOT")};
  static const struct imap_listed listed[] = {{SPAN_INIT("INBOX"), SPAN_INIT("\\HasNoChildren"), true},
                                              {SPAN_INIT("a b"), SPAN_INIT(""), false}};
  bool refuses = world->rules & 1;
  disturb(server, world, action->uid + (uint32_t)action->kind);
  switch (action->kind) {
  case IMAP_SERVER_DECIDE_LOGIN:
    imap_server_answer_secret(server, span_equal(action->user, SPAN("a")) ? SPAN("b") : SPAN_EMPTY);
    return;
  case IMAP_SERVER_LIST: imap_server_answer_list(server, listed, 2); return;
  case IMAP_SERVER_STATUS:
    imap_server_answer_status(server, &(struct imap_status){.messages = 3, .uid_validity = 1, .uid_next = 9});
    return;
  case IMAP_SERVER_SELECT:
    if (span_equal(action->mailbox, SPAN("INBOX")))
      answer_mailbox(server, world);
    else
      imap_server_answer(server, &no);
    return;
  case IMAP_SERVER_APPEND:
  case IMAP_SERVER_COPY:
  case IMAP_SERVER_MOVE:
    if (refuses)
      imap_server_answer(server, &no);
    else
      answer_uids(server, action);
    return;
  case IMAP_SERVER_READ:
    if (refuses && action->uid % 2)
      imap_server_answer(server, &no);
    else
      imap_server_answer_message(server, world->messages[action->uid % MESSAGES]);
    return;
  case IMAP_SERVER_CHANGE:
  case IMAP_SERVER_STORE:
  case IMAP_SERVER_REMOVE: imap_server_answer(server, refuses && action->uid % 2 ? &no : &yes); return;
  case IMAP_SERVER_DECIDE_CONNECT: imap_server_answer(server, &yes); return;
  case IMAP_SERVER_WAIT:
  case IMAP_SERVER_REPLY:
  case IMAP_SERVER_START_TLS:
  case IMAP_SERVER_CLOSE: return;
  }
}

/* All that is to be done now, into the log. False once TLS would start: what follows is another matter. */
static bool act(struct imap_server *server, struct world *world, struct buf *log) {
  struct imap_server_action action;
  while (imap_server_next(server, &action) != IMAP_SERVER_WAIT) {
    if (action.kind != IMAP_SERVER_REPLY)
      buf_format(log, "<%d %u %u>", (int)action.kind, action.uid, action.flags);
    if (action.kind == IMAP_SERVER_REPLY) {
      buf_add(log, action.bytes);
      read_reply(world, action.bytes);
    }
    if (action.kind == IMAP_SERVER_START_TLS) return false;
    answer(server, &action, world);
  }
  return true;
}

/* piece: octets given at a time; 0: all. */
static void run(struct span input, struct world *world, size_t piece, struct buf *log) {
  unsigned rules = world->rules;
  struct imap_server_config config = {.host_name = SPAN("h"),
                                      .offer_rev2 = !(rules & 2),
                                      .offer_sasl_plain = rules & 4,
                                      .offer_starttls = rules & 8,
                                      .auth_needs_tls = rules & 16,
                                      .append_max = 6000,
                                      .errors_max = rules & 64 ? 3 : 1000};
  struct imap_server *server = imap_server_new(&config);
  world->known = 0;
  world->events = rules & 32;
  bool goes_on = act(server, world, log);
  while (input.len > 0 && goes_on) {
    struct span now = span_first(input, piece ? piece : input.len);
    size_t taken = imap_server_feed(server, now);
    CHECK(taken > 0 && taken <= now.len); /* nothing was left to do */
    input = span_skip(input, taken);
    goes_on = act(server, world, log);
  }
  if (goes_on) imap_server_gone(server);
  if (goes_on) act(server, world, log);
  imap_server_free(server);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct world world;
  for (size_t i = 0; i < MESSAGES && !world.messages[i]; i++)
    world.messages[i] = message_from_bytes(span_from(texts[i]));
  if (size < 2 || size > 16384) return 0;
  struct span input = span_of((const char *)data + 2, size - 2);
  static const size_t pieces[] = {0, 1, 3};
  struct buf logs[4] = {0};
  world.rules = data[0];
  for (size_t i = 0; i < 4; i++) run(input, &world, i < 3 ? pieces[i] : data[1] % 64 + 2U, &logs[i]);
  for (size_t i = 1; i < 4; i++) CHECK(span_equal(buf_span(&logs[0]), buf_span(&logs[i])));
  for (size_t i = 0; i < 4; i++) buf_free(&logs[i]);
  return 0;
}
