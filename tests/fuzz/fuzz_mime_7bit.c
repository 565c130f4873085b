/* The conversion to 7 bits: whoever decodes the parts gets the same octets, all is below 128 where all has to
 * be, and what has been converted needs no more of it. */
#include "../support/same_content.h"
#include "mail/message.h"
#include "mail/mime_7bit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct converted {
  enum mime_7bit_result result;
  struct buf header, body;
};

static struct converted convert(struct span header, struct span body, enum mime_7bit_reach reach) {
  struct mime_7bit_rules rules = {.reach = reach};
  struct converted converted = {0};
  const char *why;
  rules.remark_quoted_printable = rules.remark_base64 = SPAN_EMPTY;
  converted.result = mime_to_7bit(header, body, &rules, &converted.header, &converted.body, &why);
  CHECK((why != NULL) == (converted.result == MIME_7BIT_IMPOSSIBLE));
  return converted;
}

static void free_converted(struct converted *converted) {
  buf_free(&converted->header);
  buf_free(&converted->body);
}

/* A digest's part without a type is a message, which only a reader of digests knows. */
static bool names_digest(struct span text) {
  for (; text.len; text = span_skip(text, 1))
    if (span_starts_with_nocase(text, SPAN("digest"))) return true;
  return false;
}

static void try_reach(struct span header, struct span body, enum mime_7bit_reach reach) {
  struct converted once = convert(header, body, reach);
  bool all = reach == MIME_7BIT_ALL;
  CHECK(all || once.result != MIME_7BIT_IMPOSSIBLE);
  if (once.result == MIME_7BIT_CONVERTED) {
    struct span new_header = buf_span(&once.header), new_body = buf_span(&once.body);
    struct message *message = message_new(new_header, new_body); /* in lines, as one must be */
    if (all) CHECK(!message->has_8bit_header && !message->body->has_8bit);
    message_release(message);
    if (!names_digest(header) && !names_digest(body))
      check_same_content(header, body, new_header, new_body, 0);
    struct converted twice = convert(new_header, new_body, reach);
    CHECK(twice.result == MIME_7BIT_AS_IT_WAS);
    free_converted(&twice);
  } else if (once.result == MIME_7BIT_AS_IT_WAS && all) {
    CHECK(span_is_ascii(header) && span_is_ascii(body));
  }
  free_converted(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct message *message = message_from_bytes(span_of((const char *)data, size));
  struct buf header = {0};
  message_write_header(message, &header);
  try_reach(buf_span(&header), message_body(message), MIME_7BIT_ALL);
  try_reach(buf_span(&header), message_body(message), MIME_7BIT_MIME);
  try_reach(buf_span(&header), message_body(message), MIME_7BIT_LABELLED);
  buf_free(&header);
  message_release(message);
  return 0;
}
