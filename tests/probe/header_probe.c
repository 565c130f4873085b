/* header_probe: a message on standard input as Waystation's header parser reads it. */
#include "mail/address.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "probe_json.h"

static void add_addresses(struct buf *line, struct span value, struct arena *arena) {
  struct mailbox_entry *entries;
  size_t count = address_list_parse(value, arena, &entries, NULL);
  buf_add_text(line, ",\"addresses\":[");
  for (size_t i = 0; i < count; i++) {
    struct address address = entries[i].address;
    struct span pieces[] = {address.local_part, SPAN("@"), address.domain};
    probe_add_address(line, i == 0, encoded_word_read(entries[i].display_name, arena),
                      arena_join(arena, pieces, address.domain.len ? 3 : 1));
  }
  buf_add_char(line, ']');
}

static void print_field(const struct header_field *field, struct buf *line) {
  struct arena arena = ARENA_EMPTY;
  struct span value = header_unfold(field->value, &arena);
  struct date date;
  buf_add_char(line, '{');
  probe_add_bytes(line, "name", field->name);
  probe_add_bytes(line, "value", value);
  probe_add_text(line, "text", encoded_word_read(value, &arena));
  if (probe_is_address_field(field->name)) add_addresses(line, field->value, &arena);
  if (probe_is_date_field(field->name) && date_parse(field->value, &date))
    buf_format(line, ",\"unix\":%lld", (long long)(date.unix_us / DATE_SECOND_US));
  probe_print(line);
  arena_free(&arena);
}

int main(void) {
  struct buf input = probe_read_input(), line = {0};
  struct header_reader reader = header_read(buf_span(&input));
  struct header_field field;
  enum header_item item;
  while ((item = header_next(&reader, &field)) != HEADER_END) {
    if (item == HEADER_FIELD) {
      print_field(&field, &line);
    } else {
      buf_add_char(&line, '{');
      probe_add_bytes(&line, "junk", field.text);
      probe_print(&line);
    }
  }
  buf_format(&line, "{\"body\":%zu", input.len - reader.at);
  probe_print(&line);
  buf_free(&line);
  buf_free(&input);
  return 0;
}
