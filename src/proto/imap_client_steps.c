/* What each answer leads to. A response is untagged, and tells something; or tagged, and ends the command
 * under way; or asks for more (RFC 9051 2.2.2), which these commands never need. */
#include "base/base64.h"
#include "base/mem.h"
#include "proto/imap_client_internal.h"

/* ---- commands ---- */

static void say(struct imap_client *client, enum imap_client_state state, const char *words) {
  buf_add_text(imap_client_command(client, state), words);
  imap_client_end_command(client);
}

static void log_out(struct imap_client *client) {
  say(client, IMAP_CLIENT_LOGOUT, "LOGOUT");
}

static void report_only(struct imap_client *client, enum imap_outcome_of of, enum imap_status_kind status) {
  imap_client_report(client, of, status, SPAN_EMPTY, SPAN_EMPTY);
}

static bool is_speakable(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] == 0 || text.data[i] == '\r' || text.data[i] == '\n') return false;
  return text.len > 0 && text.len < 500;
}

static void say_plain(struct imap_client *client) {
  struct buf secret = {0}, *out = imap_client_command(client, IMAP_CLIENT_LOGIN);
  buf_add_char(&secret, 0);
  buf_add(&secret, client->config->user);
  buf_add_char(&secret, 0);
  buf_add(&secret, client->config->password);
  buf_add_text(out, "AUTHENTICATE PLAIN ");
  base64_encode(buf_span(&secret), out);
  buf_free(&secret);
  imap_client_end_command(client);
}

/* LOGIN says it in quotation marks, which hold ASCII alone. */
static void log_in(struct imap_client *client) {
  const struct imap_client_config *config = client->config;
  bool plain_ascii = span_is_plain(config->user) && span_is_plain(config->password);
  bool speakable = is_speakable(config->user) && is_speakable(config->password);
  bool by_sasl = !plain_ascii && client->plain && client->sasl_ir;
  if (client->logindisabled || !speakable || (!plain_ascii && !by_sasl)) {
    report_only(client, IMAP_OUTCOME_LOGIN, client->logindisabled ? IMAP_NOT_OFFERED : IMAP_UNSPEAKABLE);
    log_out(client);
  } else if (by_sasl) {
    say_plain(client);
  } else {
    struct buf *out = imap_client_command(client, IMAP_CLIENT_LOGIN);
    buf_add_text(out, "LOGIN ");
    imap_write_astring(config->user, out);
    buf_add_char(out, ' ');
    imap_write_astring(config->password, out);
    imap_client_end_command(client);
  }
}

/* Once it is known what the server can do. */
static void begin(struct imap_client *client) {
  enum imap_tls_wish wish = client->config->tls;
  if (!client->has_capabilities) {
    say(client, IMAP_CLIENT_CAPABILITY, "CAPABILITY");
  } else if (wish == IMAP_TLS_NEVER || client->tls_on || (wish == IMAP_TLS_IF_OFFERED && !client->starttls)) {
    log_in(client);
  } else if (client->starttls) {
    say(client, IMAP_CLIENT_STARTTLS, "STARTTLS");
  } else {
    report_only(client, IMAP_OUTCOME_TLS, IMAP_NOT_OFFERED);
    log_out(client);
  }
}

/* What was offered was offered without protection (RFC 9051 6.2.1). */
void imap_client_after_tls(struct imap_client *client) {
  client->has_capabilities = false;
  begin(client);
}

static void ask_for_list(struct imap_client *client) {
  const struct imap_client_config *config = client->config;
  bool same = config->uid_validity && config->uid_validity == client->uid_validity;
  client->first_uid = same ? config->uid_known + 1 : 1;
  if (client->exists == 0) {
    imap_client_enter(client, IMAP_CLIENT_ASKED);
    client->ask_ready = true;
    return;
  }
  buf_format(imap_client_command(client, IMAP_CLIENT_LIST),
             "UID FETCH %u:* (FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)])",
             (unsigned)client->first_uid);
  imap_client_end_command(client);
}

static void say_delete(struct imap_client *client, bool mark) {
  struct buf *out = imap_client_command(client, mark ? IMAP_CLIENT_MARK : IMAP_CLIENT_EXPUNGE);
  if (!mark && !client->uidplus) {
    buf_add_text(out, "EXPUNGE");
  } else {
    buf_add_text(out, mark ? "UID STORE " : "UID EXPUNGE ");
    imap_set_write(client->doomed, client->doomed_count, out);
    if (mark) buf_add_text(out, " +FLAGS.SILENT (\\Deleted)");
  }
  imap_client_end_command(client);
}

void imap_client_go_on(struct imap_client *client) {
  while (client->current < client->listed_count && !client->listed[client->current].wanted) client->current++;
  if (client->current < client->listed_count) {
    buf_format(imap_client_command(client, IMAP_CLIENT_FETCH),
               client->config->read_only ? "UID FETCH %u BODY.PEEK[]" : "UID FETCH %u BODY[]",
               (unsigned)client->listed[client->current].uid);
    imap_client_end_command(client);
  } else if (client->doomed_count) {
    say_delete(client, true);
  } else {
    log_out(client);
  }
}

/* ---- what is told ---- */

static void take_capabilities(struct imap_client *client, struct span words) {
  struct span word;
  client->starttls = client->logindisabled = client->plain = client->sasl_ir = client->uidplus = false;
  while (span_next(&words, ' ', &word)) {
    client->starttls |= span_equal_nocase(word, SPAN("STARTTLS"));
    client->logindisabled |= span_equal_nocase(word, SPAN("LOGINDISABLED"));
    client->plain |= span_equal_nocase(word, SPAN("AUTH=PLAIN"));
    client->sasl_ir |= span_equal_nocase(word, SPAN("SASL-IR"));
    client->uidplus |= span_equal_nocase(word, SPAN("UIDPLUS")) || span_equal_nocase(word, SPAN("IMAP4rev2"));
  }
  client->has_capabilities = true;
}

/* "[UIDVALIDITY 7] words": the code without its brackets. */
static struct span take_code(struct imap_client *client, struct span *text) {
  size_t end = span_find(*text, ']');
  if (!span_starts_with(*text, SPAN("[")) || end == SPAN_NONE) return SPAN_EMPTY;
  struct span code = span_slice(*text, 1, end - 1), name, value = code;
  uint64_t number;
  *text = span_trim(span_skip(*text, end + 1));
  span_next(&value, ' ', &name);
  if (!value.data) return code;
  if (span_equal_nocase(name, SPAN("CAPABILITY"))) take_capabilities(client, value);
  if (span_equal_nocase(name, SPAN("UIDVALIDITY")) && span_to_u64(value, UINT32_MAX, &number))
    client->uid_validity = (uint32_t)number;
  return code;
}

struct fetched {
  struct imap_client_listed listed;
  struct span body;
  bool has_uid, has_body;
};

/* A section's name: up to its bracket's end, and "<0>". */
static bool skip_section(struct imap_scan *scan) {
  size_t end = span_find(scan->rest, ']');
  if (end == SPAN_NONE) return false;
  scan->rest = span_skip(scan->rest, end + 1);
  if (imap_scan_at(scan, '<')) scan->rest = span_skip(scan->rest, span_find(scan->rest, '>') + 1);
  return true;
}

/* "UID 4", "FLAGS (\Seen)", "BODY[] {5}…" */
static bool take_item(struct imap_scan *scan, struct fetched *out) {
  uint32_t size;
  if (imap_scan_word(scan, SPAN("UID"))) {
    out->has_uid = true;
    return imap_scan_space(scan) && imap_scan_number(scan, &out->listed.uid);
  }
  if (imap_scan_word(scan, SPAN("FLAGS")))
    return imap_scan_space(scan) && imap_scan_any_flags(scan, &out->listed.flags);
  if (imap_scan_word(scan, SPAN("RFC822.SIZE"))) {
    bool good = imap_scan_space(scan) && imap_scan_number(scan, &size);
    if (good) out->listed.size = size;
    return good;
  }
  bool header = span_starts_with_nocase(scan->rest, SPAN("BODY[HEADER.FIELDS "));
  if (!header && !span_starts_with_nocase(scan->rest, SPAN("BODY[]"))) return false;
  struct span *text = header ? &out->listed.header : &out->body;
  *text = SPAN_EMPTY;
  if (!skip_section(scan) || !imap_scan_space(scan)) return false;
  if (imap_scan_word(scan, SPAN("NIL"))) return true;
  if (!header) out->has_body = true;
  return imap_scan_at(scan, '{') ? imap_scan_literal(scan, text) : imap_scan_string(scan, text);
}

static bool take_items(struct imap_scan *scan, struct fetched *out) {
  if (!imap_scan_char(scan, '(')) return false;
  do
    if (!take_item(scan, out)) return false;
  while (imap_scan_space(scan));
  return imap_scan_char(scan, ')');
}

static void list_it(struct imap_client *client, const struct fetched *fetched) {
  uint32_t max = client->config->messages_max ? client->config->messages_max : IMAP_CLIENT_MESSAGES_MAX;
  bool is_new = fetched->listed.uid >= client->first_uid; /* "7:*" gives the last one, too */
  bool in_order =
      client->listed_count == 0 || client->listed[client->listed_count - 1].uid < fetched->listed.uid;
  if (!is_new || !in_order || client->listed_count >= max) return;
  client->listed =
      mem_grow(client->listed, &client->listed_capacity, client->listed_count + 1, sizeof *client->listed);
  struct imap_client_listed *listed = &client->listed[client->listed_count++];
  *listed = fetched->listed;
  listed->header = arena_copy(&client->arena, fetched->listed.header);
}

/* A FETCH that nobody asked for tells of flags alone, and is passed over. */
static void take_fetch(struct imap_client *client, struct imap_scan *scan) {
  struct fetched fetched = {.listed = {.header = SPAN_EMPTY}, .body = SPAN_EMPTY};
  if (!imap_scan_space(scan) || !take_items(scan, &fetched) || !fetched.has_uid) return;
  if (client->state == IMAP_CLIENT_LIST) list_it(client, &fetched);
  if (client->state != IMAP_CLIENT_FETCH || !fetched.has_body ||
      fetched.listed.uid != client->listed[client->current].uid)
    return;
  message_release(client->message);
  client->message = client->too_big ? NULL : message_from_bytes(fetched.body);
  client->body_too_big = client->too_big;
}

/* ---- the tagged answer ---- */

static void take_login(struct imap_client *client, bool ok, struct span code, struct span text) {
  imap_client_report(client, IMAP_OUTCOME_LOGIN, ok ? IMAP_OK : IMAP_NO, code, text);
  if (ok)
    say(client, IMAP_CLIENT_SELECT, client->config->read_only ? "EXAMINE INBOX" : "SELECT INBOX");
  else
    log_out(client);
}

static void take_fetched(struct imap_client *client, bool ok, struct span code, struct span text) {
  if (client->message && ok) {
    imap_client_enter(client, IMAP_CLIENT_STORING);
    client->message_ready = true;
    return;
  }
  enum imap_status_kind status = client->body_too_big ? IMAP_TOO_BIG : ok ? IMAP_GONE : IMAP_NO;
  client->body_too_big = false;
  message_release(client->message);
  client->message = NULL;
  imap_client_report(client, IMAP_OUTCOME_FETCH, status, code, text);
  client->current++;
  imap_client_go_on(client);
}

static void take_deleted(struct imap_client *client, bool ok, struct span code, struct span text) {
  if (client->state == IMAP_CLIENT_MARK && ok) {
    say_delete(client, false);
    return;
  }
  imap_client_report(client, IMAP_OUTCOME_DELETE, ok ? IMAP_OK : IMAP_NO, code, text);
  log_out(client);
}

static void fail(struct imap_client *client, enum imap_outcome_of of, struct span code, struct span text) {
  imap_client_report(client, of, IMAP_NO, code, text);
  log_out(client);
}

static void take_tagged(struct imap_client *client, bool ok, struct span code, struct span text) {
  switch (client->state) {
  case IMAP_CLIENT_CAPABILITY:
    client->has_capabilities = true; /* even if nothing has been told */
    begin(client);
    return;
  case IMAP_CLIENT_STARTTLS:
    if (ok) {
      imap_client_enter(client, IMAP_CLIENT_TLS);
      client->then = IMAP_CLIENT_START_TLS;
    } else if (client->config->tls == IMAP_TLS_REQUIRED) {
      fail(client, IMAP_OUTCOME_TLS, code, text);
    } else {
      log_in(client);
    }
    return;
  case IMAP_CLIENT_LOGIN: take_login(client, ok, code, text); return;
  case IMAP_CLIENT_SELECT:
    if (ok)
      ask_for_list(client);
    else
      fail(client, IMAP_OUTCOME_SELECT, code, text);
    return;
  case IMAP_CLIENT_LIST:
    if (!ok) {
      fail(client, IMAP_OUTCOME_LIST, code, text);
      return;
    }
    imap_client_enter(client, IMAP_CLIENT_ASKED);
    client->ask_ready = true;
    return;
  case IMAP_CLIENT_FETCH: take_fetched(client, ok, code, text); return;
  case IMAP_CLIENT_MARK:
  case IMAP_CLIENT_EXPUNGE: take_deleted(client, ok, code, text); return;
  case IMAP_CLIENT_LOGOUT: imap_client_enter(client, IMAP_CLIENT_CLOSED); return;
  case IMAP_CLIENT_GREETING:
  case IMAP_CLIENT_TLS:
  case IMAP_CLIENT_ASKED:
  case IMAP_CLIENT_STORING:
  case IMAP_CLIENT_CLOSED: return;
  }
}

/* ---- any response ---- */

static void take_greeting(struct imap_client *client, struct span word, struct span rest) {
  struct span code = take_code(client, &rest);
  if (span_equal_nocase(word, SPAN("OK"))) {
    begin(client);
  } else if (span_equal_nocase(word, SPAN("PREAUTH"))) {
    imap_client_report(client, IMAP_OUTCOME_LOGIN, IMAP_OK, code, rest);
    say(client, IMAP_CLIENT_SELECT, client->config->read_only ? "EXAMINE INBOX" : "SELECT INBOX");
  } else if (span_equal_nocase(word, SPAN("BYE"))) {
    imap_client_report(client, IMAP_OUTCOME_CONNECT, IMAP_NO, code, rest);
    imap_client_enter(client, IMAP_CLIENT_CLOSED);
  } else {
    imap_client_give_up(client);
  }
}

/* "* 3 EXISTS", "* OK [UIDVALIDITY 7] words", "* BYE words" */
static void take_untagged(struct imap_client *client, struct span response) {
  struct arena arena = ARENA_EMPTY;
  struct imap_scan scan = {span_skip(response, 2), &arena};
  struct span word = SPAN_EMPTY;
  uint32_t number;
  if (imap_scan_number(&scan, &number)) {
    if (imap_scan_space(&scan) && imap_scan_atom(&scan, &word)) {
      if (span_equal_nocase(word, SPAN("EXISTS"))) client->exists = number;
      if (span_equal_nocase(word, SPAN("FETCH"))) take_fetch(client, &scan);
    }
  } else if (imap_scan_atom(&scan, &word)) {
    struct span rest = span_skip(scan.rest, 1);
    if (client->state == IMAP_CLIENT_GREETING)
      take_greeting(client, word, rest);
    else if (span_equal_nocase(word, SPAN("CAPABILITY")))
      take_capabilities(client, rest);
    else if (span_equal_nocase(word, SPAN("OK")))
      take_code(client, &rest);
  } else {
    imap_client_give_up(client);
  }
  arena_free(&arena);
}

void imap_client_take(struct imap_client *client, struct span response) {
  struct span rest = response, tag, word;
  char expected[16];
  struct buf tag_buf = BUF_ON(expected, sizeof expected);
  buf_format(&tag_buf, "a%u", (unsigned)client->tags);
  bool whole = span_next(&rest, ' ', &tag) && rest.data;
  if (whole && span_equal(tag, SPAN("*"))) {
    take_untagged(client, response);
  } else if (whole && client->tags && span_equal(tag, buf_span(&tag_buf)) && span_next(&rest, ' ', &word)) {
    struct span text = rest.data ? rest : SPAN_EMPTY;
    struct span code = take_code(client, &text);
    bool ok = span_equal_nocase(word, SPAN("OK"));
    if (ok || span_equal_nocase(word, SPAN("NO")) || span_equal_nocase(word, SPAN("BAD")))
      take_tagged(client, ok, code, text);
    else
      imap_client_give_up(client);
  } else {
    imap_client_give_up(client);
  }
  buf_free(&tag_buf);
}
