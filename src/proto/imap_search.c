/* SEARCH (RFC 9051 6.4.4): what is asked for, message by message, and how what was found is told. */
#include "base/mem.h"
#include "proto/imap_session.h"

/* "RETURN (MIN COUNT)"; nothing named is ALL (RFC 9051 6.4.4). */
static bool take_return(struct imap_scan *scan, struct imap_search *search) {
  search->extended = true;
  if (!imap_scan_space(scan) || !imap_scan_char(scan, '(')) return false;
  if (imap_scan_char(scan, ')')) return search->all = true;
  do {
    if (imap_scan_word(scan, SPAN("MIN")))
      search->min = true;
    else if (imap_scan_word(scan, SPAN("MAX")))
      search->max = true;
    else if (imap_scan_word(scan, SPAN("ALL")))
      search->all = true;
    else if (imap_scan_word(scan, SPAN("COUNT")))
      search->count = true;
    else if (imap_scan_word(scan, SPAN("SAVE")))
      search->save = true;
    else
      return false;
  } while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

/* False: bad arguments. *known_out: a charset that we read. */
static bool take_charset(struct imap_scan *scan, bool *known_out) {
  struct span charset;
  *known_out = true;
  if (!imap_scan_word(scan, SPAN("CHARSET"))) return true;
  if (!imap_scan_space(scan) || !imap_scan_astring(scan, &charset) || !imap_scan_space(scan)) return false;
  *known_out = span_equal_nocase(charset, SPAN("US-ASCII")) || span_equal_nocase(charset, SPAN("UTF-8"));
  return true;
}

bool imap_do_search(struct imap_server *server, struct imap_scan *scan) {
  struct imap_search *search = arena_zalloc(&server->arena, sizeof *search);
  bool charset_known;
  if (!imap_scan_space(scan)) return false;
  if (imap_scan_word(scan, SPAN("RETURN")) && (!take_return(scan, search) || !imap_scan_space(scan)))
    return false;
  if (!take_charset(scan, &charset_known)) return false;
  if (!charset_known) {
    imap_no(server, "BADCHARSET (US-ASCII UTF-8)", "Texts in that charset cannot be looked for");
    return true;
  }
  search->key = imap_key_read(server, scan, search);
  if (!search->key || !imap_scan_is_end(scan)) return false;
  if (!search->extended && server->rev2) search->extended = search->all = true;
  server->search = search;
  server->task = IMAP_TASK_SEARCH;
  server->at = server->found_count = 0;
  return true;
}

/* ---- what was found ---- */

static void write_extended(struct imap_server *server, const struct imap_search *search) {
  struct buf *out = imap_out(server);
  size_t count = server->found_count;
  buf_add_text(out, "* ESEARCH (TAG ");
  imap_write_string(server->tag, out);
  buf_add_char(out, ')');
  if (server->uid_variant) buf_add_text(out, " UID");
  if (search->min && count) buf_format(out, " MIN %u", (unsigned)server->found[0]);
  if (search->max && count) buf_format(out, " MAX %u", (unsigned)server->found[count - 1]);
  if (search->all && count) {
    buf_add_text(out, " ALL ");
    imap_set_write(server->found, count, out);
  }
  if (search->count) buf_format(out, " COUNT %zu", count);
  buf_add_text(out, "\r\n");
}

static void write_found(struct imap_server *server) {
  struct buf *out = imap_out(server);
  buf_add_text(out, "* SEARCH");
  for (size_t i = 0; i < server->found_count; i++) {
    buf_add_char(out, ' ');
    buf_add_u64(out, server->found[i]);
  }
  buf_add_text(out, "\r\n");
}

/* As unique identifiers; with MIN or MAX alone only those (RFC 5182 2.1). */
static void save(struct imap_server *server, const struct imap_search *search) {
  struct imap_view *view = &server->view;
  size_t count = server->found_count;
  bool ends_only = (search->min || search->max) && !search->all && !search->count;
  view->saved = mem_resize(view->saved, (count + 1) * sizeof *view->saved);
  view->saved_count = 0;
  for (size_t i = 0; i < count; i++) {
    bool is_end = (search->min && i == 0) || (search->max && i == count - 1);
    if (ends_only && !is_end) continue;
    uint32_t found = server->found[i];
    view->saved[view->saved_count++] = server->uid_variant ? found : view->messages[found - 1].entry.uid;
  }
}

static void end_search(struct imap_server *server) {
  const struct imap_search *search = server->search;
  bool tells = search->min || search->max || search->all || search->count;
  if (search->save) save(server, search);
  if (!search->extended)
    write_found(server);
  else if (tells)
    write_extended(server, search);
  imap_ok(server, "SEARCH done");
}

static void note_found(struct imap_server *server) {
  uint32_t number = (uint32_t)server->at + 1;
  server->found =
      mem_grow(server->found, &server->found_capacity, server->found_count + 1, sizeof *server->found);
  server->found[server->found_count++] =
      server->uid_variant ? server->view.messages[server->at].entry.uid : number;
}

void imap_step_search(struct imap_server *server) {
  const struct imap_search *search = server->search;
  const struct imap_view *view = &server->view;
  while (server->at < view->told && view->messages[server->at].gone) server->at++;
  if (server->at >= view->told) {
    end_search(server);
    return;
  }
  if (search->needs_text && !server->message && !server->read_refused) {
    imap_ask_message(server, view->messages[server->at].entry.uid);
    return;
  }
  if (!server->read_refused && imap_key_fits(server, search->key, server->at)) note_found(server);
  imap_forget_message(server);
  server->at++;
}
