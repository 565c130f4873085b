#include "mail/mime_7bit.h"

#include "mail/header.h"
#include "mail/mime_7bit_parts.h"
#include "mail/transfer_encoding.h"

void mime_7bit_give_up(struct mime_7bit *conversion, const char *why) {
  if (conversion->rules->reach == MIME_7BIT_ALL && !conversion->why) conversion->why = why;
}

/* ---- what an entity is ---- */

enum entity_kind { ENTITY_LEAF, ENTITY_MULTIPART, ENTITY_MESSAGE, ENTITY_SEALED /* must not be touched */ };

static bool is_identity(enum mime_encoding encoding) {
  return encoding == MIME_7BIT || encoding == MIME_8BIT || encoding == MIME_BINARY;
}

static bool is_labelled(const struct mime_7bit_entity *entity) {
  return entity->part.encoding == MIME_8BIT || entity->part.encoding == MIME_BINARY;
}

static struct mime_7bit_entity describe(struct mime_7bit *conversion, enum mime_7bit_role role,
                                        struct span header, struct span gap, struct span body) {
  struct header_field field;
  return (struct mime_7bit_entity){
      .role = role,
      .part = mime_describe(header, body, &conversion->arena),
      .gap = gap,
      .has_type = header_find(header, SPAN("Content-Type"), &field),
      .has_8bit = !span_is_ascii(body),
  };
}

/* A signature covers its part as it is, and is made for one that needs no conversion (RFC 1847 2.1). */
static bool is_signed(const struct mime_part *part) {
  return span_equal_nocase(part->type, SPAN("multipart/signed")) ||
         span_equal_nocase(part->type, SPAN("multipart/encrypted"));
}

static enum entity_kind kind_of(const struct mime_7bit *conversion, const struct mime_7bit_entity *entity) {
  const struct mime_part *part = &entity->part;
  struct mime_delimiter first;
  if (mime_is_multipart(part)) {
    bool sealed = is_signed(part) && conversion->rules->reach != MIME_7BIT_LABELLED;
    bool divided = part->boundary.len && mime_find_delimiter(part->body, 0, part->boundary, &first);
    return divided && !sealed ? ENTITY_MULTIPART : ENTITY_SEALED;
  }
  if (entity->role == MIME_7BIT_DIGEST_PART && !entity->has_type) return ENTITY_MESSAGE;
  if (!span_starts_with_nocase(part->type, SPAN("message/"))) return ENTITY_LEAF;
  if (span_equal_nocase(part->type, SPAN("message/rfc822"))) return ENTITY_MESSAGE;
  /* message/global may be encoded (RFC 6532 3.7); partial and others may not (RFC 2046 5.2) */
  return span_equal_nocase(part->type, SPAN("message/global")) ? ENTITY_LEAF : ENTITY_SEALED;
}

/* Whether there is anything in it to be done. */
static bool concerns(const struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                     enum entity_kind kind) {
  switch (conversion->rules->reach) {
  case MIME_7BIT_ALL: return entity->has_8bit || is_labelled(entity) || !span_is_ascii(entity->part.header);
  case MIME_7BIT_MIME: return entity->has_8bit && is_identity(entity->part.encoding);
  case MIME_7BIT_LABELLED: break;
  }
  return kind == ENTITY_LEAF ? is_labelled(entity) : kind != ENTITY_SEALED;
}

/* ---- a leaf ---- */

/* Octets above 127, and octets that quoted-printable has to write as three. */
static void count_octets(struct span bytes, size_t *high_out, size_t *escaped_out) {
  size_t high = 0, escaped = 0;
  for (size_t i = 0; i < bytes.len; i++) {
    unsigned char c = (unsigned char)bytes.data[i];
    high += c > 127;
    escaped += c > 126 || c == '=' || (c < ' ' && c != '\t' && c != '\r' && c != '\n');
  }
  *high_out = high;
  *escaped_out = escaped;
}

/* sendmail's rule of an eighth; control characters count where they are many. */
static bool is_base64_better(const struct mime_part *part) {
  size_t high, escaped;
  count_octets(part->body, &high, &escaped);
  return part->encoding == MIME_BINARY || high > part->body.len / 8 || escaped > part->body.len / 4;
}

static void write_quoted_printable(struct span body, struct buf *out) {
  quoted_printable_encode(body, false, out);
}

/* The last line end is there only if the body had one: a part's belongs to the delimiter. */
static void write_base64(struct span octets, bool ends_line, struct buf *out) {
  mime_base64_encode(octets, out);
  if (!ends_line && out->len >= 2 && octets.len) out->len -= 2;
}

/* It says that it is encoded and has octets that no encoding writes (RFC 2045 6.7, 6.8): what a reader would
 * make of it, in an encoding that holds it. */
static void write_again(const struct mime_part *part, bool ends_line, struct buf *out) {
  struct buf octets = {0};
  uint32_t defects;
  if (part->encoding == MIME_QUOTED_PRINTABLE)
    quoted_printable_decode(part->body, &octets, &defects);
  else
    mime_base64_decode(part->body, &octets, &defects);
  write_base64(buf_span(&octets), ends_line, out);
  if (ends_line && octets.len == 0) buf_add(out, SPAN("\r\n"));
  buf_free(&octets);
}

static bool has_long_line(struct span body) {
  while (body.len) {
    size_t at = span_find(body, '\n'), len = at == SPAN_NONE ? body.len : at + 1;
    if (len > HEADER_LINE_MAX + 2) return true;
    body = span_skip(body, len);
  }
  return false;
}

enum leaf_form { LEAF_PLAIN, LEAF_QUOTED_PRINTABLE, LEAF_BASE64, LEAF_AGAIN };

static enum leaf_form form_of(const struct mime_7bit *conversion, const struct mime_7bit_entity *entity) {
  const struct mime_part *part = &entity->part;
  if (conversion->rules->reach == MIME_7BIT_LABELLED) return LEAF_QUOTED_PRINTABLE;
  if (!entity->has_8bit && !(is_labelled(entity) && has_long_line(part->body))) return LEAF_PLAIN;
  if (part->encoding == MIME_QUOTED_PRINTABLE || part->encoding == MIME_BASE64) return LEAF_AGAIN;
  return is_base64_better(part) ? LEAF_BASE64 : LEAF_QUOTED_PRINTABLE;
}

static struct mime_7bit_change change_of_leaf(const struct mime_7bit *conversion,
                                              const struct mime_7bit_entity *entity, enum leaf_form form) {
  const struct mime_7bit_rules *rules = conversion->rules;
  struct mime_7bit_change change = {.needs_type = form != LEAF_PLAIN && rules->reach == MIME_7BIT_ALL};
  change.encoding = change.remark = SPAN_EMPTY;
  if (form == LEAF_PLAIN) {
    if (is_labelled(entity)) change.encoding = SPAN("7bit");
  } else if (form == LEAF_QUOTED_PRINTABLE) {
    change.encoding = SPAN("quoted-printable");
    change.remark = rules->remark_quoted_printable;
  } else {
    change.encoding = SPAN("base64");
    change.remark = rules->remark_base64;
  }
  return change;
}

static void write_leaf_body(const struct mime_part *part, enum leaf_form form, struct buf *out) {
  bool ends_line = span_ends_with(part->body, SPAN("\r\n"));
  switch (form) {
  case LEAF_PLAIN: buf_add(out, part->body); break;
  case LEAF_QUOTED_PRINTABLE: write_quoted_printable(part->body, out); break;
  case LEAF_BASE64: write_base64(part->body, ends_line, out); break;
  case LEAF_AGAIN: write_again(part, ends_line, out); break;
  }
}

/* ---- what has parts ---- */

/* Where an entity is written to: a part's header and body follow each other in one buffer. */
struct outlet {
  struct buf *header, *body;
};

static void convert(struct mime_7bit *conversion, const struct mime_7bit_entity *entity, unsigned depth,
                    struct outlet outlet);

static void convert_text(struct mime_7bit *conversion, enum mime_7bit_role role, struct span text,
                         unsigned depth, struct buf *out) {
  struct span header, body;
  mime_split(text, &header, &body);
  struct span gap = span_slice(text, header.len, text.len - header.len - body.len);
  struct mime_7bit_entity entity = describe(conversion, role, header, gap, body);
  convert(conversion, &entity, depth, (struct outlet){out, out});
}

/* Before the first part and after the last nobody reads (RFC 2046 5.1.1), and no field could name an
 * encoding. */
static void write_outside(const struct mime_7bit *conversion, struct span text, struct buf *out) {
  if (conversion->rules->reach == MIME_7BIT_LABELLED || span_is_ascii(text)) {
    buf_add(out, text);
    return;
  }
  for (size_t i = 0; i < text.len; i++)
    buf_add_char(out, (unsigned char)text.data[i] > 127 ? '?' : text.data[i]);
}

static void write_multipart(struct mime_7bit *conversion, const struct mime_part *part, unsigned depth,
                            struct buf *out) {
  struct span body = part->body;
  bool is_digest = span_equal_nocase(part->type, SPAN("multipart/digest"));
  struct mime_delimiter delimiter;
  bool found = mime_find_delimiter(body, 0, part->boundary, &delimiter);
  write_outside(conversion, span_first(body, delimiter.start), out);
  while (found) {
    size_t from = delimiter.end;
    buf_add(out, span_slice(body, delimiter.start, from - delimiter.start));
    if (delimiter.last) {
      write_outside(conversion, span_skip(body, from), out);
      return;
    }
    found = mime_find_delimiter(body, from, part->boundary, &delimiter);
    struct span text = found ? span_slice(body, from, delimiter.start - from) : span_skip(body, from);
    struct span inside = found ? mime_without_line_end(text) : text;
    convert_text(conversion, is_digest ? MIME_7BIT_DIGEST_PART : MIME_7BIT_PART, inside, depth + 1, out);
    buf_add(out, span_skip(text, inside.len));
  }
}

/* ---- one entity ---- */

static void write_entity(struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                         const struct mime_7bit_change *change, struct outlet outlet) {
  mime_7bit_write_header(conversion, entity, change, outlet.header);
  bool needs_gap = outlet.header == outlet.body && !entity->gap.len && entity->part.body.len;
  buf_add(outlet.body, needs_gap ? SPAN("\r\n") : entity->gap);
}

static void copy_entity(const struct mime_7bit_entity *entity, struct outlet outlet) {
  buf_add(outlet.header, entity->part.header);
  buf_add(outlet.body, entity->gap);
  buf_add(outlet.body, entity->part.body);
}

static struct mime_7bit_change change_of_frame(const struct mime_7bit *conversion,
                                               const struct mime_7bit_entity *entity) {
  struct mime_7bit_change change = {.encoding = SPAN_EMPTY, .remark = SPAN_EMPTY};
  bool says_other =
      conversion->rules->reach == MIME_7BIT_ALL ? entity->part.encoding != MIME_7BIT : is_labelled(entity);
  if (says_other) change.encoding = SPAN("7bit");
  return change;
}

static void convert_frame(struct mime_7bit *conversion, const struct mime_7bit_entity *entity,
                          enum entity_kind kind, unsigned depth, struct outlet outlet) {
  struct mime_7bit_change change = change_of_frame(conversion, entity);
  if (kind == ENTITY_SEALED && entity->has_8bit)
    mime_7bit_give_up(conversion, "a part of it must not be encoded (RFC 2046 5.2, RFC 1847 2.1)");
  change.needs_mime_version = entity->has_8bit || change.encoding.len;
  write_entity(conversion, entity, &change, outlet);
  if (kind == ENTITY_MULTIPART)
    write_multipart(conversion, &entity->part, depth, outlet.body);
  else if (kind == ENTITY_MESSAGE)
    convert_text(conversion, MIME_7BIT_MESSAGE, entity->part.body, depth + 1, outlet.body);
  else
    buf_add(outlet.body, entity->part.body);
}

static void convert(struct mime_7bit *conversion, const struct mime_7bit_entity *entity, unsigned depth,
                    struct outlet outlet) {
  enum entity_kind kind = kind_of(conversion, entity);
  if (!concerns(conversion, entity, kind)) {
    copy_entity(entity, outlet);
    return;
  }
  if (depth > MIME_7BIT_DEPTH_MAX) {
    mime_7bit_give_up(conversion, "its parts are nested too deeply");
    copy_entity(entity, outlet);
    return;
  }
  if (kind != ENTITY_LEAF) {
    convert_frame(conversion, entity, kind, depth, outlet);
    return;
  }
  enum leaf_form form = form_of(conversion, entity);
  struct mime_7bit_change change = change_of_leaf(conversion, entity, form);
  change.needs_mime_version = change.encoding.len > 0;
  write_entity(conversion, entity, &change, outlet);
  write_leaf_body(&entity->part, form, outlet.body);
}

enum mime_7bit_result mime_to_7bit(struct span header, struct span body, const struct mime_7bit_rules *rules,
                                   struct buf *header_out, struct buf *body_out, const char **why_out) {
  struct mime_7bit conversion = {.rules = rules, .arena = ARENA_EMPTY};
  struct header_field field;
  *why_out = NULL;
  if (rules->reach == MIME_7BIT_MIME && !header_find(header, SPAN("MIME-Version"), &field))
    return MIME_7BIT_AS_IT_WAS;
  struct mime_7bit_entity entity = describe(&conversion, MIME_7BIT_MESSAGE, header, SPAN_EMPTY, body);
  convert(&conversion, &entity, 0, (struct outlet){header_out, body_out});
  if (!span_is_ascii(buf_span(header_out)) || !span_is_ascii(buf_span(body_out)))
    mime_7bit_give_up(&conversion, "octets above 127 are left where no encoding may be (RFC 5322 2.2)");
  if (header_out->overflowed || body_out->overflowed) conversion.why = "it is too large in 7 bits";
  arena_free(&conversion.arena);
  *why_out = conversion.why;
  if (conversion.why) return MIME_7BIT_IMPOSSIBLE;
  bool same = span_equal(buf_span(header_out), header) && span_equal(buf_span(body_out), body);
  return same ? MIME_7BIT_AS_IT_WAS : MIME_7BIT_CONVERTED;
}
