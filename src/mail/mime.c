#include "mail/mime.h"

#include "mail/header.h"
#include "mail/transfer_encoding.h"

/* ---- field values ---- */

static bool is_token_char(char c) {
  return c > ' ' && c < 127 && !memchr("()<>@,;:\\\"/[]?=", c, 15);
}

/* A quoted-string's content from after its opening quote; *rest then begins after the closing one. */
static struct span unquote(struct span *rest, struct arena *arena) {
  struct buf text = {0};
  size_t at = 0;
  while (at < rest->len && rest->data[at] != '"') {
    if (rest->data[at] == '\\' && at + 1 < rest->len) at++;
    buf_add_char(&text, rest->data[at++]);
  }
  *rest = span_skip(*rest, at + 1);
  struct span copied = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copied;
}

static struct span take_value(struct span *rest, struct arena *arena) {
  if (rest->len && rest->data[0] == '"') {
    *rest = span_skip(*rest, 1);
    return unquote(rest, arena);
  }
  size_t len = 0;
  while (len < rest->len && is_token_char(rest->data[len])) len++;
  struct span value = span_first(*rest, len);
  *rest = span_skip(*rest, len);
  return value;
}

bool mime_next_parameter(struct span *rest, struct arena *arena, struct mime_parameter *out) {
  struct span text = span_trim(span_skip(*rest, 1)); /* the semicolon */
  size_t equals = span_find(text, '=');
  *rest = SPAN_EMPTY;
  if (equals == SPAN_NONE) return false;
  out->name = span_trim(span_first(text, equals));
  struct span after = span_trim(span_skip(text, equals + 1));
  out->value = take_value(&after, arena);
  out->text = span_first(text, (size_t)(after.data - text.data));
  *rest = span_skip(after, span_find(after, ';'));
  return true;
}

struct span mime_parameter(struct span value, struct span name, struct arena *arena) {
  struct span rest = span_skip(value, span_find(value, ';'));
  struct mime_parameter found;
  while (rest.len && mime_next_parameter(&rest, arena, &found))
    if (span_equal_nocase(found.name, name)) return found.value;
  return SPAN_EMPTY;
}

/* "multipart/mixed", without parameters and comments. */
static struct span type_of(struct span value) {
  size_t len = 0;
  while (len < value.len && (is_token_char(value.data[len]) || value.data[len] == '/')) len++;
  return span_first(value, len);
}

static enum mime_encoding encoding_of(struct span text) {
  static const struct {
    struct span name;
    enum mime_encoding encoding;
  } names[] = {{SPAN_INIT("7bit"), MIME_7BIT},
               {SPAN_INIT("8bit"), MIME_8BIT},
               {SPAN_INIT("binary"), MIME_BINARY},
               {SPAN_INIT("quoted-printable"), MIME_QUOTED_PRINTABLE},
               {SPAN_INIT("base64"), MIME_BASE64}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (span_equal_nocase(text, names[i].name)) return names[i].encoding;
  return MIME_UNKNOWN_ENCODING;
}

/* ---- one entity ---- */

struct mime_part mime_describe(struct span header, struct span body, struct arena *arena) {
  struct mime_part part = {.kind = MIME_LEAF, .header = header, .body = body};
  struct span type = header_value(header, SPAN("Content-Type"), arena);
  struct span encoding = header_value(header, SPAN("Content-Transfer-Encoding"), arena);
  part.type = type_of(type).len ? type_of(type) : SPAN("text/plain");
  part.charset = mime_parameter(type, SPAN("charset"), arena);
  part.name =
      mime_parameter(header_value(header, SPAN("Content-Disposition"), arena), SPAN("filename"), arena);
  if (!part.name.len) part.name = mime_parameter(type, SPAN("name"), arena);
  part.encoding_text = encoding.len ? encoding : SPAN("7bit");
  part.encoding = encoding_of(part.encoding_text);
  part.boundary = mime_is_multipart(&part) ? mime_parameter(type, SPAN("boundary"), arena) : SPAN_EMPTY;
  return part;
}

bool mime_is_multipart(const struct mime_part *part) {
  return span_starts_with_nocase(part->type, SPAN("multipart/"));
}

void mime_split(struct span text, struct span *header_out, struct span *body_out) {
  struct header_reader reader = header_read(text);
  struct header_field field;
  size_t header_end = 0;
  enum header_item item;
  while ((item = header_next(&reader, &field)) == HEADER_FIELD) header_end = field.offset + field.text.len;
  *header_out = span_first(text, header_end);
  *body_out = span_skip(text, item == HEADER_JUNK ? field.offset : reader.at);
}

/* Whether a line is the delimiter of a boundary: --boundary, or --boundary-- (RFC 2046 5.1.1). */
static bool is_delimiter(struct span line, struct span boundary, bool *last_out) {
  line = span_trim_right(line);
  if (!span_starts_with(line, SPAN("--")) || !span_starts_with(span_skip(line, 2), boundary)) return false;
  struct span tail = span_skip(line, 2 + boundary.len);
  *last_out = span_equal(tail, SPAN("--"));
  return tail.len == 0 || *last_out;
}

bool mime_find_delimiter(struct span body, size_t from, struct span boundary, struct mime_delimiter *out) {
  for (size_t at = from; at < body.len;) {
    size_t length = span_find(span_skip(body, at), '\n');
    size_t end = length == SPAN_NONE ? body.len : at + length + 1;
    if (is_delimiter(span_slice(body, at, end - at), boundary, &out->last)) {
      out->start = at;
      out->end = end;
      return true;
    }
    at = end;
  }
  return false;
}

struct span mime_without_line_end(struct span text) {
  if (text.len && text.data[text.len - 1] == '\n') text.len--;
  if (text.len && text.data[text.len - 1] == '\r') text.len--;
  return text;
}

/* ---- taking apart ---- */

struct parser {
  struct arena *arena;
  struct mime_part *parts;
  size_t count;
};

static struct mime_part *add_part(struct parser *parser, const struct mime_part *part, enum mime_kind kind,
                                  uint32_t depth) {
  if (parser->count == MIME_PARTS_MAX) return NULL;
  struct mime_part *added = &parser->parts[parser->count++];
  *added = *part;
  added->kind = kind;
  added->depth = depth;
  return added;
}

/* What stands before the first part, or after the last, and is none. */
static void add_outside(struct parser *parser, enum mime_kind kind, uint32_t depth, struct span text) {
  struct mime_part part = mime_describe(SPAN_EMPTY, mime_without_line_end(text), parser->arena);
  if (span_trim(part.body).len) add_part(parser, &part, kind, depth);
}

static void parse_entity(struct parser *parser, uint32_t depth, struct span header, struct span body);

static void parse_part(struct parser *parser, uint32_t depth, struct span text) {
  struct span header, body;
  mime_split(text, &header, &body);
  parse_entity(parser, depth, header, body);
}

static void parse_multipart(struct parser *parser, uint32_t depth, struct span body, struct span boundary,
                            struct mime_delimiter delimiter) {
  add_outside(parser, MIME_PREAMBLE, depth, span_first(body, delimiter.start));
  while (!delimiter.last) {
    size_t from = delimiter.end;
    if (!mime_find_delimiter(body, from, boundary, &delimiter)) {
      parse_part(parser, depth, span_skip(body, from));
      return;
    }
    parse_part(parser, depth, mime_without_line_end(span_slice(body, from, delimiter.start - from)));
  }
  add_outside(parser, MIME_EPILOGUE, depth, span_skip(body, delimiter.end));
}

static void parse_entity(struct parser *parser, uint32_t depth, struct span header, struct span body) {
  struct mime_part described = mime_describe(header, body, parser->arena);
  struct mime_part *part = add_part(parser, &described, MIME_LEAF, depth);
  struct mime_delimiter first;
  if (!part || !part->boundary.len || depth == MIME_DEPTH_MAX) return;
  if (!mime_find_delimiter(body, 0, part->boundary, &first)) return;
  part->kind = MIME_MULTIPART;
  parse_multipart(parser, depth + 1, body, part->boundary, first);
}

size_t mime_parse(struct span header, struct span body, struct arena *arena,
                  struct mime_part parts_out[MIME_PARTS_MAX]) {
  struct parser parser = {.arena = arena, .parts = parts_out};
  parse_entity(&parser, 0, header, body);
  return parser.count;
}

/* ---- decoding ---- */

bool mime_is_text(const struct mime_part *part) {
  return span_starts_with_nocase(part->type, SPAN("text/")) ||
         span_starts_with_nocase(part->type, SPAN("message/"));
}

bool mime_is_encoded(const struct mime_part *parts, size_t count) {
  if (count > 1) return true;
  return parts[0].encoding == MIME_QUOTED_PRINTABLE || parts[0].encoding == MIME_BASE64;
}

/* ISO-8859-1 as UTF-8: each octet is its code point. */
static void add_latin_1(struct span text, struct buf *out) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if (c < 128) {
      buf_add_char(out, (char)c);
      continue;
    }
    buf_add_char(out, (char)(0xC0 | c >> 6));
    buf_add_char(out, (char)(0x80 | (c & 0x3F)));
  }
}

bool mime_decode(const struct mime_part *part, struct buf *out) {
  struct buf octets = {0};
  uint32_t defects = 0;
  bool known = part->encoding != MIME_UNKNOWN_ENCODING;
  if (part->encoding == MIME_QUOTED_PRINTABLE)
    quoted_printable_decode(part->body, &octets, &defects);
  else if (part->encoding == MIME_BASE64)
    mime_base64_decode(part->body, &octets, &defects);
  else
    buf_add(&octets, part->body);
  bool latin = span_equal_nocase(part->charset, SPAN("iso-8859-1"));
  bool utf8 = part->charset.len == 0 || span_equal_nocase(part->charset, SPAN("us-ascii")) ||
              span_equal_nocase(part->charset, SPAN("utf-8"));
  if (latin)
    add_latin_1(buf_span(&octets), out);
  else
    buf_add(out, buf_span(&octets));
  buf_free(&octets);
  return known && (latin || utf8) && mime_is_text(part);
}
