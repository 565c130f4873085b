/* A message's text as POP3 carries it (RFC 1939 3): up to ".CRLF" at a line's start; a further dot at a
 * line's start is dropped. Only CRLF ends a line here: a dot behind a bare LF is text, or whoever writes a
 * message could end it early and speak for the server. */
#include "proto/pop3_fetch.h"

void pop3_text_begin(struct pop3_text_reader *reader, size_t max) {
  buf_clear(&reader->text);
  buf_set_cap(&reader->text, max);
  reader->state = POP3_TEXT_LINE_START;
}

/* One octet where a dot may stand. Gives whether it was taken; else it belongs to the line. */
static bool take_at_start(struct pop3_text_reader *reader, char c) {
  enum pop3_text_state was = reader->state;
  reader->state = POP3_TEXT_WITHIN;
  reader->last = 0;
  if (was == POP3_TEXT_LINE_START && c == '.')
    reader->state = POP3_TEXT_DOT;
  else if (was == POP3_TEXT_DOT && c == '\r')
    reader->state = POP3_TEXT_DOT_CR;
  else if (was == POP3_TEXT_DOT_CR && c == '\n')
    reader->state = POP3_TEXT_END;
  else if (was == POP3_TEXT_DOT_CR) {
    buf_add_char(&reader->text, '\r'); /* it was not the end */
    reader->last = '\r';
  }
  return reader->state != POP3_TEXT_WITHIN;
}

/* The rest of a line, or as much as there is. */
static void take_within(struct pop3_text_reader *reader, struct span *input) {
  size_t lf = span_find(*input, '\n');
  size_t len = lf == SPAN_NONE ? input->len : lf + 1;
  buf_add(&reader->text, span_first(*input, len));
  if (lf != SPAN_NONE) {
    char before = lf > 0 ? input->data[lf - 1] : reader->last;
    if (before == '\r') reader->state = POP3_TEXT_LINE_START;
  }
  reader->last = input->data[len - 1];
  *input = span_skip(*input, len);
}

bool pop3_text_take(struct pop3_text_reader *reader, struct span *input) {
  while (input->len > 0 && reader->state != POP3_TEXT_END) {
    if (reader->state == POP3_TEXT_WITHIN)
      take_within(reader, input);
    else if (take_at_start(reader, input->data[0]))
      *input = span_skip(*input, 1);
  }
  return reader->state == POP3_TEXT_END;
}
