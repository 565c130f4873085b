/* Captions: every step of every scenario has words, also without the scenario's own: whole sentences, not too
 * long for a lecture hall, with the place where it is written; and what some of them say. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "readers/steps.h"
#include "watched.h"

enum { WORDS_MAX = 240 }; /* octets: two or three lines of the caption card */

static int is_json(const struct dirent *entry) {
  return span_ends_with(span_from(entry->d_name), SPAN(".json"));
}

static bool ends_as_a_sentence(struct span words) {
  static const char *const ends[] = {".", "?", "!", ")", "”", "…"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (span_ends_with(words, span_from(ends[i]))) return true;
  return false;
}

/* "RFC 5321 4.1.1.3" */
static bool is_reference(struct span rfc) {
  if (!rfc.len) return true;
  if (!span_starts_with(rfc, SPAN("RFC "))) return false;
  for (size_t i = 4; i < rfc.len; i++)
    if (!ascii_is_digit(rfc.data[i]) && rfc.data[i] != '.' && rfc.data[i] != ' ' &&
        !(rfc.data[i] >= 'A' && rfc.data[i] <= 'F')) /* an appendix */
      return false;
  return rfc.len > 4;
}

static void check_words(const char *name, size_t step, struct span words) {
  if (!words.len) fail_msg("%s, step %zu has no words", name, step);
  if (words.len > WORDS_MAX) fail_msg("%s, step %zu: too long: %.*s", name, step, SPAN_ARG(words));
  if (!ends_as_a_sentence(words)) fail_msg("%s, step %zu: no sentence: %.*s", name, step, SPAN_ARG(words));
  if (span_search(words, SPAN("  ")) != SPAN_NONE || span_search(words, SPAN(" .")) != SPAN_NONE ||
      span_search(words, SPAN("()")) != SPAN_NONE)
    fail_msg("%s, step %zu: something is missing: %.*s", name, step, SPAN_ARG(words));
}

static void check_scenario(const char *name) {
  struct watched watched = watch(watched_run(name, ""));
  struct arena arena = ARENA_EMPTY;
  struct buf headline = {0}, reference = {0};
  for (size_t step = 1; step < watched.reel->count; step++) {
    enum step_kind kind = watched.reel->steps[step].kind;
    struct caption caption;
    reel_caption(watched.reel, step, &arena, &caption);
    /* The scenario's own words are its author's business. */
    struct caption alone = caption_of_step_alone(&caption);
    if (!watched.reel->steps[step].narration) check_words(name, step, alone.text);
    if (kind != STEP_LINE && kind != STEP_NOTE)
      check_words(name, step, reel_step_plain(watched.reel, step, &arena));
    if (!watched.reel->steps[step].narration && !is_reference(alone.rfc))
      fail_msg("%s, step %zu: %.*s", name, step, SPAN_ARG(alone.rfc));
    /* The same headline has the same reference, whatever line of its phase it stands above. */
    if (span_equal(caption.text, buf_span(&headline)) && !span_equal(caption.rfc, buf_span(&reference)))
      fail_msg("%s, step %zu: the headline has the note's reference: %.*s", name, step,
               SPAN_ARG(caption.rfc));
    buf_clear(&headline);
    buf_add(&headline, caption.text);
    buf_clear(&reference);
    buf_add(&reference, caption.rfc);
    arena_reset(&arena);
  }
  buf_free(&headline);
  buf_free(&reference);
  arena_free(&arena);
  watched_end(&watched);
}

static void every_step_has_words(void **state) {
  (void)state;
  struct dirent **entries = NULL;
  int count = scandir(TESTS_DIR "/../scenarios", &entries, is_json, alphasort);
  assert_true(count > 10);
  for (int i = 0; i < count; i++) {
    check_scenario(entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
}

/* N stops once at each no, and again when a letter is given up. */
static const struct {
  const char *scenario, *stops[8];
} refused[] = {
    {"returned-mail.json",
     {"A careful server decides: no for bne@example.edu", "bne@example.edu will never get it",
      "A careful server decides: not now", "Gone for good does not answer.",
      "A careful server decides: not now", "Gone for good does not answer."}},
    {"going-in-circles.json", {"West B decides: no to this letter", "someone@lost.example will never get"}},
    {"smtp-commands.json",
     {"S: 503 Need MAIL command", "The department’s server decides: no", "S: 503 Need MAIL before RCPT",
      "The department’s server decides: no", "S: 500 Command unrecognized"}},
};

static void one_no_is_one_stop(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct watched watched = watch(watched_run(refused[i].scenario, ""));
    struct arena arena = ARENA_EMPTY;
    size_t step = 0, places[8], count = 0;
    for (; count < 8 && refused[i].stops[count]; count++) {
      places[count] = step = reel_refusal(watched.reel, step, false);
      struct span label = reel_step_plain(watched.reel, step, &arena);
      if (!span_starts_with(label, span_from(refused[i].stops[count])))
        fail_msg("%s, stop %zu: %.*s", refused[i].scenario, count, SPAN_ARG(label));
    }
    /* The way back has the same stops. */
    while (count-- > 1) assert_int_equal(reel_refusal(watched.reel, places[count], true), places[count - 1]);
    arena_free(&arena);
    watched_end(&watched);
  }
}

/* A line of `run --steps`, and the words that follow it. */
static const struct {
  const char *scenario, *line, *words;
} told[] = {
    {"mx-failover.json", "C: MAIL FROM:<ann@sender.example> SIZE=181",
     "The envelope begins with the return address"},
    {"mx-failover.json", "S: 250-PIPELINING", "The client may send several commands"},
    {"mx-failover.json", "S: 354 End data with <CR><LF>.<CR><LF>", "Go on: all that follows is the message"},
    {"returned-mail.json", "C: MAIL FROM:<> SIZE=1282", "An envelope without a return address"},
    {"smtp-commands.json", "S: 503", "The server wants no message"},
    {"jack-to-janelle.json", "C: RETR 1", "Give me this letter"},
};

static void known_words(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    struct journal *journal = watched_run(told[i].scenario, "");
    struct buf text = {0};
    steps_write_text(journal, &text);
    size_t at = span_search(buf_span(&text), span_from(told[i].line));
    if (at == SPAN_NONE && span_search(span_from(told[i].line), SPAN("SIZE=")) != SPAN_NONE) {
      struct span line = span_from(told[i].line); /* sizes change with what programs write */
      at = span_search(buf_span(&text), span_first(line, span_search(line, SPAN("SIZE="))));
    }
    if (at == SPAN_NONE) fail_msg("%s: nobody says %s", told[i].scenario, told[i].line);
    struct span rest = span_skip(buf_span(&text), at);
    struct span words = span_skip(rest, span_find(rest, '\n') + 1);
    if (!span_starts_with(words, span_from(told[i].words)))
      fail_msg("%s: %.*s", told[i].line, SPAN_ARG(span_first(words, span_find(words, '\n'))));
    buf_free(&text);
    journal_free(journal);
  }
}

/* Who hears nothing of a failure hears nothing for one of two reasons. */
static void a_sender_may_ask_for_silence(void **state) {
  (void)state;
  struct journal *journal = watched_run("../tests/rules/reports-asked-for.json", "");
  struct buf text = {0};
  steps_write_text(journal, &text);
  assert_true(span_search(buf_span(&text), SPAN("Nobody is told: who sent it asked not to be (NOTIFY). "
                                                "(RFC 3461 5.2.6)")) != SPAN_NONE);
  buf_free(&text);
  journal_free(journal);
}

/* What a POP3 session is about, and not the verb that was said last: once it has asked twice, and at its end.
 * Words of the scenario come before. */
static const struct {
  const char *overlay, *line, *headline;
} pulls[] = {
    {"", "STAT", "How many letters are waiting"},
    {"", "LIST", "Janelle’s mail app looks at what waits in the maildrop: 1 letter, 822 octets."},
    {"", "UIDL",
     "Janelle’s mail app looks at what waits in the maildrop: 1 letter, 822 octets. Its unique name tells"},
    {"", "DELE 1", "Marked as deleted"},
    {"", "QUIT",
     "Janelle’s mail app has fetched 1 letter and is done: now the server deletes what was marked."},
    {",\"narration\":[{\"when\":\"line text=UIDL\",\"say\":\"Which?\"}]", "UIDL", "Which?"},
    {",\"hosts\":{\"janelle-laptop\":{\"leave_on_server\":true}}", "QUIT",
     "Janelle’s mail app has fetched 1 letter and is done. None is marked as deleted: the server keeps it."},
    {",\"script\":{\"1\":null}", "QUIT", "Janelle’s mail app is done, and has fetched nothing."},
};

static void a_pull_says_what_it_does(void **state) {
  (void)state;
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof pulls / sizeof *pulls; i++) {
    struct span overlay =
        arena_format(&arena, "{\"waystation\":1,\"extends\":\"jack-to-janelle.json\"%s}", pulls[i].overlay);
    struct watched watched = watch(watched_run("overlay", overlay.data));
    struct caption caption = {.text = SPAN_EMPTY};
    for (size_t step = 1; step < watched.reel->count && !caption.text.len; step++) {
      struct journal_record record;
      journal_get(watched.journal, watched.reel->steps[step].record, &record);
      const struct session *session = world_session(watched.world, record.connection);
      if (record.kind == JOURNAL_LINE && session && session->is_pull &&
          span_equal(record.text[0], span_from(pulls[i].line)))
        reel_caption(watched.reel, step, &arena, &caption);
    }
    if (!span_starts_with(caption.text, span_from(pulls[i].headline)))
      fail_msg("%s: %.*s", pulls[i].line, SPAN_ARG(caption.text));
    watched_end(&watched);
  }
  arena_free(&arena);
}

/* POP3 deletes at QUIT, and only what DELE has marked: nothing is gone when a letter has been fetched. */
static void what_is_fetched_is_not_deleted_yet(void **state) {
  (void)state;
#define LAPTOP(leaves)                                                                                       \
  "{\"waystation\": 1, \"extends\": \"mx-fallback.json\", "                                                  \
  "\"hosts\": {\"ann-laptop\": {\"leave_on_server\": " leaves "}}}"
  static const char *const laptops[][2] = {
      {LAPTOP("false"),
       "has fetched the letter; the server keeps its copy until DELE and QUIT. (RFC 1939 6)"},
      {LAPTOP("true"), "has fetched the letter; a copy stays on the server. (RFC 1939 5)"}};
#undef LAPTOP
  for (size_t i = 0; i < sizeof laptops / sizeof *laptops; i++) {
    struct journal *journal = watched_run("overlay", laptops[i][0]);
    struct buf text = {0};
    steps_write_text(journal, &text);
    assert_true(span_search(buf_span(&text), span_from(laptops[i][1])) != SPAN_NONE);
    assert_true(span_search(buf_span(&text), SPAN("deletes its copy")) == SPAN_NONE);
    buf_free(&text);
    journal_free(journal);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_step_has_words),
                                     cmocka_unit_test(one_no_is_one_stop),
                                     cmocka_unit_test(known_words),
                                     cmocka_unit_test(a_sender_may_ask_for_silence),
                                     cmocka_unit_test(a_pull_says_what_it_does),
                                     cmocka_unit_test(what_is_fetched_is_not_deleted_yet)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
