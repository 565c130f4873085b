#include "mail/message.h"

#include "base/check.h"
#include "base/mem.h"

/* What one pass over CRLF lines tells. */
struct line_census {
  size_t lines;
  size_t dot_lines;
  size_t from_lines;
  size_t received; /* lines that begin a Received field, where they are a header's */
  size_t bare_lf;  /* line ends that lack their CR */
  size_t longest;  /* octets of a line without its end */
  bool bare_cr;    /* a CR within a line */
  bool has_8bit;   /* an octet above 127 */
};

/* An mbox would take it for the beginning of another message, or for one that was quoted. */
static bool is_from_line(struct span line) {
  while (line.len && line.data[0] == '>') line = span_skip(line, 1);
  return span_starts_with(line, SPAN("From "));
}

static bool is_received(struct span line) {
  if (span_starts_with(line, SPAN("Received:"))) return true; /* as everybody writes it */
  if (!span_starts_with_nocase(line, SPAN("received"))) return false;
  size_t at = sizeof "received" - 1;
  while (at < line.len && (line.data[at] == ' ' || line.data[at] == '\t')) at++;
  return at < line.len && line.data[at] == ':';
}

/* What the first octets of a line say it is. */
static void count_beginning(struct line_census *census, struct span line) {
  switch (line.data[0]) {
  case '.': census->dot_lines++; break;
  case 'F':
  case '>': census->from_lines += is_from_line(line); break;
  case 'R':
  case 'r': census->received += is_received(line); break;
  default: break;
  }
}

/* What single octets tell, wherever they stand. So many at a time that their count fits in one: compilers
 * make a few steps of vectors of it. */
static size_t count_crs(struct span text, bool *has_8bit_out) {
  enum { AT_A_TIME = 240 };
  size_t crs = 0;
  uint8_t seen = 0;
  for (size_t at = 0; at < text.len;) {
    uint8_t count = 0;
    size_t end = text.len - at > AT_A_TIME ? at + AT_A_TIME : text.len;
    for (; at < end; at++) {
      count = (uint8_t)(count + (text.data[at] == '\r'));
      seen |= (uint8_t)text.data[at];
    }
    crs += count;
  }
  *has_8bit_out = seen > 127;
  return crs;
}

/* One line, without its LF. Gives whether a CR is its last octet. */
static bool count_line(struct line_census *census, struct span line) {
  bool has_cr = line.len && line.data[line.len - 1] == '\r';
  census->lines++;
  if (line.len) count_beginning(census, line);
  if (line.len - has_cr > census->longest) census->longest = line.len - has_cr;
  return has_cr;
}

static struct line_census count_lines(struct span text) {
  struct line_census census = {0};
  size_t crs = count_crs(text, &census.has_8bit), crs_at_ends = 0, lf;
  for (; (lf = span_find(text, '\n')) != SPAN_NONE; text = span_of(text.data + lf + 1, text.len - lf - 1))
    crs_at_ends += count_line(&census, span_of(text.data, lf));
  census.bare_lf = census.lines - crs_at_ends;
  if (text.len) crs_at_ends += count_line(&census, text); /* it has no end */
  census.bare_cr = crs > crs_at_ends;
  return census;
}

/* A field name, perhaps white space (RFC 5322 4.5.8, obsolete), a colon. */
static bool begins_with_field(struct span text) {
  size_t at = 0;
  while (at < text.len && text.data[at] > 32 && text.data[at] < 127 && text.data[at] != ':') at++;
  if (at == 0) return false;
  while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\t')) at++;
  return at < text.len && text.data[at] == ':';
}

static bool ends_line(struct span text) {
  return text.len == 0 || (text.len >= 2 && memcmp(text.data + text.len - 2, "\r\n", 2) == 0);
}

/* A body with room for len octets; the caller fills data, then counts. */
static struct message_body *body_alloc(size_t len) {
  struct message_body *body = mem_take(sizeof *body + len);
  *body = (struct message_body){.references = 1, .len = len, .data = (char *)(body + 1)};
  return body;
}

static void body_describe(struct message_body *body, struct line_census census) {
  CHECK(census.lines <= UINT32_MAX);
  body->line_count = (uint32_t)census.lines;
  body->dot_lines = (uint32_t)census.dot_lines;
  body->from_lines = (uint32_t)census.from_lines;
  body->longest_line = census.longest < UINT32_MAX ? (uint32_t)census.longest : UINT32_MAX;
  body->has_bare_cr = census.bare_cr;
  body->has_8bit = census.has_8bit;
}

static void body_release(struct message_body *body) {
  if (--body->references == 0) mem_give(body, sizeof *body + body->len);
}

/* Fills in what the header of a version is: its own block of that many octets, which must already be copied,
 * and what lies below it. */
static void header_describe(struct message *message, size_t block_len, struct line_census census) {
  const struct message *tail = message->tail;
  uint64_t len = (uint64_t)block_len + (tail ? tail->header_len : 0);
  CHECK(len <= UINT32_MAX);
  message->header_len = (uint32_t)len;
  message->header_lines = (uint32_t)census.lines + (tail ? tail->header_lines : 0);
  message->received_count = (uint32_t)census.received + (tail ? tail->received_count : 0);
  uint32_t below = tail ? tail->longest_header_line : 0;
  message->longest_header_line = census.longest > below ? (uint32_t)census.longest : below;
  message->has_8bit_header = census.has_8bit || (tail && tail->has_8bit_header);
  message->has_bare_cr_header = census.bare_cr || (tail && tail->has_bare_cr_header);
  message->has_odd_header = census.dot_lines || census.from_lines || (tail && tail->has_odd_header);
}

/* What a version takes, without rest: its block begins right behind its last field. */
static size_t version_size(size_t block_len) {
  return offsetof(struct message, block) + block_len;
}

/* A version without its block's octets; takes over the references to tail and body. */
static struct message *version_alloc(struct message *tail, struct message_body *body, size_t block_len) {
  CHECK(block_len <= UINT32_MAX);
  struct message *message = mem_take(version_size(block_len));
  message->tail = tail;
  message->body = body;
  message->references = 1;
  message->number = message->version = 0;
  return message;
}

static struct message *version_new(struct message *tail, struct message_body *body, struct span block) {
  struct line_census census = count_lines(block);
  CHECK(ends_line(block) && census.bare_lf == 0);
  struct message *message = version_alloc(tail, body, block.len);
  if (block.len) memcpy(message->block, block.data, block.len);
  header_describe(message, block.len, census);
  return message;
}

/* Where the body begins, and in *header_len_out where the header ends. */
static size_t find_body(struct span bytes, size_t *header_len_out) {
  *header_len_out = 0;
  if (!begins_with_field(bytes)) {
    if (span_starts_with(bytes, SPAN("\r\n"))) return 2;
    return span_starts_with(bytes, SPAN("\n")) ? 1 : 0;
  }
  for (size_t at = 0; at < bytes.len;) {
    struct span rest = span_skip(bytes, at);
    size_t empty = rest.data[0] == '\n' ? 1 : span_starts_with(rest, SPAN("\r\n")) ? 2 : 0;
    if (rest.len == 1 && rest.data[0] == '\r') empty = 1; /* half of a line end, and the very last octet */
    if (empty) {
      *header_len_out = at;
      return at + empty;
    }
    size_t lf = span_find(rest, '\n');
    if (lf == SPAN_NONE) break;
    at += lf + 1;
  }
  *header_len_out = bytes.len;
  return bytes.len;
}

/* Octets of text once each of its lines ends in CRLF. A CR that is the very last octet is taken
 * for half of a line end. */
static size_t normal_len(struct span text, struct line_census census) {
  if (ends_line(text)) return text.len + census.bare_lf;
  char last = text.data[text.len - 1];
  return text.len + census.bare_lf + (last == '\n' ? 0 : last == '\r' ? 1 : 2);
}

static void copy_normal(struct span text, struct line_census census, char *to, size_t len) {
  char *end = to + len;
  const char *at = text.data, *last = text.data + text.len;
  for (size_t left = census.bare_lf; left > 0; left--) {
    const char *lf = memchr(at, '\n', (size_t)(last - at));
    while (lf > text.data && lf[-1] == '\r') lf = memchr(lf + 1, '\n', (size_t)(last - lf - 1));
    memcpy(to, at, (size_t)(lf - at));
    to += lf - at;
    memcpy(to, "\r\n", 2);
    to += 2;
    at = lf + 1;
  }
  if (last > at) memcpy(to, at, (size_t)(last - at));
  if (len >= 2) memcpy(end - 2, "\r\n", 2);
}

static struct message_body *body_new(struct span text) {
  struct line_census census = count_lines(text);
  struct message_body *body = body_alloc(normal_len(text, census));
  copy_normal(text, census, body->data, body->len);
  body_describe(body, census);
  return body;
}

struct message *message_new(struct span header, struct span text) {
  return version_new(NULL, body_new(text), header);
}

struct message *message_from_bytes(struct span bytes) {
  size_t header_len;
  struct span text = span_skip(bytes, find_body(bytes, &header_len));
  struct span header = span_first(bytes, header_len);
  struct message_body *body = body_new(text);
  struct line_census census = count_lines(header);
  size_t block_len = normal_len(header, census);
  struct message *message = version_alloc(NULL, body, block_len);
  copy_normal(header, census, message->block, block_len);
  header_describe(message, block_len, census);
  return message;
}

struct message *message_put_on_top(struct message *tail, struct span block) {
  tail->body->references++;
  struct message *message = version_new(message_retain(tail), tail->body, block);
  message->number = tail->number;
  return message;
}

struct message *message_with_header(struct message *old, struct span header) {
  old->body->references++;
  struct message *message = version_new(NULL, old->body, header);
  message->number = old->number;
  return message;
}

void message_free(struct message *message) {
  while (message) {
    struct message *tail = message->tail;
    body_release(message->body);
    mem_give(message, version_size(message_block(message).len));
    message = tail && --tail->references == 0 ? tail : NULL;
  }
}

/* Hardly ever asked of a header that has any. */
static struct line_census header_census(const struct message *message) {
  struct line_census all = {0};
  for (; message && message->has_odd_header; message = message->tail) {
    struct line_census census = count_lines(message_block(message));
    all.dot_lines += census.dot_lines;
    all.from_lines += census.from_lines;
  }
  return all;
}

uint32_t message_header_dots(const struct message *message) {
  return message->has_odd_header ? (uint32_t)header_census(message).dot_lines : 0;
}

uint32_t message_header_from_lines(const struct message *message) {
  return message->has_odd_header ? (uint32_t)header_census(message).from_lines : 0;
}

void message_write_header(const struct message *message, struct buf *out) {
  for (; message; message = message->tail) buf_add(out, message_block(message));
}

void message_write(const struct message *message, struct buf *out) {
  message_write_header(message, out);
  buf_add(out, SPAN("\r\n"));
  buf_add(out, message_body(message));
}

/* Copies the runs between leading dots whole; once the last such dot is past, all the rest. */
static void write_stuffed(struct span text, size_t dot_lines, struct buf *out) {
  const char *at = text.data, *run = text.data, *end = text.data + text.len;
  while (dot_lines > 0 && at < end) {
    if (*at == '.') {
      buf_add(out, span_of(run, (size_t)(at - run)));
      buf_add_char(out, '.');
      run = at;
      dot_lines--;
    }
    const char *lf = memchr(at, '\n', (size_t)(end - at));
    if (!lf) break;
    at = lf + 1;
  }
  buf_add(out, span_of(run, (size_t)(end - run)));
}

void message_write_wire(const struct message *message, struct buf *out) {
  const struct message_body *body = message->body;
  for (const struct message *version = message; version; version = version->tail)
    write_stuffed(message_block(version), version->has_odd_header ? UINT32_MAX : 0, out);
  buf_add(out, SPAN("\r\n"));
  write_stuffed(message_body(message), body->dot_lines, out);
  buf_add(out, SPAN(".\r\n"));
}
