#include "mail/compose.h"

#include "base/check.h"
#include "base/mem.h"
#include "mail/address.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

/* What nearly every field, and nearly every header, fits in. */
enum { LINE_INSIDE = 256, HEADER_INSIDE = 1024 };

struct compose compose_begin(struct arena *arena) {
  return (struct compose){.arena = arena};
}

/* Puts a line there, without its CRs: one that is no part of a line end is left out (RFC 5322 2.3). */
static char *put_line(char *to, struct span line) {
  for (size_t at; (at = span_find(line, '\r')) != SPAN_NONE; line = span_skip(line, at + 1)) {
    memcpy(to, line.data, at);
    to += at;
  }
  if (line.len) memcpy(to, line.data, line.len);
  return to + line.len;
}

static size_t count_line_ends(struct span text) {
  size_t count = 0;
  for (size_t at; (at = span_find(text, '\n')) != SPAN_NONE; text = span_skip(text, at + 1)) count++;
  return count;
}

static struct span crlf_lines(struct arena *arena, struct span text) {
  size_t most = text.len + count_line_ends(text) + 2;
  char *lines = arena_alloc(arena, most + 1), *to = lines;
  while (text.len) {
    size_t at = span_find(text, '\n');
    char *start = to;
    to = put_line(to, span_first(text, at));
    text = span_skip(text, at == SPAN_NONE ? text.len : at + 1);
    if (at == SPAN_NONE && to == start) break; /* nothing but CRs */
    *to++ = '\r';
    *to++ = '\n';
  }
  *to = 0;
  return span_of(lines, (size_t)(to - lines));
}

static void add_entry(struct compose *compose, struct span name, struct span line) {
  if (compose->count == compose->capacity) {
    size_t room = compose->capacity ? compose->capacity * 2 : 16;
    struct compose_entry *more = arena_alloc(compose->arena, room * sizeof *more);
    if (compose->count) memcpy(more, compose->entries, compose->count * sizeof *more);
    compose->entries = more;
    compose->capacity = room;
  }
  compose->entries[compose->count++] = (struct compose_entry){name, line};
}

/* Folded by its author already: kept to the letter, if that cannot begin another field. */
static bool is_folded(struct span value) {
  return span_find(value, '\n') != SPAN_NONE && header_value_is_safe(value);
}

static struct span on_one_line(struct arena *arena, struct span value) {
  struct span copy = arena_copy(arena, value);
  char *bytes = (char *)(uintptr_t)copy.data;
  for (size_t i = 0; i < copy.len; i++)
    if (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == 0) bytes[i] = ' ';
  return copy;
}

static bool holds_addresses(struct span name) {
  static const char *const names[] = {"From", "To", "Cc", "Bcc", "Sender", "Reply-To"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (span_equal_nocase(name, span_from(names[i]))) return true;
  return false;
}

/* In a field of addresses only the display names may be encoded words (RFC 2047 5). */
static struct span encoded(struct arena *arena, struct span name, struct span value) {
  struct buf out = {0};
  struct mailbox_entry *entries;
  size_t count = holds_addresses(name) ? address_list_parse(value, arena, &entries, NULL) : 0;
  for (size_t i = 0; i < count; i++) {
    const struct mailbox_entry *entry = &entries[i];
    if (i) buf_add_text(&out, ", ");
    if (entry->display_name.len) display_name_write(entry->display_name, &out);
    buf_format(&out, "%s%.*s@%.*s%s", entry->display_name.len ? " <" : "",
               SPAN_ARG(entry->address.local_part), SPAN_ARG(entry->address.domain),
               entry->display_name.len ? ">" : "");
  }
  if (count == 0) encoded_word_write(value, &out);
  struct span copy = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return copy;
}

/* A value of more than plain characters. */
static void write_special(struct compose *compose, struct span name, struct span value, struct buf *line) {
  struct span crlf =
      span_find(value, '\n') == SPAN_NONE ? value : span_trim_right(crlf_lines(compose->arena, value));
  if (is_folded(crlf)) {
    buf_format(line, "%.*s: %.*s\r\n", SPAN_ARG(name), SPAN_ARG(crlf));
    return;
  }
  struct span plain = on_one_line(compose->arena, value);
  if (!span_is_ascii(plain)) plain = encoded(compose->arena, name, plain);
  header_fold(name, plain, HEADER_LINE_WISH, line);
}

/* Of a plain value that needs no folding, as nearly all are: put together where it stays. */
static struct span one_line(struct compose *compose, struct span name, struct span value) {
  const struct span pieces[] = {name, SPAN(": "), value, SPAN("\r\n")};
  CHECK(header_name_is_valid(name));
  return arena_join(compose->arena, pieces, 4);
}

static struct span long_or_special(struct compose *compose, struct span name, struct span value, bool plain) {
  char inside[LINE_INSIDE];
  struct buf line = BUF_ON(inside, 0);
  if (plain)
    header_fold(name, value, HEADER_LINE_WISH, &line);
  else
    write_special(compose, name, value, &line);
  struct span kept = arena_copy(compose->arena, buf_span(&line));
  buf_free(&line);
  return kept;
}

void compose_field(struct compose *compose, struct span name, struct span value) {
  bool plain = span_is_plain(value), fits = name.len + 2 + value.len <= HEADER_LINE_WISH;
  struct span line =
      plain && fits ? one_line(compose, name, value) : long_or_special(compose, name, value, plain);
  add_entry(compose, span_first(line, name.len), line); /* the name, which is its front, stays with it */
}

void compose_text(struct compose *compose, struct span text) {
  compose->body = span_find(text, '\r') == SPAN_NONE ? text : crlf_lines(compose->arena, text);
  if (span_is_ascii(compose->body)) return;
  compose_field(compose, SPAN("MIME-Version"), SPAN("1.0"));
  compose_field(compose, SPAN("Content-Type"), SPAN("text/plain; charset=utf-8"));
  compose_field(compose, SPAN("Content-Transfer-Encoding"), SPAN("8bit"));
}

void compose_order(struct compose *compose, const struct span *names, size_t count) {
  size_t placed = 0;
  for (size_t n = 0; n < count; n++) {
    for (size_t i = placed; i < compose->count; i++) {
      if (!span_equal_nocase(compose->entries[i].name, names[n])) continue;
      struct compose_entry moved = compose->entries[i];
      memmove(&compose->entries[placed + 1], &compose->entries[placed], (i - placed) * sizeof moved);
      compose->entries[placed++] = moved;
    }
  }
}

struct message *compose_message(struct compose *compose) {
  char inside[HEADER_INSIDE];
  struct buf header = BUF_ON(inside, 0);
  for (size_t i = 0; i < compose->count; i++) buf_add(&header, compose->entries[i].line);
  struct message *message = message_new(buf_span(&header), compose->body);
  buf_free(&header);
  return message;
}

struct span compose_lines(struct arena *arena, const struct span *items, size_t count) {
  if (count == 1) return items[0];
  struct buf text = {0};
  for (size_t i = 0; i < count; i++) {
    if (i) buf_add_char(&text, '\n');
    buf_add(&text, items[i]);
  }
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}
