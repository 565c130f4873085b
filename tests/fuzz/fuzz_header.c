/* Header blocks: the items cover the block without gap or overlap; what is folded unfolds to itself; the
 * readers of single fields hold with any value, what a mail program shows has one line a field, and HTML is
 * read in bounds. */
#include "base/check.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/html_text.h"
#include "mail/message_id.h"
#include "mail/received.h"
#include "mail/short_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(struct span piece, struct span whole) {
  return piece.len == 0 || (piece.data >= whole.data && piece.data + piece.len <= whole.data + whole.len);
}

static void try_fold(struct span value, struct arena *arena) {
  struct buf out = {0};
  if (!header_value_is_safe(value) || span_find(value, '\r') != SPAN_NONE) return;
  header_fold(SPAN("X-Fold"), value, 20, &out);
  struct header_field field;
  CHECK(header_find(buf_span(&out), SPAN("x-fold"), &field) && span_equal(field.text, buf_span(&out)));
  CHECK(span_equal(header_unfold(field.value, arena), span_trim(value)));
  buf_free(&out);
}

static void try_words(struct span value, struct arena *arena) {
  struct buf out = {0};
  encoded_word_write(value, &out);
  CHECK(span_is_ascii(buf_span(&out)));
  struct span again = encoded_word_read(buf_span(&out), arena);
  bool clean = span_is_utf8(value, NULL);
  for (size_t i = 0; i < value.len; i++)
    clean = clean && ((unsigned char)value.data[i] >= 32 || value.data[i] == '\t') && value.data[i] != 127;
  if (clean) CHECK(span_equal(again, value));
  CHECK(span_is_utf8(again, NULL));
  buf_free(&out);
}

static void try_value(struct span value, struct arena *arena) {
  struct received received;
  received_parse(value, &received);
  CHECK(is_inside(received.date_text, value) && is_inside(received.peer.claimed, value));
  CHECK(is_inside(received.peer.address, value) && is_inside(received.peer.dns_name, value));
  for (int i = 0; i < RECEIVED_TOKENS; i++) {
    struct received_clause *clause = &received.clause[i];
    CHECK(is_inside(clause->text, value) && is_inside(clause->value, clause->text));
    for (uint8_t c = 0; c < clause->comment_count; c++) CHECK(is_inside(clause->comments[c], clause->text));
  }
  struct span rest = value;
  for (struct message_id id; message_id_next(&rest, &id);) CHECK(is_inside(id.text, value));
  struct span unfolded = header_unfold(value, arena);
  CHECK(span_find(unfolded, '\n') == SPAN_NONE);
  encoded_word_read(unfolded, arena);
}

static void try_what_is_shown(struct span block, struct arena *arena) {
  struct short_field fields[SHORT_HEADER_MAX];
  size_t hidden, count = short_header(block, arena, fields, &hidden);
  CHECK(count <= SHORT_HEADER_MAX);
  for (size_t i = 0; i < count; i++) CHECK(span_find(fields[i].value, '\n') == SPAN_NONE);
  struct buf words = {0};
  html_text(block, &words);
  CHECK(words.len <= 2 * block.len + 1);
  buf_free(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span block = span_of((const char *)data, size);
  struct header_reader reader = header_read(block);
  struct header_field field;
  enum header_item item;
  struct arena arena = ARENA_EMPTY;
  size_t at = 0;
  while ((item = header_next(&reader, &field)) != HEADER_END) {
    CHECK(field.offset == at && field.text.len > 0 && field.text.data == block.data + at);
    at += field.text.len;
    CHECK(item == HEADER_JUNK || (header_name_is_valid(field.name) && is_inside(field.value, field.text)));
    if (item == HEADER_FIELD) try_value(field.value, &arena);
  }
  CHECK(reader.at - at <= 2 && reader.at <= size);
  try_fold(block, &arena);
  try_words(block, &arena);
  try_value(block, &arena);
  try_what_is_shown(block, &arena);
  arena_free(&arena);
  return 0;
}
