/* mime_7bit_probe REACH: the message on standard input in 7 bits, as a line that says what became of it
 * ("converted", "as it was", "impossible: WHY") and then the message. REACH: all, mime or labelled. */
#include <stdio.h>

#include "mail/message.h"
#include "mail/mime_7bit.h"
#include "probe_json.h"

static enum mime_7bit_reach reach_named(const char *name) {
  if (strcmp(name, "labelled") == 0) return MIME_7BIT_LABELLED;
  return strcmp(name, "mime") == 0 ? MIME_7BIT_MIME : MIME_7BIT_ALL;
}

static void print(struct span text) {
  fwrite(text.data, 1, text.len, stdout);
}

int main(int argc, char **argv) {
  struct mime_7bit_rules rules = {.reach = reach_named(argc > 1 ? argv[1] : "all")};
  struct buf input = probe_read_input(), old_header = {0}, header = {0}, body = {0};
  struct message *message = message_from_bytes(buf_span(&input));
  const char *why;
  rules.remark_quoted_printable = rules.remark_base64 = SPAN_EMPTY;
  message_write_header(message, &old_header);
  switch (mime_to_7bit(buf_span(&old_header), message_body(message), &rules, &header, &body, &why)) {
  case MIME_7BIT_CONVERTED:
    printf("converted\n");
    print(buf_span(&header));
    print(SPAN("\r\n"));
    print(buf_span(&body));
    break;
  case MIME_7BIT_AS_IT_WAS:
    printf("as it was\n");
    print(buf_span(&old_header));
    print(SPAN("\r\n"));
    print(message_body(message));
    break;
  case MIME_7BIT_IMPOSSIBLE: printf("impossible: %s\n", why); break;
  }
  message_release(message);
  buf_free(&input);
  buf_free(&old_header);
  buf_free(&header);
  buf_free(&body);
  return 0;
}
