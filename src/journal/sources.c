#include "journal/sources.h"

#include "base/check.h"

static const char *const names[SOURCE_COUNT] = {
    [SOURCE_HELO] = "helo",   [SOURCE_TCP] = "tcp",           [SOURCE_PTR] = "ptr",
    [SOURCE_RCPT] = "rcpt",   [SOURCE_MAIL] = "mail",         [SOURCE_CONFIGURATION] = "configuration",
    [SOURCE_CLOCK] = "clock", [SOURCE_SOFTWARE] = "software", [SOURCE_QUEUE] = "queue",
};

const char *source_name(enum source source) {
  CHECK(source < SOURCE_COUNT);
  return names[source];
}

void sources_add(struct buf *out, const struct source_token *token) {
  CHECK(token->clause.len > 0);
  for (size_t i = 0; i < token->clause.len; i++) CHECK(!ascii_is_space(token->clause.data[i]));
  buf_add_u64(out, token->offset);
  buf_add_char(out, ' ');
  buf_add_u64(out, token->length);
  buf_add_char(out, ' ');
  buf_add(out, token->clause);
  buf_add_char(out, ' ');
  buf_add_text(out, source_name(token->source));
  buf_add_char(out, ' ');
  buf_add_u64(out, token->record);
  buf_add_char(out, '\n');
}

static bool source_named(struct span name, enum source *source_out) {
  for (int i = 0; i < SOURCE_COUNT; i++) {
    if (!span_equal(name, span_from(names[i]))) continue;
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
