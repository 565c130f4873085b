/* STORE, EXPUNGE, CLOSE (RFC 9051 6.4): what changes the selected mailbox. Each message is a decision of its
 * own. */
#include "proto/imap_session.h"

/* "+FLAGS.SILENT" */
static bool read_how(struct imap_server *server, struct imap_scan *scan) {
  struct span name;
  server->store_how = IMAP_STORE_REPLACE;
  if (imap_scan_char(scan, '+'))
    server->store_how = IMAP_STORE_ADD;
  else if (imap_scan_char(scan, '-'))
    server->store_how = IMAP_STORE_REMOVE;
  if (!imap_scan_atom(scan, &name)) return false;
  server->silent = span_equal_nocase(name, SPAN("FLAGS.SILENT"));
  return server->silent || span_equal_nocase(name, SPAN("FLAGS"));
}

bool imap_do_store(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_space(scan) || !imap_view_pick(server, scan, &server->pick) || !imap_scan_space(scan) ||
      !read_how(server, scan) || !imap_scan_space(scan) || !imap_scan_flags(scan, true, &server->flags) ||
      !imap_scan_is_end(scan))
    return false;
  if (server->view.read_only) {
    imap_no(server, "", "This mailbox is open for reading only");
    return true;
  }
  server->task = IMAP_TASK_STORE;
  server->at = 0;
  server->failed = server->some_gone = server->was_stored = false;
  return true;
}

static uint32_t changed(const struct imap_server *server, uint32_t flags) {
  if (server->store_how == IMAP_STORE_ADD) return flags | server->flags;
  if (server->store_how == IMAP_STORE_REMOVE) return flags & ~server->flags;
  return server->flags | (flags & IMAP_RECENT);
}

static void tell_stored(struct imap_server *server, struct imap_known *known) {
  struct buf *out = imap_out(server);
  known->changed = false;
  buf_format(out, "* %zu FETCH (", server->at + 1);
  if (server->uid_variant || server->rev2) buf_format(out, "UID %u ", (unsigned)known->entry.uid);
  buf_add_text(out, "FLAGS ");
  imap_write_flags(imap_shown_flags(server, known), out);
  buf_add_text(out, ")\r\n");
}

void imap_stored(struct imap_server *server, bool ok) {
  size_t index = imap_view_find(&server->view, server->asking.uid);
  if (ok && index < server->view.count) {
    struct imap_known *known = &server->view.messages[index];
    known->entry.flags = server->wanted_flags;
  }
  if (!ok && server->task == IMAP_TASK_STORE) server->failed = true;
  server->was_stored = true;
}

void imap_step_store(struct imap_server *server) {
  if (!server->was_stored && !imap_view_next(server)) {
    if (server->failed)
      imap_no(server, "", "Some flags could not be changed");
    else if (server->some_gone)
      imap_no(server, "EXPUNGEISSUED", "Some of the messages have been removed");
    else
      imap_ok(server, "STORE done");
    return;
  }
  struct imap_known *known = &server->view.messages[server->at];
  uint32_t wanted = changed(server, known->entry.flags);
  if (!server->was_stored && wanted != known->entry.flags) {
    server->wanted_flags = wanted;
    server->asking =
        (struct imap_server_action){.uid = known->entry.uid, .flags = wanted & IMAP_FLAGS_SETTABLE};
    imap_ask(server, IMAP_SERVER_STORE);
    return;
  }
  if (!server->silent) tell_stored(server, known);
  server->was_stored = false;
  server->at++;
}

/* ---- EXPUNGE and CLOSE ---- */

static void begin_expunge(struct imap_server *server, bool is_close) {
  server->task = IMAP_TASK_EXPUNGE;
  server->is_close = is_close;
  server->at = 0;
  server->failed = false;
}

/* UID EXPUNGE takes a set (RFC 4315 2.1). */
bool imap_do_expunge(struct imap_server *server, struct imap_scan *scan) {
  if (server->uid_variant && (!imap_scan_space(scan) || !imap_view_pick(server, scan, &server->pick)))
    return false;
  if (!imap_scan_is_end(scan)) return false;
  if (server->view.read_only)
    imap_no(server, "", "This mailbox is open for reading only");
  else
    begin_expunge(server, false);
  return true;
}

static void leave(struct imap_server *server, const char *text) {
  imap_view_close(server);
  imap_enter(server, IMAP_SERVER_AUTHENTICATED);
  imap_ok(server, text);
}

/* Removes what is marked, without a word of it; a mailbox open for reading is only left (RFC 9051 6.4.1). */
bool imap_do_close(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  if (server->view.read_only)
    leave(server, "CLOSE done");
  else
    begin_expunge(server, true);
  return true;
}

bool imap_do_unselect(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  leave(server, "UNSELECT done");
  return true;
}

static bool is_to_go(const struct imap_server *server, size_t index) {
  const struct imap_known *known = &server->view.messages[index];
  if (known->gone || !(known->entry.flags & IMAP_DELETED)) return false;
  return !server->uid_variant || imap_view_is_picked(&server->view, &server->pick, index);
}

void imap_removed(struct imap_server *server, const struct imap_answer *answer) {
  if (answer->ok) {
    if (!server->is_close) imap_untagged(server, "%zu EXPUNGE", server->at + 1);
    imap_view_drop(server, server->at);
    return;
  }
  server->failed = true;
  server->at = server->view.told; /* the others would fare no better */
  if (server->is_close) return;
  imap_finish(server, "NO", answer->code,
              answer->text.len ? answer->text : SPAN("The messages cannot be removed now"));
}

void imap_step_expunge(struct imap_server *server) {
  while (server->at < server->view.told && !is_to_go(server, server->at)) server->at++;
  if (server->at < server->view.told) {
    server->asking = (struct imap_server_action){.uid = server->view.messages[server->at].entry.uid};
    imap_ask(server, IMAP_SERVER_REMOVE);
  } else if (server->is_close) {
    leave(server, "CLOSE done");
  } else {
    imap_ok(server, "EXPUNGE done");
  }
}
