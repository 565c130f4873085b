#include "proto/imap_envelope.h"

#include "mail/address.h"
#include "mail/header.h"
#include "proto/imap_scan.h"

/* An unfolded value; false if there is no such field. */
static bool find(struct span header, const char *name, struct arena *arena, struct span *value_out) {
  struct header_field field;
  *value_out = SPAN_EMPTY;
  if (!header_find(header, span_from(name), &field)) return false;
  *value_out = header_unfold(field.value, arena);
  return true;
}

static void write_field(struct span header, const char *name, struct arena *arena, struct buf *out) {
  struct span value;
  bool there = find(header, name, arena, &value);
  imap_write_nstring(value, !there, out);
}

/* "(NIL NIL group NIL)" begins a group, "(NIL NIL NIL NIL)" ends it. */
static void write_group(struct span name, bool begins, struct buf *out) {
  buf_add_text(out, "(NIL NIL ");
  imap_write_nstring(name, !begins, out);
  buf_add_text(out, " NIL)");
}

/* A domain that is missing is an empty string: NIL would begin a group. */
static void write_mailbox(const struct mailbox_entry *entry, struct arena *arena, struct buf *out) {
  buf_add_char(out, '(');
  imap_write_nstring(entry->display_name, entry->display_name.len == 0, out);
  buf_add_text(out, " NIL ");
  imap_write_string(address_unquote(entry->address.local_part, arena), out);
  buf_add_char(out, ' ');
  imap_write_string(entry->address.domain, out);
  buf_add_char(out, ')');
}

/* "undisclosed-recipients:;" is nobody's address, and still says something. */
static bool write_empty_group(struct span value, struct buf *out) {
  struct span text = span_trim(value);
  size_t colon = span_find(text, ':');
  if (colon == SPAN_NONE || colon == 0 || !span_ends_with(text, SPAN(";"))) return false;
  if (span_trim(span_slice(text, colon + 1, text.len - colon - 2)).len) return false;
  buf_add_char(out, '(');
  write_group(span_trim(span_first(text, colon)), true, out);
  write_group(SPAN_EMPTY, false, out);
  buf_add_char(out, ')');
  return true;
}

static void write_addresses(struct span value, struct arena *arena, struct buf *out) {
  struct mailbox_entry *entries;
  size_t count = address_list_parse(value, arena, &entries, NULL);
  struct span group = SPAN_EMPTY;
  if (count == 0) {
    if (!write_empty_group(value, out)) buf_add_text(out, "NIL");
    return;
  }
  buf_add_char(out, '(');
  for (size_t i = 0; i < count; i++) {
    if (!span_equal(group, entries[i].group)) {
      if (group.len) write_group(group, false, out);
      group = entries[i].group;
      if (group.len) write_group(group, true, out);
    }
    write_mailbox(&entries[i], arena, out);
  }
  if (group.len) write_group(group, false, out);
  buf_add_char(out, ')');
}

void imap_envelope_write(struct span header, struct arena *arena, struct buf *out) {
  struct span from, value;
  find(header, "From", arena, &from);
  buf_add_char(out, '(');
  write_field(header, "Date", arena, out);
  buf_add_char(out, ' ');
  write_field(header, "Subject", arena, out);
  buf_add_char(out, ' ');
  write_addresses(from, arena, out);
  static const char *const lists[] = {"Sender", "Reply-To", "To", "Cc", "Bcc"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    find(header, lists[i], arena, &value);
    buf_add_char(out, ' ');
    write_addresses(i < 2 && value.len == 0 ? from : value, arena, out);
  }
  buf_add_char(out, ' ');
  write_field(header, "In-Reply-To", arena, out);
  buf_add_char(out, ' ');
  write_field(header, "Message-ID", arena, out);
  buf_add_char(out, ')');
}
