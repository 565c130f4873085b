/* Phases: what a step forward is by default. A phase is a run of steps of one class in one session; a step
 * with words of the scenario always begins one, so that no words are stepped over. */
#include "view/reel_internal.h"

#include "base/mem.h"

struct phaser {
  struct reel *reel;
  size_t attempts;              /* in vain, and over, in the present segment */
  enum phase_class *by_session; /* the class that a session is in, by its index */
  bool *in_text;                /* whether a message is being said line by line, as a person types it */
};

static enum phase_class of_line(struct phaser *phaser, const struct step *step) {
  const struct world_view *world = phaser->reel->world;
  const struct session *session = world_session(world, step->own);
  struct journal_record record;
  journal_get(world->journal, step->record, &record);
  if (!session) return PHASE_COMMAND;
  enum phase_class *now = &phaser->by_session[session - world->sessions];
  bool *in_text = &phaser->in_text[session - world->sessions];
  if (record.number[0] != 0) {
    *in_text = *now == PHASE_DATA && span_starts_with(record.text[0], SPAN("354"));
    return *now;
  }
  if (*in_text) {
    *in_text = !span_equal(record.text[0], SPAN("."));
    if (!*in_text) *now = PHASE_STAMP;
    return PHASE_DATA;
  }
  const struct verb *verb = verb_of(record.text[0], session->is_pull);
  /* What is no verb goes on with what was before (a password, for one); after a message it is a command. */
  if (verb)
    *now = verb->phase_class;
  else if (*now == PHASE_DATA || *now == PHASE_STAMP)
    *now = PHASE_COMMAND;
  return *now;
}

static enum phase_class set_session(struct phaser *phaser, const struct step *step,
                                    enum phase_class phase_class) {
  const struct world_view *world = phaser->reel->world;
  const struct session *session = step->own ? world_session(world, step->own) : NULL;
  if (session) phaser->by_session[session - world->sessions] = phase_class;
  return phase_class;
}

static enum phase_class class_of(struct phaser *phaser, const struct step *step) {
  switch (step->kind) {
  case STEP_QUESTION:
  case STEP_ANSWER: return PHASE_NAMES;
  case STEP_CONNECT: return set_session(phaser, step, PHASE_CONNECT);
  case STEP_LINE: return of_line(phaser, step);
  case STEP_DATA: {
    const struct session *session = world_session(phaser->reel->world, step->own);
    bool is_pull = session && session->is_pull;
    return is_pull ? PHASE_DATA : (set_session(phaser, step, PHASE_STAMP), PHASE_DATA);
  }
  case STEP_STAMP:
  case STEP_ACCEPTED: return set_session(phaser, step, PHASE_STAMP);
  case STEP_CLOSE: return PHASE_CLOSE;
  case STEP_TITLE:
  case STEP_ACTION:
  case STEP_COMPOSE:
  case STEP_ROUTED:
  case STEP_FAILED:
  case STEP_TLS:
  case STEP_REFUSAL:
  case STEP_DEFERRED:
  case STEP_GIVEN_UP:
  case STEP_EXPANDED:
  case STEP_DELIVERED:
  case STEP_RETRIEVED:
  case STEP_FAULT:
  case STEP_NOTE:
  case STEP_KIND_COUNT: break;
  }
  return PHASE_ALONE;
}

/* What happens beside the conversation shown goes with whatever phase there is: a session that says goodbye
 * when the next has begun, a server that looks up who is calling. */
static bool is_aside(const struct reel *reel, const struct step *before, const struct step *step) {
  if (step->own && step->own != step->connection) return true;
  if (step->phase_class == PHASE_CLOSE && before->phase_class == PHASE_NAMES) return true;
  const struct session *session = world_session(reel->world, before->connection);
  bool busy = session && before->phase_class != PHASE_ALONE && world_session_open(session, before->record);
  return busy && step->phase_class == PHASE_NAMES;
}

static bool is_part_of_attempt(enum step_kind kind) {
  return kind == STEP_QUESTION || kind == STEP_ANSWER || kind == STEP_ROUTED || kind == STEP_CONNECT ||
         kind == STEP_FAILED || kind == STEP_DEFERRED;
}

/* Hours of calls in vain: the first attempt is told step by step, each of the others is one phase. */
static bool is_tried_again(const struct phaser *phaser, const struct step *before, const struct step *step) {
  const struct segment *segment = &phaser->reel->segments[step->segment];
  return segment->is_in_vain && phaser->attempts > 0 && before->segment == step->segment &&
         before->kind != STEP_DEFERRED && is_part_of_attempt(before->kind) && is_part_of_attempt(step->kind);
}

static bool goes_on(const struct phaser *phaser, const struct step *before, struct step *step) {
  const struct reel *reel = phaser->reel;
  if (step->narration) return false;
  if (is_tried_again(phaser, before, step)) return true;
  if (is_aside(reel, before, step)) {
    step->phase_class = before->phase_class;
    return true;
  }
  if (step->phase_class != before->phase_class || step->phase_class == PHASE_ALONE) return false;
  return step->phase_class == PHASE_NAMES || step->connection == before->connection;
}

void reel_cut_phases(struct reel *reel) {
  struct phaser phaser = {.reel = reel};
  phaser.by_session = mem_alloc((reel->world->session_count + 1) * sizeof *phaser.by_session);
  phaser.in_text = mem_zalloc(reel->world->session_count + 1);
  for (size_t i = 0; i < reel->world->session_count; i++) phaser.by_session[i] = PHASE_CONNECT;
  for (size_t i = 0; i < reel->count; i++) {
    struct step *step = &reel->steps[i];
    step->phase_class = class_of(&phaser, step);
    const struct step *before = i > 0 ? &reel->steps[i - 1] : NULL;
    if (before && before->segment != step->segment) phaser.attempts = 0;
    if (before) step->phase = before->phase + (goes_on(&phaser, before, step) ? 0 : 1);
    if (step->kind == STEP_DEFERRED) phaser.attempts++;
  }
  mem_free(phaser.by_session);
  mem_free(phaser.in_text);
}
