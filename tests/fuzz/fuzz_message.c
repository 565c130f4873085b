/* Messages: sizes are what is written, the wire form unstuffs to the plain form, an mboxrd file gives the
 * message back. */
#include "base/check.h"
#include "mail/dsn.h"
#include "mail/mbox.h"
#include "mail/message.h"
#include "mail/transfer_encoding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the stuffed dots out again as a receiver does (RFC 5321 4.5.2). */
static void unstuff(struct span wire, struct buf *out) {
  for (size_t at = 0, next; at < wire.len; at = next) {
    size_t lf = span_find(span_skip(wire, at), '\n');
    CHECK(lf != SPAN_NONE);
    next = at + lf + 1;
    struct span line = span_slice(wire, at, lf + 1);
    if (span_equal(line, SPAN(".\r\n"))) {
      CHECK(next == wire.len); /* the dot that ends it comes last, and nowhere else */
      return;
    }
    buf_add(out, span_skip(line, line.data[0] == '.'));
  }
  CHECK(false);
}

static void try_writing(const struct message *message) {
  struct buf plain = {0}, wire = {0}, again = {0};
  message_write(message, &plain);
  message_write_wire(message, &wire);
  CHECK(plain.len == message_size(message) && wire.len == message_wire_size(message));
  unstuff(buf_span(&wire), &again);
  CHECK(span_equal(buf_span(&plain), buf_span(&again)));
  buf_free(&plain);
  buf_free(&wire);
  buf_free(&again);
}

/* Not for a body that mbox cannot hold: CRs before a line's CRLF, and a body that looks like a header. */
static void try_mbox(const struct message *message) {
  struct buf file = {0}, before = {0}, after = {0};
  struct mbox_entry entry;
  message_write(message, &before);
  mbox_write(message, SPAN("a@b"), 0, 0, MBOX_RD, &file);
  mbox_write(message, SPAN("a@b"), 0, 0, MBOX_RD, &file);
  struct mbox_reader reader = mbox_read(buf_span(&file));
  int count = 0;
  while (mbox_next(&reader, &entry)) {
    count++;
    struct message *read = mbox_entry_message(&entry, MBOX_RD);
    buf_clear(&after);
    message_write(read, &after);
    CHECK(span_equal(buf_span(&before), buf_span(&after)));
    message_release(read);
  }
  CHECK(count == 2);
  buf_free(&file);
  buf_free(&before);
  buf_free(&after);
}

static void try_report(const struct message *original, struct span text) {
  struct dsn_recipient recipient = {.final = span_first(text, 20),
                                    .action = DSN_FAILED,
                                    .status = SPAN("5.0.0"),
                                    .diagnostic = text,
                                    .last_attempt_us = 0,
                                    .will_retry_until_us = DSN_NO_TIME};
  struct dsn dsn = {.from = SPAN("a@b"),
                    .to = span_first(text, 50),
                    .subject = text,
                    .boundary = SPAN("b"),
                    .text = text,
                    .reporting_mta = span_skip(text, 5),
                    .arrival_us = DSN_NO_TIME,
                    .recipients = &recipient,
                    .recipient_count = 1,
                    .original = original,
                    .headers_only = text.len % 2};
  struct message *report = dsn_compose(&dsn);
  try_writing(report);
  message_release(report);
}

static void try_encodings(struct span text) {
  struct buf encoded = {0}, decoded = {0};
  uint32_t defects;
  quoted_printable_encode(text, text.len % 2, &encoded);
  CHECK(quoted_printable_decode(buf_span(&encoded), &decoded, &defects) && defects == 0);
  CHECK(span_equal(buf_span(&decoded), text));
  buf_clear(&encoded);
  buf_clear(&decoded);
  mime_base64_encode(text, &encoded);
  CHECK(mime_base64_decode(buf_span(&encoded), &decoded, &defects) && defects == 0);
  CHECK(span_equal(buf_span(&decoded), text));
  buf_clear(&decoded);
  quoted_printable_decode(text, &decoded, &defects);
  mime_base64_decode(text, &decoded, &defects);
  buf_free(&encoded);
  buf_free(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span text = span_of((const char *)data, size);
  struct message *message = message_from_bytes(text);
  struct message *top = message_put_on_top(message, SPAN("Received: by x; y\r\n"));
  CHECK(top->received_count == message->received_count + 1);
  try_writing(message);
  try_writing(top);
  if (span_search(text, SPAN("\r\r")) == SPAN_NONE) try_mbox(top);
  try_report(top, text);
  message_release(message);
  message_release(top);
  try_encodings(text);
  struct mbox_reader reader = mbox_read(text);
  for (struct mbox_entry entry; mbox_next(&reader, &entry);)
    message_release(mbox_entry_message(&entry, MBOX_O));
  return 0;
}
