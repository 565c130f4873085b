/* compare_make: the comparison itself, before it is told. */
#include "base/duration.h"
#include "base/mem.h"
#include "readers/compare_internal.h"

static struct story story_of(const struct journal *journal, struct arena *arena) {
  struct story story = {.journal = journal, .world = world_view_new(journal)};
  story.reel = reel_new(story.world);
  story.outcome_count = outcome_list(journal, arena, &story.outcomes);
  return story;
}

static void story_free(struct story *story) {
  reel_free(story->reel);
  world_view_free(story->world);
}

/* A letter is known again by what it says and where it came from, since numbers shift when one is written
 * more or less; letters that say the same are taken in their order. */
static bool is_same_mail(const struct comparison *c, const struct outcome *a, const struct outcome *b) {
  return span_equal_nocase(a->recipient, b->recipient) && span_equal(a->subject, b->subject) &&
         span_equal(journal_host_name(c->before.world->preamble, a->sender_host),
                    journal_host_name(c->after.world->preamble, b->sender_host));
}

static void match_outcomes(struct comparison *c) {
  size_t most = c->before.outcome_count + c->after.outcome_count;
  bool *taken = mem_zalloc((c->after.outcome_count + 1) * sizeof *taken);
  size_t skip = 0; /* all before are taken: mostly both are in one order */
  c->pairs = arena_alloc(&c->arena, (most + 1) * sizeof *c->pairs);
  for (size_t i = 0; i < c->before.outcome_count; i++) {
    const struct outcome *a = &c->before.outcomes[i];
    struct outcome_pair pair = {i, SIZE_MAX, false};
    while (skip < c->after.outcome_count && taken[skip]) skip++;
    for (size_t k = skip; k < c->after.outcome_count && k < skip + 4096 && pair.after == SIZE_MAX; k++)
      if (!taken[k] && is_same_mail(c, a, &c->after.outcomes[k])) pair.after = k;
    if (pair.after != SIZE_MAX) {
      const struct outcome *b = &c->after.outcomes[pair.after];
      taken[pair.after] = true;
      pair.same = a->state == b->state && a->in_outbox == b->in_outbox && span_equal(a->via, b->via);
    }
    c->pairs[c->pair_count++] = pair;
  }
  for (size_t k = 0; k < c->after.outcome_count; k++)
    if (!taken[k]) c->pairs[c->pair_count++] = (struct outcome_pair){SIZE_MAX, k, false};
  mem_free(taken);
}

struct comparison comparison_make(const struct journal *before, const struct journal *after) {
  struct comparison c = {.arena = ARENA_EMPTY};
  c.before = story_of(before, &c.arena);
  c.after = story_of(after, &c.arena);
  c.steps = reel_compare_new(c.before.reel, c.after.reel);
  match_outcomes(&c);
  return c;
}

void comparison_free(struct comparison *c) {
  reel_compare_free(c->steps);
  story_free(&c->before);
  story_free(&c->after);
  arena_free(&c->arena);
}

struct span comparison_line(struct comparison *c, const struct story *story, size_t step) {
  const struct step *it = &story->reel->steps[step];
  struct buf text = {0};
  struct journal_record record = {0};
  if (it->record) journal_get(story->journal, it->record, &record);
  duration_write_clock(it->time_us, &text);
  buf_format(&text, "  %.*s", SPAN_ARG(reel_step_plain(story->reel, step, &c->arena)));
  const struct session *session = it->own ? world_session(story->world, it->own) : NULL;
  if (session && it->kind == STEP_LINE)
    buf_format(&text, "   (%.*s)", SPAN_ARG(journal_host_name(story->world->preamble, record.host)));
  struct span line = arena_copy(&c->arena, buf_span(&text));
  buf_free(&text);
  return line;
}
