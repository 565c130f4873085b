#include "readers/outcome.h"

#include "base/mem.h"
#include "journal/preamble.h"
#include "mail/header.h"

enum { LETTERS_MAX = 4000000 }; /* numbered up to here; a stranger's journal may claim any number */

/* Of each letter, the record that made it, and the last that put it off; 0: none. */
struct letters {
  const struct journal *journal;
  journal_seq *composed, *deferred;
  size_t count;
};

static struct letters find_letters(const struct journal *journal) {
  struct letters letters = {.journal = journal};
  size_t composed_capacity = 0, deferred_capacity = 0;
  for (journal_seq seq = 1; seq <= journal_count(journal); seq++) {
    struct journal_record record;
    enum journal_kind kind = journal_kind_at(journal, seq);
    if (kind != JOURNAL_COMPOSE && kind != JOURNAL_DEFERRED) continue;
    journal_get(journal, seq, &record);
    if (record.message > LETTERS_MAX) continue;
    size_t wanted = (size_t)record.message + 1;
    letters.composed = mem_grow(letters.composed, &composed_capacity, wanted, sizeof *letters.composed);
    letters.deferred = mem_grow(letters.deferred, &deferred_capacity, wanted, sizeof *letters.deferred);
    for (; letters.count < wanted; letters.count++)
      letters.composed[letters.count] = letters.deferred[letters.count] = 0;
    *(kind == JOURNAL_COMPOSE ? &letters.composed[record.message] : &letters.deferred[record.message]) = seq;
  }
  return letters;
}

static struct span subject_of(const struct journal_record *composed, struct arena *arena) {
  struct header_field field;
  if (!header_find(composed->text[0], SPAN("Subject"), &field)) return SPAN_EMPTY;
  return arena_copy(arena, header_unfold(field.value, arena));
}

static struct span way_text(const struct audit *audit, const struct audit_debt *debt,
                            const struct journal_preamble *preamble, struct arena *arena) {
  const struct audit_debt *steps[AUDIT_WAY_MAX];
  uint16_t hosts[AUDIT_WAY_MAX];
  size_t count = audit_way_hosts(steps, audit_way(audit, debt, steps), hosts);
  struct buf text = {0};
  for (size_t i = 0; i < count; i++)
    buf_format(&text, "%s%.*s", i ? " → " : "", SPAN_ARG(journal_host_name(preamble, hosts[i])));
  struct span copy = arena_copy(arena, buf_span(&text));
  buf_free(&text);
  return copy;
}

/* The words of the record that ended it, or put it off last. */
static struct span why_of(const struct letters *letters, const struct audit_debt *debt) {
  struct journal_record record;
  journal_seq waits = debt->message < letters->count ? letters->deferred[debt->message] : 0;
  journal_seq seq = debt->settled ? debt->settled : waits;
  if (!seq) return SPAN_EMPTY;
  journal_get(letters->journal, seq, &record);
  if (record.kind == JOURNAL_BOUNCED || record.kind == JOURNAL_EXPIRED || record.kind == JOURNAL_DISCARDED)
    return record.text[2];
  bool own = record.kind == JOURNAL_DEFERRED && record.host == debt->host &&
             span_equal_nocase(record.text[1], debt->recipient);
  return own ? record.text[2] : SPAN_EMPTY;
}

struct outcomes {
  const struct journal *journal;
  const struct journal_preamble *preamble;
  const struct audit *audit;
  struct letters letters;
  struct arena *arena;
  struct outcome *items;
  size_t count, capacity;
};

static void add_outcome(struct outcomes *outcomes, const struct outcome *outcome) {
  outcomes->items =
      mem_grow(outcomes->items, &outcomes->capacity, outcomes->count + 1, sizeof *outcomes->items);
  outcomes->items[outcomes->count++] = *outcome;
}

static void add_accepted(struct outcomes *outcomes, const struct audit_debt *debt) {
  const struct letters *letters = &outcomes->letters;
  struct journal_record composed = {0};
  if (debt->state == AUDIT_EXPANDED || (debt->state == AUDIT_RELAYED && debt->taken)) return;
  journal_seq seq = debt->message < letters->count ? letters->composed[debt->message] : 0;
  if (seq) journal_get(outcomes->journal, seq, &composed);
  int64_t begun_us = journal_time_at(outcomes->journal, seq ? seq : debt->accepted);
  add_outcome(
      outcomes,
      &(struct outcome){
          .message = debt->message,
          .sender_host = composed.host,
          .subject = seq ? subject_of(&composed, outcomes->arena) : SPAN_EMPTY,
          .recipient = debt->recipient,
          .state = debt->state,
          .host = debt->host,
          .via = way_text(outcomes->audit, debt, outcomes->preamble, outcomes->arena),
          .why = why_of(letters, debt),
          .delay_us = debt->settled ? journal_time_at(outcomes->journal, debt->settled) - begun_us : -1,
      });
}

static void add_unsent(struct outcomes *outcomes, uint32_t message) {
  struct journal_record composed;
  struct span recipient;
  journal_get(outcomes->journal, outcomes->letters.composed[message], &composed);
  struct outcome unsent = {
      .message = message,
      .sender_host = composed.host,
      .subject = subject_of(&composed, outcomes->arena),
      .in_outbox = true,
      .host = composed.host,
      .delay_us = -1,
  };
  for (struct span rest = composed.text[3]; span_next(&rest, '\n', &recipient);) {
    unsent.recipient = arena_copy(outcomes->arena, recipient);
    add_outcome(outcomes, &unsent);
  }
}

/* Letters that are in nobody's books. */
static void add_all_unsent(struct outcomes *outcomes) {
  const struct letters *letters = &outcomes->letters;
  bool *in_books = mem_zalloc((letters->count + 1) * sizeof *in_books);
  for (size_t i = 0; i < outcomes->audit->debt_count; i++)
    if (outcomes->audit->debts[i].message < letters->count)
      in_books[outcomes->audit->debts[i].message] = true;
  for (size_t i = 0; i < letters->count; i++)
    if (letters->composed[i] && !in_books[i]) add_unsent(outcomes, (uint32_t)i);
  mem_free(in_books);
}

size_t outcome_list(const struct journal *journal, struct arena *arena, struct outcome **outcomes_out) {
  struct journal_preamble *preamble = journal_preamble_new(journal);
  struct audit audit = audit_make(journal, 0, arena);
  struct outcomes outcomes = {.journal = journal,
                              .preamble = preamble,
                              .audit = &audit,
                              .letters = find_letters(journal),
                              .arena = arena};
  for (size_t i = 0; i < audit.debt_count; i++) add_accepted(&outcomes, &audit.debts[i]);
  add_all_unsent(&outcomes);
  *outcomes_out = arena_alloc(arena, (outcomes.count + 1) * sizeof **outcomes_out);
  if (outcomes.count) memcpy(*outcomes_out, outcomes.items, outcomes.count * sizeof **outcomes_out);
  mem_free(outcomes.items);
  mem_free(outcomes.letters.composed);
  mem_free(outcomes.letters.deferred);
  journal_preamble_free(preamble);
  return outcomes.count;
}
