/* trace_text: a trace for people: fit for a lecture hall, a hundred columns wide. */
#include "readers/trace_internal.h"

enum { WIDTH = 100, LABEL = 6, MARGIN = 4, VALUE = 30, NAME_MOST = 70, SHORT_NAME = 44 };

struct page {
  const struct trace *trace;
  struct arena *arena;
  struct buf *out;
};

/* ---- lines ---- */

/* Characters, one a column: what is wider or combines is a stranger's, and may stand ragged. */
static size_t columns(struct span text) {
  size_t count = 0;
  for (size_t i = 0; i < text.len; i++) count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return count;
}

static void add_spaces(struct buf *out, size_t count) {
  while (count--) buf_add_char(out, ' ');
}

/* Words from column `at` on, in lines that begin at `indent`. */
static void add_wrapped(struct buf *out, size_t at, size_t indent, struct span text) {
  struct span word;
  bool is_first = true;
  while (span_next(&text, ' ', &word)) {
    size_t width = columns(word);
    if (!word.len) continue;
    if (!is_first && at + 1 + width > WIDTH) {
      buf_add_char(out, '\n');
      add_spaces(out, indent);
      at = indent;
      is_first = true;
    }
    if (!is_first) buf_add_char(out, ' ');
    at += width + !is_first;
    buf_add(out, word);
    is_first = false;
  }
  buf_add_char(out, '\n');
}

static void add_paragraph(struct buf *out, size_t indent, struct span text) {
  add_spaces(out, indent);
  add_wrapped(out, indent, indent, text);
}

/* "    with   ESMTP                          SMTP with extensions …": what is said, and what it is. */
static void add_row(struct page *page, const char *label, struct span value, struct span means) {
  struct span shown = trace_shown(value, page->arena);
  size_t at = MARGIN + LABEL + 1, column = at + VALUE + 2, width = columns(shown);
  struct buf *out = page->out;
  add_spaces(out, MARGIN);
  buf_format(out, "%-*s ", LABEL, label);
  buf_add(out, shown);
  if (!means.len) {
    buf_add_char(out, '\n');
    return;
  }
  if (width > VALUE) {
    buf_add_char(out, '\n');
    width = 0;
    add_spaces(out, at);
  }
  add_spaces(out, VALUE + 2 - width);
  add_wrapped(out, column, column, means);
}

/* ---- in short ---- */

/* “name” is only claimed. */
static struct span short_peer(const struct trace_hop *hop, struct arena *arena) {
  struct buf peer = {0};
  if (hop->dns_name.len)
    trace_write_shown(hop->dns_name, SHORT_NAME, &peer);
  else if (hop->claimed.len) {
    buf_add_text(&peer, "“");
    trace_write_shown(hop->claimed, SHORT_NAME, &peer);
    buf_add_text(&peer, "”");
  }
  if (hop->address.len) buf_format(&peer, "%s[%.*s]", peer.len ? " " : "", SPAN_ARG(hop->address));
  if (!peer.len) buf_add_text(&peer, hop->is_local ? "a program of that machine" : "not said");
  struct span text = arena_copy(arena, buf_span(&peer));
  buf_free(&peer);
  return text;
}

static struct span short_by(const struct trace_hop *hop, struct arena *arena) {
  struct buf by = {0};
  trace_write_shown(hop->by.len ? hop->by : SPAN("not said"), SHORT_NAME, &by);
  struct span text = arena_copy(arena, buf_span(&by));
  buf_free(&by);
  return text;
}

static void add_short_line(struct page *page, const struct trace_hop *hop, size_t by_width,
                           size_t peer_width) {
  struct span by = short_by(hop, page->arena), peer = short_peer(hop, page->arena);
  struct buf *out = page->out;
  buf_format(out, "  %3u  ", hop->number);
  buf_add(out, by);
  add_spaces(out, by_width - columns(by));
  buf_add_text(out, " ◀─ ");
  buf_add(out, peer);
  add_spaces(out, peer_width - columns(peer) + 2);
  if (hop->has_date)
    trace_write_utc(hop->received.date.unix_us, out);
  else
    buf_add_text(out, "no date");
  buf_add_char(out, '\n');
}

static void add_seam(struct page *page) {
  buf_add_text(page->out, "  ═════ here trust ends: what stands below may be forged ═════\n");
}

static bool is_seam_after(const struct trace *trace, size_t index) {
  return index + 1 == trace->trusted_count && index + 1 < trace->hop_count;
}

static void add_short(struct page *page) {
  const struct trace *trace = page->trace;
  size_t by_width = 0, peer_width = 0;
  for (size_t i = 0; i < trace->hop_count; i++) {
    size_t by = columns(short_by(&trace->hops[i], page->arena));
    size_t peer = columns(short_peer(&trace->hops[i], page->arena));
    if (by > by_width) by_width = by;
    if (peer > peer_width) peer_width = peer;
  }
  buf_add_text(page->out,
               "In short: who stamped ◀─ whom it saw, and when, in UTC. The newest line stands on top.\n\n");
  if (trace->end == TRACE_END_AT_TOP) add_seam(page);
  for (size_t i = 0; i < trace->hop_count; i++) {
    add_short_line(page, &trace->hops[i], by_width, peer_width);
    if (is_seam_after(trace, i)) add_seam(page);
  }
  buf_add_char(page->out, '\n');
}

/* ---- one line ---- */

static void add_from(struct page *page, const struct trace_hop *hop) {
  const char *label = "from";
  if (hop->claimed.len) {
    bool nothing_else = !hop->address.len && !hop->dns_name.len;
    add_row(page, label, hop->claimed,
            hop->is_local  ? SPAN("the user or program, as the line says")
            : nothing_else ? SPAN("says the line, and not how it knows: take it for a claim")
                           : SPAN("claimed in HELO or EHLO: no more than a claim"));
    label = "";
  }
  if (hop->dns_name.len) {
    add_row(page, label, hop->dns_name, span_from(trace_lookup_text(hop->lookup)));
    label = "";
  }
  if (hop->address.len) {
    const char *text =
        hop->dns_name.len || hop->lookup == TRACE_NO_NAME ? "" : trace_lookup_text(hop->lookup);
    struct span means =
        arena_format(page->arena, "seen: where the connection came from%s%s", *text ? "; " : "", text);
    add_row(page, label, hop->address, means);
    label = "";
  }
  if (hop->received.peer.ident.len)
    add_row(page, label, hop->received.peer.ident, SPAN("the user, as that machine or the log-in says"));
  if (*label)
    add_row(page, label, SPAN("–"),
            hop->is_local ? SPAN("no connection: a program of that machine") : SPAN("not said"));
}

static void add_id(struct page *page, const struct trace_hop *hop) {
  const struct received_clause *id = &hop->received.clause[RECEIVED_ID];
  struct span means = SPAN("the letter's name in that server's queue and log");
  if (!id->present) return;
  if (hop->software == TRACE_EXCHANGE) means = SPAN("the version of Exchange: no name of the letter");
  if (hop->id_time.form)
    means = trace_id_time_text(&hop->id_time, hop->has_date ? &hop->received.date : NULL, "the stamp",
                               page->arena);
  add_row(page, "id", id->value, means);
}

/* "-0600: 6 h behind UTC, so 2004-06-16 15:00:01 UTC" */
static void add_date(struct page *page, const struct trace_hop *hop) {
  struct buf means = {0};
  const struct date *date = &hop->received.date;
  if (!hop->received.date_text.len) {
    add_row(page, "date", SPAN("–"), SPAN("missing"));
    return;
  }
  if (hop->has_date) {
    int32_t minutes = date->zone_minutes < 0 ? -date->zone_minutes : date->zone_minutes;
    trace_write_utc(date->unix_us, &means);
    buf_add_text(&means, " UTC");
    if (date->zone_known && minutes) {
      buf_add_text(&means, "; its zone is ");
      trace_write_length(minutes * 60 * DATE_SECOND_US, &means);
      buf_add_text(&means, date->zone_minutes < 0 ? " behind" : " ahead");
    }
  } else {
    buf_add_text(&means, "cannot be read as a date");
  }
  add_row(page, "date", hop->received.date_text, buf_span(&means));
  buf_free(&means);
}

static void add_delay(struct page *page, const struct trace_hop *hop) {
  struct buf length = {0};
  if (!hop->has_delay) return;
  buf_add_text(&length, hop->delay_us < 0 ? "−" : "");
  trace_write_length(hop->delay_us < 0 ? -hop->delay_us : hop->delay_us, &length);
  struct span since =
      hop->delay_since
          ? arena_format(page->arena, "since line %u, by the clocks of the two servers", hop->delay_since)
          : SPAN("since the letter's Date, by the author's clock and the server's");
  add_row(page, "took", buf_span(&length), since);
  buf_free(&length);
}

static void add_clause(struct page *page, const struct trace_hop *hop, enum received_token token) {
  const struct received_clause *clause = &hop->received.clause[token];
  struct span means = SPAN_EMPTY;
  if (!clause->present) return;
  if (token == RECEIVED_WITH) {
    const char *text = trace_protocol_text(clause->value);
    means = text ? span_from(text) : SPAN("no registered word for a protocol");
  }
  if (token == RECEIVED_VIA) means = SPAN("the link that the letter came over: TCP, UUCP …");
  if (token == RECEIVED_FOR) means = SPAN("a recipient of the envelope; need not stand in To");
  add_row(page, received_token_text(token), clause->value, means);
}

/* The comments of by: software, versions. */
static void add_by(struct page *page, const struct trace_hop *hop) {
  const struct received_clause *by = &hop->received.clause[RECEIVED_BY];
  struct span comment = by->comment_count ? trace_shown(by->comments[0], page->arena) : SPAN_EMPTY;
  const char *software = trace_software_name(hop->software);
  struct span means = *software ? arena_format(page->arena, "stamps as %s does", software) : SPAN_EMPTY;
  if (comment.len)
    means =
        arena_format(page->arena, "%.*s%s(%.*s)", SPAN_ARG(means), means.len ? " " : "", SPAN_ARG(comment));
  add_row(page, "by", hop->by.len ? hop->by : SPAN("–"), means.len || hop->by.len ? means : SPAN("not said"));
}

static void add_hop(struct page *page, const struct trace_hop *hop) {
  const char *worth = hop->is_trusted ? "trusted: by "
                      : page->trace->end == TRACE_END_AT_TOP
                          ? "not by "
                          : "not to be relied on: it says so, and may be forged";
  buf_format(page->out, "Line %u of %zu (line %u of the file), %s%s\n", hop->number,
             page->trace->hop_count + page->trace->hops_passed_over, hop->line, worth,
             hop->is_trusted || page->trace->end == TRACE_END_AT_TOP ? trace_trusted_server(page->trace)
                                                                     : "");
  add_by(page, hop);
  add_from(page, hop);
  add_clause(page, hop, RECEIVED_VIA);
  add_clause(page, hop, RECEIVED_WITH);
  add_id(page, hop);
  add_clause(page, hop, RECEIVED_FOR);
  add_date(page, hop);
  add_delay(page, hop);
  for (size_t i = 0; i < hop->note_count; i++) {
    add_spaces(page->out, MARGIN);
    buf_add_text(page->out, "! ");
    add_wrapped(page->out, MARGIN + 2, MARGIN + 2, hop->notes[i].text);
  }
  if (hop->is_login)
    add_paragraph(page->out, MARGIN,
                  SPAN("It says that who handed the letter over had logged in: then an author's program "
                       "submitted it here."));
}

static const char *join_text(enum trace_join join) {
  switch (join) {
  case TRACE_JOIN_DNS: return "joins the line below: the name looked up above is its by";
  case TRACE_JOIN_ADDRESS:
    return "joins the line below: the address seen above is the one it names for its server";
  case TRACE_JOIN_PULL: return "was fetched: the line below is by the server that had it, or one before";
  case TRACE_JOIN_MACHINE: return "from inside: the line above names no other machine";
  case TRACE_JOIN_DOMAIN:
    return "may join the line below: its by is another name in the domain that was looked up";
  case TRACE_JOIN_CLAIM: return "fits the line below by the claimed name alone";
  case TRACE_JOIN_UNKNOWN: return "whether it joins the line below is not said";
  case TRACE_JOIN_BROKEN: return "does not join the line below";
  case TRACE_JOIN_OLDEST: break;
  }
  return "";
}

static void add_hops(struct page *page) {
  const struct trace *trace = page->trace;
  if (trace->end == TRACE_END_AT_TOP) add_seam(page);
  for (size_t i = 0; i < trace->hop_count; i++) {
    const struct trace_hop *hop = &trace->hops[i];
    add_hop(page, hop);
    if (hop->join != TRACE_JOIN_OLDEST) buf_format(page->out, "      │ %s\n", join_text(hop->join));
    if (is_seam_after(trace, i)) add_seam(page);
    if (hop->join == TRACE_JOIN_OLDEST) buf_add_char(page->out, '\n');
  }
}

/* ---- around the lines ---- */

static void add_head(struct page *page) {
  const struct trace *trace = page->trace;
  struct buf head = {0};
  size_t lines = trace->hop_count + trace->hops_passed_over;
  buf_format(
      &head,
      "%zu Received line%s. Each server puts its line on top of what it got (RFC 5321 4.4): the first is the "
      "newest, reading down leads back towards the author. Lines are numbered in the order of travel: 1 is "
      "the oldest.",
      lines, lines == 1 ? "" : "s");
  add_paragraph(page->out, 0, buf_span(&head));
  buf_clear(&head);
  if (trace->messages > 1)
    buf_format(&head, "By its From_ lines the file holds %u letters; this is number %u (--message). ",
               trace->messages, trace->message);
  if (trace->hops_passed_over)
    buf_format(&head, "The oldest %zu lines are not shown. ", trace->hops_passed_over);
  if (trace->is_cut) buf_add_text(&head, "The header is longer than a megabyte; the rest was not read. ");
  if (trace->junk_lines)
    buf_format(&head, "%u line%s of the header %s no field%s (the first is line %u of the file). ",
               trace->junk_lines, trace->junk_lines == 1 ? "" : "s", trace->junk_lines == 1 ? "is" : "are",
               trace->junk_lines == 1 ? "" : "s", trace->junk_line);
  if (head.len) add_paragraph(page->out, 0, buf_span(&head));
  buf_free(&head);
  buf_add_char(page->out, '\n');
}

static void add_trust(struct page *page) {
  const struct trace *trace = page->trace;
  struct buf said = {0};
  if (trace->trust_is_given) {
    buf_add_text(&said, "Trusted, as you say:");
    for (size_t i = 0; i < trace->options->trusted_count; i++)
      buf_format(&said, "%s %.*s", i ? "," : "",
                 SPAN_ARG(trace_shown(trace->options->trusted[i], page->arena)));
    buf_add_char(&said, '.');
  } else if (trace->hop_count) {
    struct span domain = trace_shown(trace->trust_domain, page->arena);
    if (domain.len)
      buf_format(
          &said,
          "Taken for your own servers: %.*s, which the topmost lines are by, as far as they join without a "
          "break. --trust NAME says it better.",
          SPAN_ARG(domain));
    else
      buf_add_text(&said,
                   "Taken for your own: the topmost line alone, since nobody after its server could have put "
                   "another on top. --trust NAME says it better.");
  }
  if (said.len) add_paragraph(page->out, 0, buf_span(&said));
  buf_free(&said);
}

static void add_fields(struct page *page) {
  const struct trace *trace = page->trace;
  if (!trace->field_count) return;
  buf_add_text(page->out, "What else the header says, and by whose word\n\n");
  for (size_t i = 0; i < trace->field_count; i++) {
    const struct trace_field *field = &trace->fields[i];
    struct buf line = {0};
    trace_write_shown(field->name, NAME_MOST, &line);
    buf_add_text(&line, ": ");
    trace_write_shown(field->value, 2 * NAME_MOST, &line);
    buf_add_text(page->out, "  ");
    add_wrapped(page->out, 2, MARGIN, buf_span(&line));
    add_paragraph(page->out, MARGIN, trace_field_text(trace, field, page->arena));
    buf_free(&line);
  }
  buf_add_char(page->out, '\n');
}

void trace_write_text(const struct trace *trace, struct buf *out) {
  struct arena arena = ARENA_EMPTY;
  struct page page = {trace, &arena, out};
  add_head(&page);
  if (trace->hop_count) add_short(&page);
  add_hops(&page);
  add_fields(&page);
  buf_add_text(out, "Where trust ends\n\n");
  add_trust(&page);
  add_paragraph(out, 0, trace_verdict(trace, &arena));
  struct span advice = trace_advice(trace, &arena);
  if (advice.len) add_paragraph(out, 0, advice);
  arena_free(&arena);
}
