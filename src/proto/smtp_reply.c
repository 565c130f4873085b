#include "proto/smtp_reply.h"

/* The code at the front of a text, 200 to 599; 0 if there is none. */
static uint16_t code_of(struct span text) {
  if (text.len < 3) return 0;
  unsigned first = (unsigned)(text.data[0] - '0'), second = (unsigned)(text.data[1] - '0'),
           third = (unsigned)(text.data[2] - '0');
  bool is_code = first >= 2 && first <= 5 && second <= 9 && third <= 9;
  return is_code ? (uint16_t)(first * 100 + second * 10 + third) : 0;
}

/* Up to three digits at the front (RFC 3463 2). */
static size_t digits_len(struct span text) {
  size_t len = 0;
  while (len < 3 && len < text.len && ascii_is_digit(text.data[len])) len++;
  return len;
}

struct span smtp_enhanced_take(uint16_t code, struct span *text) {
  struct span rest = *text;
  if (rest.len < 5 || rest.data[0] != '0' + code / 100 || rest.data[1] != '.') return SPAN_EMPTY;
  size_t subject = digits_len(span_skip(rest, 2)), at = 2 + subject;
  if (subject == 0 || at >= rest.len || rest.data[at] != '.') return SPAN_EMPTY;
  size_t detail = digits_len(span_skip(rest, at + 1)), end = at + 1 + detail;
  if (detail == 0 || (end < rest.len && rest.data[end] != ' ')) return SPAN_EMPTY;
  *text = span_skip(rest, end + 1);
  return span_first(rest, end);
}

bool smtp_reply_split(struct span words, struct smtp_reply *reply_out) {
  *reply_out = (struct smtp_reply){.enhanced = SPAN_EMPTY, .text = words};
  uint16_t code = code_of(words);
  if (!code || (words.len > 3 && words.data[3] != ' ')) return false;
  reply_out->code = code;
  reply_out->text = span_skip(words, 4);
  reply_out->enhanced = smtp_enhanced_take(reply_out->code, &reply_out->text);
  return true;
}

bool smtp_reply_parse_line(struct span line, uint16_t *code_out, bool *more_out, struct span *text_out) {
  uint16_t code = code_of(line);
  char after = line.len > 3 ? line.data[3] : ' ';
  if (!code || (after != ' ' && after != '-')) return false;
  *code_out = code;
  *more_out = after == '-';
  *text_out = span_skip(line, 4);
  return true;
}

/* What a textstring may hold (RFC 5321 4.2): HT and printable ASCII. */
static char printable(char c) {
  return c == '\t' || (c >= ' ' && c <= '~') ? c : '?';
}

static char *put_printable(char *to, struct span text) {
  for (size_t i = 0; i < text.len; i++) to[i] = printable(text.data[i]);
  return to + text.len;
}

/* Of what is written of an enhanced code. */
enum { ENHANCED_MAX = sizeof "5.999.999" - 1 };

static char *put_code(char *to, unsigned code, char after) {
  unsigned rest = code % 100;
  to[0] = (char)('0' + code / 100);
  to[1] = (char)('0' + rest / 10);
  to[2] = (char)('0' + rest % 10);
  to[3] = after;
  return to + 4;
}

/* One line of a reply, with that text. */
static inline void write_line(const struct smtp_reply *reply, struct span text, bool is_plain, bool is_last,
                              struct buf *out) {
  struct span enhanced = span_first(reply->enhanced, ENHANCED_MAX);
  char *line = buf_room(out, sizeof "250-" + enhanced.len + sizeof " " + text.len + sizeof "\r\n"),
       *at = line;
  if (!line) return;
  at = put_code(at, reply->code, is_last ? ' ' : '-');
  if (enhanced.len) {
    at = buf_put(at, enhanced);
    *at++ = ' ';
  }
  at = is_plain ? buf_put(at, text) : put_printable(at, text);
  memcpy(at, "\r\n", 2);
  out->len += (size_t)(at + 2 - line);
}

static size_t room_for_text(const struct smtp_reply *reply) {
  return SMTP_REPLY_LINE_MAX - sizeof "250-\r\n" - span_first(reply->enhanced, ENHANCED_MAX).len;
}

static struct span text_of(const struct smtp_reply *reply) {
  return reply->text.data ? reply->text : SPAN_EMPTY;
}

/* Its text's lines, where they are long in several pieces. */
static void write_lines(const struct smtp_reply *reply, bool are_last, struct buf *out) {
  size_t room = room_for_text(reply);
  struct span text = text_of(reply), line;
  while (span_next(&text, '\n', &line)) {
    for (; line.len > room; line = span_skip(line, room))
      write_line(reply, span_first(line, room), false, false, out);
    write_line(reply, line, span_is_plain(line), are_last && !text.data, out);
  }
}

/* Nearly all texts are plain, and so one line. */
bool smtp_reply_write(const struct smtp_reply *reply, struct buf *out) {
  bool one_line = reply->text.len <= room_for_text(reply) && span_is_plain(reply->text);
  if (one_line)
    write_line(reply, reply->text, true, true, out);
  else
    write_lines(reply, true, out);
  return one_line;
}

void smtp_reply_begin(const struct smtp_reply *reply, struct buf *out) {
  write_lines(reply, false, out);
}

void smtp_reply_end(uint16_t code, const struct span *lines, size_t count, struct buf *out) {
  size_t most = 0;
  for (size_t i = 0; i < count; i++) most += lines[i].len + sizeof "250-\r\n";
  char *start = buf_room(out, most), *to = start;
  if (!start) return;
  for (size_t i = 0; i < count; i++)
    to = buf_put(buf_put(put_code(to, code, i + 1 == count ? ' ' : '-'), lines[i]), SPAN("\r\n"));
  out->len += (size_t)(to - start);
}

/* ---- words ---- */

#define WORDS(constant, words) [SMTP_TEXT_##constant] = SPAN_INIT(words)

const struct smtp_texts smtp_texts_neutral = {{
    WORDS(BANNER, "220 {host} ESMTP ready"),
    WORDS(HELO, "250 {host}"),
    WORDS(EHLO, "250 {host}"),
    WORDS(MAIL_OK, "250 2.1.0 <{address}> may send"),
    WORDS(RCPT_OK, "250 2.1.5 <{address}> will receive"),
    WORDS(RCPT_RELAY_DENIED, "550 5.7.1 <{address}>: this host does not relay for you"),
    WORDS(RCPT_UNKNOWN, "550 5.1.1 <{address}>: no such mailbox here"),
    WORDS(DATA_START, "354 Send the message; a line with only a dot ends it"),
    WORDS(MESSAGE_OK, "250 2.0.0 Message accepted[[ as {id}]]"),
    WORDS(RSET, "250 2.0.0 Transaction forgotten"),
    WORDS(NOOP, "250 2.0.0 Still here"),
    WORDS(QUIT, "221 2.0.0 {host} says goodbye"),
    WORDS(HELP, "214 2.0.0 HELO EHLO MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT\n"
                "See RFC 5321"),
    WORDS(VRFY_OK, "250 2.1.5 <{address}>"),
    WORDS(VRFY_CANNOT, "252 2.0.0 Cannot say whether the mailbox exists; mail for it is tried"),
    WORDS(VRFY_UNKNOWN, "550 5.1.1 {address}: no such mailbox here"),
    WORDS(EXPN_OK, "250 2.1.5 <{address}>"),
    WORDS(EXPN_REFUSED, "502 5.7.0 Lists are not shown here"),
    WORDS(EXPN_UNKNOWN, "550 5.1.1 {address}: no such list here"),
    WORDS(COMMAND_UNKNOWN, "500 5.5.1 \"{verb}\" is not a command"),
    WORDS(COMMAND_UNIMPLEMENTED, "502 5.5.1 {verb} is not offered here"),
    WORDS(EMPTY_LINE, "500 5.5.2 An empty line is no command"),
    WORDS(LINE_TOO_LONG, "500 5.5.2 Line too long"),
    WORDS(SYNTAX, "501 5.5.4 {verb}: bad arguments"),
    WORDS(ARGUMENT_UNEXPECTED, "501 5.5.4 {verb} takes no arguments"),
    WORDS(VRFY_USAGE, "501 5.5.4 {verb} takes a name"),
    WORDS(PARAMETER_UNKNOWN, "555 5.5.4 {verb}: {keyword} is not a parameter that is known here"),
    WORDS(SIZE_SYNTAX, "501 5.5.4 SIZE is a number of octets"),
    WORDS(BODY_UNKNOWN, "501 5.5.4 BODY is 7BIT or 8BITMIME"),
    WORDS(RET_SYNTAX, "501 5.5.4 RET is FULL or HDRS, and is said once"),
    WORDS(ENVID_SYNTAX, "501 5.5.4 ENVID is up to 100 characters of xtext, and is said once"),
    WORDS(NOTIFY_SYNTAX,
          "501 5.5.4 NOTIFY is NEVER, or some of SUCCESS, FAILURE and DELAY, and is said once"),
    WORDS(ORCPT_SYNTAX, "501 5.5.4 ORCPT is a type, a semicolon and xtext, and is said once"),
    WORDS(DOMAIN_REQUIRED, "501 5.1.7 That is no reverse-path"),
    WORDS(ETRN_STARTED, "250 2.0.0 What waits for {address} is tried now"),
    WORDS(ETRN_NOTHING, "251 2.0.0 Nothing waits for {address}"),
    WORDS(ETRN_REFUSED, "459 4.7.1 {address}: this host keeps nothing for it"),
    WORDS(ETRN_USAGE, "501 5.5.4 {verb} takes the name of a host"),
    WORDS(ETRN_SYNTAX, "501 5.5.4 {verb} takes the name of a host"),
    WORDS(NEED_HELO, "503 5.5.1 Say who you are first"),
    WORDS(NEED_MAIL, "503 5.5.1 MAIL comes first"),
    WORDS(NEED_RCPT, "503 5.5.1 No recipient has been accepted yet"),
    WORDS(DATA_NEEDS_MAIL, "503 5.5.1 MAIL comes first"),
    WORDS(NO_VALID_RECIPIENTS, "554 5.5.1 No recipient has been accepted"),
    WORDS(MAIL_TWICE, "503 5.5.1 A transaction is open already"),
    WORDS(BAD_SEQUENCE, "503 5.5.1 {verb} cannot come now"),
    WORDS(AUTH_IN_TRANSACTION, "503 5.5.1 {verb} cannot come now"),
    WORDS(ETRN_IN_TRANSACTION, "503 5.5.1 {verb} cannot come now"),
    WORDS(HELO_SYNTAX, "501 {verb} takes one name"), /* RFC 2034 3: no enhanced code */
    WORDS(MAIL_USAGE, "501 5.5.4 {verb} goes on with FROM:<reverse-path>"),
    WORDS(RCPT_USAGE, "501 5.5.4 {verb} goes on with TO:<forward-path>"),
    WORDS(MAIL_SYNTAX, "501 5.1.7 That is no reverse-path"),
    WORDS(RCPT_SYNTAX, "501 5.1.3 That is no forward-path"),
    WORDS(TOO_MANY_RECIPIENTS, "452 4.5.3 Too many recipients: send the others in another transaction"),
    WORDS(TOO_BIG, "552 5.3.4 A message may have {limit} octets"),
    WORDS(TOO_MANY_ERRORS, "421 4.7.0 {host} Too many bad commands"),
    WORDS(BARE_NEWLINE, "550 5.6.11 The message has a bare CR or LF: lines end in CRLF"),
    WORDS(AUTH_OK, "235 2.7.0 Welcome, {user}"),
    WORDS(AUTH_FAILED, "535 5.7.8 User name or password is wrong"),
    WORDS(AUTH_REQUIRED, "530 5.7.0 AUTH comes first"),
    WORDS(AUTH_NOT_OFFERED, "503 5.5.1 AUTH is not offered here"),
    WORDS(AUTH_TWICE, "503 5.5.1 You are authenticated already"),
    WORDS(AUTH_MECHANISM, "504 5.5.4 That mechanism is not offered here"),
    WORDS(AUTH_CANCELLED, "501 5.7.0 AUTH cancelled"),
    WORDS(AUTH_BASE64, "501 5.5.2 That is not base64"),
    WORDS(NEED_TLS, "530 5.7.0 STARTTLS comes first"),
    WORDS(STARTTLS_GO, "220 2.0.0 Start TLS now"),
    WORDS(STARTTLS_NOT_OFFERED, "502 5.5.1 STARTTLS is not offered here"),
    WORDS(TIMEOUT, "421 4.4.2 {host} Waited too long for you"),
    WORDS(SHUTTING_DOWN, "421 4.3.2 {host} Closing down"),
    WORDS(LOOP, "554 5.4.6 Too many Received fields: the message is going round in a loop"),
    WORDS(TRY_LATER, "451 4.3.0 Not now; try again later"),
    WORDS(REFUSED, "554 5.7.1 Refused"),
}};

static const char *const keys[] = {
#define TEXT(constant, key) #key,
    SMTP_TEXTS(TEXT)
#undef TEXT
};

enum smtp_text smtp_text_named(struct span key) {
  unsigned text = 0;
  while (text < SMTP_TEXT_COUNT && !span_equal(key, span_from(keys[text]))) text++;
  return (enum smtp_text)text;
}

const char *smtp_text_key(enum smtp_text text) {
  return text < SMTP_TEXT_COUNT ? keys[text] : "";
}
