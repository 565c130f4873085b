#include "mail/mbox.h"

static const struct span from_ = SPAN_INIT("From ");

/* After the end of the line at `at`. */
static size_t next_line(struct span bytes, size_t at) {
  size_t lf = span_find(span_skip(bytes, at), '\n');
  return lf == SPAN_NONE ? bytes.len : at + lf + 1;
}

static struct span without_line_end(struct span line) {
  if (line.len && line.data[line.len - 1] == '\n') line.len--;
  if (line.len && line.data[line.len - 1] == '\r') line.len--;
  return line;
}

/* The sender may hold no white space; a quoted one is not written with any. What follows is the date. */
static void read_from_line(struct mbox_entry *entry) {
  struct span rest = span_trim(span_skip(entry->from_line, from_.len));
  size_t space = span_find(rest, ' ');
  entry->sender = span_first(rest, space);
  entry->has_date = space != SPAN_NONE && date_parse_asctime(span_skip(rest, space), &entry->date);
}

/* Where the text that begins at `at` ends, and in *next_out where the next From_ line begins. */
static size_t find_end(struct span bytes, size_t at, size_t *next_out) {
  size_t empty = SPAN_NONE; /* the empty line right before */
  while (at < bytes.len) {
    if (empty != SPAN_NONE && span_starts_with(span_skip(bytes, at), from_)) {
      *next_out = at;
      return empty;
    }
    size_t next = next_line(bytes, at);
    empty = without_line_end(span_slice(bytes, at, next - at)).len == 0 ? at : SPAN_NONE;
    at = next;
  }
  *next_out = bytes.len;
  return empty != SPAN_NONE ? empty : bytes.len;
}

bool mbox_next(struct mbox_reader *reader, struct mbox_entry *entry_out) {
  if (reader->at == 0 && !span_starts_with(reader->bytes, from_)) {
    find_end(reader->bytes, 0, &reader->at);
    reader->skipped = reader->at;
  }
  if (reader->at >= reader->bytes.len) return false;
  size_t text = next_line(reader->bytes, reader->at);
  *entry_out = (struct mbox_entry){.offset = reader->at};
  entry_out->from_line = without_line_end(span_slice(reader->bytes, reader->at, text - reader->at));
  read_from_line(entry_out);
  size_t end = find_end(reader->bytes, text, &reader->at);
  entry_out->text = span_slice(reader->bytes, text, end - text);
  return true;
}

/* How many ">" stand before "From " at the front of a line; SPAN_NONE if that is not what it is. */
static size_t quotes_before_from(struct span line) {
  size_t quotes = 0;
  while (quotes < line.len && line.data[quotes] == '>') quotes++;
  return span_starts_with(span_skip(line, quotes), from_) ? quotes : SPAN_NONE;
}

static bool was_quoted(struct span line, enum mbox_quoting quoting) {
  size_t quotes = quotes_before_from(line);
  if (quotes == SPAN_NONE || quoting == MBOX_UNQUOTED) return false;
  return quoting == MBOX_RD ? quotes > 0 : quotes == 1;
}

static bool must_be_quoted(struct span line, enum mbox_quoting quoting) {
  if (line.data[0] != 'F' && line.data[0] != '>') return false;
  size_t quotes = quotes_before_from(line);
  return quotes != SPAN_NONE && (quoting == MBOX_RD || (quoting == MBOX_O && quotes == 0));
}

struct message *mbox_entry_message(const struct mbox_entry *entry, enum mbox_quoting quoting) {
  struct span text = entry->text;
  struct buf unquoted = {0};
  size_t run = 0;
  for (size_t at = 0; at < text.len; at = next_line(text, at)) {
    if (text.data[at] != '>' || !was_quoted(span_skip(text, at), quoting)) continue;
    buf_add(&unquoted, span_slice(text, run, at - run));
    run = at + 1;
  }
  if (run == 0) return message_from_bytes(text);
  buf_add(&unquoted, span_skip(text, run));
  struct message *message = message_from_bytes(buf_span(&unquoted));
  buf_free(&unquoted);
  return message;
}

static void write_sender(struct span sender, struct buf *out) {
  if (sender.len == 0) sender = SPAN("MAILER-DAEMON");
  if (span_is_plain(sender) && span_find(sender, ' ') == SPAN_NONE) {
    buf_add(out, sender);
    return;
  }
  for (size_t i = 0; i < sender.len; i++) {
    unsigned char c = (unsigned char)sender.data[i];
    buf_add_char(out, c <= 32 || c == 127 ? '-' : (char)c);
  }
}

void mbox_write_from_line(struct span sender, int64_t unix_us, int32_t zone_minutes, struct buf *out) {
  buf_add(out, from_);
  write_sender(sender, out);
  buf_add_char(out, ' ');
  date_format_asctime(unix_us, zone_minutes, out);
  buf_add_char(out, '\n');
}

void mbox_write_lines(struct span lines, enum mbox_quoting quoting, struct buf *out) {
  for (size_t at = 0, next; at < lines.len; at = next) {
    next = next_line(lines, at);
    struct span line = span_slice(lines, at, next - at);
    if (must_be_quoted(line, quoting)) buf_add_char(out, '>');
    buf_add(out, without_line_end(line));
    buf_add_char(out, '\n');
  }
}

void mbox_write(const struct message *message, struct span sender, int64_t unix_us, int32_t zone_minutes,
                enum mbox_quoting quoting, struct buf *out) {
  mbox_write_from_line(sender, unix_us, zone_minutes, out);
  for (const struct message *version = message; version; version = version->tail)
    mbox_write_lines(message_block(version), quoting, out);
  buf_add_char(out, '\n');
  mbox_write_lines(message_body(message), quoting, out);
  buf_add_char(out, '\n');
}
