/* LIST and LSUB (RFC 9051 6.3.9, RFC 3501 6.3.9, RFC 5819): patterns, and what else is to be told. */
#include "base/check.h"
#include "proto/imap_lists.h"

/* ---- what is asked for ---- */

static bool take_patterns(struct imap_server *server, struct imap_scan *scan, struct imap_lists *lists) {
  size_t room = 1;
  bool many = imap_scan_char(scan, '(');
  for (size_t i = 0; many && i < scan->rest.len; i++) room += scan->rest.data[i] == ' ';
  lists->patterns = arena_alloc(&server->arena, room * sizeof *lists->patterns);
  do {
    if (lists->pattern_count == room) return false;
    if (!imap_scan_list_mailbox(scan, &lists->patterns[lists->pattern_count++])) return false;
  } while (many && imap_scan_space(scan));
  return !many || imap_scan_char(scan, ')');
}

/* "(SUBSCRIBED RECURSIVEMATCH)": mailboxes elsewhere and below others there are none here. */
static bool take_selection(struct imap_scan *scan, struct imap_lists *lists) {
  bool recursive = false;
  if (imap_scan_char(scan, ')')) return true;
  do {
    if (imap_scan_word(scan, SPAN("SUBSCRIBED")))
      lists->only_subscribed = true;
    else if (imap_scan_word(scan, SPAN("RECURSIVEMATCH")))
      recursive = true;
    else if (!imap_scan_word(scan, SPAN("REMOTE")))
      return false;
  } while (imap_scan_space(scan));
  return imap_scan_char(scan, ')') && (!recursive || lists->only_subscribed);
}

static bool take_return(struct imap_scan *scan, struct imap_lists *lists) {
  if (!imap_scan_word(scan, SPAN("RETURN")) || !imap_scan_space(scan) || !imap_scan_char(scan, '('))
    return false;
  if (imap_scan_char(scan, ')')) return true;
  do {
    if (imap_scan_word(scan, SPAN("SUBSCRIBED")))
      lists->shows_subscribed = true;
    else if (imap_scan_word(scan, SPAN("STATUS"))) {
      if (!imap_scan_space(scan) || !imap_scan_status_items(scan, &lists->status_items)) return false;
    } else if (!imap_scan_word(scan, SPAN("CHILDREN")))
      return false;
  } while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

static bool list(struct imap_server *server, struct imap_scan *scan, bool is_lsub) {
  struct imap_lists *lists = arena_zalloc(&server->arena, sizeof *lists);
  lists->is_lsub = lists->only_subscribed = is_lsub;
  if (!imap_scan_space(scan)) return false;
  if (!is_lsub && imap_scan_char(scan, '(') && (!take_selection(scan, lists) || !imap_scan_space(scan)))
    return false;
  if (!imap_scan_mailbox(scan, &lists->reference) || !imap_scan_space(scan) ||
      !take_patterns(server, scan, lists))
    return false;
  if (!is_lsub && imap_scan_space(scan) && !take_return(scan, lists)) return false;
  if (!imap_scan_is_end(scan)) return false;
  server->lists = lists;
  if (lists->only_subscribed) lists->shows_subscribed = !is_lsub;
  server->asking = (struct imap_server_action){.other = SPAN_EMPTY};
  imap_ask(server, IMAP_SERVER_LIST);
  return true;
}

bool imap_do_list(struct imap_server *server, struct imap_scan *scan) {
  return list(server, scan, false);
}
bool imap_do_lsub(struct imap_server *server, struct imap_scan *scan) {
  return list(server, scan, true);
}

/* ---- what is found ---- */

/* Without levels % is as good as *. INBOX is written in any letter case. */
static bool fits(struct span pattern, struct span name) {
  bool is_inbox = span_equal(name, SPAN("INBOX"));
  size_t p = 0, n = 0, star = SPAN_NONE, resume = 0;
  while (n < name.len) {
    bool wild = p < pattern.len && (pattern.data[p] == '*' || pattern.data[p] == '%');
    if (wild) {
      star = p++;
      resume = n;
    } else if (p < pattern.len &&
               (is_inbox ? ascii_upper(pattern.data[p]) : pattern.data[p]) == name.data[n]) {
      p++;
      n++;
    } else if (star != SPAN_NONE) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.len && (pattern.data[p] == '*' || pattern.data[p] == '%')) p++;
  return p == pattern.len;
}

static bool is_asked_for(struct imap_server *server, const struct imap_listed *listed) {
  const struct imap_lists *lists = server->lists;
  if (lists->only_subscribed && !listed->subscribed) return false;
  for (size_t i = 0; i < lists->pattern_count; i++) {
    struct span pieces[] = {lists->reference, lists->patterns[i]};
    if (lists->patterns[i].len && fits(arena_join(&server->arena, pieces, 2), listed->name)) return true;
  }
  return false;
}

static void write_listed(struct imap_server *server, const struct imap_listed *listed) {
  const struct imap_lists *lists = server->lists;
  struct buf *out = imap_out(server);
  bool tells = lists->shows_subscribed && listed->subscribed;
  buf_add_text(out, lists->is_lsub ? "* LSUB (" : "* LIST (");
  buf_add(out, listed->attributes);
  if (tells) buf_add_text(out, listed->attributes.len ? " \\Subscribed" : "\\Subscribed");
  buf_add_text(out, ") NIL ");
  imap_write_astring(listed->name, out);
  buf_add_text(out, "\r\n");
}

/* LIST "" "" asks for no mailbox but for the delimiter of levels: there is none (RFC 9051 6.3.9). */
static bool asks_for_delimiter(const struct imap_lists *lists) {
  return !lists->is_lsub && lists->pattern_count == 1 && lists->patterns[0].len == 0;
}

void imap_server_answer_list(struct imap_server *server, const struct imap_listed *listed, size_t count) {
  if (server->state == IMAP_SERVER_CLOSED) return;
  CHECK(server->decision == IMAP_SERVER_LIST);
  struct imap_lists *lists = server->lists;
  server->decision = IMAP_SERVER_WAIT;
  if (asks_for_delimiter(lists)) imap_untagged(server, "LIST (\\Noselect) NIL \"\"");
  lists->found = arena_alloc(&server->arena, (count + 1) * sizeof *lists->found);
  for (size_t i = 0; i < count; i++) {
    if (!is_asked_for(server, &listed[i])) continue;
    write_listed(server, &listed[i]);
    lists->found[lists->found_count] = listed[i];
    lists->found[lists->found_count++].name = arena_copy(&server->arena, listed[i].name);
  }
  server->task = IMAP_TASK_LIST;
  server->at = 0;
}

void imap_step_list(struct imap_server *server) {
  const struct imap_lists *lists = server->lists;
  if (lists->status_items && server->at < lists->found_count) {
    server->asking = (struct imap_server_action){.mailbox = lists->found[server->at].name};
    imap_ask(server, IMAP_SERVER_STATUS);
  } else {
    imap_ok(server, lists->is_lsub ? "LSUB done" : "LIST done");
  }
}
