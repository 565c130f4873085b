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

struct span mime_parameter(struct span value, struct span name, struct arena *arena) {
  struct span rest = span_skip(value, span_find(value, ';'));
  while (rest.len) {
    rest = span_trim(span_skip(rest, 1)); /* the semicolon */
    size_t equals = span_find(rest, '=');
    if (equals == SPAN_NONE) return SPAN_EMPTY;
    struct span key = span_trim(span_first(rest, equals));
    rest = span_trim(span_skip(rest, equals + 1));
    struct span found = take_value(&rest, arena);
    if (span_equal_nocase(key, name)) return found;
    rest = span_skip(rest, span_find(rest, ';'));
  }
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

/* ---- taking apart ---- */

struct parser {
  struct arena *arena;
  struct mime_part *parts;
  size_t count;
};

static struct mime_part *add_part(struct parser *parser, enum mime_kind kind, uint32_t depth,
                                  struct span body) {
  if (parser->count == MIME_PARTS_MAX) return NULL;
  struct mime_part *part = &parser->parts[parser->count++];
  *part = (struct mime_part){.kind = kind, .depth = depth, .encoding = MIME_7BIT};
  part->header = part->charset = part->name = SPAN_EMPTY;
  part->body = body;
  part->type = SPAN("text/plain");
  part->encoding_text = SPAN("7bit");
  return part;
}

/* Whether a line is the delimiter of a boundary: --boundary, or --boundary-- (RFC 2046 5.1.1). */
static bool is_delimiter(struct span line, struct span boundary, bool *last_out) {
  line = span_trim_right(line);
  if (!span_starts_with(line, SPAN("--")) || !span_starts_with(span_skip(line, 2), boundary)) return false;
  struct span tail = span_skip(line, 2 + boundary.len);
  *last_out = span_equal(tail, SPAN("--"));
  return tail.len == 0 || *last_out;
}

/* Where the next delimiter line begins and ends; false if there is none. The line end before it is its own.
 */
static bool find_delimiter(struct span body, size_t from, struct span boundary, size_t *start_out,
                           size_t *end_out, bool *last_out) {
  for (size_t at = from; at < body.len;) {
    size_t length = span_find(span_skip(body, at), '\n');
    size_t end = length == SPAN_NONE ? body.len : at + length + 1;
    if (is_delimiter(span_slice(body, at, end - at), boundary, last_out)) {
      *start_out = at;
      *end_out = end;
      return true;
    }
    at = end;
  }
  return false;
}

static struct span without_line_end(struct span text) {
  if (text.len && text.data[text.len - 1] == '\n') text.len--;
  if (text.len && text.data[text.len - 1] == '\r') text.len--;
  return text;
}

static void parse_entity(struct parser *parser, uint32_t depth, struct span header, struct span body);

/* Header and body of a part: an empty line stands between them; a part may begin with it. Where it is missing
 * the body begins with the first line that is no field. */
static void parse_part(struct parser *parser, uint32_t depth, struct span text) {
  struct header_reader reader = header_read(text);
  struct header_field field;
  size_t header_end = 0;
  enum header_item item;
  while ((item = header_next(&reader, &field)) == HEADER_FIELD) header_end = field.offset + field.text.len;
  size_t body_start = item == HEADER_JUNK ? field.offset : reader.at;
  parse_entity(parser, depth, span_first(text, header_end), span_skip(text, body_start));
}

static void parse_multipart(struct parser *parser, uint32_t depth, struct span body, struct span boundary) {
  size_t start, end, next_end;
  bool last;
  if (!find_delimiter(body, 0, boundary, &start, &end, &last)) return;
  struct span preamble = without_line_end(span_first(body, start));
  if (span_trim(preamble).len) add_part(parser, MIME_PREAMBLE, depth, preamble);
  while (!last) {
    size_t from = end;
    bool found = find_delimiter(body, from, boundary, &start, &next_end, &last);
    struct span text = found ? without_line_end(span_slice(body, from, start - from)) : span_skip(body, from);
    parse_part(parser, depth, text);
    if (!found) return;
    end = next_end;
  }
  struct span epilogue = without_line_end(span_skip(body, end));
  if (span_trim(epilogue).len) add_part(parser, MIME_EPILOGUE, depth, epilogue);
}

static void parse_entity(struct parser *parser, uint32_t depth, struct span header, struct span body) {
  struct mime_part *part = add_part(parser, MIME_LEAF, depth, body);
  if (!part) return;
  struct span type = header_value(header, SPAN("Content-Type"), parser->arena);
  struct span encoding = header_value(header, SPAN("Content-Transfer-Encoding"), parser->arena);
  part->header = header;
  if (type_of(type).len) part->type = type_of(type);
  part->charset = mime_parameter(type, SPAN("charset"), parser->arena);
  part->name = mime_parameter(header_value(header, SPAN("Content-Disposition"), parser->arena),
                              SPAN("filename"), parser->arena);
  if (!part->name.len) part->name = mime_parameter(type, SPAN("name"), parser->arena);
  if (encoding.len) part->encoding_text = encoding;
  part->encoding = encoding_of(part->encoding_text);
  struct span boundary = mime_parameter(type, SPAN("boundary"), parser->arena);
  bool is_multipart = span_starts_with_nocase(part->type, SPAN("multipart/"));
  size_t start, end;
  bool last;
  if (!is_multipart || !boundary.len || depth == MIME_DEPTH_MAX) return;
  if (!find_delimiter(body, 0, boundary, &start, &end, &last)) return;
  part->kind = MIME_MULTIPART;
  parse_multipart(parser, depth + 1, body, boundary);
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
