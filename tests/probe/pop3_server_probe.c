/* pop3_server_probe: our POP3 server behind a real socket on the loopback, for real clients in the tests.
 *
 *     pop3_server_probe FILE.eml…
 *
 * Prints "port N" and serves one connection after another until its standard input ends. One user, jack,
 * password secret; the maildrop holds the files' messages, and loses what is deleted.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "proto/pop3_server.h"

enum { MESSAGES_MAX = 256, PIECE_MAX = 512 };

struct maildrop {
  struct arena arena;
  struct message *messages[MESSAGES_MAX];
  struct pop3_maildrop_entry entries[MESSAGES_MAX];
  uint32_t count;
};

static bool read_message(const char *path, struct maildrop *maildrop) {
  struct buf bytes = {0};
  FILE *file = fopen(path, "rb");
  if (!file || maildrop->count == MESSAGES_MAX) return false;
  char piece[4096];
  size_t len;
  while ((len = fread(piece, 1, sizeof piece, file)) > 0) buf_add(&bytes, span_of(piece, len));
  fclose(file);
  uint32_t n = maildrop->count++;
  maildrop->messages[n] = message_from_bytes(buf_span(&bytes));
  maildrop->entries[n] = (struct pop3_maildrop_entry){message_size(maildrop->messages[n]),
                                                      arena_format(&maildrop->arena, "uid-%u", n + 1)};
  buf_free(&bytes);
  return true;
}

static void remove_deleted(struct maildrop *maildrop, const struct pop3_server *server) {
  uint32_t left = 0;
  for (uint32_t n = 0; n < maildrop->count; n++) {
    if (pop3_server_is_deleted(server, n + 1)) {
      message_release(maildrop->messages[n]);
      continue;
    }
    maildrop->messages[left] = maildrop->messages[n];
    maildrop->entries[left++] = maildrop->entries[n];
  }
  maildrop->count = left;
}

/* ---- One session ---- */

struct session {
  int socket;
  struct pop3_server *server;
  struct maildrop *maildrop;
  struct pop3_maildrop opened;
  bool over;
};

static void send_all(struct session *session, struct span bytes) {
  while (bytes.len > 0) {
    ssize_t sent = send(session->socket, bytes.data, bytes.len, MSG_NOSIGNAL);
    if (sent <= 0) {
      pop3_server_gone(session->server);
      return;
    }
    bytes = span_skip(bytes, (size_t)sent);
  }
}

static void answer(struct session *session, const struct pop3_server_action *action) {
  struct pop3_server *server = session->server;
  struct pop3_answer yes = {.ok = true};
  bool is_jack = span_equal(action->user, SPAN("jack"));
  if (action->kind == POP3_SERVER_DECIDE_LOGIN || action->kind == POP3_SERVER_DECIDE_APOP) {
    pop3_server_answer_secret(server, is_jack ? SPAN("secret") : SPAN_EMPTY);
  } else if (action->kind == POP3_SERVER_OPEN_MAILDROP) {
    session->opened = (struct pop3_maildrop){session->maildrop->entries, session->maildrop->count};
    pop3_server_answer_maildrop(server, &session->opened);
  } else if (action->kind == POP3_SERVER_FETCH) {
    pop3_server_answer_message(server, session->maildrop->messages[action->number - 1]);
  } else {
    if (action->kind == POP3_SERVER_UPDATE) remove_deleted(session->maildrop, server);
    pop3_server_answer(server, &yes);
  }
}

static bool act(struct session *session) {
  struct pop3_server_action action;
  struct buf wire = {0};
  enum pop3_server_action_kind kind = pop3_server_next(session->server, &action);
  if (kind == POP3_SERVER_WAIT) return false;
  if (kind == POP3_SERVER_REPLY) {
    send_all(session, action.bytes);
  } else if (kind == POP3_SERVER_SEND_MESSAGE) {
    message_write_wire(action.message, &wire);
    send_all(session, buf_span(&wire));
    buf_free(&wire);
  } else if (kind == POP3_SERVER_CLOSE) {
    session->over = true;
  } else {
    answer(session, &action);
  }
  return true;
}

/* Waits for the client; false when the tests are over. */
static bool hear(struct session *session) {
  struct pollfd wanted[] = {{.fd = session->socket, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
  char piece[PIECE_MAX];
  if (poll(wanted, 2, -1) <= 0 || wanted[1].revents) return false;
  ssize_t count = recv(session->socket, piece, sizeof piece, 0);
  if (count <= 0) pop3_server_gone(session->server);
  struct span bytes = span_of(piece, count > 0 ? (size_t)count : 0);
  do {
    bytes = span_skip(bytes, pop3_server_feed(session->server, bytes));
    while (act(session)) continue;
  } while (bytes.len > 0);
  return true;
}

static void serve(int socket, struct maildrop *maildrop) {
  static const struct pop3_server_config config = {.host_name = SPAN_INIT("localhost"),
                                                   .implementation = SPAN_INIT("waystation-probe"),
                                                   .offer_capa = true,
                                                   .offer_user = true,
                                                   .offer_top = true,
                                                   .offer_uidl = true,
                                                   .offer_pipelining = true,
                                                   .offer_resp_codes = true,
                                                   .offer_sasl_plain = true,
                                                   .offer_expire = true,
                                                   .expire_days = POP3_EXPIRE_NEVER};
  struct session session = {.socket = socket, .maildrop = maildrop};
  session.server = pop3_server_new(&config, SPAN("<1896.697170952@localhost>"));
  while (act(&session)) continue;
  while (!session.over && hear(&session)) continue;
  pop3_server_free(session.server);
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
  struct maildrop maildrop = {0};
  for (int i = 1; i < argument_count; i++) {
    if (!read_message(arguments[i], &maildrop)) {
      fprintf(stderr, "pop3_server_probe: cannot read %s\n", arguments[i]);
      return 2;
    }
  }
  int listener = listen_on_loopback();
  if (listener < 0) return 2;
  struct pollfd wanted[] = {{.fd = listener, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (poll(wanted, 2, -1) > 0 && !wanted[1].revents) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) break;
    serve(client, &maildrop);
    close(client);
  }
  close(listener);
  for (uint32_t n = 0; n < maildrop.count; n++) message_release(maildrop.messages[n]);
  arena_free(&maildrop.arena);
  return 0;
}
