/* Addresses, paths and address lists: whatever comes in, a good address is read again from its own text. */
#include "base/check.h"
#include "mail/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(struct span piece, struct span whole) {
  return piece.len == 0 || (piece.data >= whole.data && piece.data + piece.len <= whole.data + whole.len);
}

static void try_address(struct span text, struct arena *arena) {
  struct address address, again;
  if (address_parse(text, text.len % 2, &address) != ADDRESS_OK) return;
  struct span pieces[] = {address.local_part, SPAN("@"), address.domain};
  struct span joined = arena_join(arena, pieces, 3);
  CHECK(span_equal(joined, text));
  CHECK(address_parse(joined, text.len % 2, &again) == ADDRESS_OK && address_equal(address, again));
  CHECK(address_unquote(address.local_part, arena).len <= address.local_part.len);
}

static void try_path(struct span text, struct arena *arena) {
  struct smtp_path path, again;
  struct span rest;
  enum address_error error = smtp_path_parse(text, false, &path, &rest);
  CHECK(is_inside(rest, text) && is_inside(path.text, text) && is_inside(path.route, text));
  if (error != ADDRESS_OK) return;
  struct span pieces[] = {SPAN("<"), path.text, SPAN(">")};
  CHECK(smtp_path_parse(arena_join(arena, pieces, 3), false, &again, &rest) == ADDRESS_OK);
  CHECK(span_equal(again.text, path.text) && again.is_null == path.is_null && rest.len == 0);
}

/* An entry read leniently, written plainly, is read again as it was. */
static void try_entry(const struct mailbox_entry *entry, struct arena *arena) {
  struct address address = entry->address;
  struct mailbox_entry *again;
  size_t bad;
  CHECK(address.local_part.len > 0);
  struct span pieces[] = {SPAN("<"), address.local_part, SPAN("@"), address.domain, SPAN(">")};
  if (address.domain.len == 0) pieces[2] = SPAN_EMPTY;
  struct span plain = arena_join(arena, pieces, 5);
  CHECK(address_list_parse(plain, arena, &again, &bad) == 1 && bad == 0);
  CHECK(span_equal(again->address.local_part, address.local_part));
  CHECK(span_equal(again->address.domain, address.domain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct span text = span_of((const char *)data, size);
  struct arena arena = ARENA_EMPTY;
  struct mailbox_entry *entries;
  try_address(text, &arena);
  try_path(text, &arena);
  size_t count = address_list_parse(text, &arena, &entries, NULL);
  for (size_t i = 0; i < count && i < 50; i++) try_entry(&entries[i], &arena);
  arena_free(&arena);
  return 0;
}
