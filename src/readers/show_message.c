/* show_message: a letter: its header with authors and sources, its envelope, the way it took. */
#include "base/duration.h"
#include "journal/sources.h"
#include "readers/show_internal.h"

enum { SOURCE_COLUMNS = 44 };

/* ---- headers ---- */

int64_t show_version(const struct show *show, uint32_t message) {
  if (!show->options->host.len) return journal_message_newest(show->versions, message, show->last);
  int64_t newest = 0;
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(show->journal, seq);
    if (!journal_makes_version(kind)) continue;
    journal_get(show->journal, seq, &record);
    if (record.message == message && show_is_asked(show, message, record.host)) newest = record.number[0];
  }
  return newest;
}

static void write_unix_lines(struct buf *out, struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] != '\r') buf_add_char(out, text.data[i]);
}

/* In one line: a fold is as good as a space (RFC 5322 2.2.3). */
static void write_unfolded(struct buf *out, struct span text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] == '\t')
      buf_add_char(out, ' ');
    else if (text.data[i] != '\r' && text.data[i] != '\n')
      buf_add_char(out, text.data[i]);
}

static void write_sources(struct show *show, const struct journal_block *block) {
  struct span rest = block->sources;
  struct source_token token;
  while (sources_next(&rest, &token)) {
    struct span words = span_slice(block->fields, token.offset, token.length);
    if (span_starts_with(words, token.clause))
      words = span_trim(span_skip(words, token.clause.len)); /* "for <…>" */
    buf_format(show->out, "    %-8.*s ", SPAN_ARG(token.clause));
    size_t start = show->out->len;
    write_unfolded(show->out, words);
    size_t width = show->out->len - start;
    buf_format(show->out, "%*s from %s", width < SOURCE_COLUMNS ? (int)(SOURCE_COLUMNS - width) : 0, "",
               source_name(token.source));
    if (token.record) buf_format(show->out, ", record %u", token.record);
    buf_add_char(show->out, '\n');
  }
}

static void write_author(struct show *show, const struct journal_block *block) {
  struct span role = journal_agent_role(show->preamble, block->agent);
  struct span host = journal_host_name(show->preamble, block->host);
  if (role.len)
    buf_format(show->out, "-- %.*s on %.*s", SPAN_ARG(role), SPAN_ARG(host));
  else
    buf_format(show->out, "-- came with the letter from %.*s", SPAN_ARG(host));
  buf_format(show->out, ", record %u", block->record);
  if (block->kind == JOURNAL_CONVERT) {
    struct journal_record record;
    journal_get(show->journal, block->record, &record);
    buf_format(show->out, ", converted to 7 bits: %.*s", SPAN_ARG(record.text[2]));
  }
  buf_add_char(show->out, '\n');
}

static void write_block_json(struct show *show, const struct journal_block *block) {
  show_json_number(show, "message", block->message);
  show_json_number(show, "version", block->version);
  show_json_text(show, "host", journal_host_name(show->preamble, block->host));
  show_json_text(show, "agent", journal_agent_role(show->preamble, block->agent));
  show_json_number(show, "record", block->record);
  show_json_text(show, "fields", block->fields);
  show_json_text(show, "sources", block->sources);
  show_json_end(show);
}

/* ---- blocks ---- */

static void write_block(struct show *show, const struct journal_block *block) {
  if (show->options->json) {
    write_block_json(show, block);
    return;
  }
  if (show->options->sources) write_author(show, block);
  write_unix_lines(show->out, block->fields);
  if (show->options->sources) write_sources(show, block);
}

/* A replaced header in pieces: fields that follow each other and have the same author. */
static void write_rewritten(struct show *show, const struct journal_block *block) {
  struct span rest = block->fields, field;
  struct journal_block piece = {0};
  while (journal_next_field(&rest, &field)) {
    struct journal_block author = journal_field_author(show->versions, block, field);
    if (piece.record == author.record) {
      piece.fields.len += field.len;
      continue;
    }
    if (piece.record) write_block(show, &piece);
    piece = author;
    piece.fields = field;
    piece.sources = SPAN_EMPTY;
  }
  if (piece.record) write_block(show, &piece);
}

bool show_no_letter(struct show *show, uint32_t message) {
  uint32_t last = journal_letter_count(show->journal);
  struct error error = {.file = SPAN_EMPTY,
                        .message = arena_format(&show->arena, "there is no letter %u", message)};
  if (message >= 1 && message <= last)
    error.message = arena_format(&show->arena, "there is no letter %u at that moment and place", message);
  else if (last)
    error.hint = arena_format(&show->arena, "the letters of this run are numbered from 1 to %u", last);
  else
    error.hint = SPAN("no letter has been written by then");
  error_list_add(show->errors, &error);
  return false;
}

static bool headers_of(struct show *show, uint32_t message) {
  struct journal_block block;
  int64_t version = show_version(show, message);
  if (!version) return show_no_letter(show, message);
  for (; version && journal_message_block(show->versions, version, &block); version = block.under) {
    if (journal_replaces_header(block.kind))
      write_rewritten(show, &block);
    else
      write_block(show, &block);
  }
  return true;
}

/* ---- copies: a letter for several recipients may part on its way ---- */

enum { VERSIONS_MAX = 1000 }; /* looked at; a letter with more has copies enough to tell of */

struct copies {
  struct {
    int64_t version;
    uint16_t host;
    bool goes_on; /* another version was made of it */
  } items[VERSIONS_MAX];
  size_t count, last; /* versions that nothing was made of */
};

static void find_copies(const struct show *show, uint32_t message, struct copies *copies) {
  *copies = (struct copies){.count = 0};
  for (journal_seq seq = 1; seq <= show->last && copies->count < VERSIONS_MAX; seq++) {
    struct journal_record record;
    struct journal_block block;
    enum journal_kind kind = journal_kind_at(show->journal, seq);
    if (!journal_makes_version(kind)) continue;
    journal_get(show->journal, seq, &record);
    if (record.message != message || !journal_message_block(show->versions, record.number[0], &block))
      continue;
    for (size_t i = 0; i < copies->count; i++)
      if (copies->items[i].version == block.parent) copies->items[i].goes_on = true;
    copies->items[copies->count].version = block.version;
    copies->items[copies->count++].host = record.host;
  }
  for (size_t i = 0; i < copies->count; i++) copies->last += !copies->items[i].goes_on;
}

/* One header is shown; if there are others, say so, and how to see them. */
static void tell_of_copies(struct show *show, uint32_t message) {
  int64_t shown = show_version(show, message);
  struct copies *copies = arena_alloc(&show->arena, sizeof *copies);
  struct span others = SPAN_EMPTY, here = SPAN_EMPTY;
  find_copies(show, message, copies);
  if (copies->last < 2) return;
  for (size_t i = 0; i < copies->count; i++)
    if (copies->items[i].version == shown) here = journal_host_name(show->preamble, copies->items[i].host);
  for (size_t i = 0; i < copies->count; i++) {
    struct span host = journal_host_name(show->preamble, copies->items[i].host);
    if (!copies->items[i].goes_on && !span_equal(host, here)) others = host;
  }
  buf_format(show->out, "-- there are %zu copies of letter %u; this is the last one of %.*s; ", copies->last,
             message, SPAN_ARG(here));
  if (others.len)
    buf_format(show->out, "--host %.*s shows another\n", SPAN_ARG(others));
  else
    buf_add_text(show->out, "export FILE mbox -o OUT --user NAME writes somebody's own\n");
}

uint32_t show_letter_count(const struct show *show) {
  uint32_t count = 0;
  struct journal_record record;
  for (journal_seq seq = show_next(show, 0, JOURNAL_COMPOSE, &record); seq;
       seq = show_next(show, seq, JOURNAL_COMPOSE, &record))
    if (record.message > count) count = record.message;
  return count;
}

bool show_headers(struct show *show) {
  if (show->options->message) {
    if (!headers_of(show, show->options->message)) return false;
    if (!show->options->json && !show->options->host.len) tell_of_copies(show, show->options->message);
    return true;
  }
  uint32_t count = show_letter_count(show);
  for (uint32_t message = 1; message <= count; message++) {
    if (!show->options->json && count > 1)
      buf_format(show->out, "%sletter %u\n", message > 1 ? "\n" : "", message);
    if (!headers_of(show, message)) return false;
  }
  return true;
}

/* ---- envelope ---- */

/* What an alias leads to may be no address: then it stands there as the alias has it. */
static void write_recipients(struct show *show, struct span recipients, const char *after) {
  struct span recipient;
  while (span_next(&recipients, '\n', &recipient)) {
    bool plain =
        recipient.len && (recipient.data[0] == '/' || recipient.data[0] == '|' || recipient.data[0] == ':');
    buf_format(show->out, plain ? "  TO   %.*s%s\n" : "  TO   <%.*s>%s\n", SPAN_ARG(recipient), after);
  }
}

/* instead_of: the recipient who became those; else empty. */
static void write_envelope_json(struct show *show, const struct journal_record *record, struct span step,
                                struct span reverse_path, struct span recipients, struct span instead_of) {
  show_json_number(show, "message", record->message);
  show_json_text(show, "host", journal_host_name(show->preamble, record->host));
  show_json_text(show, "step", step);
  show_json_text(show, "reverse_path", reverse_path);
  show_json_text(show, "recipients", recipients);
  show_json_text(show, "instead_of", instead_of);
  show_json_end(show);
}

static void write_envelope(struct show *show, const struct journal_record *record, const char *step,
                           struct span reverse_path, struct span recipients) {
  if (show->options->json) {
    write_envelope_json(show, record, span_from(step), reverse_path, recipients, SPAN_EMPTY);
    return;
  }
  buf_format(show->out, "letter %u, %s on %.*s\n  FROM <%.*s>\n", record->message, step,
             SPAN_ARG(journal_host_name(show->preamble, record->host)), SPAN_ARG(reverse_path));
  write_recipients(show, recipients, "");
}

/* " (/etc/mail/aliases, line 4)" */
static void write_where(struct show *show, const struct journal_record *record) {
  if (!record->text[5].len) return;
  buf_format(show->out, " (%.*s", SPAN_ARG(record->text[5]));
  if (record->number[0]) buf_format(show->out, ", line %lld", (long long)record->number[0]);
  buf_add_char(show->out, ')');
}

/* The envelope names others from here on: an alias, a .forward, a list. */
static void write_expanded(struct show *show, const struct journal_record *record) {
  struct span recipients = record->text[2], host = journal_host_name(show->preamble, record->host);
  if (show->options->json) {
    write_envelope_json(show, record, record->text[3], SPAN_EMPTY, recipients, record->text[1]);
    return;
  }
  buf_format(show->out, "letter %u, %.*s on %.*s", record->message, SPAN_ARG(record->text[3]),
             SPAN_ARG(host));
  write_where(show, record);
  buf_add_char(show->out, '\n');
  write_recipients(show, record->text[1], " becomes");
  if (recipients.len) write_recipients(show, recipients, "");
}

bool show_envelope(struct show *show) {
  struct journal_record record;
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    enum journal_kind kind = journal_kind_at(show->journal, seq);
    if (kind != JOURNAL_COMPOSE && kind != JOURNAL_ACCEPTED && kind != JOURNAL_EXPANDED &&
        kind != JOURNAL_NEW_ENVELOPE)
      continue;
    journal_get(show->journal, seq, &record);
    if (!show_is_asked(show, record.message, record.host)) continue;
    if (kind == JOURNAL_EXPANDED)
      write_expanded(show, &record);
    else if (kind == JOURNAL_NEW_ENVELOPE)
      write_envelope(show, &record, "sent on to a list", record.text[1], record.text[2]);
    else if (kind == JOURNAL_COMPOSE)
      write_envelope(show, &record, "written", record.text[2], record.text[3]);
    else
      write_envelope(show, &record, "accepted", record.text[1], record.text[2]);
  }
  return true;
}

/* ---- path ---- */

/* The letter as a whole, whoever it is for. */
static void write_conversion(struct show *show, const struct journal_record *record) {
  struct span host = journal_host_name(show->preamble, record->host);
  if (show->options->json) {
    show_json_number(show, "time_us", record->time_us);
    show_json_number(show, "message", record->message);
    show_json_text(show, "host", host);
    show_json_text(show, "recipient", SPAN_EMPTY);
    show_json_text(show, "step", SPAN("convert"));
    show_json_text(show, "next_host", SPAN_EMPTY);
    show_json_text(show, "because", record->text[2]);
    show_json_end(show);
    return;
  }
  duration_write_clock(record->time_us, show->out);
  buf_format(show->out, "  letter %u: converted to 7 bits at %.*s because %.*s\n", record->message,
             SPAN_ARG(host), SPAN_ARG(record->text[2]));
}

static void write_hop(struct show *show, const struct journal_record *record) {
  struct span from = journal_host_name(show->preamble, record->host);
  if (show->options->json) {
    show_json_number(show, "time_us", record->time_us);
    show_json_number(show, "message", record->message);
    show_json_text(show, "host", from);
    show_json_text(show, "recipient", record->text[1]);
    show_json_text(show, "step", span_from(journal_kind_info((enum journal_kind)record->kind)->name));
    show_json_text(show, "next_host", record->kind == JOURNAL_ROUTED ? record->text[2] : SPAN_EMPTY);
    bool has_reason = record->kind == JOURNAL_ROUTED || record->kind == JOURNAL_EXPANDED;
    show_json_text(show, "because", has_reason ? record->text[3] : SPAN_EMPTY);
    show_json_end(show);
    return;
  }
  duration_write_clock(record->time_us, show->out);
  buf_format(show->out, "  letter %u for %.*s: ", record->message, SPAN_ARG(record->text[1]));
  if (record->kind == JOURNAL_ROUTED)
    buf_format(show->out, "%.*s → %.*s because %.*s%s%.*s\n", SPAN_ARG(from),
               SPAN_ARG(record->text[2].len ? record->text[2] : SPAN("nowhere")), SPAN_ARG(record->text[3]),
               record->text[4].len ? ": " : "", SPAN_ARG(record->text[4]));
  else if (record->kind == JOURNAL_EXPANDED) {
    buf_format(show->out, "stands for others at %.*s because %.*s", SPAN_ARG(from),
               SPAN_ARG(record->text[3]));
    write_where(show, record);
    buf_add_char(show->out, '\n');
  } else
    buf_format(show->out, "%s at %.*s\n", journal_kind_info((enum journal_kind)record->kind)->name,
               SPAN_ARG(from));
}

bool show_path(struct show *show) {
  struct journal_record record;
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    enum journal_kind kind = journal_kind_at(show->journal, seq);
    if (kind != JOURNAL_ROUTED && kind != JOURNAL_DEFERRED && kind != JOURNAL_BOUNCED &&
        kind != JOURNAL_EXPIRED && kind != JOURNAL_DELIVERED && kind != JOURNAL_CONVERT &&
        kind != JOURNAL_EXPANDED)
      continue;
    journal_get(show->journal, seq, &record);
    if (!show_is_asked(show, record.message, record.host)) continue;
    if (kind == JOURNAL_CONVERT)
      write_conversion(show, &record);
    else
      write_hop(show, &record);
  }
  return true;
}
