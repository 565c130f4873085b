#include "readers/trace.h"

#include "mail/header.h"
#include "mail/mbox.h"
#include "mail/message_id.h"
#include "readers/trace_internal.h"

/* ---- the letter in the file ---- */

static uint32_t count_lines(struct span text) {
  uint32_t lines = 0;
  for (size_t at; (at = span_find(text, '\n')) != SPAN_NONE; text = span_skip(text, at + 1)) lines++;
  return lines;
}

/* Where a text that was copied into the file begins: behind a mark of UTF-8 and empty lines. */
static struct span skip_blank(struct span bytes) {
  if (span_starts_with(bytes, SPAN("\xEF\xBB\xBF"))) bytes = span_skip(bytes, 3);
  for (;;) {
    size_t end = span_find(bytes, '\n');
    if (end == SPAN_NONE || span_trim(span_first(bytes, end)).len) return bytes;
    bytes = span_skip(bytes, end + 1);
  }
}

static bool refuse_number(struct span file, const struct trace *trace, struct error_list *errors) {
  error_list_add_message(errors, file, "there is no letter %u: the file has %u", trace->options->message,
                         trace->messages);
  return false;
}

/* Of an mbox the letter that is wanted; else all there is. */
static bool find_message(struct span file, struct span bytes, struct trace *trace, struct span *message_out,
                         struct error_list *errors) {
  struct mbox_reader reader = mbox_read(bytes);
  struct mbox_entry entry;
  uint32_t wanted = trace->options->message ? trace->options->message : 1;
  trace->messages = trace->message = 1;
  *message_out = bytes;
  if (span_starts_with(bytes, SPAN("From "))) {
    trace->messages = 0;
    while (mbox_next(&reader, &entry)) {
      if (++trace->messages != wanted) continue;
      trace->message = wanted;
      trace->from_line = entry.from_line;
      *message_out = entry.text;
    }
  }
  return wanted <= trace->messages || refuse_number(file, trace, errors);
}

/* ---- its fields ---- */

struct reading {
  struct trace *trace;
  struct arena *arena;
  uint32_t line;           /* of the field that is read */
  bool below_authors;      /* a field of the author's stands above */
  struct span first_below; /* its name */
  bool is_letter;          /* a field that letters have was there */
  size_t stamps;           /* Received lines, also those that are not kept */
};

static void take_stamp(struct reading *r, struct span value) {
  struct trace *trace = r->trace;
  if (r->stamps++ >= TRACE_HOPS_MAX) {
    trace->hops_passed_over++;
    return;
  }
  struct trace_hop *hop = &trace->hops[trace->hop_count++];
  hop->line = r->line;
  hop->received.date_text = value; /* read when all fields are known */
  if (r->below_authors)
    trace_hop_note(
        hop, TRACE_BELOW_AUTHORS,
        arena_format(
            r->arena,
            "It stands below %.*s, which an author's program writes; a server puts its line on top (RFC "
            "5321 4.4). So it was there before the letter was sent, or a program has sorted the header.",
            SPAN_ARG(trace_shown(r->first_below, r->arena))));
}

static void take_field(struct reading *r, const struct header_field *field) {
  struct trace *trace = r->trace;
  struct span value = header_unfold(field->value, r->arena);
  struct message_id id;
  if (span_equal_nocase(field->name, SPAN("Date")) && !trace->date_text.len) {
    trace->date_text = value;
    trace->has_date = date_parse(value, &trace->date);
  }
  if (span_equal_nocase(field->name, SPAN("Message-ID")) && !trace->message_id.len) {
    trace->message_id = value;
    if (message_id_parse(value, &id))
      id_time_of_message_id(id.left, trace->has_date ? trace->date.unix_us : 0, &trace->message_id_time);
  }
  if (trace_field_is_authors(field->name) && !r->below_authors) {
    r->below_authors = true;
    r->first_below = field->name;
  }
  if (trace_field_is_shown(field->name) && trace->field_count < TRACE_FIELDS_MAX)
    trace->fields[trace->field_count++] =
        (struct trace_field){.line = r->line, .name = field->name, .value = value, .hops_above = r->stamps};
}

static void read_fields(struct reading *r, struct span message) {
  struct trace *trace = r->trace;
  struct header_reader reader = header_read(span_first(message, TRACE_HEADER_MAX));
  struct header_field field;
  enum header_item item;
  while ((item = header_next(&reader, &field)) != HEADER_END) {
    if (item == HEADER_JUNK) {
      if (!trace->junk_lines++) trace->junk_line = r->line;
    } else if (span_equal_nocase(field.name, SPAN("Received"))) {
      r->is_letter = true;
      take_stamp(r, field.value);
    } else {
      r->is_letter = r->is_letter || trace_field_is_shown(field.name) || trace_field_is_authors(field.name);
      take_field(r, &field);
    }
    r->line += count_lines(field.text);
  }
  trace->is_cut = reader.at == TRACE_HEADER_MAX && message.len > TRACE_HEADER_MAX;
}

static size_t count_stamps(struct span message) {
  struct header_reader reader = header_read(span_first(message, TRACE_HEADER_MAX));
  struct header_field field;
  size_t count = 0;
  while (count < TRACE_HOPS_MAX && header_next_named(&reader, SPAN("Received"), &field)) count++;
  return count;
}

static int64_t time_around(const struct trace *trace) {
  struct received received;
  if (trace->has_date) return trace->date.unix_us;
  for (size_t i = 0; i < trace->hop_count; i++) {
    received_parse(trace->hops[i].received.date_text, &received);
    if (!(received.defects & (RECEIVED_NO_DATE | RECEIVED_BAD_DATE))) return received.date.unix_us;
  }
  return 1000000000 * DATE_SECOND_US; /* 2001: what sendmail's ids say then is of 1971 to 2030 */
}

static void read_stamps(struct trace *trace, struct arena *arena) {
  int64_t around_us = time_around(trace);
  for (size_t i = 0; i < trace->hop_count; i++) {
    struct trace_hop *hop = &trace->hops[i];
    hop->number = (uint32_t)(trace->hop_count + trace->hops_passed_over - i);
    trace_hop_read(hop->received.date_text, around_us, hop);
    trace_hop_judge(hop, arena);
  }
}

bool trace_read(struct span file, struct span bytes, const struct trace_options *options, struct arena *arena,
                struct trace *trace_out, struct error_list *errors) {
  static const struct trace_options none;
  struct span text, message;
  *trace_out = (struct trace){.options = options ? options : &none,
                              .from_line = SPAN_EMPTY,
                              .date_text = SPAN_EMPTY,
                              .message_id = SPAN_EMPTY,
                              .trust_domain = SPAN_EMPTY};
  if (!trace_source_check(file, bytes, errors)) return false;
  text = skip_blank(bytes);
  if (!find_message(file, text, trace_out, &message, errors)) return false;
  struct reading reading = {.trace = trace_out, .arena = arena, .first_below = SPAN_EMPTY};
  reading.line = 1 + count_lines(span_first(bytes, (size_t)(message.data - bytes.data)));
  trace_out->hops = arena_zalloc(arena, count_stamps(message) * sizeof *trace_out->hops);
  trace_out->fields = arena_zalloc(arena, TRACE_FIELDS_MAX * sizeof *trace_out->fields);
  read_fields(&reading, message);
  if (!reading.is_letter) return trace_source_refuse_text(file, bytes, errors);
  read_stamps(trace_out, arena);
  trace_chain_join(trace_out, arena);
  trace_chain_trust(trace_out);
  return true;
}
