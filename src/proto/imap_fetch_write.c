/* What a FETCH gives (RFC 9051 7.5.2). Octets are those that were delivered: nothing is added to a header. */
#include "mail/header.h"
#include "mail/transfer_encoding.h"
#include "proto/imap_envelope.h"
#include "proto/imap_session.h"
#include "proto/imap_structure.h"

/* The octets of the message under way, and its parts once somebody asks for them. */
struct source {
  struct imap_server *server;
  struct span text;
  size_t header_len;
  const struct imap_part *parts;
};

static const struct imap_part *parts_of(struct source *source) {
  if (!source->parts)
    source->parts = imap_structure_read(source->text, source->header_len, &source->server->scratch);
  return source->parts;
}

/* A literal has no NUL in it (RFC 9051 9): 0x80 stands for it, as with Dovecot. */
static void write_literal(struct span text, struct buf *out) {
  buf_format(out, "{%zu}\r\n", text.len);
  size_t at = out->len;
  buf_add(out, text);
  for (char *nul; (nul = memchr(out->data + at, 0, out->len - at)); at = (size_t)(nul - out->data))
    *nul = (char)0x80;
}

static struct span cut(const struct imap_item *item, struct span text) {
  return item->is_partial ? span_slice(text, item->offset, item->length) : text;
}

/* ---- sections ---- */

static bool is_named(const struct imap_item *item, struct span name) {
  for (size_t i = 0; i < item->name_count; i++)
    if (span_equal_nocase(item->names[i], name)) return true;
  return false;
}

/* The fields that are named, or the others, as they stand; then the empty line. */
static struct span pick_fields(struct source *source, const struct imap_item *item, struct span header) {
  struct buf picked = {0};
  struct header_reader reader = header_read(header);
  struct header_field field;
  enum header_item kind;
  while ((kind = header_next(&reader, &field)) != HEADER_END) {
    bool named = kind == HEADER_FIELD && is_named(item, field.name);
    if (named == (item->section == IMAP_SECTION_FIELDS)) buf_add(&picked, field.text);
  }
  buf_add_text(&picked, "\r\n");
  struct span copied = arena_copy(&source->server->scratch, buf_span(&picked));
  buf_free(&picked);
  return copied;
}

/* False: there is no such part. */
static bool find_section(struct source *source, const struct imap_item *item, struct span *out) {
  struct span header = span_first(source->text, source->header_len + 2),
              body = span_skip(source->text, header.len);
  if (item->number_count) {
    const struct imap_part *part = imap_structure_part(parts_of(source), item->numbers, item->number_count);
    if (!part) return false;
    *out = item->section == IMAP_SECTION_MIME ? part->header : part->body;
    if (item->section == IMAP_SECTION_WHOLE || item->section == IMAP_SECTION_MIME) return true;
    if (!part->is_message) return false; /* only a message has a header and a text */
    header = part->children->header;
    body = part->children->body;
  }
  switch (item->section) {
  case IMAP_SECTION_WHOLE:
  case IMAP_SECTION_MIME: *out = source->text; return true;
  case IMAP_SECTION_HEADER: *out = header; return true;
  case IMAP_SECTION_TEXT: *out = body; return true;
  case IMAP_SECTION_FIELDS:
  case IMAP_SECTION_FIELDS_NOT: *out = pick_fields(source, item, header); return true;
  }
  return false;
}

/* "[1.2.HEADER.FIELDS (From To)]<0>" */
static void write_section(const struct imap_item *item, struct buf *out) {
  static const char *const names[] = {
      [IMAP_SECTION_WHOLE] = "",
      [IMAP_SECTION_HEADER] = "HEADER",
      [IMAP_SECTION_FIELDS] = "HEADER.FIELDS",
      [IMAP_SECTION_FIELDS_NOT] = "HEADER.FIELDS.NOT",
      [IMAP_SECTION_TEXT] = "TEXT",
      [IMAP_SECTION_MIME] = "MIME",
  };
  buf_add_char(out, '[');
  for (size_t i = 0; i < item->number_count; i++) {
    if (i) buf_add_char(out, '.');
    buf_add_u64(out, item->numbers[i]);
  }
  if (item->number_count && item->section != IMAP_SECTION_WHOLE) buf_add_char(out, '.');
  buf_add_text(out, names[item->section]);
  for (size_t i = 0; i < item->name_count; i++) {
    buf_add_text(out, i ? " " : " (");
    imap_write_astring(item->names[i], out);
  }
  buf_add_text(out, item->name_count ? ")]" : "]");
  if (item->is_partial) buf_format(out, "<%u>", (unsigned)item->offset);
}

static void write_section_item(struct source *source, const struct imap_item *item, struct buf *out) {
  struct span text;
  bool found = find_section(source, item, &text);
  buf_add_text(out, "BODY");
  write_section(item, out);
  buf_add_char(out, ' ');
  if (found)
    write_literal(cut(item, text), out);
  else
    buf_add_text(out, "NIL");
}

/* ---- BINARY: a part without its transfer encoding (RFC 9051 6.4.5, RFC 3516) ---- */

static bool decode(struct source *source, const struct imap_item *item, struct buf *out, bool *found_out) {
  const struct imap_part *part = imap_structure_part(parts_of(source), item->numbers, item->number_count);
  uint32_t defects;
  *found_out = part != NULL;
  if (!part) return true;
  if (item->number_count == 0) return buf_add(out, source->text); /* all of it, as it is */
  struct span encoding =
      header_value(part->header, SPAN("Content-Transfer-Encoding"), &source->server->scratch);
  if (span_equal_nocase(encoding, SPAN("base64"))) return mime_base64_decode(part->body, out, &defects);
  if (span_equal_nocase(encoding, SPAN("quoted-printable")))
    return quoted_printable_decode(part->body, out, &defects);
  static const struct span plain[] = {SPAN_INIT(""), SPAN_INIT("7bit"), SPAN_INIT("8bit"),
                                      SPAN_INIT("binary")};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (span_equal_nocase(encoding, plain[i])) return buf_add(out, part->body);
  return false;
}

/* False, and nothing written: the encoding is not known. */
static bool write_binary(struct source *source, const struct imap_item *item, struct buf *out) {
  struct buf octets = {0};
  bool found, good = decode(source, item, &octets, &found);
  if (good) {
    struct span text = cut(item, buf_span(&octets));
    buf_add_text(out, item->kind == IMAP_ITEM_BINARY ? "BINARY" : "BINARY.SIZE");
    write_section(item, out);
    buf_add_char(out, ' ');
    if (item->kind == IMAP_ITEM_BINARY_SIZE) {
      buf_add_u64(out, octets.len);
    } else if (!found) {
      buf_add_text(out, "NIL");
    } else {
      if (span_find(text, 0) != SPAN_NONE) buf_add_char(out, '~');
      buf_format(out, "{%zu}\r\n", text.len);
      buf_add(out, text);
    }
  }
  buf_free(&octets);
  return good;
}

/* ---- all of it ---- */

static bool write_item(struct source *source, const struct imap_known *known, const struct imap_item *item,
                       struct buf *out) {
  struct arena *arena = &source->server->scratch;
  struct span header = span_first(source->text, source->header_len + 2);
  switch (item->kind) {
  case IMAP_ITEM_FLAGS:
    buf_add_text(out, "FLAGS ");
    imap_write_flags(imap_shown_flags(source->server, known), out);
    break;
  case IMAP_ITEM_UID: buf_format(out, "UID %u", (unsigned)known->entry.uid); break;
  case IMAP_ITEM_INTERNALDATE:
    buf_add_text(out, "INTERNALDATE ");
    imap_write_date_time(known->entry.date_us, source->server->view.zone_minutes, out);
    break;
  case IMAP_ITEM_SIZE:
    buf_add_text(out, "RFC822.SIZE ");
    buf_add_u64(out, known->entry.size);
    break;
  case IMAP_ITEM_ENVELOPE:
    buf_add_text(out, "ENVELOPE ");
    imap_envelope_write(header, arena, out);
    break;
  case IMAP_ITEM_BODYSTRUCTURE:
  case IMAP_ITEM_BODY:
    buf_add_text(out, item->kind == IMAP_ITEM_BODY ? "BODY " : "BODYSTRUCTURE ");
    imap_structure_write(parts_of(source), item->kind == IMAP_ITEM_BODYSTRUCTURE, arena, out);
    break;
  case IMAP_ITEM_SECTION: write_section_item(source, item, out); break;
  case IMAP_ITEM_RFC822:
    buf_add_text(out, "RFC822 ");
    write_literal(source->text, out);
    break;
  case IMAP_ITEM_RFC822_HEADER:
    buf_add_text(out, "RFC822.HEADER ");
    write_literal(header, out);
    break;
  case IMAP_ITEM_RFC822_TEXT:
    buf_add_text(out, "RFC822.TEXT ");
    write_literal(span_skip(source->text, header.len), out);
    break;
  case IMAP_ITEM_BINARY:
  case IMAP_ITEM_BINARY_SIZE: return write_binary(source, item, out);
  }
  return true;
}

/* Flags that have changed by this very FETCH are told, though nobody asked. */
bool imap_write_fetch(struct imap_server *server, const struct imap_known *known) {
  const struct imap_fetch *fetch = server->fetch;
  struct source source = {server, buf_span(&server->text), server->message ? server->message->header_len : 0,
                          NULL};
  struct imap_item flags = {.kind = IMAP_ITEM_FLAGS};
  struct buf *out = imap_out(server);
  bool all = true, any = false, tells_flags = server->was_stored && !fetch->has_flags;
  size_t start = out->len;
  buf_format(out, "* %zu FETCH (", server->at + 1);
  for (size_t i = 0; i < fetch->count + tells_flags; i++) {
    size_t before = out->len;
    if (any) buf_add_char(out, ' ');
    bool good = write_item(&source, known, i < fetch->count ? &fetch->items[i] : &flags, out);
    if (good)
      any = true;
    else
      out->len = before, all = false;
  }
  buf_add_text(out, ")\r\n");
  if (!any) out->len = start;
  server->reply_ready = out->len > 0;
  return all;
}
