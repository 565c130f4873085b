/* imap_server_probe: our IMAP server behind a real socket on the loopback, for real clients in the tests.
 *
 *     imap_server_probe FILE.eml…
 *
 * Prints "port N" and serves one connection after another until its standard input ends. One user, jack,
 * password secret; INBOX holds the files' messages, and what is appended and removed, as long as the program
 * runs.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "proto/imap_server.h"

enum { MESSAGES_MAX = 512, PIECE_MAX = 512, UID_VALIDITY = 1087575775 };

struct inbox {
  struct message *messages[MESSAGES_MAX];
  struct imap_entry entries[MESSAGES_MAX];
  uint32_t count, uid_next;
};

/* Takes the message. */
static const struct imap_entry *add(struct inbox *inbox, struct message *message, uint32_t flags,
                                    int64_t date_us) {
  uint32_t n = inbox->count++;
  inbox->messages[n] = message;
  inbox->entries[n] = (struct imap_entry){inbox->uid_next++, flags, message_size(message), date_us};
  return &inbox->entries[n];
}

static bool read_message(const char *path, struct inbox *inbox) {
  struct buf bytes = {0};
  FILE *file = fopen(path, "rb");
  if (!file || inbox->count == MESSAGES_MAX) return false;
  char piece[4096];
  size_t len;
  while ((len = fread(piece, 1, sizeof piece, file)) > 0) buf_add(&bytes, span_of(piece, len));
  fclose(file);
  add(inbox, message_from_bytes(buf_span(&bytes)), 0, (int64_t)UID_VALIDITY * 1000000);
  buf_free(&bytes);
  return true;
}

static uint32_t place_of(const struct inbox *inbox, uint32_t uid) {
  uint32_t n = 0;
  while (n < inbox->count && inbox->entries[n].uid != uid) n++;
  return n;
}

static void remove_message(struct inbox *inbox, uint32_t uid) {
  uint32_t at = place_of(inbox, uid);
  if (at == inbox->count) return;
  message_release(inbox->messages[at]);
  inbox->count--;
  for (uint32_t n = at; n < inbox->count; n++) {
    inbox->messages[n] = inbox->messages[n + 1];
    inbox->entries[n] = inbox->entries[n + 1];
  }
}

/* ---- One session ---- */

struct session {
  int socket;
  struct imap_server *server;
  struct inbox *inbox;
  bool over;
};

static void send_all(struct session *session, struct span bytes) {
  while (bytes.len > 0) {
    ssize_t sent = send(session->socket, bytes.data, bytes.len, MSG_NOSIGNAL);
    if (sent <= 0) {
      imap_server_gone(session->server);
      return;
    }
    bytes = span_skip(bytes, (size_t)sent);
  }
}

static void answer_status(struct session *session) {
  const struct inbox *inbox = session->inbox;
  struct imap_status status = {
      .messages = inbox->count, .uid_validity = UID_VALIDITY, .uid_next = inbox->uid_next};
  for (uint32_t n = 0; n < inbox->count; n++) {
    status.unseen += !(inbox->entries[n].flags & IMAP_SEEN);
    status.size += inbox->entries[n].size;
  }
  imap_server_answer_status(session->server, &status);
}

static void answer_copies(struct session *session, const struct imap_server_action *action) {
  struct inbox *inbox = session->inbox;
  uint32_t uids[MESSAGES_MAX], count = 0;
  if (action->message) {
    const struct imap_entry *entry =
        add(inbox, message_retain(action->message), action->flags, action->has_date ? action->date_us : 0);
    imap_server_arrived(session->server, entry);
    uids[count++] = entry->uid;
  }
  for (uint32_t i = 0; i < action->count && inbox->count < MESSAGES_MAX; i++) {
    uint32_t at = place_of(inbox, action->uids[i]);
    const struct imap_entry *entry =
        add(inbox, message_retain(inbox->messages[at]), inbox->entries[at].flags, inbox->entries[at].date_us);
    imap_server_arrived(session->server, entry);
    uids[count++] = entry->uid;
  }
  imap_server_answer_uids(session->server, UID_VALIDITY, uids, count);
}

static void answer(struct session *session, const struct imap_server_action *action) {
  static const struct imap_answer yes = {.ok = true},
                                  no = {.code = SPAN_INIT("CANNOT"),
                                        .text = SPAN_INIT("There is INBOX and nothing else")};
  static const struct imap_listed listed = {SPAN_INIT("INBOX"), SPAN_INIT("\\HasNoChildren"), true};
  struct imap_server *server = session->server;
  struct inbox *inbox = session->inbox;
  bool is_inbox = action->mailbox.len == 0 || span_equal(action->mailbox, SPAN("INBOX"));
  uint32_t at = place_of(inbox, action->uid);
  bool adds = action->kind == IMAP_SERVER_APPEND || action->kind == IMAP_SERVER_COPY;
  if (action->kind == IMAP_SERVER_DECIDE_LOGIN) {
    imap_server_answer_secret(server, span_equal(action->user, SPAN("jack")) ? SPAN("secret") : SPAN_EMPTY);
  } else if (action->kind == IMAP_SERVER_LIST) {
    imap_server_answer_list(server, &listed, 1);
  } else if (!is_inbox || action->kind == IMAP_SERVER_MOVE || action->kind == IMAP_SERVER_CHANGE ||
             (adds && inbox->count + action->count >= MESSAGES_MAX)) {
    imap_server_answer(server, &no);
  } else if (action->kind == IMAP_SERVER_STATUS) {
    answer_status(session);
  } else if (action->kind == IMAP_SERVER_SELECT) {
    struct imap_mailbox mailbox = {inbox->entries, inbox->count, UID_VALIDITY, inbox->uid_next, 120, false};
    imap_server_answer_mailbox(server, &mailbox);
  } else if (adds) {
    answer_copies(session, action);
  } else if (action->kind == IMAP_SERVER_READ) {
    imap_server_answer_message(server, inbox->messages[at]);
  } else {
    if (action->kind == IMAP_SERVER_STORE) inbox->entries[at].flags = action->flags;
    if (action->kind == IMAP_SERVER_REMOVE) remove_message(inbox, action->uid);
    imap_server_answer(server, &yes);
  }
}

static bool act(struct session *session) {
  struct imap_server_action action;
  enum imap_server_action_kind kind = imap_server_next(session->server, &action);
  if (kind == IMAP_SERVER_WAIT) return false;
  if (kind == IMAP_SERVER_REPLY)
    send_all(session, action.bytes);
  else if (kind == IMAP_SERVER_CLOSE)
    session->over = true;
  else
    answer(session, &action);
  return true;
}

/* Waits for the client; false when the tests are over. */
static bool hear(struct session *session) {
  struct pollfd wanted[] = {{.fd = session->socket, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
  char piece[PIECE_MAX];
  if (poll(wanted, 2, -1) <= 0 || wanted[1].revents) return false;
  ssize_t count = recv(session->socket, piece, sizeof piece, 0);
  if (count <= 0) imap_server_gone(session->server);
  struct span bytes = span_of(piece, count > 0 ? (size_t)count : 0);
  do {
    bytes = span_skip(bytes, imap_server_feed(session->server, bytes));
    while (act(session)) continue;
  } while (bytes.len > 0);
  return true;
}

static void serve(int socket, struct inbox *inbox) {
  static const struct imap_server_config config = {
      .host_name = SPAN_INIT("localhost"), .offer_rev2 = true, .offer_sasl_plain = true};
  struct session session = {.socket = socket, .inbox = inbox};
  session.server = imap_server_new(&config);
  while (act(&session)) continue;
  while (!session.over && hear(&session)) continue;
  imap_server_free(session.server);
}

/* ---- The program ---- */

static int listen_on_loopback(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 5) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &len) != 0) {
    return -1;
  }
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int argument_count, char **arguments) {
  static struct inbox inbox = {.uid_next = 1};
  for (int i = 1; i < argument_count; i++) {
    if (!read_message(arguments[i], &inbox)) {
      fprintf(stderr, "imap_server_probe: cannot read %s\n", arguments[i]);
      return 2;
    }
  }
  int listener = listen_on_loopback();
  if (listener < 0) return 2;
  struct pollfd wanted[] = {{.fd = listener, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (poll(wanted, 2, -1) > 0 && !wanted[1].revents) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) break;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); /* answers come in several pieces */
    serve(client, &inbox);
    close(client);
  }
  close(listener);
  for (uint32_t n = 0; n < inbox.count; n++) message_release(inbox.messages[n]);
  return 0;
}
