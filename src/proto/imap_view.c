/* The selected mailbox as this client knows it (RFC 9051 2.3.1, 5.2, 7.5.1). Others change the mailbox at any
 * time; the client hears of it between commands, or while it idles. */
#include "base/check.h"
#include "base/mem.h"
#include "proto/imap_session.h"

void imap_view_close(struct imap_server *server) {
  mem_free(server->view.messages);
  mem_free(server->view.saved);
  server->view = (struct imap_view){0};
}

static void add(struct imap_view *view, const struct imap_entry *entry) {
  CHECK(entry->uid > 0 && (view->count == 0 || view->messages[view->count - 1].entry.uid < entry->uid));
  view->messages = mem_grow(view->messages, &view->capacity, view->count + 1, sizeof *view->messages);
  view->messages[view->count++] = (struct imap_known){.entry = *entry};
  if (view->uid_next <= entry->uid) view->uid_next = entry->uid + 1;
}

size_t imap_view_find(const struct imap_view *view, uint32_t uid) {
  size_t low = 0, high = view->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (view->messages[middle].entry.uid < uid)
      low = middle + 1;
    else
      high = middle;
  }
  return low < view->count && view->messages[low].entry.uid == uid ? low : view->count;
}

uint32_t imap_shown_flags(const struct imap_server *server, const struct imap_known *known) {
  return known->entry.flags & (server->rev2 ? IMAP_FLAGS_SETTABLE : IMAP_FLAGS_SETTABLE | IMAP_RECENT);
}

/* ---- what is told ---- */

void imap_view_drop(struct imap_server *server, size_t index) {
  struct imap_view *view = &server->view;
  view->count--;
  if (index < view->told) view->told--;
  memmove(&view->messages[index], &view->messages[index + 1], (view->count - index) * sizeof *view->messages);
}

static void tell_removals(struct imap_server *server) {
  struct imap_view *view = &server->view;
  for (size_t i = 0; i < view->count;) {
    if (!view->messages[i].gone) {
      i++;
      continue;
    }
    if (i < view->told) imap_untagged(server, "%zu EXPUNGE", i + 1);
    imap_view_drop(server, i);
  }
}

static void tell_recent(struct imap_server *server) {
  size_t recent = 0;
  for (size_t i = 0; i < server->view.count; i++)
    recent += (server->view.messages[i].entry.flags & IMAP_RECENT) != 0;
  imap_untagged(server, "%zu RECENT", recent);
}

static void tell_flags(struct imap_server *server, size_t index) {
  struct imap_known *known = &server->view.messages[index];
  struct buf *out = imap_out(server);
  known->changed = false;
  buf_format(out, "* %zu FETCH (", index + 1);
  if (server->rev2) buf_format(out, "UID %u ", (unsigned)known->entry.uid);
  buf_add_text(out, "FLAGS ");
  imap_write_flags(imap_shown_flags(server, known), out);
  buf_add_text(out, ")\r\n");
}

void imap_view_tell(struct imap_server *server, bool removals) {
  struct imap_view *view = &server->view;
  if (removals) tell_removals(server);
  if (view->told < view->count) {
    view->told = view->count;
    imap_untagged(server, "%zu EXISTS", view->count);
    if (!server->rev2) tell_recent(server);
  }
  for (size_t i = 0; i < view->told; i++)
    if (view->messages[i].changed && !view->messages[i].gone) tell_flags(server, i);
}

/* ---- what others do ---- */

static void tell_if_idle(struct imap_server *server) {
  if (server->idling) imap_view_tell(server, true);
}

void imap_server_arrived(struct imap_server *server, const struct imap_entry *entry) {
  if (server->state != IMAP_SERVER_SELECTED || server->view.count >= IMAP_MESSAGES_MAX) return;
  add(&server->view, entry);
  tell_if_idle(server);
}

void imap_server_removed(struct imap_server *server, uint32_t uid) {
  struct imap_view *view = &server->view;
  bool is_own = server->decision == IMAP_SERVER_REMOVE && server->asking.uid == uid;
  size_t index = imap_view_find(view, uid);
  if (server->state != IMAP_SERVER_SELECTED || is_own || index == view->count) return;
  view->messages[index].gone = true;
  tell_if_idle(server);
}

void imap_server_flags_changed(struct imap_server *server, uint32_t uid, uint32_t flags) {
  struct imap_view *view = &server->view;
  bool is_own = server->decision == IMAP_SERVER_STORE && server->asking.uid == uid;
  size_t index = imap_view_find(view, uid);
  if (server->state != IMAP_SERVER_SELECTED || is_own || index == view->count) return;
  struct imap_known *known = &view->messages[index];
  flags = (flags & IMAP_FLAGS_SETTABLE) | (known->entry.flags & IMAP_RECENT); /* which is the session's own */
  if (known->entry.flags == flags) return;
  known->entry.flags = flags;
  known->changed = index < view->told;
  tell_if_idle(server);
}

/* ---- SELECT ---- */

static void tell_opened(struct imap_server *server) {
  const struct imap_view *view = &server->view;
  size_t unseen = 0;
  while (unseen < view->count && view->messages[unseen].entry.flags & IMAP_SEEN) unseen++;
  imap_untagged(server, "FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
  imap_untagged(server, "%zu EXISTS", view->count);
  if (!server->rev2) tell_recent(server);
  if (!server->rev2 && unseen < view->count)
    imap_untagged(server, "OK [UNSEEN %zu] The first that has not been seen", unseen + 1);
  imap_untagged(server,
                view->read_only
                    ? "OK [PERMANENTFLAGS ()] None can be changed"
                    : "OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] These are kept");
  imap_untagged(server, "OK [UIDVALIDITY %u] Unique identifiers are good as long as this stays",
                (unsigned)view->uid_validity);
  imap_untagged(server, "OK [UIDNEXT %u] The next unique identifier", (unsigned)view->uid_next);
  if (!server->rev2) return;
  struct buf *out = imap_out(server);
  buf_add_text(out, "* LIST () NIL ");
  imap_write_astring(server->asking.mailbox, out);
  buf_add_text(out, "\r\n");
}

void imap_server_answer_mailbox(struct imap_server *server, const struct imap_mailbox *mailbox) {
  if (server->state == IMAP_SERVER_CLOSED) return;
  CHECK(server->decision == IMAP_SERVER_SELECT && mailbox->uid_validity);
  CHECK(mailbox->count <= IMAP_MESSAGES_MAX);
  server->decision = IMAP_SERVER_WAIT;
  for (uint32_t i = 0; i < mailbox->count; i++) add(&server->view, &mailbox->entries[i]);
  server->view.told = mailbox->count;
  server->view.uid_validity = mailbox->uid_validity;
  if (server->view.uid_next < mailbox->uid_next) server->view.uid_next = mailbox->uid_next;
  server->view.zone_minutes = mailbox->zone_minutes;
  server->view.read_only = mailbox->read_only || server->asking.read_only;
  tell_opened(server);
  bool read_only = server->view.read_only, examined = server->asking.read_only;
  imap_enter(server, IMAP_SERVER_SELECTED);
  imap_finish(server, "OK", read_only ? SPAN("READ-ONLY") : SPAN("READ-WRITE"),
              examined ? SPAN("EXAMINE done") : SPAN("SELECT done"));
}

/* ---- which messages ---- */

/* What the last SEARCH RETURN (SAVE) found. */
static void pick_saved(struct imap_server *server, struct imap_pick *pick) {
  const struct imap_view *view = &server->view;
  size_t count = view->saved_count;
  pick->by_uid = true;
  pick->set = (struct imap_set){arena_alloc(&server->arena, (count + 1) * sizeof *pick->set.ranges), 0};
  for (size_t i = 0; i < count; i++)
    pick->set.ranges[i] = (struct imap_range){view->saved[i], view->saved[i]};
  pick->set.count = count;
}

bool imap_view_pick(struct imap_server *server, struct imap_scan *scan, struct imap_pick *pick_out) {
  const struct imap_view *view = &server->view;
  if (imap_scan_char(scan, '$')) {
    pick_saved(server, pick_out);
    return true;
  }
  pick_out->by_uid = server->uid_variant;
  uint32_t last_uid = view->told ? view->messages[view->told - 1].entry.uid : 0;
  uint32_t largest = server->uid_variant ? last_uid : (uint32_t)view->told;
  if (!imap_scan_set(scan, largest, &pick_out->set)) return false;
  return server->uid_variant || (view->told && imap_set_last(&pick_out->set) <= view->told);
}

bool imap_view_is_picked(const struct imap_view *view, const struct imap_pick *pick, size_t index) {
  return imap_set_has(&pick->set, pick->by_uid ? view->messages[index].entry.uid : (uint32_t)index + 1);
}

bool imap_view_next(struct imap_server *server) {
  const struct imap_view *view = &server->view;
  for (; server->at < view->told; server->at++) {
    if (!imap_view_is_picked(view, &server->pick, server->at)) continue;
    if (!view->messages[server->at].gone) return true;
    server->some_gone = true;
  }
  return false;
}
