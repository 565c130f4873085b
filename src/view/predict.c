#include "view/predict.h"

#include "base/mem.h"
#include "base/rng.h"
#include "journal/match.h"
#include "view/predict_internal.h"

/* ---- which steps are asked about ---- */

/* Things seen before, by the hash of what they are; open addressing. */
struct seen {
  uint64_t *keys; /* 0: a free slot */
  size_t count, capacity;
};

static bool see(struct seen *seen, uint64_t key) {
  if (key == 0) key = 1;
  if (2 * (seen->count + 1) > seen->capacity) {
    struct seen larger = {mem_zalloc((seen->capacity ? 2 * seen->capacity : 64) * sizeof *seen->keys), 0,
                          seen->capacity ? 2 * seen->capacity : 64};
    for (size_t i = 0; i < seen->capacity; i++)
      if (seen->keys[i]) see(&larger, seen->keys[i]);
    mem_free(seen->keys);
    *seen = larger;
  }
  size_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 20 & (seen->capacity - 1);
  for (; seen->keys[at]; at = (at + 1) & (seen->capacity - 1))
    if (seen->keys[at] == key) return false;
  seen->keys[at] = key;
  seen->count++;
  return true;
}

static uint64_t key_of(uint64_t salt, uint64_t number, struct span a, struct span b) {
  uint64_t key = salt;
  key = (key ^ number) * UINT64_C(0x9e3779b97f4a7c15);
  key = (key ^ span_hash(a)) * UINT64_C(0xbf58476d1ce4e5b9);
  key = (key ^ span_hash(b)) * UINT64_C(0x94d049bb133111eb);
  return key ^ key >> 31;
}

struct asker {
  struct predict *predict;
  size_t capacity;
  struct seen seen;
};

static void ask(struct asker *asker, enum predict_kind kind, size_t step, journal_seq record,
                uint32_t asked) {
  struct predict *predict = asker->predict;
  const struct predict_question *last = predict->count ? &predict->questions[predict->count - 1] : NULL;
  bool is_further = last && last->step == step;
  if (is_further && kind != PREDICT_SCENARIO) return;
  if (predict->count == PREDICT_QUESTIONS_MAX) return;
  uint16_t turn = is_further ? (uint16_t)(last->turn + 1) : 0;
  predict->questions =
      mem_grow(predict->questions, &asker->capacity, predict->count + 1, sizeof *predict->questions);
  predict->questions[predict->count++] = (struct predict_question){kind, step, record, asked, turn, 0};
}

static void remember(struct predict *predict, bool is_pull, struct span verb, struct span code) {
  if (!predict->seen) predict->seen = mem_alloc(PREDICT_SEEN_MAX * sizeof *predict->seen);
  if (predict->seen_count < PREDICT_SEEN_MAX)
    predict->seen[predict->seen_count++] = (struct predict_seen){is_pull, verb, code};
}

static bool is_worth_asking(struct asker *asker, enum predict_kind kind,
                            const struct journal_record *record) {
  const struct reel *reel = asker->predict->reel;
  struct span verb, line;
  switch (kind) {
  case PREDICT_REPLY: {
    if (!predict_replied_to(reel, record, &verb, &line)) return false;
    struct span code = predict_code(record->text[0]);
    const struct session *session = world_session(reel->world, record->connection);
    bool refuses = span_starts_with(code, SPAN("-")) || span_starts_with(code, SPAN("4")) ||
                   span_starts_with(code, SPAN("5"));
    bool is_new = see(&asker->seen, key_of(1, session && session->is_pull, verb, code));
    if (is_new) remember(asker->predict, session && session->is_pull, verb, code);
    return refuses || is_new;
  }
  case PREDICT_ROUTE: return see(&asker->seen, key_of(2, record->host, record->text[2], record->text[3]));
  case PREDICT_STAMP: return record->kind == JOURNAL_STAMP && record->text[0].len > 0;
  case PREDICT_SCENARIO:
  case PREDICT_KIND_COUNT: break;
  }
  return false;
}

static enum predict_kind kind_of(const struct step *step) {
  if (step->kind == STEP_LINE) return PREDICT_REPLY;
  if (step->kind == STEP_ROUTED) return PREDICT_ROUTE;
  return step->kind == STEP_STAMP ? PREDICT_STAMP : PREDICT_KIND_COUNT;
}

/* ---- the scenario's own ---- */

struct own {
  struct arena arena;
  struct match *matches;
  bool *usable;
  int64_t *met;
  size_t count;
  size_t step; /* the first that is not before the record */
};

static struct own own_begin(const struct journal_preamble *preamble) {
  struct own own = {.count = preamble->question_count};
  own.matches = mem_zalloc((own.count + 1) * sizeof *own.matches);
  own.usable = mem_zalloc((own.count + 1) * sizeof *own.usable);
  own.met = mem_zalloc((own.count + 1) * sizeof *own.met);
  for (size_t i = 0; i < own.count; i++) {
    struct error error;
    own.usable[i] = match_parse(preamble->questions[i].when, &own.arena, &own.matches[i], &error);
  }
  return own;
}

static void own_end(struct own *own) {
  mem_free(own->matches);
  mem_free(own->usable);
  mem_free(own->met);
  arena_free(&own->arena);
}

/* Once for each step, however many of its records "nth": 0 takes. */
static bool is_asked_already(const struct predict *predict, size_t step, size_t own) {
  for (size_t i = predict->count; i > 0 && predict->questions[i - 1].step == step; i--)
    if (predict->questions[i - 1].asked == own) return true;
  return false;
}

/* The scenario's questions about this record, before the step. */
static void ask_own(struct asker *asker, struct own *own, size_t step, const struct journal_record *record) {
  const struct reel *reel = asker->predict->reel;
  const struct journal_preamble *preamble = reel->world->preamble;
  for (size_t i = 0; i < own->count; i++) {
    if (!own->usable[i] || !match_record(&own->matches[i], preamble, record)) continue;
    own->met[i]++;
    bool is_meant = preamble->questions[i].nth == 0 || preamble->questions[i].nth == own->met[i];
    if (is_meant && !is_asked_already(asker->predict, step, i))
      ask(asker, PREDICT_SCENARIO, step, reel->steps[step].record, (uint32_t)i);
  }
}

/* The questions before a step: the scenario's, for all records since the step before; else one made for it.
 */
static void ask_before_step(struct asker *asker, struct own *own, size_t step, journal_seq from) {
  const struct reel *reel = asker->predict->reel;
  struct journal_record record;
  for (journal_seq seq = from; own->count && seq <= reel->steps[step].record; seq++) {
    journal_get(reel->world->journal, seq, &record);
    ask_own(asker, own, step, &record);
  }
  enum predict_kind kind = kind_of(&reel->steps[step]);
  if (kind == PREDICT_KIND_COUNT) return;
  journal_get(reel->world->journal, reel->steps[step].record, &record);
  if (is_worth_asking(asker, kind, &record)) ask(asker, kind, step, record.seq, 0);
}

/* ---- the whole ---- */

static uint64_t seed_of(const struct journal *journal) {
  char hex[DIGEST_HEX_MAX];
  uint64_t seed = 0;
  journal_fingerprint(journal, hex);
  for (size_t i = 0; i < 16; i++) {
    char c = hex[i];
    seed = seed << 4 | (uint64_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
  }
  return seed;
}

/* One choice is no question: a journal from a stranger may leave nothing plausible beside the truth. */
static void drop_idle(struct predict *predict) {
  struct arena arena = ARENA_EMPTY;
  size_t kept = 0;
  for (size_t i = 0; i < predict->count; i++) {
    struct predict_words words;
    predict_words(predict, i, &arena, &words);
    if (words.count > 1) {
      predict->questions[kept] = predict->questions[i];
      predict->questions[kept++].right = (uint8_t)words.right;
    }
    arena_reset(&arena);
  }
  predict->count = kept;
  arena_free(&arena);
}

struct predict *predict_new(const struct reel *reel) {
  struct predict *predict = mem_zalloc(sizeof *predict);
  struct asker asker = {.predict = predict};
  struct own own = own_begin(reel->world->preamble);
  predict->reel = reel;
  predict->seed = seed_of(reel->world->journal);
  for (size_t step = 1; step < reel->count && predict->count < PREDICT_QUESTIONS_MAX; step++)
    ask_before_step(&asker, &own, step, reel->steps[step - 1].record + 1);
  own_end(&own);
  mem_free(asker.seen.keys);
  drop_idle(predict);
  return predict;
}

void predict_free(struct predict *predict) {
  if (!predict) return;
  mem_free(predict->questions);
  mem_free(predict->seen);
  mem_free(predict);
}

size_t predict_from(const struct predict *predict, size_t step) {
  size_t low = 0, high = predict->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (predict->questions[middle].step < step)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t predict_before(const struct predict *predict, size_t step) {
  size_t at = predict_from(predict, step);
  return at < predict->count && predict->questions[at].step == step ? at : PREDICT_NONE;
}

struct span predict_name(const struct predict *predict, size_t question, struct arena *arena) {
  static const char *const names[PREDICT_KIND_COUNT] = {"reply", "route", "stamp", "own"};
  const struct predict_question *it = &predict->questions[question];
  if (it->turn) return arena_format(arena, "%s-%u-%u", names[it->kind], it->record, it->turn + 1U);
  return arena_format(arena, "%s-%u", names[it->kind], it->record);
}

/* ---- words ---- */

void choice_add(struct choice_list *list, struct span choice) {
  if (!choice.len || list->count == PREDICT_CHOICES_MAX) return;
  for (size_t i = 0; i < list->count; i++)
    if (span_equal_nocase(list->items[i], choice)) return;
  list->items[list->count++] = choice;
}

static void own_words(const struct predict *predict, const struct predict_question *question,
                      struct predict_words *out, struct choice_list *choices) {
  const struct journal_question *own = &predict->reel->world->preamble->questions[question->asked];
  struct span rest = own->others, piece;
  out->ask = own->ask;
  choice_add(choices, own->answer);
  while (rest.len && span_next(&rest, '\n', &piece)) choice_add(choices, piece);
}

/* What the caption says of the step, once it is there. */
static void explain(const struct predict *predict, const struct predict_question *question,
                    struct arena *arena, struct predict_words *out) {
  struct caption caption;
  reel_caption(predict->reel, question->step, arena, &caption);
  caption = caption_of_step_alone(&caption);
  out->because = caption.text;
  out->rfc = caption.rfc;
  if (question->kind != PREDICT_SCENARIO) return;
  const struct journal_question *own = &predict->reel->world->preamble->questions[question->asked];
  if (own->because.len) out->because = own->because;
  if (own->because.len || own->rfc.len) out->rfc = own->rfc;
}

/* Each order equally often; the same for the same run. */
static void shuffle(const struct predict *predict, const struct predict_question *question,
                    const struct choice_list *choices, struct predict_words *out) {
  uint64_t salt = (uint64_t)question->record << 32 ^ (uint64_t)question->turn << 8 ^ question->kind;
  struct rng rng = rng_named(predict->seed ^ salt, SPAN("cosmetics"));
  size_t order[PREDICT_CHOICES_MAX];
  for (size_t i = 0; i < choices->count; i++) order[i] = i;
  for (size_t i = choices->count; i > 1; i--) {
    size_t other = (size_t)rng_below(&rng, i), kept = order[i - 1];
    order[i - 1] = order[other];
    order[other] = kept;
  }
  out->count = choices->count;
  for (size_t i = 0; i < choices->count; i++) {
    out->choices[i] = choices->items[order[i]];
    if (order[i] == 0) out->right = i;
  }
}

void predict_words(const struct predict *predict, size_t question, struct arena *arena,
                   struct predict_words *out) {
  const struct predict_question *it = &predict->questions[question];
  struct choice_list choices = {.count = 0};
  *out = (struct predict_words){
      .ask = SPAN_EMPTY, .about = SPAN_EMPTY, .because = SPAN_EMPTY, .rfc = SPAN_EMPTY};
  switch (it->kind) {
  case PREDICT_REPLY: predict_reply_words(predict, it, arena, out, &choices); break;
  case PREDICT_ROUTE: predict_route_words(predict, it, arena, out, &choices); break;
  case PREDICT_STAMP: predict_stamp_words(predict, it, arena, out, &choices); break;
  case PREDICT_SCENARIO: own_words(predict, it, out, &choices); break;
  case PREDICT_KIND_COUNT: break;
  }
  explain(predict, it, arena, out);
  shuffle(predict, it, &choices, out);
}
