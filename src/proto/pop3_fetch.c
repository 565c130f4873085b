/* The steps of a session: what each answer leads to.
 *
 *     GREETING ─▶ CAPA ─▶ STLS ─▶ TLS ─▶ CAPA ─▶ APOP ─────────┐
 *                                              ├▶ USER ─▶ PASS ─┤
 *                                              └▶ AUTH ─────────┴▶ STAT ─▶ LIST ─▶ UIDL ─▶ ASKED
 *     ASKED ─▶ RETR ─▶ TEXT ─▶ STORING ─▶ DELE ─▶ RETR …  ─▶ QUITTING ─▶ CLOSED
 */
#include "proto/pop3_fetch.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/mem.h"
#include "proto/pop3_server.h" /* POP3_LINE_MAX, POP3_UNIQUE_ID_MAX: what both sides keep to */

static void say(struct pop3_client *client, enum pop3_client_state state, const struct span *words,
                size_t count) {
  buf_clear(&client->out);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) buf_add_char(&client->out, ' ');
    buf_add(&client->out, words[i]);
  }
  buf_add_text(&client->out, "\r\n");
  client->send_ready = true;
  pop3_client_enter(client, state);
}

static void say_word(struct pop3_client *client, enum pop3_client_state state, const char *word) {
  struct span words[] = {span_from(word)};
  say(client, state, words, 1);
}

void pop3_say_quit(struct pop3_client *client) {
  say_word(client, POP3_CLIENT_QUITTING, "QUIT");
}

/* Without this the session makes no sense: say so, and leave. */
static void fail(struct pop3_client *client, enum pop3_outcome_of of, const struct pop3_response *response) {
  pop3_report(client, of, response);
  pop3_say_quit(client);
}

static void fail_status(struct pop3_client *client, enum pop3_outcome_of of, enum pop3_status status) {
  pop3_report_status(client, of, status);
  pop3_say_quit(client);
}

/* ---- Logging in ---- */

/* A message-id somewhere in the greeting; an attacker's choice of other octets would help him to find the
 * password (RFC 1939 7 wants RFC 822's form). */
static struct span find_timestamp(struct span greeting) {
  size_t start = span_find(greeting, '<');
  if (start == SPAN_NONE) return SPAN_EMPTY;
  struct span timestamp = span_skip(greeting, start);
  size_t end = span_find(timestamp, '>');
  if (end == SPAN_NONE) return SPAN_EMPTY;
  timestamp = span_first(timestamp, end + 1);
  if (span_find(timestamp, '@') == SPAN_NONE) return SPAN_EMPTY;
  for (size_t i = 0; i < timestamp.len; i++) {
    if (timestamp.data[i] <= ' ' || timestamp.data[i] > '~') return SPAN_EMPTY;
  }
  return timestamp;
}

/* An argument that is one word, or a password, which may have spaces (RFC 1939 7). */
static bool is_speakable(struct span text, bool is_password, size_t max) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < ' ' || c == 127 || (c == ' ' && !is_password)) return false;
  }
  return text.len > 0 && text.len <= max;
}

static void say_apop(struct pop3_client *client) {
  char digest[DIGEST_HEX_MAX];
  buf_add(&client->timestamp, client->config->password);
  digest_md5_hex(buf_span(&client->timestamp), digest);
  struct span words[] = {SPAN("APOP"), client->config->user, span_from(digest)};
  say(client, POP3_CLIENT_APOP, words, 3);
}

/* One line, if it is short enough for one. */
static bool say_auth_plain(struct pop3_client *client) {
  struct buf plain = {0}, encoded = {0};
  buf_add_char(&plain, 0);
  buf_add(&plain, client->config->user);
  buf_add_char(&plain, 0);
  buf_add(&plain, client->config->password);
  base64_encode(buf_span(&plain), &encoded);
  bool fits = sizeof "AUTH PLAIN \r\n" - 1 + encoded.len <= POP3_LINE_MAX;
  struct span words[] = {SPAN("AUTH"), SPAN("PLAIN"), buf_span(&encoded)};
  if (fits) say(client, POP3_CLIENT_AUTH, words, 3);
  buf_free(&plain);
  buf_free(&encoded);
  return fits;
}

static void log_in(struct pop3_client *client) {
  const struct pop3_client_config *config = client->config;
  const struct pop3_offer *offer = &client->offer;
  bool by_apop = config->login != POP3_LOGIN_PASSWORD && offer->apop;
  bool by_plain = !by_apop && offer->capa && !offer->user && offer->sasl_plain;
  size_t user_max = POP3_LINE_MAX - sizeof "USER \r\n" + 1 - (by_apop ? 33 : 0);
  size_t password_max = by_apop ? SIZE_MAX : POP3_LINE_MAX - sizeof "PASS \r\n" + 1;
  bool speakable =
      is_speakable(config->user, false, user_max) && is_speakable(config->password, true, password_max);
  if (config->login == POP3_LOGIN_APOP && !offer->apop) {
    fail_status(client, POP3_OUTCOME_LOGIN, POP3_NOT_OFFERED);
  } else if (!speakable) {
    fail_status(client, POP3_OUTCOME_LOGIN, POP3_UNSPEAKABLE);
  } else if (by_apop) {
    say_apop(client);
  } else if (!by_plain || !say_auth_plain(client)) {
    struct span words[] = {SPAN("USER"), config->user};
    say(client, POP3_CLIENT_USER, words, 2);
  }
}

/* TLS before the password, if it is wanted and can be had. */
static void secure_then_log_in(struct pop3_client *client) {
  const struct pop3_offer *offer = &client->offer;
  enum pop3_tls_wish wish = client->tls_on ? POP3_TLS_NEVER : client->config->tls;
  bool may_be_there = offer->capa ? offer->stls : wish == POP3_TLS_REQUIRED; /* not told: try */
  if (wish != POP3_TLS_NEVER && may_be_there) {
    say_word(client, POP3_CLIENT_STLS, "STLS");
  } else if (wish == POP3_TLS_REQUIRED) {
    fail_status(client, POP3_OUTCOME_TLS, POP3_NOT_OFFERED);
  } else {
    log_in(client);
  }
}

static void ask_capabilities(struct pop3_client *client) {
  if (client->config->no_capa)
    secure_then_log_in(client);
  else
    say_word(client, POP3_CLIENT_CAPA, "CAPA");
}

static void greeted(struct pop3_client *client, const struct pop3_response *response) {
  if (response->status != POP3_OK) {
    pop3_report(client, POP3_OUTCOME_CONNECT, response);
    pop3_client_enter(client, POP3_CLIENT_CLOSED);
    return;
  }
  struct span timestamp = find_timestamp(response->text);
  client->offer.apop = timestamp.len > 0;
  buf_add(&client->timestamp, timestamp);
  ask_capabilities(client);
}

static bool has_word(struct span words, struct span wanted) {
  struct span word;
  while (span_next(&words, ' ', &word)) {
    if (span_equal_nocase(word, wanted)) return true;
  }
  return false;
}

static void capability(struct pop3_client *client, struct span line) {
  struct pop3_offer *offer = &client->offer;
  const struct {
    struct span tag;
    bool *member;
  } tags[] = {
      {SPAN("TOP"), &offer->top},
      {SPAN("USER"), &offer->user},
      {SPAN("UIDL"), &offer->uidl},
      {SPAN("STLS"), &offer->stls},
      {SPAN("RESP-CODES"), &offer->resp_codes},
      {SPAN("PIPELINING"), &offer->pipelining},
  };
  struct span rest = line, tag;
  span_next(&rest, ' ', &tag);
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    if (span_equal_nocase(tag, tags[i].tag)) *tags[i].member = true;
  }
  if (span_equal_nocase(tag, SPAN("SASL")) && rest.data) offer->sasl_plain = has_word(rest, SPAN("PLAIN"));
}

static void capabilities_known(struct pop3_client *client) {
  client->offer.capa = true;
  secure_then_log_in(client);
}

static void capa_refused(struct pop3_client *client, const struct pop3_response *response) {
  (void)response; /* an old server */
  secure_then_log_in(client);
}

static void stls_answered(struct pop3_client *client, const struct pop3_response *response) {
  if (response->status == POP3_OK) {
    pop3_client_enter(client, POP3_CLIENT_TLS);
    client->then = POP3_CLIENT_START_TLS;
  } else if (client->config->tls == POP3_TLS_REQUIRED) {
    fail(client, POP3_OUTCOME_TLS, response);
  } else {
    log_in(client);
  }
}

/* What was offered in the clear may have been forged: ask again (RFC 2595 4). The timestamp stays. */
void pop3_after_tls(struct pop3_client *client) {
  client->offer = (struct pop3_offer){.apop = client->offer.apop};
  ask_capabilities(client);
}

static void user_answered(struct pop3_client *client, const struct pop3_response *response) {
  if (response->status != POP3_OK) {
    fail(client, POP3_OUTCOME_LOGIN, response);
    return;
  }
  struct span words[] = {SPAN("PASS"), client->config->password};
  say(client, POP3_CLIENT_PASS, words, 2);
}

/* ---- What is there ---- */

static void list(struct pop3_client *client) {
  say_word(client, POP3_CLIENT_LIST, "LIST");
}

static void login_answered(struct pop3_client *client, const struct pop3_response *response) {
  if (response->status != POP3_OK) {
    fail(client, POP3_OUTCOME_LOGIN, response);
    return;
  }
  client->logged_in = true;
  pop3_report(client, POP3_OUTCOME_LOGIN, response);
  if (client->config->no_stat)
    list(client);
  else
    say_word(client, POP3_CLIENT_STAT, "STAT");
}

static void stat_answered(struct pop3_client *client, const struct pop3_response *response) {
  struct span rest = response->text, count;
  bool is_empty =
      response->status == POP3_OK && span_next(&rest, ' ', &count) && span_equal(count, SPAN("0"));
  if (is_empty || client->quitting)
    pop3_say_quit(client);
  else
    list(client);
}

/* "2 320" or "2 unique-id". False if there is no such message's number in front. */
static bool split_listing(struct span line, uint32_t *number_out, struct span *value_out) {
  struct span rest = line, word;
  uint64_t number;
  if (!span_next(&rest, ' ', &word) || !span_to_u64(word, UINT32_MAX, &number) || number == 0) return false;
  *number_out = (uint32_t)number;
  *value_out = rest.data ? rest : SPAN_EMPTY;
  return true;
}

/* Messages come in the order of their numbers; a line that breaks it, or makes no sense, is passed over. */
static void list_line(struct pop3_client *client, struct span line) {
  size_t max = client->config->messages_max ? client->config->messages_max : POP3_CLIENT_MESSAGES_MAX;
  struct pop3_listed listed = {.unique_id = SPAN_EMPTY};
  struct span rest, size;
  if (client->listed_count >= max || !split_listing(line, &listed.number, &rest)) return;
  if (client->listed_count > 0 && client->listed[client->listed_count - 1].number >= listed.number) return;
  listed.has_size = span_next(&rest, ' ', &size) && span_to_u64(size, UINT64_MAX, &listed.size);
  client->listed =
      mem_grow(client->listed, &client->listed_capacity, client->listed_count + 1, sizeof *client->listed);
  client->listed[client->listed_count++] = listed;
}

static void ask(struct pop3_client *client) {
  if (client->listed_count == 0 || client->quitting) {
    pop3_say_quit(client);
    return;
  }
  pop3_client_enter(client, POP3_CLIENT_ASKED);
  client->ask_ready = true;
}

static void list_ended(struct pop3_client *client) {
  bool not_offered = client->offer.capa && !client->offer.uidl;
  if (client->config->no_uidl || not_offered || client->listed_count == 0 || client->quitting)
    ask(client);
  else
    say_word(client, POP3_CLIENT_UIDL, "UIDL");
}

static void list_refused(struct pop3_client *client, const struct pop3_response *response) {
  fail(client, POP3_OUTCOME_LIST, response);
}

static struct pop3_listed *find_listed(struct pop3_client *client, uint32_t number) {
  size_t low = 0, high = client->listed_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (client->listed[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < client->listed_count && client->listed[low].number == number;
  return found ? &client->listed[low] : NULL;
}

static void uidl_line(struct pop3_client *client, struct span line) {
  uint32_t number;
  struct span unique_id;
  if (!split_listing(line, &number, &unique_id)) return;
  struct pop3_listed *listed = find_listed(client, number);
  bool good = unique_id.len > 0 && unique_id.len <= POP3_UNIQUE_ID_MAX;
  for (size_t i = 0; i < unique_id.len; i++)
    good = good && unique_id.data[i] > ' ' && unique_id.data[i] <= '~';
  if (good && listed && listed->unique_id.len == 0) {
    listed->unique_id = arena_copy(&client->unique_ids, unique_id);
  }
}

static void uidl_refused(struct pop3_client *client, const struct pop3_response *response) {
  (void)response; /* a server without unique-ids */
  ask(client);
}

/* ---- Fetching ---- */

/* "RETR 2", "TOP 2 10" */
static void say_number(struct pop3_client *client, enum pop3_client_state state, const char *verb,
                       const uint32_t *top_lines) {
  buf_clear(&client->out);
  buf_add_text(&client->out, verb);
  buf_add_char(&client->out, ' ');
  buf_add_u64(&client->out, client->listed[client->current].number);
  if (top_lines) {
    buf_add_char(&client->out, ' ');
    buf_add_u64(&client->out, *top_lines);
  }
  buf_add_text(&client->out, "\r\n");
  client->send_ready = true;
  pop3_client_enter(client, state);
}

void pop3_delete_current(struct pop3_client *client) {
  say_number(client, POP3_CLIENT_DELE, "DELE", NULL);
}

void pop3_go_on(struct pop3_client *client) {
  size_t at = client->current + 1; /* from 0: SIZE_MAX stood for "before the first" */
  while (at < client->listed_count && client->listed[at].wish == POP3_WISH_NOTHING) at++;
  client->current = at;
  if (at >= client->listed_count || client->quitting) {
    pop3_say_quit(client);
    return;
  }
  switch (client->listed[at].wish) {
  case POP3_WISH_NOTHING: break;
  case POP3_WISH_RETR: say_number(client, POP3_CLIENT_RETR, "RETR", NULL); break;
  case POP3_WISH_TOP: say_number(client, POP3_CLIENT_RETR, "TOP", &client->config->top_lines); break;
  case POP3_WISH_DELE: pop3_delete_current(client); break;
  }
}

static void retr_answered(struct pop3_client *client, const struct pop3_response *response) {
  if (response->status != POP3_OK) {
    pop3_report(client, POP3_OUTCOME_FETCH, response);
    pop3_go_on(client);
    return;
  }
  size_t max = client->config->message_size_max;
  pop3_text_begin(&client->text, max ? max : POP3_CLIENT_MESSAGE_SIZE_MAX);
  pop3_client_enter(client, POP3_CLIENT_TEXT);
}

static void dele_answered(struct pop3_client *client, const struct pop3_response *response) {
  pop3_report(client, POP3_OUTCOME_DELE, response);
  pop3_go_on(client);
}

static void quit_answered(struct pop3_client *client, const struct pop3_response *response) {
  if (client->logged_in) pop3_report(client, POP3_OUTCOME_QUIT, response);
  pop3_client_enter(client, POP3_CLIENT_CLOSED);
}

const struct pop3_step pop3_steps[POP3_CLIENT_STATES] = {
    [POP3_CLIENT_GREETING] = {greeted, NULL, NULL, POP3_OUTCOME_CONNECT},
    [POP3_CLIENT_CAPA] = {capa_refused, capability, capabilities_known, POP3_OUTCOME_LOGIN},
    [POP3_CLIENT_STLS] = {stls_answered, NULL, NULL, POP3_OUTCOME_TLS},
    [POP3_CLIENT_TLS] = {NULL, NULL, NULL, POP3_OUTCOME_TLS},
    [POP3_CLIENT_APOP] = {login_answered, NULL, NULL, POP3_OUTCOME_LOGIN},
    [POP3_CLIENT_USER] = {user_answered, NULL, NULL, POP3_OUTCOME_LOGIN},
    [POP3_CLIENT_PASS] = {login_answered, NULL, NULL, POP3_OUTCOME_LOGIN},
    [POP3_CLIENT_AUTH] = {login_answered, NULL, NULL, POP3_OUTCOME_LOGIN},
    [POP3_CLIENT_STAT] = {stat_answered, NULL, NULL, POP3_OUTCOME_LIST},
    [POP3_CLIENT_LIST] = {list_refused, list_line, list_ended, POP3_OUTCOME_LIST},
    [POP3_CLIENT_UIDL] = {uidl_refused, uidl_line, ask, POP3_OUTCOME_LIST},
    [POP3_CLIENT_ASKED] = {NULL, NULL, NULL, POP3_OUTCOME_QUIT},
    [POP3_CLIENT_RETR] = {retr_answered, NULL, NULL, POP3_OUTCOME_FETCH},
    [POP3_CLIENT_TEXT] = {NULL, NULL, NULL, POP3_OUTCOME_FETCH},
    [POP3_CLIENT_STORING] = {NULL, NULL, NULL, POP3_OUTCOME_QUIT},
    [POP3_CLIENT_DELE] = {dele_answered, NULL, NULL, POP3_OUTCOME_DELE},
    [POP3_CLIENT_QUITTING] = {quit_answered, NULL, NULL, POP3_OUTCOME_QUIT},
};
