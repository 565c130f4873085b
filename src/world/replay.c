#include "world/replay.h"

#include "base/mem.h"

/* ---- who is real ---- */

/* The numbers of agents are 16 bits wide, as in a record. */
enum { AGENTS_MAX = 65536 };

static bool is_real(const struct journal_record *record) {
  return record->kind == JOURNAL_AGENT && span_equal(record->text[1], SPAN(PREAMBLE_OUTSIDE));
}

/* An outside host's agent is a client, so it has no port; a gateway's agents are servers. */
static bool is_client(const struct journal_record *record) {
  return record->number[0] == 0;
}

static bool read_preamble(const struct journal *saved, journal_seq seq, struct journal_record *record) {
  if (seq > journal_count(saved)) return false;
  journal_get(saved, seq, record);
  return record->kind <= JOURNAL_EXPECTATION;
}

static struct span name_of_host(const struct journal *saved, uint16_t host) {
  struct journal_record record;
  for (journal_seq seq = 1; read_preamble(saved, seq, &record); seq++)
    if (record.kind == JOURNAL_HOST && record.host == host) return record.text[0];
  return SPAN_EMPTY;
}

static bool has_name(const struct opening *opening, struct span name) {
  for (size_t i = 0; i < opening->gateway_count; i++)
    if (span_equal(opening->gateways[i], name)) return true;
  return false;
}

bool replay_opening(const struct journal *saved, struct arena *arena, struct opening *opening_out) {
  struct journal_record record;
  struct span *gateways = NULL;
  size_t capacity = 0;
  *opening_out = (struct opening){0};
  for (journal_seq seq = 1; read_preamble(saved, seq, &record); seq++) {
    if (!is_real(&record)) continue;
    if (is_client(&record)) {
      opening_out->client_count++;
      continue;
    }
    struct span name = name_of_host(saved, record.host);
    if (has_name(opening_out, name)) continue;
    gateways = mem_grow(gateways, &capacity, opening_out->gateway_count + 1, sizeof *gateways);
    gateways[opening_out->gateway_count++] = name;
    opening_out->gateways = gateways;
  }
  struct span *kept = arena_alloc(arena, (opening_out->gateway_count + 1) * sizeof *kept);
  if (opening_out->gateway_count) memcpy(kept, gateways, opening_out->gateway_count * sizeof *kept);
  opening_out->gateways = kept;
  mem_free(gateways);
  return opening_out->client_count > 0;
}

static bool *real_agents(const struct journal *saved) {
  bool *real = mem_zalloc(AGENTS_MAX * sizeof *real);
  struct journal_record record;
  for (journal_seq seq = 1; read_preamble(saved, seq, &record); seq++)
    if (is_real(&record)) real[record.agent] = true;
  return real;
}

/* ---- what they did ---- */

/* One input may have said several lines: those of one microsecond, with what TLS makes of each between them.
 * Gives the sequence of that microsecond's last record. */
static journal_seq gather_lines(const struct journal *saved, journal_seq seq, struct buf *bytes) {
  struct journal_record first, record;
  journal_get(saved, seq, &first);
  buf_clear(bytes);
  for (; seq <= journal_count(saved) && journal_time_at(saved, seq) == first.time_us; seq++) {
    if (journal_kind_at(saved, seq) != JOURNAL_LINE) continue;
    journal_get(saved, seq, &record);
    if (record.connection != first.connection || record.agent != first.agent) continue;
    buf_add(bytes, record.text[0]);
    buf_add(bytes, record.number[2] == 0 ? SPAN("\r\n") : record.number[2] == 1 ? SPAN("\n") : SPAN_EMPTY);
  }
  return seq - 1;
}

/* The kinds of what is_input takes, for a quick look. */
static bool may_be_input(enum journal_kind kind) {
  return kind == JOURNAL_CONNECT || kind == JOURNAL_LINE || kind == JOURNAL_CLOSED || kind == JOURNAL_CUT ||
         kind == JOURNAL_CERTIFICATE || kind == JOURNAL_TLS_FAILED;
}

/* A connection closes by itself when TLS has not come to be. */
static bool is_caused_by_tls(const struct journal *saved, const struct journal_record *record) {
  return record->cause && record->cause < record->seq &&
         journal_kind_at(saved, record->cause) == JOURNAL_TLS_FAILED;
}

static bool is_input(const struct journal *saved, const struct journal_record *record, const bool *real) {
  if (!real[record->agent]) return false;
  switch (record->kind) {
  case JOURNAL_CONNECT:
  case JOURNAL_LINE:
  case JOURNAL_CERTIFICATE: return true;
  case JOURNAL_CLOSED: return !is_caused_by_tls(saved, record);
  case JOURNAL_CUT: return span_equal(record->text[0], SPAN(OUTSIDE_RESET));
  case JOURNAL_TLS_FAILED: return span_starts_with(record->text[1], SPAN(OUTSIDE_NO_TLS));
  default: return false;
  }
}

static bool show_certificate(struct world *world, const struct journal_record *record) {
  struct tls_certificate certificate = {.self_signed = record->number[1], .expired = record->number[2]};
  struct arena arena = ARENA_EMPTY;
  struct span left = record->text[0], name;
  if (record->number[0] != TLS_1_2 && record->number[0] != TLS_1_3) return false;
  struct span *names = arena_alloc(&arena, (left.len + 1) * sizeof *names); /* more than enough */
  while (span_next(&left, ' ', &name))
    if (name.len) names[certificate.name_count++] = name;
  certificate.names = names;
  bool well = outside_show_certificate(world_outside(world), record->time_us, record->connection,
                                       (enum tls_version)record->number[0], &certificate);
  arena_free(&arena);
  return well;
}

static bool client_of(const struct outside *outside, host_id host, unsigned *client_out) {
  for (*client_out = 0; *client_out < outside_client_count(outside); ++*client_out)
    if (outside_client_host(outside, *client_out) == host) return true;
  return false;
}

/* False: it could not be done. *seq moves to the last record of the input. */
static bool do_again(struct world *world, const struct journal *saved, journal_seq *seq, struct buf *bytes) {
  struct outside *outside = world_outside(world);
  struct journal_record record;
  unsigned client;
  journal_get(saved, *seq, &record);
  switch (record.kind) {
  case JOURNAL_CONNECT:
    if (record.number[0] < 1 || record.number[0] > network_host_count(world_network(world))) return false;
    return client_of(outside, record.host, &client) &&
           outside_connect(outside, record.time_us, client, (host_id)record.number[0],
                           (uint16_t)record.number[1], NULL) == record.connection;
  case JOURNAL_LINE:
    *seq = gather_lines(saved, *seq, bytes);
    return outside_say(outside, record.time_us, record.connection, buf_span(bytes));
  case JOURNAL_CERTIFICATE: return show_certificate(world, &record);
  case JOURNAL_TLS_FAILED:
    return outside_fail_tls(outside, record.time_us, record.connection,
                            span_skip(record.text[1], SPAN(OUTSIDE_NO_TLS).len));
  case JOURNAL_CLOSED: return outside_close(outside, record.time_us, record.connection);
  default: return outside_reset(outside, record.time_us, record.connection);
  }
}

static void nothing(void *context) {
  (void)context;
}

/* A journal without an END was cut off: then the run stops at the time of its last record. What left no
 * trace, such as words on a connection that was over, may have moved the time on; so does an event in which
 * nothing happens. */
static void finish(struct world *world, const struct journal *saved) {
  struct sim *sim = world_sim(world);
  journal_seq last = journal_count(saved);
  int64_t end_us = journal_time_at(saved, last);
  sim_set_cause(sim, 0);
  if (end_us >= sim_now(sim)) sim_at(sim, end_us, nothing, NULL);
  world_go_on(world, end_us);
  if (journal_kind_at(saved, last) == JOURNAL_END) world_end(world);
}

bool replay_run(struct world *world, const struct journal *saved, journal_seq *wrong_out) {
  bool *real = real_agents(saved), well = true;
  struct buf bytes = {0};
  struct journal_record record;
  for (journal_seq seq = 1; well && seq <= journal_count(saved); seq++) {
    if (!may_be_input(journal_kind_at(saved, seq))) continue;
    journal_get(saved, seq, &record);
    if (!is_input(saved, &record, real)) continue;
    *wrong_out = seq;
    well = do_again(world, saved, &seq, &bytes);
  }
  if (well) finish(world, saved);
  buf_free(&bytes);
  mem_free(real);
  return well;
}
