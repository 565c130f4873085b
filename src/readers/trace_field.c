/* trace_field: fields that are no stamps, and are shown as said by who wrote them. */
#include "mail/cfws.h"
#include "mail/encoded_word.h"
#include "readers/trace_internal.h"

enum { RESULTS_MOST = 12 };

enum said {
  SAID_PATH,
  SAID_DELIVERED,
  SAID_RESULTS,
  SAID_SPF,
  SAID_AUTHOR,
  SAID_DATE,
  SAID_ID,
  SAID_PROGRAM,
  SAID_CONTENT,
  SAID_ORIGIN,
};

static const struct {
  const char *name;
  enum said said;
} shown[] = {
    {"Return-Path", SAID_PATH},
    {"Delivered-To", SAID_DELIVERED},
    {"Envelope-To", SAID_DELIVERED},
    {"X-Original-To", SAID_DELIVERED},
    {"From", SAID_AUTHOR},
    {"Authentication-Results", SAID_RESULTS},
    {"Received-SPF", SAID_SPF},
    {"Date", SAID_DATE},
    {"Message-ID", SAID_ID},
    {"X-Mailer", SAID_PROGRAM},
    {"User-Agent", SAID_PROGRAM},
    {"Content-Type", SAID_CONTENT},
    {"X-Originating-IP", SAID_ORIGIN},
};

static int find(struct span name) {
  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
    if (span_equal_nocase(name, span_from(shown[i].name))) return (int)i;
  return -1;
}

bool trace_field_is_shown(struct span name) {
  return find(name) >= 0;
}

bool trace_field_is_authors(struct span name) {
  static const char *const names[] = {"From",        "To",         "Cc",           "Subject",
                                      "Date",        "Message-ID", "Sender",       "Reply-To",
                                      "In-Reply-To", "References", "MIME-Version", "Content-Type"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (span_equal_nocase(name, span_from(names[i]))) return true;
  return false;
}

/* Above a trusted line only trusted servers can have put anything. */
static bool is_above_seam(const struct trace *trace, const struct trace_field *field) {
  return field->hops_above < trace->trusted_count;
}

static void write_place(const struct trace *trace, const struct trace_field *field, struct buf *out) {
  if (is_above_seam(trace, field))
    buf_add_text(out, " It stands above the last trusted line: a trusted server put it there.");
  else
    buf_add_text(out, " It stands below the last trusted line: it may have come with the letter.");
}

/* ---- Authentication-Results (RFC 8601 2.2) ---- */

/* "spf=pass" of "spf=pass (sender IP is 192.0.2.5) smtp.mailfrom=a.example"; empty if it has no "=". */
static struct span method_and_result(struct span piece) {
  struct span rest = cfws_skip(piece);
  size_t end = 0;
  while (end < rest.len && !ascii_is_space(rest.data[end]) && rest.data[end] != '(') end++;
  struct span word = span_first(rest, end);
  return span_find(word, '=') == SPAN_NONE ? SPAN_EMPTY : word;
}

/* Up to the next semicolon that no comment and no quoted string hides. */
static struct span next_piece(struct span *rest) {
  size_t at = 0;
  while (at < rest->len && rest->data[at] != ';') {
    struct span here = span_skip(*rest, at);
    size_t hidden = here.data[0] == '('   ? cfws_comment_len(here)
                    : here.data[0] == '"' ? cfws_quoted_len(here)
                                          : 0;
    if (!hidden && (here.data[0] == '(' || here.data[0] == '"')) hidden = here.len;
    at += hidden ? hidden : 1;
  }
  struct span piece = span_first(*rest, at);
  *rest = span_skip(*rest, at + 1);
  return piece;
}

static struct span authserv_id(struct span piece) {
  struct span rest = cfws_skip(piece);
  size_t end = 0;
  while (end < rest.len && !ascii_is_space(rest.data[end]) && rest.data[end] != '(') end++;
  return span_first(rest, end);
}

static void write_results(const struct trace *trace, const struct trace_field *field, struct arena *arena,
                          struct buf *out) {
  struct span rest = field->value, after = rest, id = authserv_id(next_piece(&after));
  bool has_id = id.len > 0 && span_find(id, '=') == SPAN_NONE;
  size_t count = 0;
  if (has_id) rest = after;
  if (has_id)
    buf_format(out, "%.*s says that it found", SPAN_ARG(trace_shown(id, arena)));
  else
    buf_add_text(out, "somebody who does not say who he is found");
  while (rest.len) {
    struct span result = method_and_result(next_piece(&rest));
    if (result.len && count++ < RESULTS_MOST)
      buf_format(out, "%s %.*s", count > 1 ? "," : "", SPAN_ARG(trace_shown(result, arena)));
  }
  buf_format(out, "%s (RFC 8601 2.2).", count ? "" : " nothing");
  write_place(trace, field, out);
  if (has_id && !is_above_seam(trace, field))
    buf_add_text(out,
                 " Some servers put theirs below their own line; and who follows RFC 8601 5 takes away, on "
                 "arrival, those in his own name: so one in the name of a trusted server may well be its.");
}

/* ---- the others ---- */

static void write_id(const struct trace *trace, const struct trace_field *field, struct arena *arena,
                     struct buf *out) {
  buf_add_text(
      out, "the letter's name for life, made by the author's program, or the first server if it had none.");
  if (!span_equal(field->value, trace->message_id) || !trace->message_id_time.form) return;
  struct span time =
      trace_id_time_text(&trace->message_id_time, trace->has_date ? &trace->date : NULL, "Date", arena);
  buf_format(out, " It may hide a time: %.*s.", SPAN_ARG(time));
}

static void write_date(const struct trace *trace, const struct trace_field *field, struct buf *out) {
  buf_add_text(out, "the author's clock");
  if (trace->has_date && span_equal(field->value, trace->date_text)) {
    buf_add_text(out, ": ");
    trace_write_utc(trace->date.unix_us, out);
    buf_add_text(out, " UTC");
    if (!trace->date.zone_known) buf_add_text(out, ", if its zone is that: it does not say");
    if (trace->date.weekday_wrong) buf_add_text(out, "; the day's name is not that day's");
  } else if (span_equal(field->value, trace->date_text)) {
    buf_add_text(out, "; it cannot be read as a date");
  }
  buf_add_char(out, '.');
}

static void write_content(const struct trace_field *field, struct buf *out) {
  bool flowed = false;
  for (size_t i = 0; i < field->value.len && !flowed; i++)
    flowed = span_starts_with_nocase(span_skip(field->value, i), SPAN("format=flowed"));
  buf_add_text(out, "what the author's program says of the text.");
  if (flowed)
    buf_add_text(
        out,
        " format=flowed (RFC 3676): a line that ends in a space goes on in the next one, so that a reader "
        "may wrap the text anew.");
}

static void write_said(const struct trace *trace, const struct trace_field *field, enum said said,
                       struct arena *arena, struct buf *out) {
  switch (said) {
  case SAID_PATH:
    buf_add_text(
        out,
        "the envelope's reverse-path (MAIL FROM), in the words of the server that delivered the letter (RFC "
        "5321 4.4). The client chose it: anybody's address will do. Failures are reported there.");
    if (field->hops_above) write_place(trace, field, out);
    break;
  case SAID_DELIVERED:
    buf_add_text(out, "whom it was delivered to, in the words of the program that delivered it.");
    if (field->hops_above) write_place(trace, field, out);
    break;
  case SAID_RESULTS: write_results(trace, field, arena, out); break;
  case SAID_SPF:
    buf_add_text(
        out,
        "whether the domain of MAIL FROM lets that address send, in the words of the server that checked "
        "(RFC 7208 9.1).");
    write_place(trace, field, out);
    break;
  case SAID_AUTHOR: buf_add_text(out, "the author's word: nothing in SMTP checks it."); break;
  case SAID_DATE: write_date(trace, field, out); break;
  case SAID_ID: write_id(trace, field, arena, out); break;
  case SAID_PROGRAM: buf_add_text(out, "the author's program, as it calls itself."); break;
  case SAID_CONTENT: write_content(field, out); break;
  case SAID_ORIGIN:
    buf_add_text(out, "a webmail server's word for where its user was, if that server wrote it.");
    write_place(trace, field, out);
    break;
  }
}

struct span trace_field_text(const struct trace *trace, const struct trace_field *field,
                             struct arena *arena) {
  struct buf out = {0};
  int index = find(field->name);
  if (index >= 0) write_said(trace, field, shown[index].said, arena, &out);
  struct span text = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return text;
}
