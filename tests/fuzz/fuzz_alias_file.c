/* Files of aliases and lists of destinations: whatever comes in, lines are counted from 1 and forwards, and
 * the destinations read, written as an alias of one line, are read again as they were. */
#include "base/buf.h"
#include "base/check.h"
#include "mail/alias_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In brackets or quotation marks, so that nothing in it parts it; what has one itself is written without. */
static bool write_destination(const struct alias_destination *destination, struct buf *out) {
  if (span_find(destination->text, '"') != SPAN_NONE || span_find(destination->text, '\\') != SPAN_NONE)
    return false;
  buf_add_text(out, ", ");
  bool itself = destination->kind == ALIAS_TO_ITSELF,
       address = itself || destination->kind == ALIAS_TO_ADDRESS;
  if (itself) buf_add_char(out, '\\');
  buf_add_char(out, address ? '<' : '"');
  buf_add(out, destination->text);
  buf_add_char(out, address ? '>' : '"');
  return true;
}

static void try_again(const struct alias_destination *destinations, size_t count, struct arena *arena) {
  struct buf text = {0};
  bool plain = true;
  buf_add_text(&text, "name: first");
  for (size_t i = 0; i < count && plain; i++) plain = write_destination(&destinations[i], &text);
  struct alias_reader reader = alias_file_read(buf_span(&text));
  struct alias_entry again;
  if (plain && alias_file_next(&reader, arena, &again)) {
    CHECK(again.count == count + 1);
    for (size_t i = 0; i < count; i++) {
      CHECK(again.destinations[i + 1].kind == destinations[i].kind);
      CHECK(span_equal(again.destinations[i + 1].text, destinations[i].text));
    }
  }
  buf_free(&text);
}

static void try_list(struct span text, struct arena *arena) {
  struct alias_destination *destinations;
  size_t count;
  uint32_t line = 0;
  enum alias_error error = alias_list_read(text, arena, &destinations, &count, &line);
  if (error != ALIAS_OK) {
    CHECK(line >= 1 && alias_error_text(error));
    return;
  }
  CHECK(count <= ALIAS_DESTINATIONS_MAX);
  try_again(destinations, count, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span text = span_of((const char *)data, size);
  struct arena arena = ARENA_EMPTY;
  struct alias_reader reader = alias_file_read(text);
  struct alias_entry entry;
  uint32_t line = 0;
  while (alias_file_next(&reader, &arena, &entry)) {
    CHECK(entry.line > line && entry.name.len > 0);
    line = entry.line;
    try_again(entry.destinations, entry.count, &arena);
  }
  CHECK(reader.error == ALIAS_OK || reader.error_line > line);
  CHECK(!alias_file_next(&reader, &arena, &entry));
  try_list(text, &arena);
  arena_free(&arena);
  return 0;
}
