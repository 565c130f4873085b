#include "readers/capture.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "readers/capture_internal.h"

/* Two passes. The first finds how each connection began and when each side spoke last, since TCP's answers
 * come before the journal tells of them (a SYN is answered half a round trip before CONNECTED). The second
 * goes through the records; between them, in the order of their times, happens what they have led to:
 *
 *     record ─▶ events before it ─▶ the record itself: more events ─▶ next record
 */

enum { PORT_DOMAIN = 53 };

/* ---- what is to happen, the next first: a binary heap ---- */

static bool comes_before(const struct capture_event *a, const struct capture_event *b) {
  if (a->time_us != b->time_us) return a->time_us < b->time_us;
  if (a->because != b->because) return a->because < b->because;
  return a->tick < b->tick;
}

void capture_schedule(struct capture *capture, const struct capture_event *event) {
  capture->events =
      mem_grow(capture->events, &capture->event_capacity, capture->event_count + 1, sizeof *capture->events);
  struct capture_event *events = capture->events, fresh = *event;
  fresh.tick = capture->tick++;
  size_t at = capture->event_count++;
  for (; at > 0 && comes_before(&fresh, &events[(at - 1) / 2]); at = (at - 1) / 2)
    events[at] = events[(at - 1) / 2];
  events[at] = fresh;
}

static struct capture_event take_next(struct capture *capture) {
  struct capture_event *events = capture->events, next = events[0], last = events[--capture->event_count];
  size_t at = 0, count = capture->event_count;
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && comes_before(&events[child + 1], &events[child])) child++;
    if (!comes_before(&events[child], &last)) break;
    events[at] = events[child];
  }
  events[at] = last;
  return next;
}

static void happen_until(struct capture *capture, int64_t time_us, journal_seq seq) {
  const struct capture_event limit = {.time_us = time_us, .because = seq};
  while (!capture->stopped && capture->event_count && comes_before(&capture->events[0], &limit)) {
    struct capture_event event = take_next(capture);
    capture_tcp_event(capture, &event);
  }
}

/* ---- frames ---- */

void capture_emit(struct capture *capture, int64_t time_us) {
  if (capture->stopped) return;
  capture->counts.frames++;
  capture->stopped = !capture->sink(capture->context, time_us, buf_span(&capture->frame));
}

/* ---- the first pass ---- */

static int by_id(const void *a, const void *b) {
  const struct capture_connection *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->connect < y->connect ? -1 : x->connect > y->connect;
}

static struct capture_connection *find(const struct capture *capture, uint32_t id) {
  size_t from = 0, to = capture->connection_count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (capture->connections[middle].id < id)
      from = middle + 1;
    else
      to = middle;
  }
  bool found = from < capture->connection_count && capture->connections[from].id == id;
  return found ? &capture->connections[from] : NULL;
}

static bool is_wanted(const struct capture *capture, const struct journal_record *record) {
  const struct capture_options *options = capture->options;
  if (options->connection && record->connection != options->connection) return false;
  return !options->host || record->host == options->host || record->number[0] == options->host;
}

static void add_connections(struct capture *capture, journal_seq last) {
  for (journal_seq seq = 1; seq <= last; seq++) {
    struct journal_record record;
    if (journal_kind_at(capture->journal, seq) != JOURNAL_CONNECT) continue;
    journal_get(capture->journal, seq, &record);
    int64_t server = record.number[0];
    if (!is_wanted(capture, &record) || server < 0 || server > UINT16_MAX) continue;
    capture->connections = mem_grow(capture->connections, &capture->connection_capacity,
                                    capture->connection_count + 1, sizeof *capture->connections);
    struct capture_connection *connection = &capture->connections[capture->connection_count++];
    *connection = (struct capture_connection){.id = record.connection, .connect = seq};
    connection->sides[CLIENT].host = record.host;
    connection->sides[SERVER].host = (uint16_t)server;
  }
  if (capture->connection_count)
    qsort(capture->connections, capture->connection_count, sizeof *capture->connections, by_id);
}

static bool is_of_connection(unsigned kind) {
  return (kind >= JOURNAL_CONNECT && kind <= JOURNAL_DATA) || kind == JOURNAL_TLS_RECORD;
}

static void look_ahead(struct capture *capture, const struct journal_record *record) {
  struct capture_connection *connection = find(capture, record->connection);
  if (!connection || record->seq < connection->connect) return;
  struct capture_side *side = &connection->sides[record->number[0] ? SERVER : CLIENT];
  switch (record->kind) {
  case JOURNAL_CONNECTED:
  case JOURNAL_REFUSED:
  case JOURNAL_TIMED_OUT:
    if (!connection->outcome) connection->outcome = record->seq;
    return;
  case JOURNAL_DATA:
    if (record->number[3] > 0 && record->number[3] <= JOURNAL_RECORD_MAX)
      connection->octets += (uint64_t)record->number[3];
    side->last_said = record->seq;
    return;
  case JOURNAL_TLS_RECORD:
    if (record->number[2] > 0 && record->number[2] <= JOURNAL_RECORD_MAX)
      connection->octets += (uint64_t)record->number[2];
    side->last_said = record->seq;
    return;
  case JOURNAL_LINE: side->last_said = record->seq; return;
  case JOURNAL_CLOSED:
    if (!side->closed) side->closed = record->seq;
    return;
  default: return;
  }
}

/* What is agreed on under TLS shows in the very first octets, however early a part of a run ends. */
static void look_ahead_at_tls(struct capture *capture, const struct journal_record *record) {
  struct capture_connection *connection = find(capture, record->connection);
  if (!connection || record->seq < connection->connect) return;
  enum capture_tls_version version = CAPTURE_TLS_UNKNOWN;
  if (record->kind == JOURNAL_TLS_RECORD) version = capture_tls_version_of(record);
  if (!connection->tls_version) connection->tls_version = version;
  if (record->kind == JOURNAL_TLS_FAILED && !connection->tls_fault.len)
    connection->tls_fault = record->text[1];
  if (record->kind == JOURNAL_TLS && !connection->tls_fault.len) connection->tls_fault = record->text[3];
}

static void look_ahead_to(struct capture *capture, journal_seq last) {
  for (journal_seq seq = 1; seq <= journal_count(capture->journal); seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(capture->journal, seq);
    bool is_of_tls = kind == JOURNAL_TLS_RECORD || kind == JOURNAL_TLS || kind == JOURNAL_TLS_FAILED;
    bool counts = seq <= last && is_of_connection(kind);
    if (!counts && !is_of_tls) continue;
    journal_get(capture->journal, seq, &record);
    if (counts) look_ahead(capture, &record);
    if (is_of_tls) look_ahead_at_tls(capture, &record);
  }
}

/* ---- faults ---- */

bool capture_reaches(const struct capture *capture, const struct capture_connection *connection) {
  uint16_t a = connection->sides[CLIENT].host, b = connection->sides[SERVER].host;
  if (capture->is_down[a] || capture->is_down[b]) return false;
  for (size_t i = 0; i < capture->link_down_count; i++) {
    const struct capture_link_down *link = &capture->links_down[i];
    if ((link->a == a && link->b == b) || (link->a == b && link->b == a)) return false;
  }
  return true;
}

static void set_link(struct capture *capture, uint16_t a, uint16_t b, bool down) {
  struct capture_link_down *links = capture->links_down;
  size_t kept = 0;
  for (size_t i = 0; i < capture->link_down_count; i++)
    if (!((links[i].a == a && links[i].b == b) || (links[i].a == b && links[i].b == a)))
      links[kept++] = links[i];
  capture->link_down_count = kept;
  if (!down) return;
  capture->links_down = mem_grow(links, &capture->link_down_capacity, kept + 1, sizeof *links);
  capture->links_down[capture->link_down_count++] = (struct capture_link_down){a, b};
}

/* What is under way when a host or a link goes down does not arrive (sim/network.h). */
static void handle_fault(struct capture *capture, const struct journal_record *record) {
  uint16_t a = record->host, b = (uint16_t)(record->number[0] & UINT16_MAX);
  struct span what = record->text[0];
  bool is_host = span_starts_with(what, SPAN("host_")), is_link = span_starts_with(what, SPAN("link_"));
  bool down = span_ends_with(what, SPAN("_down"));
  if (is_host) capture->is_down[a] = down;
  if (is_link) set_link(capture, a, b, down);
  if (!down || (!is_host && !is_link)) return;
  for (size_t i = 0; i < capture->connection_count; i++) {
    struct capture_connection *connection = &capture->connections[i];
    uint16_t client = connection->sides[CLIENT].host, server = connection->sides[SERVER].host;
    bool touched =
        is_host ? client == a || server == a : (client == a && server == b) || (client == b && server == a);
    if (touched && !connection->broken && connection->connect < record->seq) connection->broken = record->seq;
  }
}

/* ---- datagrams ---- */

static void handle_datagram(struct capture *capture, const struct journal_record *record) {
  bool is_answer = record->kind == JOURNAL_DNS_ANSWER;
  struct span wire = record->text[is_answer ? 4 : 2];
  if (!is_wanted(capture, record)) return;
  if (wire.len == 0) {
    capture->counts.datagrams_missing++;
    return;
  }
  uint16_t to_host = (uint16_t)(record->number[1] & UINT16_MAX);
  uint16_t port = capture_resolver_port(capture, is_answer ? to_host : record->host, record->number[0]);
  uint16_t server = is_answer ? record->host : to_host, client = is_answer ? to_host : record->host;
  struct span asks = journal_host_address_towards(capture->preamble, client,
                                                  journal_host_address(capture->preamble, server, 0));
  struct span told = journal_host_address_towards(capture->preamble, server, asks);
  struct frame_end from = capture_end(capture, record->host, is_answer ? PORT_DOMAIN : port, told);
  struct frame_end to = capture_end(capture, to_host, is_answer ? port : PORT_DOMAIN, told);
  capture_agree(&from, &to);
  buf_clear(&capture->frame);
  frame_add_udp(&from, &to, (uint16_t)record->seq, wire, &capture->frame);
  capture->counts.datagrams++;
  capture_emit(capture, record->time_us);
}

/* ---- the second pass ---- */

/* The last record of what the same side says without a pause. */
static journal_seq end_of_write(const struct capture *capture, const struct journal_record *first,
                                journal_seq last) {
  journal_seq end = first->seq;
  for (; end < last; end++) {
    struct journal_record next;
    enum journal_kind kind = journal_kind_at(capture->journal, end + 1);
    if (kind != JOURNAL_LINE && kind != JOURNAL_DATA) break;
    journal_get(capture->journal, end + 1, &next);
    if (next.connection != first->connection || next.time_us != first->time_us) break;
    if (!next.number[0] != !first->number[0]) break;
  }
  return end;
}

static void handle_on_connection(struct capture *capture, const struct journal_record *record,
                                 journal_seq end) {
  struct capture_connection *connection = find(capture, record->connection);
  if (!connection || record->seq < connection->connect) return;
  uint32_t index = (uint32_t)(connection - capture->connections);
  bool stands = connection->outcome && connection->outcome < record->seq &&
                journal_kind_at(capture->journal, connection->outcome) == JOURNAL_CONNECTED;
  if (record->seq == connection->connect)
    capture_tcp_connect(capture, index, record);
  else if (record->seq == connection->outcome)
    capture_tcp_outcome(capture, index, record);
  else if (!stands)
    return; /* a stranger's */
  else if (record->kind == JOURNAL_LINE || record->kind == JOURNAL_DATA) {
    if (!connection->is_tls) capture_tcp_say(capture, index, record->seq, end);
  } else if (record->kind == JOURNAL_TLS_RECORD) {
    connection->is_tls = true; /* with the first octet of a handshake nothing is in the clear any more */
    capture_tcp_say(capture, index, record->seq, record->seq);
  } else if (record->kind == JOURNAL_CLOSED)
    capture_tcp_close(capture, index, record);
  else if (record->kind == JOURNAL_CUT)
    capture_tcp_cut(capture, index, record);
}

/* Gives the record that it has gone up to. */
static journal_seq handle(struct capture *capture, const struct journal_record *record, journal_seq last) {
  bool says = record->kind == JOURNAL_LINE || record->kind == JOURNAL_DATA;
  journal_seq end = says ? end_of_write(capture, record, last) : record->seq;
  capture->at = end;
  if (record->kind == JOURNAL_FAULT)
    handle_fault(capture, record);
  else if (record->kind == JOURNAL_DNS_QUERY || record->kind == JOURNAL_DNS_ANSWER)
    handle_datagram(capture, record);
  else if (is_of_connection(record->kind))
    handle_on_connection(capture, record, end);
  return end;
}

static void play(struct capture *capture, journal_seq last) {
  bool is_whole = false;
  for (journal_seq seq = 1; seq <= last && !capture->stopped; seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(capture->journal, seq);
    bool counts = kind == JOURNAL_FAULT || kind == JOURNAL_END || kind == JOURNAL_DNS_QUERY ||
                  kind == JOURNAL_DNS_ANSWER || is_of_connection(kind);
    if (!counts) continue;
    journal_get(capture->journal, seq, &record);
    is_whole = kind == JOURNAL_END && span_equal(record.text[0], SPAN("quiet"));
    happen_until(capture, record.time_us, seq);
    seq = handle(capture, &record, last);
  }
  /* After the end of a run the last acknowledgements still come; a part of one ends with its last record. */
  if (last) happen_until(capture, is_whole ? INT64_MAX : journal_time_at(capture->journal, last), UINT32_MAX);
}

static void free_all(struct capture *capture) {
  for (size_t i = 0; i < capture->connection_count; i++) {
    for (int side = CLIENT; side <= SERVER; side++) {
      buf_free(&capture->connections[i].sides[side].stream);
      mem_free(capture->connections[i].sides[side].pieces);
    }
  }
  mem_free(capture->connections);
  mem_free(capture->events);
  mem_free(capture->is_down);
  mem_free(capture->links_down);
  buf_free(&capture->frame);
  journal_versions_free(capture->versions);
  journal_preamble_free(capture->preamble);
}

bool capture_write(const struct journal *journal, const struct capture_options *options, capture_sink *sink,
                   void *context, struct capture_counts *counts_out) {
  struct capture capture = {.journal = journal,
                            .options = options,
                            .preamble = journal_preamble_new(journal),
                            .versions = journal_versions_new(journal),
                            .sink = sink,
                            .context = context,
                            .is_down = mem_zalloc(UINT16_MAX + 1)};
  journal_seq last =
      options->last && options->last < journal_count(journal) ? options->last : journal_count(journal);
  add_connections(&capture, last);
  look_ahead_to(&capture, last);
  play(&capture, last);
  *counts_out = capture.counts;
  bool well = !capture.stopped;
  free_all(&capture);
  return well;
}
