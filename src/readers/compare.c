#include "readers/compare.h"

#include "base/duration.h"
#include "base/json_write.h"
#include "readers/compare_internal.h"

/* Rows told on each side of a difference; longer runs of what is the same are counted. */
enum { CONTEXT_ROWS = 2 };

/* ---- text ---- */

static void write_outcome(const struct story *story, size_t index, struct buf *out) {
  if (index == SIZE_MAX) {
    buf_add_text(out, "no such letter\n");
    return;
  }
  const struct outcome *it = &story->outcomes[index];
  if (it->in_outbox) {
    buf_format(out, "never handed in: in the outbox of %.*s\n",
               SPAN_ARG(journal_host_name(story->world->preamble, it->host)));
    return;
  }
  bool waits = it->state == AUDIT_QUEUED;
  buf_add_text(out, waits ? "still waiting" : audit_state_name(it->state));
  if (!waits) {
    buf_add_text(out, " after ");
    duration_write_clock(it->delay_us < 0 ? 0 : it->delay_us, out);
  }
  buf_format(out, ", via %.*s", SPAN_ARG(it->via));
  if (it->why.len) buf_format(out, ": %.*s", SPAN_ARG(it->why));
  buf_add_char(out, '\n');
}

static struct span outcome_words(const struct story *story, size_t index, struct arena *arena) {
  struct buf text = {0};
  write_outcome(story, index, &text);
  struct span words = arena_copy(arena, span_trim_right(buf_span(&text)));
  buf_free(&text);
  return words;
}

size_t compare_outcomes(const struct journal *before, const struct journal *after, struct arena *arena,
                        struct compare_outcome **outcomes_out) {
  struct comparison c = comparison_make(before, after);
  struct compare_outcome *list = arena_zalloc(arena, (c.pair_count + 1) * sizeof *list);
  for (size_t i = 0; i < c.pair_count; i++) {
    const struct outcome_pair *pair = &c.pairs[i];
    const struct outcome *it =
        pair->before != SIZE_MAX ? &c.before.outcomes[pair->before] : &c.after.outcomes[pair->after];
    list[i] = (struct compare_outcome){
        .letter = arena_format(arena, "“%.*s” for %.*s", SPAN_ARG(it->subject), SPAN_ARG(it->recipient)),
        .before = outcome_words(&c.before, pair->before, arena),
        .after = outcome_words(&c.after, pair->after, arena),
        .same = pair->same,
    };
  }
  size_t count = c.pair_count;
  comparison_free(&c);
  *outcomes_out = list;
  return count;
}

static void write_outcomes(const struct comparison *c, struct buf *out) {
  buf_add_text(out, "\nWhat became of the letters\n");
  for (size_t i = 0; i < c->pair_count; i++) {
    const struct outcome_pair *pair = &c->pairs[i];
    const struct outcome *it =
        pair->before != SIZE_MAX ? &c->before.outcomes[pair->before] : &c->after.outcomes[pair->after];
    buf_format(out, "\n  %s \"%.*s\" for %.*s\n", pair->same ? " " : "*", SPAN_ARG(it->subject),
               SPAN_ARG(it->recipient));
    buf_add_text(out, "      before: ");
    write_outcome(&c->before, pair->before, out);
    buf_add_text(out, "      after:  ");
    write_outcome(&c->after, pair->after, out);
  }
  if (c->pair_count == 0) buf_add_text(out, "\n  There was no letter.\n");
}

static bool is_near_difference(const struct reel_compare *steps, size_t row) {
  size_t low = row > CONTEXT_ROWS ? row - CONTEXT_ROWS : 0;
  for (size_t i = low; i <= row + CONTEXT_ROWS && i < steps->count; i++)
    if (steps->rows[i].mark != COMPARE_SAME) return true;
  return false;
}

static void write_row(struct comparison *c, const struct compare_row *row, struct buf *out) {
  bool has_before = row->before != COMPARE_NO_STEP, has_after = row->after != COMPARE_NO_STEP;
  if (row->mark == COMPARE_SAME) {
    buf_format(out, "    %.*s\n", SPAN_ARG(comparison_line(c, &c->after, row->after)));
    return;
  }
  if (has_before) buf_format(out, "  - %.*s\n", SPAN_ARG(comparison_line(c, &c->before, row->before)));
  if (has_after) buf_format(out, "  + %.*s\n", SPAN_ARG(comparison_line(c, &c->after, row->after)));
}

static void write_skipped(size_t skipped, struct buf *out) {
  if (skipped) buf_format(out, "    … %zu step%s the same\n", skipped, skipped == 1 ? "" : "s");
}

static void write_steps(struct comparison *c, struct buf *out) {
  size_t skipped = 0;
  for (size_t i = 1; i < c->steps->count; i++) { /* the title has been told */
    if (!is_near_difference(c->steps, i)) {
      skipped++;
      continue;
    }
    write_skipped(skipped, out);
    skipped = 0;
    write_row(c, &c->steps->rows[i], out);
  }
  write_skipped(skipped, out);
}

void compare_write_text(const struct journal *before, const struct journal *after, struct span what,
                        struct buf *out) {
  struct comparison c = comparison_make(before, after);
  const struct reel_compare *steps = c.steps;
  buf_format(out, "%.*s\n", SPAN_ARG(c.before.world->preamble->title));
  if (what.len) buf_format(out, "What if %.*s?\n", SPAN_ARG(what));
  if (steps->first == steps->count) {
    buf_format(out, "\nNothing changes: all %zu steps are the same.\n", steps->same - 1);
  } else {
    const struct compare_row *row = &steps->rows[steps->first];
    bool in_after = row->after != COMPARE_NO_STEP;
    const struct reel *reel = in_after ? steps->after : steps->before;
    buf_add_text(out, "\nThe two part at ");
    duration_write_clock(reel->steps[in_after ? row->after : row->before].time_us, out);
    buf_format(out, ". %zu steps are the same, %zu say other words, %zu are gone (-), %zu are new (+).\n\n",
               steps->same - 1, steps->words, steps->before_only, steps->after_only);
    write_steps(&c, out);
  }
  write_outcomes(&c, out);
  comparison_free(&c);
}

/* ---- JSON ---- */

static void json_text(const char *name, struct span text, struct buf *out) {
  buf_format(out, "\"%s\":", name);
  json_write_octets(text, out);
}

static void json_step(struct comparison *c, const char *name, const struct story *story, size_t step,
                      struct buf *out) {
  buf_format(out, ",\"%s\":", name);
  if (step == COMPARE_NO_STEP) {
    buf_add_text(out, "null");
    return;
  }
  const struct step *it = &story->reel->steps[step];
  struct journal_record record = {0};
  if (it->record) journal_get(story->journal, it->record, &record);
  buf_format(out, "{\"step\":%zu,\"record\":%u,\"time_us\":%lld,", step, it->record, (long long)it->time_us);
  json_text("host", journal_host_name(story->world->preamble, record.host), out);
  buf_add_char(out, ',');
  json_text("text", reel_step_plain(story->reel, step, &c->arena), out);
  buf_add_char(out, '}');
}

static void json_steps(struct comparison *c, struct buf *out) {
  static const char *const marks[] = {"same", "words", "gone", "new"};
  bool is_first = true;
  buf_add_text(out, ",\"differences\":[");
  for (size_t i = 0; i < c->steps->count; i++) {
    const struct compare_row *row = &c->steps->rows[i];
    if (row->mark == COMPARE_SAME) continue;
    buf_format(out, "%s{\"mark\":\"%s\"", is_first ? "" : ",", marks[row->mark]);
    json_step(c, "before", &c->before, row->before, out);
    json_step(c, "after", &c->after, row->after, out);
    buf_add_char(out, '}');
    is_first = false;
  }
  buf_add_char(out, ']');
}

static void json_outcome(const char *name, const struct story *story, size_t index, struct buf *out) {
  buf_format(out, ",\"%s\":", name);
  if (index == SIZE_MAX) {
    buf_add_text(out, "null");
    return;
  }
  const struct outcome *it = &story->outcomes[index];
  buf_format(out, "{\"message\":%u,\"state\":\"%s\",", it->message,
             it->in_outbox ? "unsent" : audit_state_name(it->state));
  json_text("host", journal_host_name(story->world->preamble, it->host), out);
  buf_add_char(out, ',');
  json_text("via", it->via, out);
  buf_add_char(out, ',');
  json_text("why", it->why, out);
  if (it->delay_us >= 0)
    buf_format(out, ",\"delay_us\":%lld}", (long long)it->delay_us);
  else
    buf_add_text(out, ",\"delay_us\":null}");
}

static void json_outcomes(const struct comparison *c, struct buf *out) {
  buf_add_text(out, ",\"outcomes\":[");
  for (size_t i = 0; i < c->pair_count; i++) {
    const struct outcome_pair *pair = &c->pairs[i];
    const struct outcome *it =
        pair->before != SIZE_MAX ? &c->before.outcomes[pair->before] : &c->after.outcomes[pair->after];
    buf_add_text(out, i ? ",{" : "{");
    json_text("subject", it->subject, out);
    buf_add_char(out, ',');
    json_text("recipient", it->recipient, out);
    buf_format(out, ",\"same\":%s", pair->same ? "true" : "false");
    json_outcome("before", &c->before, pair->before, out);
    json_outcome("after", &c->after, pair->after, out);
    buf_add_char(out, '}');
  }
  buf_add_char(out, ']');
}

void compare_write_json(const struct journal *before, const struct journal *after, struct span what,
                        struct buf *out) {
  struct comparison c = comparison_make(before, after);
  const struct reel_compare *steps = c.steps;
  char hex[DIGEST_HEX_MAX];
  buf_add_char(out, '{');
  json_text("title", c.before.world->preamble->title, out);
  buf_add_char(out, ',');
  json_text("what_if", what, out);
  journal_fingerprint(before, hex);
  buf_format(out, ",\"fingerprint_before\":\"%s\"", hex);
  journal_fingerprint(after, hex);
  buf_format(out, ",\"fingerprint_after\":\"%s\",\"same\":%zu,\"words\":%zu,\"gone\":%zu,\"new\":%zu", hex,
             steps->same, steps->words, steps->before_only, steps->after_only);
  json_steps(&c, out);
  json_outcomes(&c, out);
  buf_add_text(out, "}\n");
  comparison_free(&c);
}
