/* Mailboxes as wholes (RFC 9051 6.3): which there are is the caller's to say; the patterns and lists of words
 * are read here. */
#include "base/check.h"
#include "proto/imap_lists.h"

static bool take_mailbox(struct imap_scan *scan, struct span *name_out) {
  return imap_scan_space(scan) && imap_scan_mailbox(scan, name_out);
}

/* The mailbox that was selected is closed, whatever comes of it, and nothing is removed (RFC 9051 6.3.2). */
bool imap_do_select(struct imap_server *server, struct imap_scan *scan) {
  struct span mailbox;
  if (!take_mailbox(scan, &mailbox) || !imap_scan_is_end(scan)) return false;
  if (server->state == IMAP_SERVER_SELECTED) {
    if (server->rev2) imap_untagged(server, "OK [CLOSED] The mailbox before is closed");
    imap_view_close(server);
    imap_enter(server, IMAP_SERVER_AUTHENTICATED);
  }
  server->asking = (struct imap_server_action){.mailbox = mailbox,
                                               .read_only = span_equal_nocase(server->verb, SPAN("EXAMINE"))};
  imap_ask(server, IMAP_SERVER_SELECT);
  return true;
}

static bool change(struct imap_server *server, struct imap_scan *scan, enum imap_change what) {
  struct span mailbox, other = SPAN_EMPTY;
  if (!take_mailbox(scan, &mailbox) || (what == IMAP_RENAME && !take_mailbox(scan, &other)) ||
      !imap_scan_is_end(scan))
    return false;
  server->asking = (struct imap_server_action){.mailbox = mailbox, .other = other, .change = what};
  imap_ask(server, IMAP_SERVER_CHANGE);
  return true;
}

bool imap_do_create(struct imap_server *server, struct imap_scan *scan) {
  return change(server, scan, IMAP_CREATE);
}
bool imap_do_delete(struct imap_server *server, struct imap_scan *scan) {
  return change(server, scan, IMAP_DELETE);
}
bool imap_do_rename(struct imap_server *server, struct imap_scan *scan) {
  return change(server, scan, IMAP_RENAME);
}
bool imap_do_subscribe(struct imap_server *server, struct imap_scan *scan) {
  return change(server, scan, IMAP_SUBSCRIBE);
}
bool imap_do_unsubscribe(struct imap_server *server, struct imap_scan *scan) {
  return change(server, scan, IMAP_UNSUBSCRIBE);
}

/* ---- APPEND, COPY, MOVE ---- */

/* The message is a literal, or one of the kind that may hold any octet, "~{n}" (RFC 9051 4.3.1, 6.3.12). */
static bool take_message(struct imap_scan *scan, struct span *text_out) {
  imap_scan_char(scan, '~');
  return imap_scan_at(scan, '{') && imap_scan_literal(scan, text_out);
}

bool imap_do_append(struct imap_server *server, struct imap_scan *scan) {
  struct imap_server_action *asking = &server->asking;
  struct span text;
  *asking = (struct imap_server_action){.other = SPAN_EMPTY};
  if (!take_mailbox(scan, &asking->mailbox) || !imap_scan_space(scan)) return false;
  if (imap_scan_at(scan, '(') && (!imap_scan_flags(scan, false, &asking->flags) || !imap_scan_space(scan)))
    return false;
  if (imap_scan_at(scan, '"')) {
    asking->has_date = true;
    if (!imap_scan_date_time(scan, &asking->date_us) || !imap_scan_space(scan)) return false;
  }
  if (!take_message(scan, &text) || !imap_scan_is_end(scan)) return false;
  if (text.len == 0) {
    imap_no(server, "", "There is no message of no octets");
    return true;
  }
  asking->message = message_from_bytes(text);
  imap_ask(server, IMAP_SERVER_APPEND);
  return true;
}

static bool copy(struct imap_server *server, struct imap_scan *scan, enum imap_server_action_kind kind) {
  struct span mailbox;
  const struct imap_view *view = &server->view;
  if (!imap_scan_space(scan) || !imap_view_pick(server, scan, &server->pick) ||
      !take_mailbox(scan, &mailbox) || !imap_scan_is_end(scan))
    return false;
  if (kind == IMAP_SERVER_MOVE && view->read_only) {
    imap_no(server, "", "This mailbox is open for reading only");
    return true;
  }
  uint32_t *uids = arena_alloc(&server->arena, (view->told + 1) * sizeof *uids), count = 0;
  server->some_gone = false;
  for (server->at = 0; imap_view_next(server); server->at++)
    uids[count++] = view->messages[server->at].entry.uid;
  if (server->some_gone) {
    imap_no(server, "EXPUNGEISSUED", "Some of the messages have been removed");
  } else if (count == 0) {
    imap_ok(server, "There are none");
  } else {
    server->asking = (struct imap_server_action){.mailbox = mailbox, .uids = uids, .count = count};
    imap_ask(server, kind);
  }
  return true;
}

bool imap_do_copy(struct imap_server *server, struct imap_scan *scan) {
  return copy(server, scan, IMAP_SERVER_COPY);
}
bool imap_do_move(struct imap_server *server, struct imap_scan *scan) {
  return copy(server, scan, IMAP_SERVER_MOVE);
}

/* ---- STATUS ---- */

static const struct {
  struct span name;
  uint32_t item;
} status_names[] = {
    {SPAN_INIT("MESSAGES"), IMAP_STATUS_MESSAGES}, {SPAN_INIT("RECENT"), IMAP_STATUS_RECENT},
    {SPAN_INIT("UIDNEXT"), IMAP_STATUS_UIDNEXT},   {SPAN_INIT("UIDVALIDITY"), IMAP_STATUS_UIDVALIDITY},
    {SPAN_INIT("UNSEEN"), IMAP_STATUS_UNSEEN},     {SPAN_INIT("DELETED"), IMAP_STATUS_DELETED},
    {SPAN_INIT("SIZE"), IMAP_STATUS_SIZE},
};
enum { STATUS_NAMES = sizeof status_names / sizeof *status_names };

static bool take_status_item(struct imap_scan *scan, uint32_t *items) {
  for (size_t i = 0; i < STATUS_NAMES; i++) {
    if (!imap_scan_word(scan, status_names[i].name)) continue;
    *items |= status_names[i].item;
    return true;
  }
  return false;
}

bool imap_scan_status_items(struct imap_scan *scan, uint32_t *items_out) {
  *items_out = 0;
  if (!imap_scan_char(scan, '(')) return false;
  do
    if (!take_status_item(scan, items_out)) return false;
  while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

bool imap_do_status(struct imap_server *server, struct imap_scan *scan) {
  struct span mailbox;
  struct imap_lists *lists = arena_zalloc(&server->arena, sizeof *lists);
  if (!take_mailbox(scan, &mailbox) || !imap_scan_space(scan) ||
      !imap_scan_status_items(scan, &lists->status_items) || !imap_scan_is_end(scan))
    return false;
  server->lists = lists;
  server->asking = (struct imap_server_action){.mailbox = mailbox};
  imap_ask(server, IMAP_SERVER_STATUS);
  return true;
}

static uint64_t status_value(const struct imap_status *status, uint32_t item) {
  switch (item) {
  case IMAP_STATUS_MESSAGES: return status->messages;
  case IMAP_STATUS_RECENT: return status->recent;
  case IMAP_STATUS_UIDNEXT: return status->uid_next;
  case IMAP_STATUS_UIDVALIDITY: return status->uid_validity;
  case IMAP_STATUS_UNSEEN: return status->unseen;
  case IMAP_STATUS_DELETED: return status->deleted;
  default: return status->size;
  }
}

void imap_write_status(struct imap_server *server, const struct imap_status *status) {
  struct buf *out = imap_out(server);
  bool any = false;
  buf_add_text(out, "* STATUS ");
  imap_write_astring(server->asking.mailbox, out);
  buf_add_text(out, " (");
  for (size_t i = 0; i < STATUS_NAMES; i++) {
    if (!(server->lists->status_items & status_names[i].item)) continue;
    if (any) buf_add_char(out, ' ');
    buf_add(out, status_names[i].name);
    buf_add_char(out, ' ');
    buf_add_u64(out, status_value(status, status_names[i].item));
    any = true;
  }
  buf_add_text(out, ")\r\n");
}
