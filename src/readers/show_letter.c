/* show_letter: a letter as mail programs show it: the short header, and of its body what a program makes of
 * it that knows no MIME, one that knows no HTML, and one that does. */
#include "mail/html_text.h"
#include "mail/mime_reader.h"
#include "mail/short_header.h"
#include "readers/show_internal.h"

/* A letter taken apart. */
struct opened {
  uint32_t message;
  struct span header, body; /* the header: of the short view, a line a field */
  struct mime_part parts[MIME_PARTS_MAX];
  size_t count;
};

static void add_unix_lines(struct buf *out, struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] != '\r') buf_add_char(out, text.data[i]);
  if (text.len && text.data[text.len - 1] != '\n') buf_add_char(out, '\n');
}

static struct span short_lines(struct span header, struct arena *arena) {
  struct short_field fields[SHORT_HEADER_MAX];
  struct buf lines = {0};
  size_t hidden, count = short_header(header, arena, fields, &hidden);
  for (size_t i = 0; i < count; i++)
    buf_format(&lines, "%.*s: %.*s\n", SPAN_ARG(fields[i].name), SPAN_ARG(fields[i].value));
  struct span copy = arena_copy(arena, buf_span(&lines));
  buf_free(&lines);
  return copy;
}

static struct opened *open_letter(struct show *show, uint32_t message, int64_t version) {
  struct opened *opened = arena_alloc(&show->arena, sizeof *opened);
  struct buf text = {0};
  journal_message_header(show->versions, version, &text);
  struct span header = arena_copy(&show->arena, buf_span(&text));
  buf_free(&text);
  opened->message = message;
  opened->body = journal_message_body(show->versions, version);
  opened->count = mime_parse(header, opened->body, &show->arena, opened->parts);
  opened->header = short_lines(header, &show->arena);
  return opened;
}

/* One part, as a program shows it that decodes it: HTML as it stands, or its words. What is no text has a
 * line in its place. */
static void write_part(const struct mime_part *part, enum mime_reader reader, struct buf *out) {
  struct buf text = {0}, words = {0};
  bool is_read = mime_decode(part, &text);
  if (is_read && reader == MIME_READER_HTML && span_equal_nocase(part->type, SPAN("text/html")))
    html_text(buf_span(&text), &words);
  else if (is_read || mime_is_text(part))
    add_unix_lines(&words, buf_span(&text));
  else
    buf_format(&words, "(%.*s%s%.*s, %zu octets)\n", SPAN_ARG(part->type), part->name.len ? ", " : "",
               SPAN_ARG(part->name), text.len);
  buf_add(out, buf_span(&words));
  buf_free(&text);
  buf_free(&words);
}

/* reader: for JSON; says: for people, with the types of what is shown behind it. */
static void write_reading(struct show *show, const struct opened *opened, const char *reader,
                          const char *says, struct span types, struct span text) {
  if (show->options->json) {
    show_json_number(show, "message", opened->message);
    show_json_text(show, "header", opened->header);
    show_json_text(show, "reader", span_from(reader));
    show_json_text(show, "shows", types);
    show_json_text(show, "text", text);
    show_json_end(show);
    return;
  }
  buf_format(show->out, "\n-- %s%s%.*s\n", says, types.len ? " shows " : " shows", SPAN_ARG(types));
  buf_add(show->out, text);
}

static void write_decoded(struct show *show, const struct opened *opened, enum mime_reader kind,
                          const char *reader, const char *says) {
  bool shown[MIME_PARTS_MAX];
  struct buf text = {0}, types = {0};
  mime_shown_by(opened->parts, opened->count, kind, shown);
  for (size_t i = 0; i < opened->count; i++) {
    if (!shown[i]) continue;
    buf_format(&types, "%s%.*s", types.len ? ", " : "", SPAN_ARG(opened->parts[i].type));
    write_part(&opened->parts[i], kind, &text);
  }
  write_reading(show, opened, reader, says, buf_span(&types), buf_span(&text));
  buf_free(&text);
  buf_free(&types);
}

static bool letter_of(struct show *show, uint32_t message) {
  int64_t version = show_version(show, message);
  if (!version) return show_no_letter(show, message);
  const struct opened *opened = open_letter(show, message, version);
  struct buf raw = {0};
  add_unix_lines(&raw, opened->body);
  if (!show->options->json) buf_add(show->out, opened->header);
  bool is_html = span_equal_nocase(opened->parts[0].type, SPAN("text/html"));
  if (!mime_is_encoded(opened->parts, opened->count) && !is_html) {
    if (show->options->json)
      write_reading(show, opened, "any", "", SPAN("text/plain"), buf_span(&raw));
    else
      buf_format(show->out, "\n%.*s", SPAN_ARG(buf_span(&raw)));
  } else {
    write_reading(show, opened, "without MIME", "a program without MIME", SPAN_EMPTY, buf_span(&raw));
    write_decoded(show, opened, MIME_READER_TEXT, "text", "a program without HTML");
    write_decoded(show, opened, MIME_READER_HTML, "HTML", "a program with HTML");
  }
  buf_free(&raw);
  return true;
}

bool show_letter(struct show *show) {
  if (show->options->message) return letter_of(show, show->options->message);
  uint32_t count = show_letter_count(show);
  for (uint32_t message = 1; message <= count; message++) {
    if (!show->options->json && count > 1)
      buf_format(show->out, "%sletter %u\n", message > 1 ? "\n" : "", message);
    if (!letter_of(show, message)) return false;
  }
  return true;
}
