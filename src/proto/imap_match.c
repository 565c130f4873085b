/* Whether a message fits the keys of a SEARCH (RFC 9051 6.4.4). Texts are looked for without letter case, in
 * what a reader would see: encoded words and transfer encodings are undone, for the charsets that we read. */
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "proto/imap_session.h"

static bool holds(struct span text, struct span wanted) {
  if (wanted.len == 0) return true;
  char lower = ascii_lower(wanted.data[0]), upper = ascii_upper(wanted.data[0]);
  for (size_t i = 0; i + wanted.len <= text.len; i++) {
    if (text.data[i] != lower && text.data[i] != upper) continue;
    if (span_compare_nocase(span_slice(text, i, wanted.len), wanted) == 0) return true;
  }
  return false;
}

static struct span header_of(const struct imap_server *server) {
  return span_first(buf_span(&server->text), (size_t)server->message->header_len + 2);
}

/* ---- dates: without time and zone, as they are written ---- */

static bool fits_days(enum imap_key_kind kind, int64_t days, int64_t wanted) {
  if (kind == IMAP_KEY_BEFORE || kind == IMAP_KEY_SENTBEFORE) return days < wanted;
  if (kind == IMAP_KEY_ON || kind == IMAP_KEY_SENTON) return days == wanted;
  return days >= wanted;
}

static int64_t days_at(int64_t unix_us, int32_t zone_minutes) {
  struct date_civil civil = date_to_civil(unix_us, zone_minutes);
  return date_days_from_civil(civil.year, civil.month, civil.day);
}

static bool fits_sent(struct imap_server *server, const struct imap_key *key) {
  struct date date;
  if (!date_parse(header_value(header_of(server), SPAN("Date"), &server->scratch), &date)) return false;
  return fits_days(key->kind, days_at(date.unix_us, date.zone_minutes), key->days);
}

/* ---- texts ---- */

static bool field_holds(struct imap_server *server, const struct header_field *field, struct span wanted) {
  struct span value = header_unfold(field->value, &server->scratch);
  return holds(value, wanted) || holds(encoded_word_read(value, &server->scratch), wanted);
}

static bool header_holds(struct imap_server *server, const struct imap_key *key) {
  struct header_reader reader = header_read(header_of(server));
  struct header_field field;
  while (header_next_named(&reader, key->name, &field))
    if (field_holds(server, &field, key->text)) return true;
  return false;
}

static bool any_field_holds(struct imap_server *server, struct span wanted) {
  struct header_reader reader = header_read(header_of(server));
  struct header_field field;
  for (enum header_item item; (item = header_next(&reader, &field)) != HEADER_END;)
    if (holds(field.text, wanted) || (item == HEADER_FIELD && field_holds(server, &field, wanted)))
      return true;
  return false;
}

static bool body_holds(struct imap_server *server, struct span wanted) {
  struct span header = header_of(server), body = span_skip(buf_span(&server->text), header.len);
  struct mime_part *parts = arena_alloc(&server->scratch, MIME_PARTS_MAX * sizeof *parts);
  size_t count = mime_parse(header, body, &server->scratch, parts);
  struct buf decoded = {0};
  bool found = false;
  for (size_t i = 0; i < count && !found; i++) {
    if (parts[i].kind != MIME_LEAF || !mime_is_text(&parts[i])) continue;
    buf_clear(&decoded);
    mime_decode(&parts[i], &decoded);
    found = holds(buf_span(&decoded), wanted);
  }
  buf_free(&decoded);
  return found;
}

/* ---- the tree ---- */

static bool all_fit(struct imap_server *server, const struct imap_key *key, size_t index) {
  for (; key; key = key->next)
    if (!imap_key_fits(server, key, index)) return false;
  return true;
}

bool imap_key_fits(struct imap_server *server, const struct imap_key *key, size_t index) {
  const struct imap_entry *entry = &server->view.messages[index].entry;
  switch (key->kind) {
  case IMAP_KEY_ALL: return true;
  case IMAP_KEY_NOTHING: return false;
  case IMAP_KEY_AND: return all_fit(server, key->first, index);
  case IMAP_KEY_OR:
    return imap_key_fits(server, key->first, index) || imap_key_fits(server, key->first->next, index);
  case IMAP_KEY_NOT: return !imap_key_fits(server, key->first, index);
  case IMAP_KEY_SET: return imap_view_is_picked(&server->view, &key->pick, index);
  case IMAP_KEY_FLAGS: return (entry->flags & key->flags) == key->flags;
  case IMAP_KEY_NEW: return (entry->flags & (IMAP_RECENT | IMAP_SEEN)) == IMAP_RECENT;
  case IMAP_KEY_BEFORE:
  case IMAP_KEY_ON:
  case IMAP_KEY_SINCE:
    return fits_days(key->kind, days_at(entry->date_us, server->view.zone_minutes), key->days);
  case IMAP_KEY_SENTBEFORE:
  case IMAP_KEY_SENTON:
  case IMAP_KEY_SENTSINCE: return fits_sent(server, key);
  case IMAP_KEY_LARGER: return entry->size > key->number;
  case IMAP_KEY_SMALLER: return entry->size < key->number;
  case IMAP_KEY_HEADER: return header_holds(server, key);
  case IMAP_KEY_BODY: return body_holds(server, key->text);
  case IMAP_KEY_TEXT: return any_field_holds(server, key->text) || body_holds(server, key->text);
  }
  return false;
}
