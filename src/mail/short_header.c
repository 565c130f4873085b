#include "mail/short_header.h"

#include "base/buf.h"
#include "mail/address.h"
#include "mail/encoded_word.h"
#include "mail/header.h"

static const struct {
  struct span name;
  bool has_addresses;
} shown[SHORT_HEADER_MAX] = {
    {SPAN_INIT("Date"), false}, {SPAN_INIT("From"), true},     {SPAN_INIT("To"), true},
    {SPAN_INIT("Cc"), true},    {SPAN_INIT("Subject"), false},
};

/* With plain blanks: an encoded word may hold line ends, too. */
static struct span on_one_line(struct span value, struct arena *arena) {
  struct span copy = arena_copy(arena, span_trim(value));
  char *bytes = (char *)(uintptr_t)copy.data;
  for (size_t i = 0; i < copy.len; i++)
    if ((unsigned char)bytes[i] < 0x20) bytes[i] = ' ';
  return copy;
}

/* "Dr. Indrajit Ray <indrajit@CS.ColoState.EDU>, bob@isse.gmu.edu". False where the list has what is not
 * to be put into these words: a group, or something that cannot be read. */
static bool read_addresses(struct span value, struct arena *arena, struct buf *out) {
  struct mailbox_entry *entries;
  size_t bad, count = address_list_parse(value, arena, &entries, &bad);
  if (bad || !count) return false;
  for (size_t i = 0; i < count; i++) {
    const struct mailbox_entry *entry = &entries[i];
    if (entry->group.len || !entry->address.domain.len) return false;
    struct span name = encoded_word_read(entry->display_name, arena);
    buf_format(out, name.len ? "%s%.*s <%.*s@%.*s>" : "%s%.*s%.*s@%.*s", i ? ", " : "", SPAN_ARG(name),
               SPAN_ARG(entry->address.local_part), SPAN_ARG(entry->address.domain));
  }
  return true;
}

static struct span value_for_people(struct span value, bool has_addresses, struct arena *arena) {
  value = on_one_line(header_unfold(value, arena), arena);
  struct buf text = {0};
  bool read = has_addresses && read_addresses(value, arena, &text);
  struct span words = on_one_line(read ? buf_span(&text) : encoded_word_read(value, arena), arena);
  buf_free(&text);
  return words;
}

size_t short_header(struct span header, struct arena *arena, struct short_field fields_out[SHORT_HEADER_MAX],
                    size_t *hidden_out) {
  size_t count = 0, all = 0;
  struct header_field field;
  struct header_reader reader = header_read(header);
  for (enum header_item item; (item = header_next(&reader, &field)) != HEADER_END;)
    all += item == HEADER_FIELD;
  for (size_t i = 0; i < SHORT_HEADER_MAX; i++)
    if (header_find(header, shown[i].name, &field))
      fields_out[count++] =
          (struct short_field){shown[i].name, value_for_people(field.value, shown[i].has_addresses, arena)};
  *hidden_out = all - count;
  return count;
}
