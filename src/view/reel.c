#include "view/reel.h"

#include "base/check.h"
#include "base/mem.h"
#include "journal/narrator.h"
#include "view/reel_internal.h"
#include "view/theme.h"

/* How long a step's motion is, and how long it rests after that: enough to see what it is. */
struct tempo {
  int32_t event_ms, rest_ms;
};
static const struct tempo tempo[STEP_KIND_COUNT] = {
    [STEP_TITLE] = {0, 2400},
    [STEP_ACTION] = {MOTION_APPEAR_MS, 1400},
    [STEP_COMPOSE] = {MOTION_FADE_TO_MS, 1200},
    [STEP_QUESTION] = {MOTION_DOT_MS, 340},
    [STEP_ANSWER] = {MOTION_DOT_MS, 540},
    [STEP_ROUTED] = {MOTION_APPEAR_MS, 1400},
    [STEP_CONNECT] = {MOTION_DOT_MS, 540},
    [STEP_FAILED] = {MOTION_DOT_MS, 1800},
    [STEP_TLS] = {MOTION_APPEAR_MS, 800},
    [STEP_LINE] = {MOTION_DOT_MS, 140},
    [STEP_DATA] = {MOTION_ENVELOPE_MAX_MS, 300},
    [STEP_STAMP] = {MOTION_FADE_TO_MS, 200},
    [STEP_ACCEPTED] = {MOTION_APPEAR_MS, 800},
    [STEP_REFUSAL] = {MOTION_APPEAR_MS, 1400},
    [STEP_DEFERRED] = {MOTION_APPEAR_MS, 1800},
    [STEP_GIVEN_UP] = {MOTION_APPEAR_MS, 2000},
    [STEP_EXPANDED] = {MOTION_APPEAR_MS, 1400},
    [STEP_DELIVERED] = {MOTION_APPEAR_MS, 1800},
    [STEP_RETRIEVED] = {MOTION_APPEAR_MS, 1600},
    [STEP_FAULT] = {MOTION_APPEAR_MS, 1800},
    [STEP_CLOSE] = {MOTION_APPEAR_MS, 300},
    [STEP_NOTE] = {MOTION_APPEAR_MS, 1200},
};

/* Lines that are said in one breath, as the lines of one reply, come faster. */
static const struct tempo one_breath = {160, 50};

enum { READING_BASE_MS = 700, READING_MS_PER_OCTET = 34, READING_MAX_MS = 7000, LAST_REST_MS = 800 };

/* ---- which records are steps ---- */

static enum step_kind kind_of_connection_record(const struct world_view *world,
                                                const struct journal_record *record) {
  const struct session *session = world_session(world, record->connection);
  switch (record->kind) {
  case JOURNAL_CONNECT: return STEP_CONNECT;
  case JOURNAL_LINE: return STEP_LINE;
  case JOURNAL_DATA: return STEP_DATA;
  case JOURNAL_TLS: return STEP_TLS;
  case JOURNAL_REFUSED:
  case JOURNAL_TIMED_OUT:
  case JOURNAL_TLS_FAILED:
  case JOURNAL_CUT: return STEP_FAILED;
  case JOURNAL_CLOSED: return session && session->ended == record->seq ? STEP_CLOSE : STEP_KIND_COUNT;
  default: return STEP_KIND_COUNT;
  }
}

static bool is_letter_written(const struct journal_record *record) {
  return span_equal(record->text[0], SPAN("send")) || span_equal(record->text[0], SPAN("reply"));
}

/* STEP_KIND_COUNT: not a step by itself. */
static enum step_kind kind_of(const struct world_view *world, const struct journal_record *record) {
  switch (record->kind) {
  case JOURNAL_ACTION: return is_letter_written(record) ? STEP_KIND_COUNT : STEP_ACTION;
  case JOURNAL_COMPOSE: return STEP_COMPOSE;
  case JOURNAL_DNS_QUERY: return STEP_QUESTION;
  case JOURNAL_DNS_ANSWER:
  case JOURNAL_DNS_CACHED:
  case JOURNAL_DNS_TIMEOUT: return STEP_ANSWER;
  case JOURNAL_ROUTED: return span_equal(record->text[3], SPAN("local")) ? STEP_KIND_COUNT : STEP_ROUTED;
  case JOURNAL_STAMP:
  case JOURNAL_CONVERT:
  case JOURNAL_REWRITE: return STEP_STAMP;
  case JOURNAL_ACCEPTED: return STEP_ACCEPTED;
  case JOURNAL_DECISION: return span_equal(record->text[2], SPAN("accept")) ? STEP_KIND_COUNT : STEP_REFUSAL;
  case JOURNAL_DEFERRED: return STEP_DEFERRED;
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED: return STEP_GIVEN_UP;
  case JOURNAL_EXPANDED:
  case JOURNAL_NEW_ENVELOPE: return STEP_EXPANDED;
  case JOURNAL_DELIVERED: return STEP_DELIVERED;
  case JOURNAL_FILE_READ:
  case JOURNAL_RETRIEVED: return STEP_RETRIEVED;
  case JOURNAL_DNS_CHANGED:
  case JOURNAL_SETTING_CHANGED:
  case JOURNAL_FAULT: return STEP_FAULT;
  default: return kind_of_connection_record(world, record);
  }
}

/* ---- cutting ---- */

struct cutter {
  struct reel *reel;
  size_t capacity, segment_capacity;
  uint32_t connection, message; /* shown so far */
};

/* A session that only says goodbye does not take the picture back from the one that came after it. */
static bool is_overtaken(const struct cutter *cutter, const struct session *session,
                         const struct journal_record *record) {
  const struct session *shown = world_session(cutter->reel->world, cutter->connection);
  if (!shown || shown->opened <= session->opened) return false;
  if (record->kind == JOURNAL_CLOSED) return true;
  if (record->kind != JOURNAL_LINE) return false;
  if (span_starts_with_nocase(record->text[0], SPAN("QUIT"))) return true;
  return record->number[0] == 1 && span_starts_with(record->text[0], SPAN("221"));
}

bool reel_reads_file(const struct journal_record *record) {
  bool read = record->kind == JOURNAL_ACTION && span_equal(record->text[0], SPAN("read"));
  return read || record->kind == JOURNAL_FILE_READ;
}

static void find_subject(struct cutter *cutter, struct step *step, const struct journal_record *record) {
  uint32_t connection = record->connection;
  if (record->kind == JOURNAL_CONVERT) connection = world_session_behind(cutter->reel->world, record);
  const struct session *session = connection ? world_session(cutter->reel->world, connection) : NULL;
  if (reel_reads_file(record)) cutter->connection = 0;
  if (session) {
    if (!is_overtaken(cutter, session, record)) cutter->connection = connection;
    step->own = connection;
    uint32_t letter = world_session_letter(cutter->reel->world, session, record->seq);
    if (letter) cutter->message = letter;
  }
  if (record->message) cutter->message = record->message;
  step->connection = cutter->connection;
  step->message = cutter->message;
}

static void add_step(struct cutter *cutter, enum step_kind kind, const struct journal_record *record,
                     uint32_t narration) {
  struct reel *reel = cutter->reel;
  reel->steps = mem_grow(reel->steps, &cutter->capacity, reel->count + 1, sizeof *reel->steps);
  struct step *step = &reel->steps[reel->count++];
  *step =
      (struct step){.record = record->seq, .kind = kind, .time_us = record->time_us, .narration = narration};
  find_subject(cutter, step, record);
}

static void cut(struct cutter *cutter) {
  const struct world_view *world = cutter->reel->world;
  struct narrator narrator;
  struct journal_record record = {.seq = world->preamble->last};
  narrator_begin(&narrator, world->preamble);
  add_step(cutter, STEP_TITLE, &record, 0);
  for (journal_seq seq = world->preamble->last + 1; seq <= journal_count(world->journal); seq++) {
    journal_get(world->journal, seq, &record);
    uint32_t narration = narrator_hear(&narrator, &record);
    enum step_kind kind = kind_of(world, &record);
    if (kind == STEP_KIND_COUNT && narration) kind = STEP_NOTE;
    if (kind != STEP_KIND_COUNT) add_step(cutter, kind, &record, narration);
  }
  narrator_end(&narrator);
}

/* ---- timing ---- */

static int32_t reading_ms(size_t octets) {
  int64_t wanted = READING_BASE_MS + (int64_t)octets * READING_MS_PER_OCTET;
  return (int32_t)(wanted < READING_MAX_MS ? wanted : READING_MAX_MS);
}

static bool goes_on(const struct reel *reel, size_t i) {
  const struct step *step = &reel->steps[i], *before = &reel->steps[i ? i - 1 : 0];
  if (i == 0 || step->kind != STEP_LINE || before->kind != STEP_LINE) return false;
  if (step->own != before->own || step->time_us != before->time_us) return false;
  struct journal_record now, then;
  journal_get(reel->world->journal, step->record, &now);
  journal_get(reel->world->journal, before->record, &then);
  return now.number[0] == then.number[0];
}

static void set_times(struct reel *reel) {
  int64_t film_ms = 0;
  for (size_t i = 0; i < reel->count; i++) {
    struct step *step = &reel->steps[i];
    bool is_last = i + 1 == reel->count;
    const struct tempo *own = goes_on(reel, i) ? &one_breath : &tempo[step->kind];
    int32_t rest = own->rest_ms;
    step->until = is_last ? journal_count(reel->world->journal) : reel->steps[i + 1].record - 1;
    step->event_ms = own->event_ms;
    if (step->narration) {
      int32_t reading = reading_ms(reel->world->preamble->narrations[step->narration - 1].say.len);
      if (step->event_ms + rest < reading) rest = reading - step->event_ms;
    }
    if (is_last && rest < LAST_REST_MS) rest = LAST_REST_MS;
    step->film_ms = film_ms;
    step->length_ms = step->event_ms + rest;
    film_ms += step->length_ms;
  }
  reel->length_ms = film_ms;
}

/* ---- segments: one for each session in which a client speaks, and between them what is tried in vain ----
 */

static size_t first_step_of_session(const struct reel *reel, const struct session *session) {
  journal_seq first = reel->world->by_connection[session->first].record;
  size_t at = reel_step_of_record(reel, session->opened ? session->opened : first);
  /* What leads to it, names and routes and failed attempts, belongs to it. */
  while (at > 1) {
    const struct step *before = &reel->steps[at - 1];
    const struct session *other = before->own ? world_session(reel->world, before->own) : NULL;
    if (other && other->tab) break;
    if (before->kind == STEP_DELIVERED || before->kind == STEP_RETRIEVED) break;
    if (before->kind == STEP_DEFERRED || before->kind == STEP_GIVEN_UP)
      break; /* a round of tries ends there */
    at--;
  }
  return at;
}

static void add_segment(struct cutter *cutter, const struct session *session);

/* Calls that nobody answered, after the last segment's session has begun and before the next step given:
 * hours of them belong to no session, and least of all to the one that comes after. */
static void add_vain_segment(struct cutter *cutter, size_t before_step) {
  const struct reel *reel = cutter->reel;
  if (reel->segment_count == 0) return;
  const struct segment *last = &reel->segments[reel->segment_count - 1];
  const struct session *spoken = world_session(reel->world, last->connection);
  size_t at = spoken && spoken->opened ? reel_step_of_record(reel, spoken->opened) + 1 : last->first_step + 1;
  for (; at < before_step; at++) {
    const struct step *step = &reel->steps[at];
    const struct session *session = step->own ? world_session(reel->world, step->own) : NULL;
    if (step->kind != STEP_FAILED || !session || session->tab) continue;
    add_segment(cutter, session);
    return;
  }
}

static struct segment segment_of(const struct reel *reel, const struct session *session) {
  return (struct segment){
      .connection = session->connection,
      .hop = world_hop(reel->world, session->client),
      .is_pull = session->is_pull,
      .is_in_vain = !session->tab,
      .name = session->tab ? reel_session_name(reel->world, session) : SPAN("In vain"),
  };
}

static void add_segment(struct cutter *cutter, const struct session *session) {
  struct reel *reel = cutter->reel;
  size_t first = session ? first_step_of_session(reel, session) : 0;
  if (session && session->tab) add_vain_segment(cutter, first);
  if (reel->segment_count == 0) first = 0;
  if (reel->segment_count && first <= reel->segments[reel->segment_count - 1].first_step) return;
  reel->segments =
      mem_grow(reel->segments, &cutter->segment_capacity, reel->segment_count + 1, sizeof *reel->segments);
  struct segment *segment = &reel->segments[reel->segment_count++];
  *segment = session ? segment_of(reel, session) : (struct segment){.name = SPAN("The story")};
  segment->first_step = first;
}

/* A session speaks on when the one that came after it, whose segment this is, is over. */
static bool speaks_on(const struct reel *reel, const struct segment *segment, const struct step *step) {
  if (segment->is_in_vain || !step->own || step->own != step->connection) return false;
  if (step->own == segment->connection) return false;
  const struct session *session = world_session(reel->world, step->own);
  const struct session *over = world_session(reel->world, segment->connection);
  return session && session->tab && over && over->ended && over->ended < step->record;
}

/* Sessions side by side: when one is over, the next of them that speaks has a segment once more. So there are
 * at most twice as many segments as sessions. Each step then learns its own. */
static void resume_segments(struct reel *reel) {
  struct segment *begun = reel->segments;
  size_t begun_count = reel->segment_count, next = 0, capacity = 0;
  reel->segments = NULL;
  reel->segment_count = 0;
  for (size_t i = 0; i < reel->count; i++) {
    struct segment *now = reel->segment_count ? &reel->segments[reel->segment_count - 1] : NULL;
    bool begins = next < begun_count && begun[next].first_step == i;
    if (begins || (now && speaks_on(reel, now, &reel->steps[i]))) {
      reel->segments = mem_grow(reel->segments, &capacity, reel->segment_count + 1, sizeof *reel->segments);
      now = &reel->segments[reel->segment_count++];
      *now = begins ? begun[next++] : segment_of(reel, world_session(reel->world, reel->steps[i].own));
      now->first_step = i;
    }
    reel->steps[i].segment = (uint32_t)(reel->segment_count - 1);
  }
  mem_free(begun);
}

static void cut_segments(struct cutter *cutter) {
  struct reel *reel = cutter->reel;
  for (uint32_t tab = 1; tab <= reel->world->tab_count; tab++)
    add_segment(cutter, world_tab(reel->world, tab));
  if (reel->segment_count == 0) add_segment(cutter, NULL);
  add_vain_segment(cutter, reel->count);
  resume_segments(reel);
}

struct reel *reel_new(const struct world_view *world) {
  struct reel *reel = mem_zalloc(sizeof *reel);
  struct cutter cutter = {.reel = reel};
  reel->world = world;
  cut(&cutter);
  set_times(reel);
  cut_segments(&cutter);
  reel_cut_phases(reel);
  return reel;
}

void reel_free(struct reel *reel) {
  if (!reel) return;
  mem_free(reel->steps);
  mem_free(reel->segments);
  mem_free(reel);
}
