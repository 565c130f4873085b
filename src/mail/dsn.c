#include "mail/dsn.h"

#include "base/check.h"
#include "mail/date.h"
#include "mail/header.h"

const char *dsn_action_text(enum dsn_action action) {
  static const char *const texts[] = {[DSN_NOTHING] = "",        [DSN_FAILED] = "failed",
                                      [DSN_DELAYED] = "delayed", [DSN_DELIVERED] = "delivered",
                                      [DSN_RELAYED] = "relayed", [DSN_EXPANDED] = "expanded"};
  CHECK((size_t)action < sizeof texts / sizeof *texts);
  return texts[action];
}

/* What is being written: the body, and a scratch text for one value. */
struct writer {
  const struct dsn *dsn;
  struct buf header, body, value, boundary;
};

static void add_safe(struct buf *out, struct span text, bool ascii) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    buf_add_char(out, c < 32 || c == 127 ? ' ' : c > 127 && ascii ? '?' : (char)c);
  }
}

/* "Name: prefix value"; nothing if the value is empty. */
static void add_field_of(struct writer *w, struct buf *out, struct span name, const char *before,
                         struct span value) {
  if (value.len == 0) return;
  buf_clear(&w->value);
  buf_add_text(&w->value, before);
  add_safe(&w->value, value, out == &w->body);
  header_fold(name, buf_span(&w->value), HEADER_LINE_WISH, out);
}

static void add_field(struct writer *w, struct buf *out, const char *name, const char *before,
                      struct span value) {
  add_field_of(w, out, span_from(name), before, value);
}

static void add_date(struct writer *w, struct buf *out, const char *name, int64_t unix_us) {
  if (unix_us == DSN_NO_TIME) return;
  buf_clear(&w->value);
  date_format(unix_us, w->dsn->zone_minutes, w->dsn->zone_comment, &w->value);
  header_fold(span_from(name), buf_span(&w->value), HEADER_LINE_WISH, out);
}

static bool occurs(const struct dsn *dsn, struct span text) {
  if (span_search(dsn->text, text) != SPAN_NONE) return true;
  if (span_search(message_body(dsn->original), text) != SPAN_NONE) return true;
  for (const struct message *version = dsn->original; version; version = version->tail)
    if (span_search(message_block(version), text) != SPAN_NONE) return true;
  return false;
}

/* The boundary wished for, with a number after it until it occurs nowhere. */
static void choose_boundary(struct writer *w) {
  struct span wish = w->dsn->boundary;
  CHECK(wish.len > 0 && wish.len <= DSN_BOUNDARY_MAX);
  for (size_t i = 0; i < wish.len; i++)
    CHECK(ascii_is_alnum(wish.data[i]) || (wish.data[i] && strchr("+-./=_", wish.data[i])));
  buf_add(&w->boundary, wish);
  for (uint64_t n = 1; occurs(w->dsn, buf_span(&w->boundary)); n++) {
    buf_clear(&w->boundary);
    buf_add(&w->boundary, wish);
    buf_add_char(&w->boundary, '=');
    buf_add_u64(&w->boundary, n);
  }
}

static bool original_is_8bit(const struct dsn *dsn) {
  return dsn->original->has_8bit_header || (!dsn->headers_only && dsn->original->body->has_8bit);
}

/* "X-Failed-Recipients: a@a.example, b@b.example", for programs that read no MIME. */
static void write_recipients_field(struct writer *w) {
  struct buf list = {0};
  for (size_t i = 0; i < w->dsn->recipient_count; i++) {
    if (i) buf_add_text(&list, ", ");
    buf_add(&list, w->dsn->recipients[i].final);
  }
  add_field_of(w, &w->header, w->dsn->recipients_field, "", buf_span(&list));
  buf_free(&list);
}

static void write_header(struct writer *w) {
  const struct dsn *dsn = w->dsn;
  struct buf *out = &w->header;
  bool is_8bit = original_is_8bit(dsn) || !span_is_ascii(dsn->text);
  if (dsn->recipients_field.len) write_recipients_field(w);
  add_date(w, out, "Date", dsn->date_us);
  add_field(w, out, "From", "", dsn->from);
  if (dsn->message_id.len) {
    struct span name = dsn->message_id_field.len ? dsn->message_id_field : SPAN("Message-ID");
    add_field_of(w, out, name, "<", dsn->message_id);
    out->len -= 2; /* the id is a single word: its line ends here */
    buf_add(out, SPAN(">\r\n"));
  }
  add_field(w, out, "To", "", dsn->to);
  add_field(w, out, "Subject", "", dsn->subject);
  add_field(w, out, "Auto-Submitted", "",
            dsn->auto_submitted.len ? dsn->auto_submitted : SPAN("auto-replied"));
  buf_add_text(out, "MIME-Version: 1.0\r\n");
  buf_format(out, "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"%.*s\"\r\n",
             SPAN_ARG(buf_span(&w->boundary)));
  if (is_8bit) buf_add_text(out, "Content-Transfer-Encoding: 8bit\r\n");
}

static void begin_part(struct writer *w, const char *type, bool is_8bit) {
  buf_format(&w->body, "--%.*s\r\nContent-Type: %s\r\n", SPAN_ARG(buf_span(&w->boundary)), type);
  if (is_8bit) buf_add_text(&w->body, "Content-Transfer-Encoding: 8bit\r\n");
  buf_add_text(&w->body, "\r\n");
}

static void add_lines(struct span rest, struct buf *out) {
  struct span line;
  while (rest.len && span_next(&rest, '\n', &line)) {
    buf_add(out, span_trim_right(line));
    buf_add_text(out, "\r\n");
  }
}

static void write_text(struct writer *w) {
  struct span text = w->dsn->text;
  bool is_8bit = !span_is_ascii(text);
  begin_part(w,
             !is_8bit                   ? "text/plain; charset=us-ascii"
             : span_is_utf8(text, NULL) ? "text/plain; charset=utf-8"
                                        : "text/plain; charset=unknown-8bit",
             is_8bit);
  add_lines(text, &w->body);
  buf_add_text(&w->body, "\r\n");
}

/* The first word of the program's name, as part of a field's type. */
static struct span own_name(const struct dsn *dsn) {
  size_t len = 0;
  while (len < dsn->product.len && ascii_is_alnum(dsn->product.data[len])) len++;
  return len ? span_first(dsn->product, len) : SPAN("Local");
}

/* Only what came by SMTP is of that type (RFC 3464 2.3.6); a program's own words go by its own name. */
static void add_diagnostic(struct writer *w, const struct dsn_recipient *recipient) {
  if (recipient->diagnostic.len == 0) return;
  buf_clear(&w->value);
  if (recipient->remote_mta.len)
    buf_add_text(&w->value, "smtp; ");
  else
    buf_format(&w->value, "X-%.*s; ", SPAN_ARG(own_name(w->dsn)));
  add_safe(&w->value, recipient->diagnostic, true);
  header_fold(SPAN("Diagnostic-Code"), buf_span(&w->value), HEADER_LINE_WISH, &w->body);
}

static void write_recipient(struct writer *w, const struct dsn_recipient *recipient) {
  struct buf *out = &w->body;
  buf_add_text(out, "\r\n");
  add_field(w, out, "Original-Recipient", "", recipient->original);
  add_field(w, out, "Final-Recipient", "rfc822; ", recipient->final);
  add_field(w, out, "Action", "", span_from(dsn_action_text(recipient->action)));
  add_field(w, out, "Status", "", recipient->status);
  add_field(w, out, "Remote-MTA", "dns; ", recipient->remote_mta);
  add_diagnostic(w, recipient);
  add_date(w, out, "Last-Attempt-Date", recipient->last_attempt_us);
  add_date(w, out, "Will-Retry-Until", recipient->will_retry_until_us);
}

static void write_status(struct writer *w) {
  const struct dsn *dsn = w->dsn;
  begin_part(w, "message/delivery-status", false);
  add_field(w, &w->body, "Original-Envelope-Id", "", dsn->envelope_id);
  add_field(w, &w->body, "Reporting-MTA", "dns; ", dsn->reporting_mta);
  add_field(w, &w->body, "Received-From-MTA", "dns; ", dsn->received_from_mta);
  add_date(w, &w->body, "Arrival-Date", dsn->arrival_us);
  for (size_t i = 0; i < dsn->recipient_count; i++) write_recipient(w, &dsn->recipients[i]);
  buf_add_text(&w->body, "\r\n");
}

static void write_original(struct writer *w) {
  const struct dsn *dsn = w->dsn;
  begin_part(w, dsn->headers_only ? "text/rfc822-headers" : "message/rfc822", original_is_8bit(dsn));
  if (dsn->headers_only)
    message_write_header(dsn->original, &w->body);
  else
    message_write(dsn->original, &w->body);
  buf_format(&w->body, "\r\n--%.*s--\r\n", SPAN_ARG(buf_span(&w->boundary)));
}

/* A paragraph that begins with "-" is where the message begins (QSBMF). */
static struct message *compose_plain(const struct dsn *dsn) {
  struct writer w = {.dsn = dsn};
  add_field(&w, &w.header, "Date", "", dsn->plain_date);
  add_field(&w, &w.header, "From", "", dsn->from);
  add_field(&w, &w.header, "To", "", dsn->to);
  add_field(&w, &w.header, "Subject", "", dsn->subject);
  add_lines(dsn->text, &w.body);
  buf_add_text(&w.body, "\r\n--- Below this line is a copy of the message.\r\n\r\n");
  add_field(&w, &w.body, "Return-Path", "", dsn->to);
  message_write(dsn->original, &w.body);
  struct message *message = message_new(buf_span(&w.header), buf_span(&w.body));
  buf_free(&w.header);
  buf_free(&w.body);
  buf_free(&w.value);
  return message;
}

struct message *dsn_compose(const struct dsn *dsn) {
  if (dsn->plain) return compose_plain(dsn);
  struct writer w = {.dsn = dsn};
  choose_boundary(&w);
  write_header(&w);
  write_text(&w);
  write_status(&w);
  write_original(&w);
  struct message *message = message_new(buf_span(&w.header), buf_span(&w.body));
  buf_free(&w.header);
  buf_free(&w.body);
  buf_free(&w.value);
  buf_free(&w.boundary);
  return message;
}
