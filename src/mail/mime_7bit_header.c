/* The fields of an entity that is converted: those of MIME that change, are missing or go; and, where nothing
 * may stay above 127, the others. */
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "mail/mime_7bit_parts.h"

enum { PIECE_MAX = 45 }; /* octets of a parameter's value in one line */

/* A stranger's text may hold NUL, which ends a "%.*s". */
static void add_pieces(struct buf *out, struct span a, struct span b, struct span c) {
  buf_add(out, a);
  buf_add(out, b);
  buf_add(out, c);
}

/* ---- values beyond ASCII ---- */

static bool is_one_of(struct span name, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (span_equal_nocase(name, span_from(names[i]))) return true;
  return false;
}

/* Fields in which an encoded word may stand only in a comment or a phrase, or not at all (RFC 2047 5). */
static bool is_structured(struct span name) {
  static const char *const names[] = {"Received",     "Return-Path", "Message-ID",        "In-Reply-To",
                                      "References",   "Date",        "Resent-Date",       "Resent-From",
                                      "Resent-To",    "Resent-Cc",   "Resent-Message-ID", "Resent-Sender",
                                      "MIME-Version", "Keywords",    "DKIM-Signature",    "Delivered-To"};
  if (span_equal_nocase(name, SPAN("Content-Description"))) return false;
  return span_starts_with_nocase(name, SPAN("Content-")) ||
         is_one_of(name, names, sizeof names / sizeof *names);
}

static bool has_parameters(struct span name) {
  return span_equal_nocase(name, SPAN("Content-Type")) ||
         span_equal_nocase(name, SPAN("Content-Disposition"));
}

/* A field of addresses of which one cannot be read would lose it. */
static bool loses_addresses(struct span name, struct span value, struct arena *arena) {
  static const char *const names[] = {"From", "To", "Cc", "Bcc", "Sender", "Reply-To"};
  struct mailbox_entry *entries;
  size_t bad = 0;
  if (!is_one_of(name, names, sizeof names / sizeof *names)) return false;
  address_list_parse(value, arena, &entries, &bad);
  return bad > 0;
}

static bool may_stand(unsigned char c) {
  return ascii_is_alnum(c) || (c && strchr("!#$&+-.^_`{|}~", c) && c < 127);
}

/* name*=charset''value, in pieces if it is long: name*0*=charset''…; name*1*=… (RFC 2231 3, 4). */
static void write_extended(const struct mime_parameter *parameter, struct buf *out) {
  struct span rest = parameter->value;
  bool whole = rest.len <= PIECE_MAX / 3;
  for (unsigned piece = 0; rest.len; piece++) {
    add_pieces(out, SPAN(";\r\n\t"), parameter->name, SPAN("*"));
    if (!whole) buf_format(out, "%u*", piece);
    buf_add_char(out, '=');
    if (piece == 0) buf_add_text(out, span_is_utf8(parameter->value, NULL) ? "utf-8''" : "unknown-8bit''");
    for (size_t used = 0; rest.len && used + 3 <= PIECE_MAX; rest = span_skip(rest, 1)) {
      unsigned char c = (unsigned char)rest.data[0];
      if (may_stand(c))
        buf_add_char(out, (char)c);
      else
        buf_format(out, "%%%02X", c);
      used += may_stand(c) ? 1 : 3;
    }
  }
}

static void write_parameters(struct mime_7bit *conversion, struct span name, struct span value,
                             struct buf *out) {
  struct span rest = span_skip(value, span_find(value, ';'));
  struct mime_parameter parameter;
  add_pieces(out, name, SPAN(": "), span_first(value, value.len - rest.len));
  while (rest.len && mime_next_parameter(&rest, &conversion->arena, &parameter)) {
    bool plain = span_is_ascii(parameter.text) || span_equal_nocase(parameter.name, SPAN("boundary"));
    if (plain)
      add_pieces(out, SPAN(";\r\n\t"), parameter.text, SPAN_EMPTY);
    else
      write_extended(&parameter, out);
  }
  buf_add(out, SPAN("\r\n"));
}

static void write_beyond_ascii(struct mime_7bit *conversion, const struct header_field *field,
                               struct buf *out) {
  struct arena *arena = &conversion->arena;
  struct span value = header_unfold(field->value, arena);
  if (has_parameters(field->name)) {
    write_parameters(conversion, field->name, value, out);
  } else if (is_structured(field->name) || !header_value_is_safe(value) ||
             loses_addresses(field->name, value, arena)) {
    mime_7bit_give_up(conversion, "a field has octets above 127 where no encoded word may be (RFC 2047 5)");
    buf_add(out, field->text);
  } else {
    struct compose compose = compose_begin(arena);
    compose_field(&compose, field->name, value);
    buf_add(out, compose.entries[0].line);
  }
}

/* ---- the fields of MIME ---- */

/* A text that does not say its charset is us-ascii (RFC 2046 4.1.2), which it is not. */
static void write_type(const struct mime_7bit_entity *entity, struct buf *out) {
  bool is_text = span_starts_with_nocase(entity->part.type, SPAN("text/"));
  if (!is_text || entity->part.charset.len) return;
  if (out->len && out->data[out->len - 1] == '\n') out->len--;
  if (out->len && out->data[out->len - 1] == '\r') out->len--;
  while (out->len && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == ';')) out->len--;
  buf_add_text(out, ";\r\n\tcharset=unknown-8bit\r\n");
}

static void write_field(struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                        const struct mime_7bit_change *change, const struct header_field *field, bool *typed,
                        struct buf *out) {
  if (conversion->rules->reach == MIME_7BIT_ALL && !span_is_ascii(field->text))
    write_beyond_ascii(conversion, field, out);
  else
    buf_add(out, field->text);
  if (!change->needs_type || *typed || !span_equal_nocase(field->name, SPAN("Content-Type"))) return;
  *typed = true;
  write_type(entity, out);
}

/* The new fields come last, as sendmail and Postfix write them. */
static void write_new_fields(const struct mime_7bit_entity *entity, const struct mime_7bit_change *change,
                             bool adds_mime_version, struct buf *out) {
  if (adds_mime_version) buf_add_text(out, "MIME-Version: 1.0\r\n");
  if (change->needs_type && !entity->has_type)
    buf_add_text(out, "Content-Type: text/plain; charset=unknown-8bit\r\n");
  if (change->encoding.len)
    add_pieces(out, SPAN("Content-Transfer-Encoding: "), change->encoding, SPAN("\r\n"));
  if (change->remark.len) add_pieces(out, change->remark, SPAN("\r\n"), SPAN_EMPTY);
}

void mime_7bit_write_header(struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                            const struct mime_7bit_change *change, struct buf *out) {
  struct header_reader reader = header_read(entity->part.header);
  struct header_field field;
  enum header_item item;
  bool typed = false;
  bool adds_mime_version = change->needs_mime_version && entity->role == MIME_7BIT_MESSAGE &&
                           conversion->rules->reach != MIME_7BIT_LABELLED &&
                           !header_find(entity->part.header, SPAN("MIME-Version"), &field);
  while ((item = header_next(&reader, &field)) != HEADER_END) {
    bool goes = item == HEADER_FIELD && change->encoding.len &&
                span_equal_nocase(field.name, SPAN("Content-Transfer-Encoding"));
    if (item == HEADER_JUNK)
      buf_add(out, field.text);
    else if (!goes)
      write_field(conversion, entity, change, &field, &typed, out);
  }
  if (adds_mime_version || change->encoding.len || change->needs_type)
    write_new_fields(entity, change, adds_mime_version, out);
}
