/* FETCH (RFC 9051 6.4.5): what is asked for, and message by message what has to be known for it. */
#include "base/mem.h"
#include "proto/imap_session.h"

/* ---- BODY[1.2.HEADER.FIELDS (From To)]<0.100> ---- */

/* Letters, digits and dots: "RFC822.SIZE", "HEADER.FIELDS.NOT". */
static struct span take_name(struct imap_scan *scan) {
  size_t len = 0;
  while (len < scan->rest.len && (ascii_is_alnum(scan->rest.data[len]) || scan->rest.data[len] == '.')) len++;
  struct span name = span_first(scan->rest, len);
  scan->rest = span_skip(scan->rest, len);
  return name;
}

static bool take_names(struct imap_scan *scan, struct imap_item *item) {
  size_t room = 1;
  if (!imap_scan_space(scan) || !imap_scan_char(scan, '(')) return false;
  for (size_t i = 0; i < scan->rest.len; i++) room += scan->rest.data[i] == ' ';
  item->names = arena_alloc(scan->arena, room * sizeof *item->names);
  do {
    if (item->name_count == room || !imap_scan_astring(scan, &item->names[item->name_count++])) return false;
  } while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

static bool take_section_text(struct imap_scan *scan, struct imap_item *item) {
  struct span name = take_name(scan);
  static const struct {
    struct span name;
    enum imap_section section;
  } names[] = {{SPAN_INIT("HEADER"), IMAP_SECTION_HEADER},
               {SPAN_INIT("HEADER.FIELDS"), IMAP_SECTION_FIELDS},
               {SPAN_INIT("HEADER.FIELDS.NOT"), IMAP_SECTION_FIELDS_NOT},
               {SPAN_INIT("TEXT"), IMAP_SECTION_TEXT},
               {SPAN_INIT("MIME"), IMAP_SECTION_MIME}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!span_equal_nocase(name, names[i].name)) continue;
    item->section = names[i].section;
    if (item->section == IMAP_SECTION_MIME) return item->number_count > 0;
    bool has_names = item->section == IMAP_SECTION_FIELDS || item->section == IMAP_SECTION_FIELDS_NOT;
    return !has_names || take_names(scan, item);
  }
  return false;
}

static bool take_section(struct imap_scan *scan, struct imap_item *item, bool numbers_only) {
  size_t room = 1;
  for (size_t i = 0; i < scan->rest.len && scan->rest.data[i] != ']'; i++) room += scan->rest.data[i] == '.';
  item->numbers = arena_alloc(scan->arena, room * sizeof *item->numbers);
  if (!imap_scan_char(scan, '[')) return false;
  if (imap_scan_char(scan, ']')) return true;
  while (scan->rest.len && ascii_is_digit(scan->rest.data[0])) {
    uint32_t *number = &item->numbers[item->number_count++];
    if (item->number_count > room || !imap_scan_number(scan, number) || *number == 0) return false;
    if (imap_scan_char(scan, ']')) return true;
    if (!imap_scan_char(scan, '.')) return false;
  }
  return !numbers_only && take_section_text(scan, item) && imap_scan_char(scan, ']');
}

/* "<0.100>": of so many octets from there on. */
static bool take_partial(struct imap_scan *scan, struct imap_item *item) {
  if (!imap_scan_char(scan, '<')) return true;
  item->is_partial = true;
  return imap_scan_number(scan, &item->offset) && imap_scan_char(scan, '.') &&
         imap_scan_number(scan, &item->length) && item->length > 0 && imap_scan_char(scan, '>');
}

/* ---- items ---- */

static struct imap_item *add_item(struct imap_server *server, struct imap_fetch *fetch,
                                  enum imap_item_kind kind) {
  if (fetch->count == fetch->capacity) {
    size_t capacity = fetch->capacity ? fetch->capacity * 2 : 8;
    struct imap_item *items = arena_alloc(&server->arena, capacity * sizeof *items);
    if (fetch->count) memcpy(items, fetch->items, fetch->count * sizeof *items);
    fetch->items = items;
    fetch->capacity = capacity;
  }
  fetch->items[fetch->count] = (struct imap_item){.kind = kind};
  if (kind == IMAP_ITEM_FLAGS) fetch->has_flags = true;
  if (kind >= IMAP_ITEM_ENVELOPE) fetch->needs_text = true;
  return &fetch->items[fetch->count++];
}

static const struct named_item {
  struct span name;
  enum imap_item_kind kind;
  bool sets_seen;
} named_items[] = {
    {SPAN_INIT("FLAGS"), IMAP_ITEM_FLAGS, false},
    {SPAN_INIT("UID"), IMAP_ITEM_UID, false},
    {SPAN_INIT("INTERNALDATE"), IMAP_ITEM_INTERNALDATE, false},
    {SPAN_INIT("RFC822.SIZE"), IMAP_ITEM_SIZE, false},
    {SPAN_INIT("ENVELOPE"), IMAP_ITEM_ENVELOPE, false},
    {SPAN_INIT("BODYSTRUCTURE"), IMAP_ITEM_BODYSTRUCTURE, false},
    {SPAN_INIT("RFC822"), IMAP_ITEM_RFC822, true},
    {SPAN_INIT("RFC822.HEADER"), IMAP_ITEM_RFC822_HEADER, false},
    {SPAN_INIT("RFC822.TEXT"), IMAP_ITEM_RFC822_TEXT, true},
};

static bool take_item(struct imap_server *server, struct imap_scan *scan, struct imap_fetch *fetch) {
  struct span name = take_name(scan);
  bool body = span_equal_nocase(name, SPAN("BODY")), body_peek = span_equal_nocase(name, SPAN("BODY.PEEK"));
  bool binary = span_equal_nocase(name, SPAN("BINARY")),
       binary_peek = span_equal_nocase(name, SPAN("BINARY.PEEK"));
  if (body && !imap_scan_at(scan, '[')) {
    add_item(server, fetch, IMAP_ITEM_BODY);
    return true;
  }
  if (body || body_peek || binary || binary_peek) {
    bool is_binary = binary || binary_peek;
    if (body || binary) fetch->sets_seen = true;
    struct imap_item *item = add_item(server, fetch, is_binary ? IMAP_ITEM_BINARY : IMAP_ITEM_SECTION);
    return take_section(scan, item, is_binary) && take_partial(scan, item);
  }
  if (span_equal_nocase(name, SPAN("BINARY.SIZE")))
    return take_section(scan, add_item(server, fetch, IMAP_ITEM_BINARY_SIZE), true);
  for (size_t i = 0; i < sizeof named_items / sizeof *named_items; i++) {
    if (!span_equal_nocase(name, named_items[i].name)) continue;
    if (named_items[i].sets_seen) fetch->sets_seen = true;
    add_item(server, fetch, named_items[i].kind);
    return true;
  }
  return false;
}

/* ALL, FAST and FULL stand alone (RFC 9051 6.4.5). */
static bool take_macro(struct imap_server *server, struct imap_scan *scan, struct imap_fetch *fetch) {
  bool all = imap_scan_word(scan, SPAN("ALL")), full = !all && imap_scan_word(scan, SPAN("FULL"));
  if (!all && !full && !imap_scan_word(scan, SPAN("FAST"))) return false;
  add_item(server, fetch, IMAP_ITEM_FLAGS);
  add_item(server, fetch, IMAP_ITEM_INTERNALDATE);
  add_item(server, fetch, IMAP_ITEM_SIZE);
  if (all || full) add_item(server, fetch, IMAP_ITEM_ENVELOPE);
  if (full) add_item(server, fetch, IMAP_ITEM_BODY);
  return true;
}

static bool take_items(struct imap_server *server, struct imap_scan *scan, struct imap_fetch *fetch) {
  if (take_macro(server, scan, fetch)) return true;
  if (!imap_scan_char(scan, '(')) return take_item(server, scan, fetch);
  do
    if (!take_item(server, scan, fetch)) return false;
  while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

static bool has_item(const struct imap_fetch *fetch, enum imap_item_kind kind) {
  for (size_t i = 0; i < fetch->count; i++)
    if (fetch->items[i].kind == kind) return true;
  return false;
}

bool imap_do_fetch(struct imap_server *server, struct imap_scan *scan) {
  struct imap_fetch *fetch = arena_zalloc(&server->arena, sizeof *fetch);
  if (!imap_scan_space(scan) || !imap_view_pick(server, scan, &server->pick) || !imap_scan_space(scan))
    return false;
  if (!take_items(server, scan, fetch) || !imap_scan_is_end(scan)) return false;
  if (server->uid_variant && !has_item(fetch, IMAP_ITEM_UID)) { /* said first, as most servers do */
    struct imap_item uid = *add_item(server, fetch, IMAP_ITEM_UID);
    memmove(fetch->items + 1, fetch->items, (fetch->count - 1) * sizeof uid);
    fetch->items[0] = uid;
  }
  server->fetch = fetch;
  server->task = IMAP_TASK_FETCH;
  server->at = 0;
  server->failed = server->some_gone = server->was_stored = false;
  return true;
}

/* ---- message by message ---- */

static void end_fetch(struct imap_server *server) {
  if (server->failed)
    imap_no(server, "UNKNOWN-CTE", "Not everything could be given");
  else if (server->some_gone)
    imap_no(server, "EXPUNGEISSUED", "Some of the messages have been removed");
  else
    imap_ok(server, "FETCH done");
}

void imap_step_fetch(struct imap_server *server) {
  const struct imap_fetch *fetch = server->fetch;
  if (!server->message && !server->read_refused && !server->was_stored && !imap_view_next(server)) {
    end_fetch(server);
    return;
  }
  const struct imap_known *known = &server->view.messages[server->at];
  if (fetch->needs_text && !server->message && !server->read_refused) {
    imap_ask_message(server, known->entry.uid);
    return;
  }
  bool unseen = !(known->entry.flags & IMAP_SEEN) && !server->view.read_only;
  if (fetch->sets_seen && unseen && !server->was_stored && !server->read_refused) {
    server->wanted_flags = known->entry.flags | IMAP_SEEN;
    server->asking = (struct imap_server_action){.uid = known->entry.uid,
                                                 .flags = server->wanted_flags & IMAP_FLAGS_SETTABLE};
    imap_ask(server, IMAP_SERVER_STORE);
    return;
  }
  if (server->read_refused)
    server->some_gone = true;
  else if (!imap_write_fetch(server, known))
    server->failed = true;
  imap_forget_message(server);
  server->was_stored = false;
  server->at++;
}
