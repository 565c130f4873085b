#include "mail/header.h"

#include "base/check.h"
#include "mail/message.h"

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* What may stand in a field's name (RFC 5322 2.2). */
static bool is_ftext(char c) {
  return c > 32 && c < 127 && c != ':';
}

/* After the line end of the line at `at`. */
static const char *line_end(const char *at, const char *end) {
  const char *lf = memchr(at, '\n', (size_t)(end - at));
  return lf ? lf + 1 : end;
}

/* Off its end: one CRLF or LF. */
static struct span without_line_end(const char *at, const char *end) {
  if (end > at && end[-1] == '\n') {
    end--;
    if (end > at && end[-1] == '\r') end--;
  }
  return span_of(at, (size_t)(end - at));
}

enum header_item header_next(struct header_reader *reader, struct header_field *field_out) {
  const char *start = reader->block.data + reader->at, *end = reader->block.data + reader->block.len;
  const char *at = start;
  if (at == end) return HEADER_END;
  while (at < end && is_ftext(*at)) at++;
  size_t name_len = (size_t)(at - start);
  while (at < end && is_blank(*at) && name_len) at++;
  bool is_field = name_len && at < end && *at == ':';
  const char *value = is_field ? at + 1 : at, *next = line_end(value, end);
  if (!is_field && without_line_end(start, next).len == 0) {
    reader->at += (size_t)(next - start);
    return HEADER_END;
  }
  uint32_t lines = 1;
  for (; is_field && next < end && is_blank(*next); lines++) next = line_end(next, end);
  if (value < next && *value == ' ') value++;
  *field_out = (struct header_field){
      .name = span_of(start, is_field ? name_len : 0),
      .value = is_field ? without_line_end(value, next) : SPAN_EMPTY,
      .text = span_of(start, (size_t)(next - start)),
      .offset = reader->at,
      .lines = lines,
  };
  reader->at += field_out->text.len;
  return is_field ? HEADER_FIELD : HEADER_JUNK;
}

bool header_next_named(struct header_reader *reader, struct span name, struct header_field *field_out) {
  enum header_item item;
  while ((item = header_next(reader, field_out)) != HEADER_END)
    if (item == HEADER_FIELD && span_equal_nocase(field_out->name, name)) return true;
  return false;
}

bool header_find(struct span block, struct span name, struct header_field *field_out) {
  struct header_reader reader = header_read(block);
  return header_next_named(&reader, name, field_out);
}

struct span header_value(struct span block, struct span name, struct arena *arena) {
  struct header_field field;
  return header_find(block, name, &field) ? header_unfold(field.value, arena) : SPAN_EMPTY;
}

bool header_find_in_message(const struct message *message, struct span name, struct header_field *field_out,
                            const struct message **version_out) {
  for (; message; message = message->tail) {
    if (!header_find(message_block(message), name, field_out)) continue;
    if (version_out) *version_out = message;
    return true;
  }
  return false;
}

struct span header_unfold(struct span value, struct arena *arena) {
  value = span_trim(value);
  size_t lf = span_find(value, '\n');
  if (lf == SPAN_NONE) return value;
  char *text = arena_alloc(arena, value.len + 1);
  size_t len = 0;
  for (; lf != SPAN_NONE; lf = span_find(value, '\n')) {
    struct span line = without_line_end(value.data, value.data + lf + 1);
    if (line.len) memcpy(text + len, line.data, line.len);
    len += line.len;
    value = span_skip(value, lf + 1);
  }
  memcpy(text + len, value.data, value.len);
  len += value.len;
  text[len] = 0;
  return span_of(text, len);
}

bool header_name_is_valid(struct span name) {
  for (size_t i = 0; i < name.len; i++)
    if (!is_ftext(name.data[i])) return false;
  return name.len > 0;
}

bool header_value_is_safe(struct span value) {
  if (span_is_plain(value)) return true;
  for (size_t i = 0; i < value.len; i++) {
    char c = value.data[i];
    if (c == 0 || c == '\n') return false;
    if (c != '\r') continue;
    if (i + 2 >= value.len || value.data[i + 1] != '\n' || !is_blank(value.data[i + 2])) return false;
    i += 2;
  }
  return true;
}

/* Where to break text so that its first line has at most room octets: before white space that follows
 * something and that something follows. If there is no such place within room, the first one after it;
 * SPAN_NONE if there is none at all. */
static size_t find_break(struct span text, size_t room) {
  size_t best = SPAN_NONE;
  bool written = false; /* something other than white space stands before */
  struct span ink = span_trim_right(text);
  for (size_t i = 0; i < ink.len; i++) {
    if (!is_blank(ink.data[i])) {
      written = true;
    } else if (written && !is_blank(ink.data[i - 1])) {
      if (i > room && best != SPAN_NONE) break;
      best = i;
      if (i > room) break;
    }
  }
  return best;
}

static bool is_one_line(struct span value) {
  return span_is_plain(value) || (header_value_is_safe(value) && span_find(value, '\r') == SPAN_NONE);
}

/* A field's line: of the first the name stands in front. */
static void add_line(struct buf *out, struct span name, struct span text) {
  char *start = buf_room(out, name.len + sizeof ": " + text.len + sizeof "\r\n"), *to = start;
  if (!start) return;
  if (name.len) to = buf_put(buf_put(to, name), SPAN(": "));
  to = buf_put(buf_put(to, text), SPAN("\r\n"));
  out->len += (size_t)(to - start);
}

void header_fold(struct span name, struct span value, size_t width, struct buf *out) {
  CHECK(header_name_is_valid(name) && is_one_line(value));
  size_t used = name.len + 2;
  while (used + value.len > width) {
    size_t at = find_break(value, width > used ? width - used : 0);
    if (at == SPAN_NONE) break;
    add_line(out, name, span_first(value, at));
    name = SPAN_EMPTY;
    value = span_skip(value, at);
    used = 0;
  }
  add_line(out, name, value);
}
