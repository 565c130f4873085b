#include "mail/dsn_request.h"

static const struct {
  struct span word;
  enum dsn_notify bit;
} notify_words[] = {
    {SPAN_INIT("NEVER"), DSN_NOTIFY_NEVER},
    {SPAN_INIT("SUCCESS"), DSN_NOTIFY_SUCCESS},
    {SPAN_INIT("FAILURE"), DSN_NOTIFY_FAILURE},
    {SPAN_INIT("DELAY"), DSN_NOTIFY_DELAY},
};
enum { NOTIFY_WORDS = sizeof notify_words / sizeof *notify_words };

/* ---- xtext (RFC 3461 4) ---- */

static bool is_xchar(char c) {
  return c > ' ' && c <= '~' && c != '+' && c != '=';
}

/* Its value, or 16: only upper-case digits will do. */
static unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

static unsigned hexchar_value(struct span xtext) {
  if (xtext.len < 3 || hex_value(xtext.data[1]) > 15 || hex_value(xtext.data[2]) > 15) return 256;
  return hex_value(xtext.data[1]) * 16 + hex_value(xtext.data[2]);
}

/* What it stands for must be printable ASCII, since a report names it (4.2, 4.4). */
static bool is_xtext(struct span xtext) {
  while (xtext.len > 0) {
    bool hexchar = xtext.data[0] == '+';
    unsigned octet = hexchar ? hexchar_value(xtext) : (unsigned char)xtext.data[0];
    if (hexchar ? octet < ' ' || octet > '~' : !is_xchar(xtext.data[0])) return false;
    xtext = span_skip(xtext, hexchar ? 3 : 1);
  }
  return true;
}

void xtext_encode(struct span text, struct buf *out) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.len; i++) {
    unsigned octet = (unsigned char)text.data[i];
    const char hexchar[] = {'+', digits[octet / 16], digits[octet % 16]};
    if (is_xchar(text.data[i]))
      buf_add_char(out, text.data[i]);
    else
      buf_add(out, span_of(hexchar, sizeof hexchar));
  }
}

void xtext_decode(struct span xtext, struct buf *out) {
  while (xtext.len > 0) {
    unsigned octet = xtext.data[0] == '+' ? hexchar_value(xtext) : 256;
    buf_add_char(out, octet < 256 ? (char)octet : xtext.data[0]);
    xtext = span_skip(xtext, octet < 256 ? 3 : 1);
  }
}

/* ---- the values ---- */

/* NEVER stands alone (RFC 3461 4.1). */
bool dsn_read_notify(struct span value, struct dsn_recipient_request *out) {
  struct span word;
  unsigned notify = 0;
  while (span_next(&value, ',', &word)) {
    size_t i = 0;
    while (i < NOTIFY_WORDS && !span_equal_nocase(word, notify_words[i].word)) i++;
    if (i == NOTIFY_WORDS) return false;
    notify |= notify_words[i].bit;
  }
  out->notify = (uint8_t)notify;
  return notify && (!(notify & DSN_NOTIFY_NEVER) || notify == DSN_NOTIFY_NEVER);
}

/* An atom of RFC 822 3.3; it was printable ASCII before. */
static bool is_atom(struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] <= ' ' || text.data[i] > '~' ||
        span_find(SPAN("()<>@,;:\\\".[]"), text.data[i]) != SPAN_NONE)
      return false;
  return text.len > 0;
}

bool dsn_read_original(struct span value, struct dsn_recipient_request *out) {
  size_t semicolon = span_find(value, ';');
  out->original = value;
  return semicolon != SPAN_NONE && value.len <= DSN_ORIGINAL_RECIPIENT_MAX &&
         is_atom(span_first(value, semicolon)) && semicolon + 1 < value.len &&
         is_xtext(span_skip(value, semicolon + 1));
}

bool dsn_read_return(struct span value, struct dsn_message_request *out) {
  out->returns = span_equal_nocase(value, SPAN("FULL"))   ? DSN_RETURN_FULL
                 : span_equal_nocase(value, SPAN("HDRS")) ? DSN_RETURN_HEADERS
                                                          : DSN_RETURN_UNSAID;
  return out->returns != DSN_RETURN_UNSAID;
}

bool dsn_read_envelope_id(struct span value, struct dsn_message_request *out) {
  out->envelope_id = value;
  return value.len > 0 && value.len <= DSN_ENVELOPE_ID_MAX && is_xtext(value);
}

/* ---- passed on ---- */

void dsn_write_message_request(const struct dsn_message_request *request, struct buf *out) {
  if (request->envelope_id.len) buf_add(out, SPAN(" ENVID="));
  buf_add(out, request->envelope_id);
  if (request->returns != DSN_RETURN_UNSAID)
    buf_add(out, request->returns == DSN_RETURN_FULL ? SPAN(" RET=FULL") : SPAN(" RET=HDRS"));
}

static void write_notify(const struct dsn_recipient_request *request, struct buf *out) {
  struct span before = SPAN(" NOTIFY=");
  for (size_t i = 0; i < NOTIFY_WORDS; i++) {
    if (!(request->notify & notify_words[i].bit)) continue;
    buf_add(out, before);
    buf_add(out, notify_words[i].word);
    before = SPAN(",");
  }
}

void dsn_write_recipient_request(const struct dsn_recipient_request *request, bool original_first,
                                 struct buf *out) {
  if (!original_first) write_notify(request, out);
  if (request->original.len) buf_add(out, SPAN(" ORCPT="));
  buf_add(out, request->original);
  if (original_first) write_notify(request, out);
}

struct span dsn_original_of(struct span address, struct arena *arena) {
  char inside[64];
  struct buf text = BUF_ON(inside, 0);
  struct dsn_recipient_request request;
  buf_add(&text, SPAN("rfc822;"));
  xtext_encode(address, &text);
  bool good = dsn_read_original(buf_span(&text), &request);
  struct span original = good ? arena_copy(arena, buf_span(&text)) : SPAN_EMPTY;
  buf_free(&text);
  return original;
}
