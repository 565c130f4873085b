#include "journal/sources.h"

#include "base/check.h"

static const struct span names[SOURCE_COUNT] = {
    [SOURCE_HELO] = SPAN_INIT(SOURCE_HELO_NAME),
    [SOURCE_TCP] = SPAN_INIT(SOURCE_TCP_NAME),
    [SOURCE_PTR] = SPAN_INIT(SOURCE_PTR_NAME),
    [SOURCE_RCPT] = SPAN_INIT(SOURCE_RCPT_NAME),
    [SOURCE_MAIL] = SPAN_INIT(SOURCE_MAIL_NAME),
    [SOURCE_CONFIGURATION] = SPAN_INIT(SOURCE_CONFIGURATION_NAME),
    [SOURCE_CLOCK] = SPAN_INIT(SOURCE_CLOCK_NAME),
    [SOURCE_SOFTWARE] = SPAN_INIT(SOURCE_SOFTWARE_NAME),
    [SOURCE_QUEUE] = SPAN_INIT(SOURCE_QUEUE_NAME),
};

const char *source_name(enum source source) {
  CHECK(source < SOURCE_COUNT);
  return names[source].data;
}

enum { AROUND = 3 * BUF_U64_MAX + 4 }; /* the numbers, the blanks and the line end */

void sources_add(struct buf *out, size_t offset, size_t length, struct span origin, journal_seq record) {
  char *room = buf_room(out, origin.len + AROUND), *at = room;
  if (!room) return;
  at = buf_put_u64(at, offset);
  *at++ = ' ';
  at = buf_put_u64(at, length);
  *at++ = ' ';
  at = buf_put(at, origin);
  *at++ = ' ';
  at = buf_put_u64(at, record);
  *at++ = '\n';
  out->len += (size_t)(at - room);
}

static bool source_named(struct span name, enum source *source_out) {
  for (int i = 0; i < SOURCE_COUNT; i++) {
    if (!span_equal(name, names[i])) continue;
    *source_out = (enum source)i;
    return true;
  }
  return false;
}

static bool parse_line(struct span line, struct source_token *token_out) {
  struct span word[5];
  uint64_t offset, length, record;
  size_t count = 0;
  while (count < 5 && span_next(&line, ' ', &word[count])) count++;
  if (count < 5 || line.data || !word[2].len) return false;
  if (!span_to_u64(word[0], INT32_MAX, &offset) || !span_to_u64(word[1], INT32_MAX, &length)) return false;
  if (!source_named(word[3], &token_out->source)) return false;
  if (!span_to_u64(word[4], UINT32_MAX, &record)) return false;
  token_out->offset = (uint32_t)offset;
  token_out->length = (uint32_t)length;
  token_out->clause = word[2];
  token_out->record = (journal_seq)record;
  return true;
}

bool sources_next(struct span *rest, struct source_token *token_out) {
  struct span line;
  while (span_next(rest, '\n', &line))
    if (parse_line(line, token_out)) return true;
  return false;
}

bool sources_at(struct span sources, uint32_t offset, struct source_token *token_out) {
  while (sources_next(&sources, token_out))
    if (offset >= token_out->offset && offset - token_out->offset < token_out->length) return true;
  return false;
}
