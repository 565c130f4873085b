/* Responses (RFC 1939 3): a status indicator with words, and for some commands further lines up to a
 * lone dot. */
#include "base/template.h"
#include "proto/pop3_session.h"

enum { DIGITS_MAX = 20, COUNTED_MAX = DIGITS_MAX + 16 };

/* "320", written from the end of the room. */
static struct span put_number(char room[DIGITS_MAX], uint64_t value) {
  size_t at = DIGITS_MAX;
  do room[--at] = (char)('0' + value % 10);
  while (value /= 10);
  return span_of(room + at, DIGITS_MAX - at);
}

/* "1 message", "320 octets" */
static struct span put_counted(char room[COUNTED_MAX], struct span number, struct span noun) {
  size_t len = 0;
  memcpy(room, number.data, number.len);
  len += number.len;
  room[len++] = ' ';
  memcpy(room + len, noun.data, noun.len);
  len += noun.len;
  if (!span_equal(number, SPAN("1"))) room[len++] = 's';
  return span_of(room, len);
}

static void begin(struct pop3_server *server, bool ok, struct span code) {
  buf_clear(&server->out);
  server->reply_ready = true;
  buf_add_text(&server->out, ok ? "+OK" : "-ERR");
  if (!ok && code.len && server->config->offer_resp_codes) {
    struct span pieces[] = {SPAN(" ["), code, SPAN("]")};
    for (size_t i = 0; i < 3; i++) buf_add(&server->out, pieces[i]);
  }
}

/* Words may hold what a client has sent: what cannot be printed is made visible, what is too long is cut. */
static void end_first_line(struct pop3_server *server, size_t words_at, struct span tail) {
  struct buf *out = &server->out;
  size_t room = POP3_STATUS_LINE_MAX - 2 - tail.len;
  if (out->len > room) out->len = room;
  for (size_t i = words_at; i < out->len; i++) {
    if (out->data[i] < ' ' || out->data[i] > '~') out->data[i] = '?';
  }
  buf_add(out, tail);
  buf_add_text(out, "\r\n");
}

void pop3_say(struct pop3_server *server, bool ok, struct span code, struct span words) {
  begin(server, ok, code);
  size_t words_at = server->out.len;
  if (words.len) buf_add_char(&server->out, ' ');
  buf_add(&server->out, words);
  end_first_line(server, words_at, SPAN_EMPTY);
}

void pop3_ok_unique_id(struct pop3_server *server, uint32_t number, struct span unique_id) {
  char digits[DIGITS_MAX];
  struct span pieces[] = {SPAN(" "), put_number(digits, number), SPAN(" "), unique_id, SPAN("\r\n")};
  begin(server, true, SPAN_EMPTY);
  for (size_t i = 0; i < 5; i++) buf_add(&server->out, pieces[i]);
}

void pop3_ok_size(struct pop3_server *server, uint32_t number, uint64_t size) {
  char digits[DIGITS_MAX];
  pop3_ok_unique_id(server, number, put_number(digits, size));
}

static void expand(struct pop3_server *server, enum pop3_text text, const struct pop3_about *about) {
  static const struct pop3_about nothing = {0};
  if (!about) about = &nothing;
  const struct pop3_texts *texts = server->config->texts;
  struct span words = pop3_texts_neutral.text[text];
  if (texts && texts->text[text].len) words = texts->text[text];

  char number[DIGITS_MAX], count[DIGITS_MAX], size[DIGITS_MAX], messages[COUNTED_MAX], octets[COUNTED_MAX];
  uint64_t drop_size = server->size - server->deleted_size;
  struct span count_text = put_number(count, pop3_count(server));
  struct span size_text = put_number(size, about->is_one ? about->size : drop_size);
  const struct template_value values[] = {
      {SPAN("host"), server->config->host_name},
      {SPAN("user"), buf_span(&server->user)},
      {SPAN("verb"), about->verb.data ? about->verb : SPAN_EMPTY},
      {SPAN("number"), put_number(number, about->number)},
      {SPAN("count"), count_text},
      {SPAN("size"), size_text},
      {SPAN("messages"), put_counted(messages, count_text, SPAN("message"))},
      {SPAN("octets"), put_counted(octets, size_text, SPAN("octet"))},
  };
  size_t before = server->out.len;
  buf_add_char(&server->out, ' ');
  template_expand(words, values, sizeof values / sizeof *values, &server->out);
  if (server->out.len == before + 1) server->out.len = before; /* no words: no space */
}

static void respond(struct pop3_server *server, bool ok, struct span code, enum pop3_text text,
                    const struct pop3_about *about) {
  begin(server, ok, code);
  size_t words_at = server->out.len;
  expand(server, text, about);
  end_first_line(server, words_at, SPAN_EMPTY);
}

void pop3_ok(struct pop3_server *server, enum pop3_text text, const struct pop3_about *about) {
  respond(server, true, SPAN_EMPTY, text, about);
}

void pop3_err(struct pop3_server *server, struct span code, enum pop3_text text,
              const struct pop3_about *about) {
  respond(server, false, code, text, about);
}

void pop3_mistake(struct pop3_server *server, struct span code, enum pop3_text text,
                  const struct pop3_about *about) {
  uint32_t max = server->config->errors_max ? server->config->errors_max : POP3_ERRORS_MAX;
  if (++server->errors < max) {
    pop3_err(server, code, text, about);
    return;
  }
  pop3_err(server, SPAN_EMPTY, POP3_TEXT_TOO_MANY_ERRORS, about);
  pop3_enter(server, POP3_SERVER_CLOSED);
}

/* The greeting ends in the timestamp, if there is one (RFC 1939 7). */
void pop3_greet(struct pop3_server *server, struct span words) {
  begin(server, true, SPAN_EMPTY);
  struct buf *out = &server->out;
  size_t words_at = out->len;
  if (words.len) {
    buf_add_char(out, ' ');
    buf_add(out, words);
  } else {
    expand(server, POP3_TEXT_BANNER, NULL);
  }
  char tail[POP3_TIMESTAMP_MAX + 1] = {' '};
  memcpy(tail + 1, server->timestamp, server->timestamp_len);
  end_first_line(server, words_at, span_of(tail, server->timestamp_len ? server->timestamp_len + 1 : 0));
}

/* ---- Many lines ---- */

static void add_end(struct pop3_server *server) {
  buf_add_text(&server->out, ".\r\n");
}

static void add_capability(struct pop3_server *server, bool offered, const char *line) {
  if (!offered) return;
  buf_add_text(&server->out, line);
  buf_add_text(&server->out, "\r\n");
}

/* "EXPIRE 60 USER": the value of this user is told after logging in. */
static void add_varying(struct pop3_server *server, struct span tag, struct span value, bool varies) {
  bool before_login = server->state == POP3_SERVER_AUTHORIZATION;
  struct span pieces[] = {tag, SPAN(" "), value, varies && before_login ? SPAN(" USER") : SPAN_EMPTY,
                          SPAN("\r\n")};
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) buf_add(&server->out, pieces[i]);
}

/* RFC 2449 6, RFC 3206 6, RFC 2595 4, RFC 5034 3. */
void pop3_add_capabilities(struct pop3_server *server) {
  const struct pop3_server_config *config = server->config;
  bool password_allowed = server->tls_on || !config->auth_needs_tls;
  bool before_login = server->state == POP3_SERVER_AUTHORIZATION;
  char digits[DIGITS_MAX];
  add_capability(server, config->offer_top, "TOP");
  add_capability(server, config->offer_user && password_allowed, "USER");
  add_capability(server, config->offer_uidl, "UIDL");
  add_capability(server, config->offer_sasl_plain && password_allowed, "SASL PLAIN");
  add_capability(server, config->offer_resp_codes, "RESP-CODES\r\nAUTH-RESP-CODE");
  add_capability(server, config->offer_pipelining, "PIPELINING");
  if (config->offer_expire) {
    bool never = config->expire_days < 0;
    struct span days = never ? SPAN("NEVER") : put_number(digits, (uint64_t)config->expire_days);
    add_varying(server, SPAN("EXPIRE"), days, config->expire_varies);
  }
  if (config->login_delay_s) {
    struct span delay = put_number(digits, config->login_delay_s);
    add_varying(server, SPAN("LOGIN-DELAY"), delay, config->login_delay_varies);
  }
  add_capability(server, config->offer_stls && before_login && !server->tls_on, "STLS");
  if (config->implementation.len) {
    buf_add_text(&server->out, "IMPLEMENTATION ");
    buf_add(&server->out, config->implementation);
    buf_add_text(&server->out, "\r\n");
  }
  add_end(server);
}

static void add_line(struct pop3_server *server, uint32_t number, struct span value) {
  char digits[DIGITS_MAX];
  struct span pieces[] = {put_number(digits, number), SPAN(" "), value, SPAN("\r\n")};
  for (size_t i = 0; i < 4; i++) buf_add(&server->out, pieces[i]);
}

void pop3_add_sizes(struct pop3_server *server) {
  char digits[DIGITS_MAX];
  for (uint32_t n = 1; n <= server->maildrop.count; n++) {
    if (pop3_server_is_deleted(server, n)) continue;
    add_line(server, n, put_number(digits, server->maildrop.entries[n - 1].size));
  }
  add_end(server);
}

void pop3_add_unique_ids(struct pop3_server *server) {
  for (uint32_t n = 1; n <= server->maildrop.count; n++) {
    if (!pop3_server_is_deleted(server, n)) add_line(server, n, server->maildrop.entries[n - 1].unique_id);
  }
  add_end(server);
}

/* So many lines, or fewer; one that begins with a dot gets another (RFC 1939 3). */
static void add_stuffed(struct buf *out, struct span text, uint32_t lines) {
  while (text.len > 0 && lines-- > 0) {
    size_t lf = span_find(text, '\n');
    size_t len = lf == SPAN_NONE ? text.len : lf + 1;
    if (text.data[0] == '.') buf_add_char(out, '.');
    buf_add(out, span_first(text, len));
    text = span_skip(text, len);
  }
}

void pop3_add_top(struct pop3_server *server, const struct message *message, uint32_t lines) {
  for (const struct message *version = message; version; version = version->tail) {
    add_stuffed(&server->out, message_block(version), UINT32_MAX);
  }
  buf_add_text(&server->out, "\r\n");
  add_stuffed(&server->out, message_body(message), lines);
  add_end(server);
}
