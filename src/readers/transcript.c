#include "readers/transcript.h"

#include "base/duration.h"
#include "journal/message_view.h"
#include "journal/narrator.h"
#include "mail/date.h"
#include "readers/connection_set.h"
#include "view/fault_words.h"

struct transcript {
  const struct journal *journal;
  const struct transcript_options *options;
  struct journal_preamble *preamble;
  struct connection_set under_tls;
  struct buf *out;
};

static const char MARGIN[] = "              ";
enum { PARAGRAPH_COLUMNS = 96 };

static struct span host_name(const struct transcript *t, int64_t number) {
  return journal_host_name(t->preamble, number);
}

/* "00:00:31.850  ": since the start. */
static void begin(struct transcript *t, const struct journal_record *record) {
  duration_write_clock(record->time_us, t->out);
  buf_add_text(t->out, "  ");
}

/* What is said under TLS is shown as its two ends have it, and marked. */
static void end(struct transcript *t, const struct journal_record *record) {
  if (record->connection) buf_format(t->out, "   #%u", record->connection);
  bool is_said = record->kind == JOURNAL_LINE || record->kind == JOURNAL_DATA;
  if (is_said && connection_set_has(&t->under_tls, record->connection)) buf_add_text(t->out, " under TLS");
  buf_add_char(t->out, '\n');
}

static void write_block(struct transcript *t, struct span text) {
  struct span line;
  while (span_next(&text, '\n', &line)) {
    if (!text.data && line.len == 0) break;
    line = span_trim_right(line);
    buf_format(t->out, "%s%s", line.len ? MARGIN : "", line.len ? "    " : "");
    buf_add(t->out, line); /* with its NULs, if it has some */
    buf_add_char(t->out, '\n');
  }
}

/* Lists stand in records with LF between; here with commas. */
static void write_list(struct transcript *t, struct span list) {
  struct span item;
  for (bool first = true; span_next(&list, '\n', &item); first = false)
    buf_format(t->out, "%s%.*s", first ? "" : ", ", SPAN_ARG(item));
}

/* ---- the scenario's own words ---- */

static size_t columns_of(struct span word) {
  size_t columns = 0;
  for (size_t i = 0; i < word.len; i++) columns += ((unsigned char)word.data[i] & 0xC0) != 0x80;
  return columns;
}

/* Words as a paragraph: the mark, then lines as far in as the mark is wide. */
static void write_paragraph(struct transcript *t, const char *mark, struct span words) {
  struct span word;
  size_t indent = columns_of(span_from(mark)), column = indent;
  buf_add_text(t->out, mark);
  while (span_next(&words, ' ', &word)) {
    size_t columns = columns_of(word);
    if (columns == 0) continue;
    if (column > indent && column + 1 + columns > PARAGRAPH_COLUMNS) {
      buf_format(t->out, "\n%*s", (int)indent, "");
      column = indent;
    } else if (column > indent) {
      buf_add_char(t->out, ' ');
      column++;
    }
    buf_add(t->out, word);
    column += columns;
  }
  buf_add_char(t->out, '\n');
}

static void write_narration(struct transcript *t, uint32_t narration) {
  const struct journal_narration *words = &t->preamble->narrations[narration - 1];
  struct buf text = {0};
  buf_add(&text, words->say);
  if (words->rfc.len) buf_format(&text, " (%.*s)", SPAN_ARG(words->rfc));
  buf_add_char(t->out, '\n');
  write_paragraph(t, "  » ", buf_span(&text));
  buf_free(&text);
}

/* ---- what each kind looks like ---- */

static void tell_action(struct transcript *t, const struct journal_record *r) {
  struct span name = journal_person_name(t->preamble, r->number[0]);
  buf_add_char(t->out, '\n');
  begin(t, r);
  buf_format(t->out, "%.*s: %.*s", SPAN_ARG(name), SPAN_ARG(r->text[0]));
  if (r->text[1].len) buf_format(t->out, " %.*s", SPAN_ARG(r->text[1]));
  end(t, r);
}

static void tell_compose(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "letter %u is written on %.*s", r->message, SPAN_ARG(host_name(t, r->host)));
  end(t, r);
  write_block(t, r->text[0]);
  buf_add_char(t->out, '\n');
  write_block(t, r->text[1]);
  buf_format(t->out, "%senvelope: from <%.*s> to ", MARGIN, SPAN_ARG(r->text[2]));
  write_list(t, r->text[3]);
  buf_add_char(t->out, '\n');
}

static void tell_connect(struct transcript *t, const struct journal_record *r) {
  struct span server = r->number[0] ? host_name(t, r->number[0]) : r->text[0];
  begin(t, r);
  buf_format(t->out, "%.*s ─▶ %.*s, port %lld, %.*s", SPAN_ARG(host_name(t, r->host)), SPAN_ARG(server),
             (long long)r->number[1], SPAN_ARG(r->text[1]));
  end(t, r);
}

static void tell_failure(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  if (span_equal(r->text[0], SPAN("no_host")))
    buf_add_text(t->out, "no answer: nobody has that address");
  else
    buf_format(t->out, "%s %.*s, port %lld",
               r->kind == JOURNAL_REFUSED                 ? "refused by"
               : span_equal(r->text[0], SPAN("no_route")) ? "no route to"
                                                          : "no answer from",
               SPAN_ARG(host_name(t, r->number[0])), (long long)r->number[1]);
  end(t, r);
}

static void tell_close(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  if (r->kind == JOURNAL_CUT)
    buf_format(t->out, "the connection breaks: %.*s", SPAN_ARG(r->text[0]));
  else
    buf_format(t->out, "the %s closes the connection", r->number[0] ? "server" : "client");
  end(t, r);
}

static void tell_line(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_add_text(t->out, r->number[0] ? "  S: " : "  C: ");
  buf_add(t->out, r->text[0]);
  end(t, r);
}

static void tell_data(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "  %s: (letter %u, %lld octets) .", r->number[0] ? "S" : "C", r->message,
             (long long)journal_data_octets(r));
  end(t, r);
}

static void tell_tls(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out,
             "TLS 1.%lld starts, with a certificate for %.*s: who listens on the line sees lengths only",
             (long long)r->number[0] - 10, SPAN_ARG(r->text[2]));
  end(t, r);
  if (r->text[3].len)
    buf_format(t->out, "%s%.*s, and the client does not mind\n", MARGIN, SPAN_ARG(r->text[3]));
}

static void tell_tls_failed(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "the %s breaks off TLS: %.*s", r->number[0] ? "server" : "client", SPAN_ARG(r->text[1]));
  if (r->text[2].len) buf_format(t->out, " (%.*s)", SPAN_ARG(r->text[2]));
  end(t, r);
}

static void tell_certificate(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "the real server shows a certificate for %.*s", SPAN_ARG(r->text[0]));
  if (r->number[1]) buf_add_text(t->out, ", signed by nobody known");
  if (r->number[2]) buf_add_text(t->out, ", expired");
  end(t, r);
}

static void tell_stamp(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "%.*s (%.*s) %s letter %u", SPAN_ARG(host_name(t, r->host)),
             SPAN_ARG(journal_agent_role(t->preamble, r->agent)),
             r->kind == JOURNAL_STAMP ? "puts on top of" : "completes the header of", r->message);
  end(t, r);
  write_block(t, r->text[0]);
}

static void tell_convert(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "%.*s (%.*s) converts letter %u to 7 bits: %.*s", SPAN_ARG(host_name(t, r->host)),
             SPAN_ARG(journal_agent_role(t->preamble, r->agent)), r->message, SPAN_ARG(r->text[2]));
  end(t, r);
  write_block(t, r->text[0]);
  buf_add_char(t->out, '\n');
  write_block(t, r->text[1]);
}

static void tell_accepted(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "%.*s is responsible for letter %u now, as %.*s, for ", SPAN_ARG(host_name(t, r->host)),
             r->message, SPAN_ARG(r->text[0]));
  write_list(t, r->text[2]);
  end(t, r);
}

static void tell_routed(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  if (r->text[2].len)
    buf_format(t->out, "%.*s goes to %.*s [%.*s] because: %.*s", SPAN_ARG(r->text[1]), SPAN_ARG(r->text[2]),
               SPAN_ARG(r->text[5]), SPAN_ARG(r->text[3]));
  else
    buf_format(t->out, "%.*s goes nowhere because: %.*s", SPAN_ARG(r->text[1]), SPAN_ARG(r->text[3]));
  if (r->text[4].len) buf_format(t->out, " (%.*s)", SPAN_ARG(r->text[4]));
  end(t, r);
}

/* Where an alias or a .forward is written. */
static void write_where(struct transcript *t, const struct journal_record *r) {
  if (!r->text[5].len) return;
  buf_format(t->out, " (%.*s", SPAN_ARG(r->text[5]));
  if (r->number[0]) buf_format(t->out, ", line %lld", (long long)r->number[0]);
  buf_add_char(t->out, ')');
}

static void tell_new_envelope(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "%.*s: the copies of letter %u for %.*s go on from <%.*s>, as %.*s",
             SPAN_ARG(host_name(t, r->host)), r->message, SPAN_ARG(r->text[4]), SPAN_ARG(r->text[1]),
             SPAN_ARG(r->text[0]));
  end(t, r);
}

static void tell_fate(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "%.*s: letter %u for %.*s ", SPAN_ARG(host_name(t, r->host)), r->message,
             SPAN_ARG(r->text[1]));
  switch (r->kind) {
  case JOURNAL_RELAYED: buf_format(t->out, "is %.*s’s now", SPAN_ARG(r->text[2])); break;
  case JOURNAL_DEFERRED:
    buf_add_text(t->out, "waits until ");
    duration_write_clock(r->number[1], t->out);
    buf_format(t->out, ": %.*s", SPAN_ARG(r->text[2]));
    break;
  case JOURNAL_BOUNCED:
    buf_format(t->out, "comes back: %.*s%s%.*s", SPAN_ARG(r->text[3]), r->text[3].len ? " " : "",
               SPAN_ARG(r->text[2]));
    break;
  case JOURNAL_EXPIRED: buf_format(t->out, "has waited too long: %.*s", SPAN_ARG(r->text[2])); break;
  case JOURNAL_DISCARDED: buf_format(t->out, "is thrown away: %.*s", SPAN_ARG(r->text[2])); break;
  case JOURNAL_EXPANDED:
    buf_add_text(t->out, r->text[2].len ? "goes to " : "goes to nobody else");
    write_list(t, r->text[2]);
    if (r->text[4].len) buf_add_text(t->out, "; a copy goes already to ");
    write_list(t, r->text[4]);
    write_where(t, r);
    break;
  default:
    buf_format(t->out, "is delivered: %.*s%s", SPAN_ARG(r->text[3]),
               span_equal(r->text[2], SPAN("program")) ? " would run now (no program is run here)" : "");
    break;
  }
  end(t, r);
}

static void tell_retrieved(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "letter %u has been fetched to %.*s%s", r->message, SPAN_ARG(host_name(t, r->host)),
             r->number[2] ? " and left on the server" : "");
  end(t, r);
}

static void tell_file_read(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "a program on %.*s reads %.*s: %lld octets, letters: %lld",
             SPAN_ARG(host_name(t, r->host)), SPAN_ARG(r->text[0]), (long long)r->number[0],
             (long long)r->number[1]);
  end(t, r);
}

static void tell_dns(struct transcript *t, const struct journal_record *r) {
  if (!t->options->dns && r->kind != JOURNAL_DNS_TIMEOUT) return;
  begin(t, r);
  if (r->kind == JOURNAL_DNS_QUERY)
    buf_format(t->out, "%.*s asks: %.*s %.*s?", SPAN_ARG(host_name(t, r->host)), SPAN_ARG(r->text[0]),
               SPAN_ARG(r->text[1]));
  else if (r->kind == JOURNAL_DNS_TIMEOUT)
    buf_format(t->out, "no answer about %.*s %.*s", SPAN_ARG(r->text[0]), SPAN_ARG(r->text[1]));
  else
    buf_format(t->out, "%s %.*s %.*s: %.*s",
               r->kind == JOURNAL_DNS_CACHED ? "remembered:" : "answer:", SPAN_ARG(r->text[0]),
               SPAN_ARG(r->text[1]), SPAN_ARG(r->text[2]));
  end(t, r);
  if (r->kind != JOURNAL_DNS_QUERY && r->kind != JOURNAL_DNS_TIMEOUT) write_block(t, r->text[3]);
}

static void write_marked(struct transcript *t, const char *mark, struct span text) {
  struct span line;
  while (text.len && span_next(&text, '\n', &line))
    buf_format(t->out, "%s    %s%.*s\n", MARGIN, mark, SPAN_ARG(line));
}

static void tell_dns_change(struct transcript *t, const struct journal_record *r) {
  begin(t, r);
  buf_format(t->out, "the DNS records of %.*s change%s%.*s", SPAN_ARG(r->text[0]), r->text[3].len ? ": " : "",
             SPAN_ARG(r->text[3]));
  end(t, r);
  write_marked(t, "gone: ", r->text[1]);
  write_marked(t, "new:  ", r->text[2]);
}

static void tell_decision(struct transcript *t, const struct journal_record *r) {
  if (span_equal(r->text[2], SPAN("accept"))) return;
  begin(t, r);
  buf_format(t->out, "%.*s says no to %.*s %.*s%s%.*s", SPAN_ARG(host_name(t, r->host)), SPAN_ARG(r->text[0]),
             SPAN_ARG(r->text[1]), r->text[3].len ? " because: " : "", SPAN_ARG(r->text[3]));
  end(t, r);
}

static void tell_text(struct transcript *t, const struct journal_record *r) {
  struct arena arena = ARENA_EMPTY;
  begin(t, r);
  switch (r->kind) {
  case JOURNAL_FAULT: buf_add(t->out, fault_words(t->preamble, r, FAULT_HOSTS_BY_NAME, &arena)); break;
  case JOURNAL_SETTING_CHANGED:
    buf_add(t->out, setting_words(t->preamble, r, FAULT_HOSTS_BY_NAME, &arena));
    break;
  case JOURNAL_LIMIT:
    buf_format(t->out, "stopped: the limit \"%.*s\" of %lld is reached", SPAN_ARG(r->text[0]),
               (long long)r->number[0]);
    break;
  case JOURNAL_END: buf_format(t->out, "the end (%.*s)", SPAN_ARG(r->text[0])); break;
  default:
    if (r->host) buf_format(t->out, "%.*s: ", SPAN_ARG(host_name(t, r->host)));
    buf_add(t->out, r->text[0]);
    break;
  }
  arena_free(&arena);
  end(t, r);
}

typedef void tell_fn(struct transcript *t, const struct journal_record *record);

/* Kinds without a line here are told by others: a QUEUED by its ACCEPTED, a file by its DELIVERED. */
static tell_fn *const tell[JOURNAL_KIND_COUNT] = {
    [JOURNAL_ACTION] = tell_action,
    [JOURNAL_COMPOSE] = tell_compose,
    [JOURNAL_CONNECT] = tell_connect,
    [JOURNAL_REFUSED] = tell_failure,
    [JOURNAL_TIMED_OUT] = tell_failure,
    [JOURNAL_CLOSED] = tell_close,
    [JOURNAL_CUT] = tell_close,
    [JOURNAL_LINE] = tell_line,
    [JOURNAL_DATA] = tell_data,
    [JOURNAL_TLS] = tell_tls,
    [JOURNAL_TLS_FAILED] = tell_tls_failed,
    [JOURNAL_CERTIFICATE] = tell_certificate,
    [JOURNAL_STAMP] = tell_stamp,
    [JOURNAL_REWRITE] = tell_stamp,
    [JOURNAL_CONVERT] = tell_convert,
    [JOURNAL_ACCEPTED] = tell_accepted,
    [JOURNAL_ROUTED] = tell_routed,
    [JOURNAL_RELAYED] = tell_fate,
    [JOURNAL_DEFERRED] = tell_fate,
    [JOURNAL_BOUNCED] = tell_fate,
    [JOURNAL_EXPIRED] = tell_fate,
    [JOURNAL_DISCARDED] = tell_fate,
    [JOURNAL_EXPANDED] = tell_fate,
    [JOURNAL_NEW_ENVELOPE] = tell_new_envelope,
    [JOURNAL_DELIVERED] = tell_fate,
    [JOURNAL_RETRIEVED] = tell_retrieved,
    [JOURNAL_FILE_READ] = tell_file_read,
    [JOURNAL_DNS_QUERY] = tell_dns,
    [JOURNAL_DNS_ANSWER] = tell_dns,
    [JOURNAL_DNS_CACHED] = tell_dns,
    [JOURNAL_DNS_TIMEOUT] = tell_dns,
    [JOURNAL_DNS_CHANGED] = tell_dns_change,
    [JOURNAL_DECISION] = tell_decision,
    [JOURNAL_FAULT] = tell_text,
    [JOURNAL_SETTING_CHANGED] = tell_text,
    [JOURNAL_LIMIT] = tell_text,
    [JOURNAL_NOTE] = tell_text,
    [JOURNAL_END] = tell_text,
};

static void write_title(struct transcript *t) {
  const struct journal_preamble *preamble = t->preamble;
  buf_format(t->out, "%.*s\n", SPAN_ARG(preamble->title));
  if (preamble->subtitle.len) buf_format(t->out, "%.*s\n", SPAN_ARG(preamble->subtitle));
  if (preamble->summary.len) {
    buf_add_char(t->out, '\n');
    write_paragraph(t, "", preamble->summary);
  }
  buf_add_text(t->out, "\nstarts ");
  date_format(preamble->start_unix_us, 0, SPAN_EMPTY, t->out);
  buf_add_text(t->out, "; times are since then\n");
}

static bool is_asked(const struct transcript_options *options, const struct journal_record *record) {
  if (options->message && record->message != options->message) return false;
  if (options->host && record->host != options->host) return false;
  return !options->connection || record->connection == options->connection;
}

void transcript_write(const struct journal *journal, const struct transcript_options *options,
                      struct buf *out) {
  struct transcript t = {
      .journal = journal,
      .options = options,
      .preamble = journal_preamble_new(journal),
      .out = out,
  };
  struct narrator narrator;
  narrator_begin(&narrator, t.preamble);
  journal_seq last = options->last ? options->last : journal_count(journal);
  if (!options->message && !options->connection && !options->host) write_title(&t);
  for (journal_seq seq = t.preamble->last + 1; seq <= last; seq++) {
    struct journal_record record;
    journal_get(journal, seq, &record);
    uint32_t narration = narrator_hear(&narrator, &record);
    if (record.kind == JOURNAL_TLS_RECORD) connection_set_add(&t.under_tls, record.connection);
    if (!is_asked(options, &record)) continue;
    if (narration) write_narration(&t, narration);
    if (tell[record.kind]) tell[record.kind](&t, &record);
  }
  narrator_end(&narrator);
  connection_set_free(&t.under_tls);
  journal_preamble_free(t.preamble);
}
