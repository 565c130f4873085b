#include "view/session_rungs.h"

#include "base/mem.h"

enum { CLIENT, SERVER };

struct maker {
  const struct world_view *world;
  const struct session *session;
  const struct session_rungs_options *options;
  struct session_rungs *out;
  int64_t latency_us; /* negative: not known */
  bool is_sealed;
  bool has_closed[2];
  int64_t closed_us[2];
};

/* ---- rungs ---- */

static struct session_rung *add(struct maker *maker, enum session_rung_kind kind, bool by_server,
                                int64_t sent_us) {
  struct session_rungs *out = maker->out;
  out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
  struct session_rung *rung = &out->items[out->count++];
  *rung = (struct session_rung){.kind = kind,
                                .by_server = by_server,
                                .is_sealed = maker->is_sealed,
                                .sent_us = sent_us,
                                .arrives_us = -1};
  return rung;
}

static void add_line(struct session_rung *rung, struct span line) {
  rung->lines = mem_grow(rung->lines, &rung->line_capacity, rung->line_count + 1, sizeof *rung->lines);
  rung->lines[rung->line_count++] = line;
}

/* What TCP sends by itself. */
static void add_tcp(struct maker *maker, bool by_server, int64_t sent_us, struct span words) {
  struct session_rung *rung = add(maker, RUNG_TCP, by_server, sent_us);
  rung->is_sealed = false;
  if (maker->latency_us >= 0) rung->arrives_us = sent_us + maker->latency_us;
  add_line(rung, words);
}

static void add_remark(struct maker *maker, const struct journal_record *record, struct span words) {
  struct session_rung *rung = add(maker, RUNG_REMARK, record->number[0] != 0, record->time_us);
  rung->record = record->seq;
  add_line(rung, words);
}

/* ---- what a fault swallows ---- */

static bool concerns(const struct session *session, const struct journal_record *fault) {
  uint16_t a = fault->host, b = (uint16_t)(fault->number[0] & UINT16_MAX);
  uint16_t client = session->client, server = session->server;
  if (span_starts_with(fault->text[0], SPAN("host_"))) return a == client || a == server;
  if (!span_starts_with(fault->text[0], SPAN("link_"))) return false;
  return (a == client && b == server) || (a == server && b == client);
}

/* Down when it was sent, or at a time before it had arrived. */
static bool is_swallowed(const struct maker *maker, const struct session_rung *rung) {
  int down = 0;
  for (size_t i = 0; i < maker->world->fault_count; i++) {
    struct journal_record fault;
    journal_get(maker->world->journal, maker->world->faults[i], &fault);
    if (fault.time_us > rung->arrives_us || (fault.time_us > rung->sent_us && down)) break;
    if (!concerns(maker->session, &fault)) continue;
    bool begins = span_ends_with(fault.text[0], SPAN("_down"));
    if (begins && fault.time_us > rung->sent_us) return true;
    down += begins ? 1 : -1;
  }
  return down > 0;
}

/* ---- the beginning and the end ---- */

/* What comes of a connection decides how long the way is: there and back. */
static void find_latency(struct maker *maker, const struct journal_record *connect) {
  const struct session *session = maker->session;
  maker->latency_us = -1;
  for (size_t i = 0; i < session->count; i++) {
    struct journal_record record;
    journal_get(maker->world->journal, maker->world->by_connection[session->first + i].record, &record);
    if (record.kind != JOURNAL_CONNECTED && record.kind != JOURNAL_REFUSED) continue;
    maker->latency_us = (record.time_us - connect->time_us) / 2;
    return;
  }
}

/* Then not even a SYN is sent. */
static bool had_no_route(const struct maker *maker) {
  const struct session *session = maker->session;
  for (size_t i = 0; i < session->count; i++) {
    struct journal_record record;
    journal_get(maker->world->journal, maker->world->by_connection[session->first + i].record, &record);
    if (record.kind == JOURNAL_TIMED_OUT) return span_equal(record.text[0], SPAN("no_route"));
  }
  return false;
}

static void add_connect(struct maker *maker, const struct journal_record *record) {
  find_latency(maker, record);
  if (had_no_route(maker)) return;
  add_tcp(maker, CLIENT, record->time_us, SPAN("SYN"));
  maker->out->items[maker->out->count - 1].is_lost = maker->latency_us < 0;
}

static void add_connected(struct maker *maker, const struct journal_record *record) {
  if (maker->latency_us < 0) return;
  add_tcp(maker, SERVER, record->time_us - maker->latency_us, SPAN("SYN, ACK"));
  add_tcp(maker, CLIENT, record->time_us, SPAN("ACK"));
}

static void add_refused(struct maker *maker, const struct journal_record *record) {
  if (maker->latency_us >= 0) add_tcp(maker, SERVER, record->time_us - maker->latency_us, SPAN("RST, ACK"));
  struct session_rung *rung = add(maker, RUNG_REMARK, CLIENT, record->time_us);
  add_line(rung, SPAN("connection refused: nobody listens there"));
}

static void add_timed_out(struct maker *maker, const struct journal_record *record) {
  struct session_rung *rung = add(maker, RUNG_REMARK, CLIENT, record->time_us);
  int64_t seconds = (record->time_us - maker->out->items[0].sent_us) / 1000000;
  rung->record = record->seq;
  if (span_equal(record->text[0], SPAN("no_route")))
    add_line(rung, SPAN("no route: one has only IPv6, the other only IPv4; nothing was sent"));
  else if (maker->out->count == 1) /* a stranger's journal: nobody asked */
    add_line(rung, SPAN("no answer"));
  else
    add_line(rung,
             arena_format(&maker->out->arena, "no answer in %lld seconds; the SYN was sent again and again",
                          (long long)seconds));
}

/* The first to close, and the other in its turn: by itself, or because its program has nothing left to say,
 * which the journal does not record. */
static void add_closed(struct maker *maker, const struct journal_record *record) {
  int side = record->number[0] ? SERVER : CLIENT;
  if (maker->has_closed[side]) return;
  bool is_second = maker->has_closed[!side];
  bool has_heard =
      is_second && maker->latency_us >= 0 && record->time_us >= maker->closed_us[!side] + maker->latency_us;
  maker->has_closed[side] = true;
  maker->closed_us[side] = record->time_us;
  add_tcp(maker, side, record->time_us, has_heard ? SPAN("FIN, ACK") : SPAN("FIN"));
  if (has_heard) add_tcp(maker, !side, record->time_us + maker->latency_us, SPAN("ACK"));
}

static void add_close_in_turn(struct maker *maker, bool was_cut) {
  int side = maker->has_closed[CLIENT] ? CLIENT : SERVER;
  bool is_one_sided = maker->has_closed[CLIENT] != maker->has_closed[SERVER];
  if (!is_one_sided || was_cut || maker->latency_us < 0) return;
  int64_t heard_us = maker->closed_us[side] + maker->latency_us;
  if (maker->options->at < journal_count(maker->world->journal) &&
      journal_time_at(maker->world->journal, maker->options->at) < heard_us)
    return;
  add_tcp(maker, !side, heard_us, SPAN("FIN, ACK"));
  add_tcp(maker, side, heard_us + maker->latency_us, SPAN("ACK"));
}

/* ---- what is said ---- */

static bool goes_on(const struct maker *maker, const struct journal_record *record) {
  if (maker->out->count == 0) return false;
  const struct session_rung *last = &maker->out->items[maker->out->count - 1];
  return last->kind == RUNG_SAID && last->sent_us == record->time_us &&
         last->by_server == (record->number[0] != 0);
}

static void add_said(struct maker *maker, const struct journal_record *record) {
  struct session_rung *rung = goes_on(maker, record)
                                  ? &maker->out->items[maker->out->count - 1]
                                  : add(maker, RUNG_SAID, record->number[0] != 0, record->time_us);
  if (!rung->record) rung->record = record->seq;
  if (record->number[1] > rung->arrives_us) rung->arrives_us = record->number[1];
  rung->is_lost = is_swallowed(maker, rung);
  add_line(rung, record->text[0]);
}

static size_t count_lines(struct span text) {
  struct span line;
  size_t count = 0;
  while (text.len && span_next(&text, '\n', &line)) count += line.data != NULL;
  return count;
}

static struct span letter_words(struct maker *maker, const struct journal_record *record) {
  struct buf header = {0};
  journal_message_header(maker->world->versions, record->number[2], &header);
  size_t lines = count_lines(buf_span(&header)),
         body = count_lines(journal_message_body(maker->world->versions, record->number[2]));
  buf_free(&header);
  return arena_format(&maker->out->arena, "letter %u, %lld octets: %zu header line%s, %zu body line%s",
                      record->message, (long long)record->number[3], lines, lines == 1 ? "" : "s", body,
                      body == 1 ? "" : "s");
}

/* A tab as the room that it takes. */
static struct span without_tabs(struct maker *maker, struct span line) {
  struct buf text = {0};
  if (span_find(line, '\t') == SPAN_NONE) return line;
  for (size_t i = 0; i < line.len; i++)
    if (line.data[i] == '\t')
      buf_add_text(&text, "    ");
    else
      buf_add_char(&text, line.data[i]);
  struct span whole = arena_copy(&maker->out->arena, buf_span(&text));
  buf_free(&text);
  return whole;
}

/* As it is on the wire: what begins with a dot has one more (RFC 5321 4.5.2). */
static void add_letter_lines(struct maker *maker, struct session_rung *rung, int64_t version) {
  struct buf message = {0};
  struct span rest, line;
  journal_message_write(maker->world->versions, version, &message);
  rest = arena_copy(&maker->out->arena, buf_span(&message));
  buf_free(&message);
  while (rest.len && span_next(&rest, '\n', &line)) {
    line = span_ends_with(line, SPAN("\r")) ? span_first(line, line.len - 1) : line;
    if (span_starts_with(line, SPAN("."))) line = arena_format(&maker->out->arena, ".%.*s", SPAN_ARG(line));
    add_line(rung, without_tabs(maker, line));
  }
}

static void add_letter(struct maker *maker, const struct journal_record *record) {
  struct session_rung *rung = add(maker, RUNG_LETTER, record->number[0] != 0, record->time_us);
  rung->record = record->seq;
  rung->arrives_us = record->number[1];
  rung->is_lost = is_swallowed(maker, rung);
  add_line(rung, letter_words(maker, record));
  if (maker->options->is_full) add_letter_lines(maker, rung, record->number[2]);
  add_line(rung, SPAN("."));
}

/* ---- TLS ---- */

static void add_tls_record(struct maker *maker, const struct journal_record *record) {
  struct arena *arena = &maker->out->arena;
  bool is_alert = span_equal(record->text[0], SPAN("alert"));
  if (!is_alert && !span_equal(record->text[0], SPAN("handshake")))
    return; /* what is said stands there itself */
  struct span words = is_alert              ? SPAN("alert")
                      : record->text[1].len ? record->text[1]
                                            : SPAN("Finished, sealed");
  bool has_name = span_starts_with(words, SPAN("ClientHello,"));
  struct session_rung *rung = add(maker, RUNG_TLS, record->number[0] != 0, record->time_us);
  rung->record = record->seq;
  rung->arrives_us = record->number[1];
  rung->is_lost = is_swallowed(maker, rung);
  add_line(rung, arena_format(arena, "%.*s%s %lld octets", SPAN_ARG(words), has_name ? ";" : ",",
                              (long long)record->number[2]));
}

static void add_tls(struct maker *maker, const struct journal_record *record) {
  struct arena *arena = &maker->out->arena;
  struct span fault = record->text[3];
  maker->is_sealed = true;
  struct span words = arena_format(arena, "TLS 1.%lld with %.*s: from here on the line shows lengths only",
                                   (long long)record->number[0] - 10, SPAN_ARG(record->text[2]));
  if (fault.len)
    words =
        arena_format(arena, "%.*s (%.*s, and the client does not mind)", SPAN_ARG(words), SPAN_ARG(fault));
  struct session_rung *rung = add(maker, RUNG_REMARK, CLIENT, record->time_us);
  rung->record = record->seq;
  add_line(rung, words);
}

/* ---- the whole ---- */

static void add_record(struct maker *maker, const struct journal_record *record) {
  struct arena *arena = &maker->out->arena;
  switch (record->kind) {
  case JOURNAL_CONNECT: add_connect(maker, record); return;
  case JOURNAL_CONNECTED: add_connected(maker, record); return;
  case JOURNAL_REFUSED: add_refused(maker, record); return;
  case JOURNAL_TIMED_OUT: add_timed_out(maker, record); return;
  case JOURNAL_LINE: add_said(maker, record); return;
  case JOURNAL_DATA: add_letter(maker, record); return;
  case JOURNAL_CLOSED: add_closed(maker, record); return;
  case JOURNAL_TLS_RECORD: add_tls_record(maker, record); return;
  case JOURNAL_TLS: add_tls(maker, record); return;
  case JOURNAL_TLS_FAILED:
    add_remark(maker, record,
               arena_format(arena, "the %s breaks off TLS: %.*s", record->number[0] ? "server" : "client",
                            SPAN_ARG(record->text[1])));
    return;
  case JOURNAL_CUT:
    add_remark(maker, record, arena_format(arena, "the connection breaks: %.*s", SPAN_ARG(record->text[0])));
    return;
  default: return;
  }
}

void session_rungs_make(const struct world_view *world, const struct session *session,
                        const struct session_rungs_options *options, struct session_rungs *out) {
  struct maker maker = {.world = world, .session = session, .options = options, .out = out, .latency_us = -1};
  bool was_cut = false;
  *out = (struct session_rungs){.arena = ARENA_EMPTY};
  size_t heard = world_session_heard(world, session, options->at);
  for (size_t i = 0; i < heard; i++) {
    struct journal_record record;
    journal_get(world->journal, world->by_connection[session->first + i].record, &record);
    was_cut = was_cut || record.kind == JOURNAL_CUT;
    add_record(&maker, &record);
  }
  add_close_in_turn(&maker, was_cut);
}

void session_rungs_free(struct session_rungs *rungs) {
  for (size_t i = 0; i < rungs->count; i++) mem_free(rungs->items[i].lines);
  mem_free(rungs->items);
  arena_free(&rungs->arena);
  *rungs = (struct session_rungs){.arena = ARENA_EMPTY};
}
