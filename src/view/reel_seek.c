/* Finding the way in a film: positions, steps, records, times. All by bisection. */
#include "base/check.h"
#include "view/reel.h"

struct moment reel_moment(const struct reel *reel, int64_t position_ms) {
  size_t low = 0, high = reel->count;
  if (position_ms < 0) position_ms = 0;
  if (position_ms > reel->length_ms) position_ms = reel->length_ms;
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;
    if (reel->steps[middle].film_ms <= position_ms)
      low = middle;
    else
      high = middle;
  }
  return (struct moment){low, (int32_t)(position_ms - reel->steps[low].film_ms)};
}

int64_t reel_settled(const struct reel *reel, size_t step) {
  CHECK(step < reel->count);
  return reel->steps[step].film_ms + reel->steps[step].event_ms;
}

bool reel_is_settled(const struct reel *reel, int64_t position_ms) {
  struct moment moment = reel_moment(reel, position_ms);
  return moment.into_ms >= reel->steps[moment.step].event_ms;
}

size_t reel_step_of_record(const struct reel *reel, journal_seq record) {
  size_t low = 0, high = reel->count;
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;
    if (reel->steps[middle].record <= record)
      low = middle;
    else
      high = middle;
  }
  return low;
}

size_t reel_step_at_time(const struct reel *reel, int64_t time_us) {
  return reel_step_of_record(reel, journal_at_time(reel->world->journal, time_us));
}

static size_t last_of_phase(const struct reel *reel, size_t step) {
  while (step + 1 < reel->count && reel->steps[step + 1].phase == reel->steps[step].phase) step++;
  return step;
}

static size_t last_of_segment(const struct reel *reel, size_t segment) {
  return segment + 1 < reel->segment_count ? reel->segments[segment + 1].first_step - 1 : reel->count - 1;
}

size_t reel_next(const struct reel *reel, size_t step, enum granularity by) {
  CHECK(step < reel->count);
  if (step + 1 >= reel->count) return step;
  if (by == BY_PHASE) return last_of_phase(reel, step + 1);
  if (by == BY_HOP) {
    size_t end = last_of_segment(reel, reel->steps[step].segment);
    return end > step ? end : last_of_segment(reel, reel->steps[step + 1].segment);
  }
  return step + 1;
}

size_t reel_previous(const struct reel *reel, size_t step, enum granularity by) {
  CHECK(step < reel->count);
  if (step == 0) return 0;
  if (by == BY_HOP) {
    uint32_t segment = reel->steps[step].segment;
    size_t first = reel->segments[segment].first_step;
    return first ? first - 1 : 0;
  }
  if (by == BY_PHASE) {
    uint32_t phase = reel->steps[step].phase;
    while (step > 0 && reel->steps[step].phase == phase) step--;
    return step;
  }
  return step - 1;
}

static struct span server_line(const struct reel *reel, const struct step *step) {
  struct journal_record record;
  if (step->kind != STEP_LINE) return SPAN_EMPTY;
  journal_get(reel->world->journal, step->record, &record);
  return record.kind == JOURNAL_LINE && record.number[0] != 0 ? record.text[0] : SPAN_EMPTY;
}

static bool is_no(const struct reel *reel, const struct step *step) {
  switch ((int)step->kind) {
  case STEP_FAILED:
  case STEP_REFUSAL:
  case STEP_DEFERRED:
  case STEP_GIVEN_UP: return true;
  default: break;
  }
  struct span line = server_line(reel, step);
  return span_starts_with(line, SPAN("4")) || span_starts_with(line, SPAN("5")) ||
         span_starts_with(line, SPAN("-ERR"));
}

/* Whether this no says once more what the one before it has said: the reply after the decision, the 503 to a
 * DATA that was on its way already (RFC 2920 3.1), the queue that keeps the letter after the goodbye. That a
 * letter is given up is news. */
static bool says_it_again(const struct reel *reel, size_t step) {
  const struct step *it = &reel->steps[step];
  size_t at = step;
  if (it->kind == STEP_DEFERRED)
    while (at > 1 && reel->steps[at - 1].phase_class == PHASE_CLOSE && !is_no(reel, &reel->steps[at - 1]))
      at--;
  const struct step *before = at ? &reel->steps[at - 1] : NULL;
  if (!before || !is_no(reel, before)) return false;
  switch ((int)it->kind) {
  case STEP_GIVEN_UP: return before->kind == STEP_GIVEN_UP;
  case STEP_DEFERRED: return before->kind != STEP_GIVEN_UP;
  case STEP_LINE:
    return before->kind == STEP_REFUSAL ||
           (before->kind == STEP_LINE && span_starts_with(server_line(reel, it), SPAN("503")));
  default: return false;
  }
}

size_t reel_refusal(const struct reel *reel, size_t step, bool before) {
  for (size_t at = step; before ? at-- > 0 : ++at < reel->count;)
    if (is_no(reel, &reel->steps[at]) && !says_it_again(reel, at)) return at;
  return step;
}

int64_t reel_segment_start(const struct reel *reel, size_t segment) {
  CHECK(segment < reel->segment_count);
  return reel->steps[reel->segments[segment].first_step].film_ms;
}

int64_t reel_segment_end(const struct reel *reel, size_t segment) {
  return segment + 1 < reel->segment_count ? reel_segment_start(reel, segment + 1) : reel->length_ms;
}
