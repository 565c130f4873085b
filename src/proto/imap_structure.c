#include "proto/imap_structure.h"

#include "mail/header.h"
#include "mail/mime.h"
#include "proto/imap_envelope.h"
#include "proto/imap_scan.h"

/* ---- reading ---- */

struct reader {
  struct arena *arena;
  size_t parts;
};

static struct imap_part *read_entity(struct reader *reader, struct span header, struct span body, int depth,
                                     bool in_digest);

static struct imap_part *read_text(struct reader *reader, struct span text, int depth, bool in_digest) {
  struct span header, body;
  mime_split(text, &header, &body);
  return read_entity(reader, span_first(text, (size_t)(body.data - text.data)), body, depth, in_digest);
}

static void read_children(struct reader *reader, struct imap_part *part, struct span boundary, int depth) {
  struct mime_delimiter delimiter, next;
  struct imap_part **end = &part->children;
  bool is_digest = span_equal_nocase(part->subtype, SPAN("digest"));
  if (!mime_find_delimiter(part->body, 0, boundary, &delimiter)) return;
  while (!delimiter.last && reader->parts < IMAP_PARTS_MAX) {
    size_t from = delimiter.end;
    bool ends = mime_find_delimiter(part->body, from, boundary, &next);
    struct span text = ends ? mime_without_line_end(span_slice(part->body, from, next.start - from))
                            : span_skip(part->body, from);
    *end = read_text(reader, text, depth + 1, is_digest);
    end = &(*end)->next;
    if (!ends) return;
    delimiter = next;
  }
}

static struct imap_part *read_entity(struct reader *reader, struct span header, struct span body, int depth,
                                     bool in_digest) {
  struct imap_part *part = arena_zalloc(reader->arena, sizeof *part);
  struct mime_part described = mime_describe(header, body, reader->arena);
  struct header_field field;
  if (in_digest && !header_find(header, SPAN("Content-Type"), &field))
    described.type = SPAN("message/rfc822");
  size_t slash = span_find(described.type, '/');
  reader->parts++;
  part->header = header;
  part->body = body;
  part->type = span_first(described.type, slash);
  part->subtype = span_skip(described.type, slash == SPAN_NONE ? SIZE_MAX : slash + 1);
  if (part->subtype.len == 0) part->subtype = SPAN("plain");
  bool deeper = depth < IMAP_DEPTH_MAX && reader->parts < IMAP_PARTS_MAX;
  if (mime_is_multipart(&described)) {
    if (deeper && described.boundary.len) read_children(reader, part, described.boundary, depth);
    part->is_multipart = part->children != NULL;
    if (!part->is_multipart)
      part->type = SPAN("text"), part->subtype = SPAN("plain"); /* nothing else can be seen */
  } else if (span_equal_nocase(described.type, SPAN("message/rfc822")) && deeper) {
    part->children = read_text(reader, body, depth + 1, false);
    part->is_message = true;
  } else if (span_equal_nocase(described.type, SPAN("message/rfc822"))) {
    part->type = SPAN("application"), part->subtype = SPAN("octet-stream");
  }
  return part;
}

struct imap_part *imap_structure_read(struct span message, size_t header_len, struct arena *arena) {
  struct reader reader = {.arena = arena};
  struct span header = span_first(message, header_len + 2);
  return read_entity(&reader, header, span_skip(message, header.len), 0, false);
}

/* ---- finding ---- */

const struct imap_part *imap_structure_part(const struct imap_part *message, const uint32_t *numbers,
                                            size_t count) {
  const struct imap_part *part = message;
  bool is_message = true; /* what the number stands behind: a message, or a part of one */
  for (size_t i = 0; i < count && part; i++) {
    if (!is_message && part->is_message) {
      part = part->children;
      is_message = true;
    }
    if (part->is_multipart) {
      part = part->children;
      for (uint32_t n = 1; n < numbers[i] && part; n++) part = part->next;
    } else if (!is_message || numbers[i] != 1) {
      return NULL; /* a leaf has no parts; a message that is none has one */
    }
    is_message = false;
  }
  return part;
}

/* ---- writing ---- */

static void write_parameters(struct span value, struct arena *arena, struct buf *out) {
  struct span rest = span_skip(value, span_find(value, ';'));
  struct mime_parameter parameter;
  bool any = false;
  while (rest.len && mime_next_parameter(&rest, arena, &parameter)) {
    buf_add_char(out, any ? ' ' : '(');
    imap_write_string(parameter.name, out);
    buf_add_char(out, ' ');
    imap_write_string(parameter.value, out);
    any = true;
  }
  buf_add_text(out, any ? ")" : "NIL");
}

static void write_value(struct span header, const char *name, struct arena *arena, struct buf *out) {
  struct span value = header_value(header, span_from(name), arena);
  imap_write_nstring(value, value.len == 0, out);
}

/* Disposition, language, location (RFC 9051 7.5.2: extension data, in this order). */
static void write_extension(const struct imap_part *part, struct arena *arena, struct buf *out) {
  struct span disposition = header_value(part->header, SPAN("Content-Disposition"), arena);
  struct span kind = span_trim(span_first(disposition, span_find(disposition, ';')));
  if (kind.len) {
    buf_add_text(out, " (");
    imap_write_string(kind, out);
    buf_add_char(out, ' ');
    write_parameters(disposition, arena, out);
    buf_add_char(out, ')');
  } else {
    buf_add_text(out, " NIL");
  }
  buf_add_char(out, ' ');
  write_value(part->header, "Content-Language", arena, out);
  buf_add_char(out, ' ');
  write_value(part->header, "Content-Location", arena, out);
}

static size_t count_lines(struct span text) {
  size_t lines = 0;
  for (size_t i = 0; i < text.len; i++) lines += text.data[i] == '\n';
  return lines + (text.len && text.data[text.len - 1] != '\n');
}

static void write_leaf(const struct imap_part *part, bool extended, struct arena *arena, struct buf *out) {
  struct span encoding = header_value(part->header, SPAN("Content-Transfer-Encoding"), arena);
  imap_write_string(part->type, out);
  buf_add_char(out, ' ');
  imap_write_string(part->subtype, out);
  buf_add_char(out, ' ');
  write_parameters(header_value(part->header, SPAN("Content-Type"), arena), arena, out);
  buf_add_char(out, ' ');
  write_value(part->header, "Content-ID", arena, out);
  buf_add_char(out, ' ');
  write_value(part->header, "Content-Description", arena, out);
  buf_add_char(out, ' ');
  imap_write_string(encoding.len ? encoding : SPAN("7bit"), out);
  buf_format(out, " %zu", part->body.len);
  if (part->is_message) {
    buf_add_char(out, ' ');
    imap_envelope_write(part->children->header, arena, out);
    buf_add_char(out, ' ');
    imap_structure_write(part->children, extended, arena, out);
  }
  if (part->is_message || span_equal_nocase(part->type, SPAN("text")))
    buf_format(out, " %zu", count_lines(part->body));
  if (!extended) return;
  buf_add_char(out, ' ');
  write_value(part->header, "Content-MD5", arena, out);
  write_extension(part, arena, out);
}

void imap_structure_write(const struct imap_part *part, bool extended, struct arena *arena, struct buf *out) {
  buf_add_char(out, '(');
  if (!part->is_multipart) {
    write_leaf(part, extended, arena, out);
  } else {
    for (const struct imap_part *child = part->children; child; child = child->next)
      imap_structure_write(child, extended, arena, out);
    buf_add_char(out, ' ');
    imap_write_string(part->subtype, out);
    if (extended) {
      buf_add_char(out, ' ');
      write_parameters(header_value(part->header, SPAN("Content-Type"), arena), arena, out);
      write_extension(part, arena, out);
    }
  }
  buf_add_char(out, ')');
}
