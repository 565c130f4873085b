/* show_wire: what somebody on the line can read of each connection. In the clear that is every byte; under
 * TLS it is the handshake's first words, and lengths. Nothing is taken from the records that hold what was
 * said under TLS: only tls_record is. What two programs of one host say to each other is on no line. */
#include "base/duration.h"
#include "readers/connection_set.h"
#include "readers/show_internal.h"

enum { LINE_END = 2 };

static void open_row(struct show *show, const struct journal_record *r) {
  duration_write_clock(r->time_us, show->out);
  buf_format(show->out, "  #%-4u %c: ", r->connection, r->number[0] ? 'S' : 'C');
}

static void json_row(struct show *show, const struct journal_record *r, struct span content, struct span text,
                     int64_t octets) {
  show_json_number(show, "time_us", r->time_us);
  show_json_number(show, "connection", r->connection);
  show_json_text(show, "side", r->number[0] ? SPAN("server") : SPAN("client"));
  show_json_text(show, "content", content);
  show_json_text(show, "readable", text);
  show_json_number(show, "octets", octets);
  show_json_end(show);
}

static void write_sealed(struct show *show, const struct journal_record *r) {
  if (show->options->json) {
    json_row(show, r, r->text[0], r->text[1], r->number[2]);
    return;
  }
  open_row(show, r);
  buf_format(show->out, "[TLS %.*s, %lld octets]", SPAN_ARG(r->text[0]), (long long)r->number[2]);
  if (r->text[1].len) buf_format(show->out, " %.*s", SPAN_ARG(r->text[1]));
  buf_add_char(show->out, '\n');
}

/* A letter is shown as it passes, its stuffed dots and its last line included. */
static void write_letter(struct show *show, const struct journal_record *r) {
  struct buf bytes = {0};
  journal_message_write(show->versions, r->number[2], &bytes);
  if (show->options->json) {
    json_row(show, r, SPAN("plain"), buf_span(&bytes), r->number[3]);
  } else {
    struct span text = buf_span(&bytes), line;
    while (text.len && span_next(&text, '\n', &line)) {
      open_row(show, r);
      if (line.len && line.data[0] == '.') buf_add_char(show->out, '.');
      buf_add(show->out, span_trim_right(line));
      buf_add_char(show->out, '\n');
    }
    open_row(show, r);
    buf_add_text(show->out, ".\n");
  }
  buf_free(&bytes);
}

static void write_line(struct show *show, const struct journal_record *r) {
  if (show->options->json) {
    json_row(show, r, SPAN("plain"), r->text[0], (int64_t)r->text[0].len + LINE_END);
    return;
  }
  open_row(show, r);
  buf_add(show->out, r->text[0]);
  buf_add_char(show->out, '\n');
}

static void write_connect(struct show *show, const struct journal_record *r) {
  if (show->options->json) return;
  struct span client = journal_host_name(show->preamble, r->host),
              server = r->number[0] ? journal_host_name(show->preamble, r->number[0]) : r->text[0];
  duration_write_clock(r->time_us, show->out);
  buf_format(show->out, "  #%-4u %.*s ─▶ %.*s, port %lld\n", r->connection, SPAN_ARG(client),
             SPAN_ARG(server), (long long)r->number[1]);
}

static bool is_of_host(const struct show *show, const struct journal_record *r) {
  return show_is_asked(show, show->options->message ? r->message : 0, r->host);
}

/* Somebody on the way has changed something. */
static void write_tampering(struct show *show, const struct journal_record *r) {
  if (show->options->json) {
    json_row(show, r, SPAN("tampering"), r->text[0], 0);
    return;
  }
  duration_write_clock(r->time_us, show->out);
  buf_format(show->out, "  #%-4u    %.*s\n", r->connection, SPAN_ARG(r->text[0]));
}

static void write_row(struct show *show, const struct journal_record *r, bool sealed) {
  switch (r->kind) {
  case JOURNAL_NOTE:
    if (!r->host) write_tampering(show, r);
    break;
  case JOURNAL_CONNECT: write_connect(show, r); break;
  case JOURNAL_TLS_RECORD: write_sealed(show, r); break;
  case JOURNAL_LINE:
    if (!sealed) write_line(show, r);
    break;
  case JOURNAL_DATA:
    if (!sealed) write_letter(show, r);
    break;
  default: break;
  }
}

bool show_wire(struct show *show) {
  struct connection_set sealed = {NULL, 0}, inside = {NULL, 0};
  struct journal_record record;
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    journal_get(show->journal, seq, &record);
    /* From the ClientHello on: a server may have said its first line before the client notes that TLS stands.
     */
    if (record.kind == JOURNAL_TLS_RECORD) connection_set_add(&sealed, record.connection);
    if (record.kind == JOURNAL_CONNECT && record.number[0] == record.host)
      connection_set_add(&inside, record.connection);
    if (record.connection && !connection_set_has(&inside, record.connection) && is_of_host(show, &record))
      write_row(show, &record, connection_set_has(&sealed, record.connection));
  }
  connection_set_free(&sealed);
  connection_set_free(&inside);
  return true;
}
