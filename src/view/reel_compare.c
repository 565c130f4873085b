#include "view/reel_compare.h"

#include "base/mem.h"

/* ---- what a step means ---- */

static bool is_word(char c) {
  return ascii_is_digit(c) || ascii_is_alpha(c);
}

/* A queue id, a date's digits, a size: something that is different in every run. */
static bool is_shifting(struct span word) {
  size_t digits = 0, digits_at_end = 0;
  bool letter_after_digit = false;
  for (size_t i = 0; i < word.len; i++) {
    bool digit = ascii_is_digit(word.data[i]);
    digits += digit;
    digits_at_end = digit ? digits_at_end + 1 : 0;
    letter_after_digit |= !digit && digits > 0;
  }
  if (digits == word.len) return digits >= 4;
  return word.len >= 6 && digits > 0 && (letter_after_digit || digits_at_end >= 4);
}

/* "12:22:57" */
static bool is_clock(struct span text, size_t at) {
  return text.len >= at + 8 && text.data[at + 2] == ':' && text.data[at + 5] == ':' &&
         ascii_is_digit(text.data[at]) && ascii_is_digit(text.data[at + 3]) &&
         ascii_is_digit(text.data[at + 6]);
}

struct span reel_compare_words(struct span text, struct arena *arena) {
  struct buf out = {0};
  for (size_t at = 0; at < text.len;) {
    size_t end = at;
    while (end < text.len && is_word(text.data[end])) end++;
    struct span word = span_slice(text, at, end - at);
    if (is_clock(text, at)) {
      buf_add_char(&out, '#');
      at += 8;
    } else if (word.len == 0) {
      buf_add_char(&out, text.data[at++]);
    } else {
      bool is_size = at > 0 && text.data[at - 1] == '=' && ascii_is_digit(word.data[0]); /* SIZE=202 */
      if (is_size || is_shifting(word))
        buf_add_char(&out, '#');
      else
        buf_add(&out, word);
      at = end;
    }
  }
  struct span words = arena_copy(arena, buf_span(&out));
  buf_free(&out);
  return words;
}

struct meaning {
  uint64_t key, words;
};

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

static uint64_t mix_text(uint64_t hash, struct span text) {
  return mix(mix(hash, text.len), span_hash(text));
}

/* The verb of a command, the code of a reply. */
static struct span head_of(struct span line) {
  size_t end = 0;
  while (end < line.len && is_word(line.data[end])) end++;
  return span_first(line, end);
}

/* What the record is about, as far as that makes it another thing and not only other words. */
static uint64_t mix_subject(uint64_t hash, const struct journal_record *record, struct arena *arena) {
  switch (record->kind) {
  case JOURNAL_LINE: {
    struct span line = record->text[0];
    bool names_somebody = span_find(line, '<') != SPAN_NONE || span_find(line, '@') != SPAN_NONE;
    hash = mix(hash, (uint64_t)record->number[0]);
    return mix_text(hash,
                    names_somebody && !record->number[0] ? reel_compare_words(line, arena) : head_of(line));
  }
  case JOURNAL_ACTION:
  case JOURNAL_DNS_QUERY:
  case JOURNAL_DNS_ANSWER:
  case JOURNAL_DNS_CACHED:
  case JOURNAL_DNS_TIMEOUT:
  case JOURNAL_SETTING_CHANGED:
  case JOURNAL_FAULT: return mix_text(mix_text(hash, record->text[0]), record->text[1]);
  case JOURNAL_ROUTED: return mix_text(mix_text(hash, record->text[1]), record->text[2]);
  case JOURNAL_COMPOSE: return mix_text(mix_text(hash, record->text[2]), record->text[3]);
  case JOURNAL_STAMP:
  case JOURNAL_CONVERT:
  case JOURNAL_REWRITE: return mix_text(hash, head_of(record->text[0]));
  case JOURNAL_ACCEPTED: return mix_text(hash, record->text[2]);
  case JOURNAL_NEW_ENVELOPE: return mix_text(hash, record->text[4]);
  case JOURNAL_DECISION:
    return mix_text(mix_text(mix_text(hash, record->text[0]), record->text[1]), record->text[2]);
  case JOURNAL_DEFERRED:
  case JOURNAL_BOUNCED:
  case JOURNAL_EXPIRED:
  case JOURNAL_DISCARDED:
  case JOURNAL_EXPANDED:
  case JOURNAL_DELIVERED: return mix_text(hash, record->text[1]);
  default: return hash;
  }
}

/* All that it says, without what shifts. */
static uint64_t words_of(const struct journal_record *record, struct arena *arena) {
  uint64_t hash = 1;
  for (size_t i = 0; i < JOURNAL_TEXTS; i++) {
    struct span text = record->text[i];
    bool not_said =
        (record->kind == JOURNAL_DNS_QUERY && i == 2) || (record->kind == JOURNAL_DNS_ANSWER && i == 4);
    if (not_said) continue; /* the bytes of what the other texts say, with a number that shifts */
    if (record->kind == JOURNAL_STAMP && i == 1) continue;     /* where the tokens came from: not words */
    if (record->kind == JOURNAL_DELIVERED && i == 3) continue; /* a Maildir's file has the time in its name */
    hash = mix_text(hash, reel_compare_words(text, arena));
  }
  return hash;
}

static struct meaning meaning_of(const struct reel *reel, const struct step *step, struct arena *arena) {
  const struct journal_preamble *preamble = reel->world->preamble;
  struct journal_record record;
  if (step->kind == STEP_TITLE || !step->record) return (struct meaning){1, 1};
  journal_get(reel->world->journal, step->record, &record);
  uint64_t hash = mix(mix(2, record.kind), (uint64_t)step->kind);
  hash = mix_text(hash, journal_host_name(preamble, record.host));
  const struct session *session = record.connection ? world_session(reel->world, record.connection) : NULL;
  if (session) {
    hash = mix_text(hash, journal_host_name(preamble, session->client));
    hash = mix_text(hash, journal_host_name(preamble, session->server));
    hash = mix(hash, (uint64_t)session->port);
  }
  return (struct meaning){mix_subject(hash, &record, arena), words_of(&record, arena)};
}

static struct meaning *meanings_of(const struct reel *reel) {
  struct meaning *meanings = mem_alloc((reel->count + 1) * sizeof *meanings);
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < reel->count; i++) {
    meanings[i] = meaning_of(reel, &reel->steps[i], &arena);
    arena_reset(&arena);
  }
  arena_free(&arena);
  return meanings;
}

/* ---- which step is which ---- */

struct aligner {
  const struct meaning *a, *b;
  size_t *match; /* of each step of a: the step of b; COMPARE_NO_STEP */
};

/* The longest common subsequence of two runs of steps, by the book. */
static void align_small(struct aligner *at, size_t a, size_t a_end, size_t b, size_t b_end) {
  size_t n = a_end - a, m = b_end - b, width = m + 1;
  uint32_t *best = mem_zalloc((n + 1) * width * sizeof *best);
  for (size_t i = n; i-- > 0;)
    for (size_t j = m; j-- > 0;) {
      uint32_t down = best[(i + 1) * width + j], right = best[i * width + j + 1];
      uint32_t both = at->a[a + i].key == at->b[b + j].key ? best[(i + 1) * width + j + 1] + 1 : 0;
      uint32_t most = down > right ? down : right;
      best[i * width + j] = both > most ? both : most;
    }
  for (size_t i = 0, j = 0; i < n && j < m;) {
    bool same = at->a[a + i].key == at->b[b + j].key;
    if (same && best[i * width + j] == best[(i + 1) * width + j + 1] + 1)
      at->match[a + i++] = b + j++;
    else if (best[(i + 1) * width + j] >= best[i * width + j + 1])
      i++;
    else
      j++;
  }
  mem_free(best);
}

struct once {
  uint64_t key;
  uint32_t a, b; /* how often, at most 2 */
  size_t a_at, b_at;
};

static struct once *once_slot(struct once *table, size_t capacity, uint64_t key) {
  for (size_t i = key & (capacity - 1);; i = (i + 1) & (capacity - 1))
    if (table[i].key == key || (!table[i].a && !table[i].b)) return &table[i];
}

/* Too many to weigh: the steps that occur once in each, as far as they come in the same order. */
static void align_large(struct aligner *at, size_t a, size_t a_end, size_t b, size_t b_end) {
  size_t capacity = 64, low = b;
  while (capacity < 2 * (a_end - a + b_end - b)) capacity *= 2;
  struct once *table = mem_zalloc(capacity * sizeof *table);
  for (size_t i = a; i < a_end; i++) {
    struct once *slot = once_slot(table, capacity, at->a[i].key);
    slot->key = at->a[i].key;
    slot->a += slot->a < 2;
    slot->a_at = i;
  }
  for (size_t j = b; j < b_end; j++) {
    struct once *slot = once_slot(table, capacity, at->b[j].key);
    slot->key = at->b[j].key;
    slot->b += slot->b < 2;
    slot->b_at = j;
  }
  for (size_t i = a; i < a_end; i++) {
    const struct once *slot = once_slot(table, capacity, at->a[i].key);
    if (slot->a != 1 || slot->b != 1 || slot->b_at < low) continue;
    at->match[i] = slot->b_at;
    low = slot->b_at + 1;
  }
  mem_free(table);
}

static void align(struct aligner *at, size_t a, size_t a_end, size_t b, size_t b_end) {
  while (a < a_end && b < b_end && at->a[a].key == at->b[b].key) at->match[a++] = b++;
  while (a < a_end && b < b_end && at->a[a_end - 1].key == at->b[b_end - 1].key) at->match[--a_end] = --b_end;
  if (a == a_end || b == b_end) return;
  if (a_end - a < COMPARE_CELLS_MAX / (b_end - b))
    align_small(at, a, a_end, b, b_end);
  else
    align_large(at, a, a_end, b, b_end);
}

/* ---- rows ---- */

static void add_row(struct reel_compare *compare, enum compare_mark mark, size_t before, size_t after) {
  if (before != COMPARE_NO_STEP) compare->row_of_before[before] = compare->count;
  if (after != COMPARE_NO_STEP) compare->row_of_after[after] = compare->count;
  compare->rows[compare->count++] = (struct compare_row){mark, before, after};
  if (mark != COMPARE_SAME && compare->first == COMPARE_NO_STEP) compare->first = compare->count - 1;
  compare->same += mark == COMPARE_SAME;
  compare->words += mark == COMPARE_WORDS;
  compare->before_only += mark == COMPARE_BEFORE_ONLY;
  compare->after_only += mark == COMPARE_AFTER_ONLY;
}

static void make_rows(struct reel_compare *compare, const struct aligner *at) {
  size_t a_count = compare->before->count, b_count = compare->after->count, b = 0;
  compare->rows = mem_alloc((a_count + b_count + 1) * sizeof *compare->rows);
  compare->row_of_before = mem_alloc((a_count + 1) * sizeof *compare->row_of_before);
  compare->row_of_after = mem_alloc((b_count + 1) * sizeof *compare->row_of_after);
  for (size_t a = 0; a < a_count; a++) {
    size_t other = at->match[a];
    if (other == COMPARE_NO_STEP) {
      add_row(compare, COMPARE_BEFORE_ONLY, a, COMPARE_NO_STEP);
      continue;
    }
    while (b < other) add_row(compare, COMPARE_AFTER_ONLY, COMPARE_NO_STEP, b++);
    bool same = at->a[a].words == at->b[b].words;
    add_row(compare, same ? COMPARE_SAME : COMPARE_WORDS, a, b++);
  }
  while (b < b_count) add_row(compare, COMPARE_AFTER_ONLY, COMPARE_NO_STEP, b++);
  if (compare->first == COMPARE_NO_STEP) compare->first = compare->count;
}

struct reel_compare *reel_compare_new(const struct reel *before, const struct reel *after) {
  struct reel_compare *compare = mem_zalloc(sizeof *compare);
  struct meaning *a = meanings_of(before), *b = meanings_of(after);
  struct aligner aligner = {a, b, mem_alloc((before->count + 1) * sizeof *aligner.match)};
  compare->before = before;
  compare->after = after;
  compare->first = COMPARE_NO_STEP;
  for (size_t i = 0; i < before->count; i++) aligner.match[i] = COMPARE_NO_STEP;
  align(&aligner, 0, before->count, 0, after->count);
  make_rows(compare, &aligner);
  mem_free(aligner.match);
  mem_free(a);
  mem_free(b);
  return compare;
}

void reel_compare_free(struct reel_compare *compare) {
  if (!compare) return;
  mem_free(compare->rows);
  mem_free(compare->row_of_before);
  mem_free(compare->row_of_after);
  mem_free(compare);
}

size_t reel_compare_row(const struct reel_compare *compare, bool is_after, size_t step) {
  size_t count = is_after ? compare->after->count : compare->before->count;
  const size_t *rows = is_after ? compare->row_of_after : compare->row_of_before;
  return rows[step < count ? step : count - 1];
}
