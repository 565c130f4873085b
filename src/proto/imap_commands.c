/* The commands (RFC 9051 6; RFC 3501 6 for CHECK and LSUB): in which states each may come, whether UID may
 * stand before it, what it does. */
#include "proto/imap_session.h"

#define IN(state)   (1U << IMAP_SERVER_##state)
#define ANY         (IN(NOT_AUTHENTICATED) | IN(AUTHENTICATED) | IN(SELECTED))
#define AFTER_LOGIN (IN(AUTHENTICATED) | IN(SELECTED))

struct command {
  struct span verb;
  unsigned states;
  bool has_uid;
  imap_run *run;
};

static bool do_capability(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  struct buf *out = imap_out(server);
  buf_add_text(out, "* ");
  imap_write_capabilities(server, out);
  buf_add_text(out, "\r\n");
  imap_ok(server, "CAPABILITY done");
  return true;
}

static bool do_noop(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  imap_ok(server, "Still here");
  return true;
}

static bool do_logout(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  imap_view_close(server);
  if (server->state == IMAP_SERVER_SELECTED) imap_enter(server, IMAP_SERVER_AUTHENTICATED);
  imap_bye(server, SPAN("Goodbye"));
  imap_ok(server, "Logged out");
  imap_enter(server, IMAP_SERVER_CLOSED);
  return true;
}

/* Only what can be switched on is told (RFC 5161 3.1). */
static bool do_enable(struct imap_server *server, struct imap_scan *scan) {
  struct span name;
  bool rev2 = false;
  do
    if (!imap_scan_space(scan) || !imap_scan_atom(scan, &name))
      return false;
    else
      rev2 = rev2 || span_equal_nocase(name, SPAN("IMAP4rev2"));
  while (!imap_scan_is_end(scan));
  rev2 = rev2 && server->config->offer_rev2;
  imap_untagged(server, rev2 && !server->rev2 ? "ENABLED IMAP4rev2" : "ENABLED");
  server->rev2 = server->rev2 || rev2;
  imap_ok(server, "ENABLE done");
  return true;
}

/* Mailboxes have one kind of name, and no levels (RFC 9051 6.3.10). */
static bool do_namespace(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  imap_untagged(server, "NAMESPACE ((\"\" NIL)) NIL NIL");
  imap_ok(server, "NAMESPACE done");
  return true;
}

/* RFC 9051 6.3.13, RFC 2177. */
static bool do_idle(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  buf_add_text(imap_out(server), "+ Idling\r\n");
  server->idling = true;
  if (server->state == IMAP_SERVER_SELECTED) imap_view_tell(server, true);
  return true;
}

/* The tag stands in what was said first, which is still kept. */
void imap_end_idle(struct imap_server *server, struct span line) {
  struct imap_scan scan = {buf_span(&server->command), &server->arena};
  server->idling = false;
  imap_begin_command(server, &scan);
  if (span_equal_nocase(line, SPAN("DONE")))
    imap_ok(server, "IDLE done");
  else
    imap_bad(server, "Nothing but DONE is heard while idling");
}

/* ---- The table ---- */

static const struct command commands[] = {
    {SPAN_INIT("CAPABILITY"), ANY, false, do_capability},
    {SPAN_INIT("NOOP"), ANY, false, do_noop},
    {SPAN_INIT("LOGOUT"), ANY, false, do_logout},
    {SPAN_INIT("STARTTLS"), IN(NOT_AUTHENTICATED), false, imap_do_starttls},
    {SPAN_INIT("AUTHENTICATE"), IN(NOT_AUTHENTICATED), false, imap_do_authenticate},
    {SPAN_INIT("LOGIN"), IN(NOT_AUTHENTICATED), false, imap_do_login},
    {SPAN_INIT("ENABLE"), IN(AUTHENTICATED), false, do_enable},
    {SPAN_INIT("SELECT"), AFTER_LOGIN, false, imap_do_select},
    {SPAN_INIT("EXAMINE"), AFTER_LOGIN, false, imap_do_select},
    {SPAN_INIT("NAMESPACE"), AFTER_LOGIN, false, do_namespace},
    {SPAN_INIT("LIST"), AFTER_LOGIN, false, imap_do_list},
    {SPAN_INIT("LSUB"), AFTER_LOGIN, false, imap_do_lsub},
    {SPAN_INIT("STATUS"), AFTER_LOGIN, false, imap_do_status},
    {SPAN_INIT("CREATE"), AFTER_LOGIN, false, imap_do_create},
    {SPAN_INIT("DELETE"), AFTER_LOGIN, false, imap_do_delete},
    {SPAN_INIT("RENAME"), AFTER_LOGIN, false, imap_do_rename},
    {SPAN_INIT("SUBSCRIBE"), AFTER_LOGIN, false, imap_do_subscribe},
    {SPAN_INIT("UNSUBSCRIBE"), AFTER_LOGIN, false, imap_do_unsubscribe},
    {SPAN_INIT("APPEND"), AFTER_LOGIN, false, imap_do_append},
    {SPAN_INIT("IDLE"), AFTER_LOGIN, false, do_idle},
    {SPAN_INIT("CHECK"), IN(SELECTED), false, do_noop},
    {SPAN_INIT("CLOSE"), IN(SELECTED), false, imap_do_close},
    {SPAN_INIT("UNSELECT"), IN(SELECTED), false, imap_do_unselect},
    {SPAN_INIT("EXPUNGE"), IN(SELECTED), true, imap_do_expunge},
    {SPAN_INIT("SEARCH"), IN(SELECTED), true, imap_do_search},
    {SPAN_INIT("FETCH"), IN(SELECTED), true, imap_do_fetch},
    {SPAN_INIT("STORE"), IN(SELECTED), true, imap_do_store},
    {SPAN_INIT("COPY"), IN(SELECTED), true, imap_do_copy},
    {SPAN_INIT("MOVE"), IN(SELECTED), true, imap_do_move},
};

bool imap_begin_command(struct imap_server *server, struct imap_scan *scan) {
  struct span tag, verb;
  server->tag = server->verb = SPAN_EMPTY;
  server->uid_variant = false;
  if (!imap_scan_tag(scan, &tag)) return false;
  server->tag = tag;
  if (!imap_scan_space(scan) || !imap_scan_atom(scan, &verb)) return false;
  if (span_equal_nocase(verb, SPAN("UID"))) {
    if (!imap_scan_space(scan) || !imap_scan_atom(scan, &verb)) return false;
    server->uid_variant = true;
  }
  server->verb = verb;
  return true;
}

static const struct command *command_named(const struct imap_server *server) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (span_equal_nocase(server->verb, commands[i].verb))
      return server->uid_variant && !commands[i].has_uid ? NULL : &commands[i];
  return NULL;
}

static const char *why_not_now(const struct imap_server *server, const struct command *command) {
  if (server->state == IMAP_SERVER_NOT_AUTHENTICATED) return "That comes after logging in";
  if (command->states & IN(NOT_AUTHENTICATED)) return "That comes before logging in";
  if (server->state == IMAP_SERVER_AUTHENTICATED) return "No mailbox is selected";
  return "That comes while no mailbox is selected";
}

/* The command, if it may come now; else it has been answered. */
static const struct command *take_verb(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_begin_command(server, scan)) {
    imap_bad(server, "A command begins with a tag and a word");
    return NULL;
  }
  const struct command *command = command_named(server);
  if (!command)
    imap_bad(server, "No such command");
  else if (!(command->states & 1U << server->state))
    imap_bad(server, why_not_now(server, command));
  else
    return command;
  return NULL;
}

bool imap_may_go_on(struct imap_server *server, bool is_append_sized) {
  struct imap_scan scan = {buf_span(&server->command), &server->arena};
  const struct command *command = take_verb(server, &scan);
  if (!command) return false;
  if (!is_append_sized || command->run == imap_do_append) return true;
  imap_finish(server, "BAD", SPAN("TOOBIG"), SPAN("That is too long for this command"));
  imap_mistake(server);
  return false;
}

void imap_take_command(struct imap_server *server) {
  struct imap_scan scan = {buf_span(&server->command), &server->arena};
  const struct command *command = take_verb(server, &scan);
  if (command && !command->run(server, &scan)) imap_bad(server, "Bad arguments");
}
