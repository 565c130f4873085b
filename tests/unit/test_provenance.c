/* Where each token of a header came from, and where the envelope was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "course_film.h"
#include "view/provenance.h"

static journal_seq stamp_of(const struct course_film *film, const char *host) {
  return first_record(film->world, JOURNAL_STAMP, host_named(film->world, host));
}

static void sources_have_their_worth(void **state) {
  (void)state;
  static const enum provenance worth[SOURCE_COUNT] = {
      [SOURCE_HELO] = PROVENANCE_CLAIMED,   [SOURCE_MAIL] = PROVENANCE_CLAIMED,
      [SOURCE_RCPT] = PROVENANCE_CLAIMED,   [SOURCE_TCP] = PROVENANCE_OBSERVED,
      [SOURCE_PTR] = PROVENANCE_LOOKED_UP,  [SOURCE_CONFIGURATION] = PROVENANCE_OBSERVED,
      [SOURCE_CLOCK] = PROVENANCE_OBSERVED, [SOURCE_SOFTWARE] = PROVENANCE_OBSERVED,
      [SOURCE_QUEUE] = PROVENANCE_OBSERVED};
  for (int i = 0; i < SOURCE_COUNT; i++) assert_int_equal(provenance_of((enum source)i), worth[i]);
}

/* The lie in HELO: what was claimed and what was seen say different things, and the words tell which. */
static void tokens_tell_where_they_came_from(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "the-lie-in-helo");
  journal_seq stamp = stamp_of(&film, "mailhost.isse.gmu.edu");
  struct source_token token;
  bool helo = false, tcp = false;
  for (uint32_t i = 0; provenance_token_of(film.world, stamp, i, &token); i++) {
    struct span says = provenance_says(film.world, stamp, &token, &film.arena);
    assert_true(span_starts_with(says, provenance_name(provenance_of(token.source))));
    if (token.source == SOURCE_HELO) helo = span_search(says, SPAN("HELO abc.freebie.com")) != SPAN_NONE;
    if (token.source == SOURCE_TCP) tcp = span_search(says, SPAN("129.82.45.30")) != SPAN_NONE;
  }
  assert_true(helo);
  assert_true(tcp);
  assert_false(provenance_token_of(film.world, stamp, 1000, &token));
  assert_false(provenance_token_of(film.world, 0, 0, &token));
  assert_false(provenance_token_of(film.world, journal_count(film.journal), 0, &token));
  course_film_end(&film);
}

/* The walk over a part gives the same tokens, with offsets in the part. */
static void a_walk_finds_the_words(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "jack-to-janelle");
  struct journal_block block, part;
  journal_seq stamp = stamp_of(&film, "mx.umich.edu");
  struct journal_record record;
  journal_get(film.journal, stamp, &record);
  assert_true(journal_message_block(film.world->versions, record.number[0], &block));
  struct span rest = block.fields;
  assert_true(world_next_part(film.world, &block, &rest, &part));
  struct provenance_walk walk = {.begun = false};
  struct provenance_token found;
  size_t count = 0;
  while (provenance_next(film.world, &part, &walk, &found)) {
    struct span words = span_slice(part.fields, found.token.offset, found.token.length);
    if (found.token.source == SOURCE_HELO) assert_true(span_equal(words, SPAN("mta.comcast.net")));
    if (found.token.source == SOURCE_TCP) assert_true(span_equal(words, SPAN("192.0.2.3")));
    count++;
  }
  assert_true(count >= 6);
  course_film_end(&film);
}

static struct span line_at(const struct course_film *film, journal_seq seq) {
  struct journal_record record;
  assert_true(seq > 0);
  journal_get(film->journal, seq, &record);
  return record.kind == JOURNAL_LINE ? record.text[0] : SPAN_EMPTY;
}

/* The envelope: each holder heard it in its own session; the author's program made it. */
static void the_envelope_was_said_somewhere(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "jack-to-janelle");
  struct span janelle = SPAN("janelle@umich.edu");
  journal_seq last = journal_count(film.journal), sessions[2];
  static const char *const hosts[] = {"smtp.comcast.net", "mx.umich.edu"};
  for (int i = 0; i < 2; i++) {
    uint16_t host = journal_host_named(film.world->preamble, span_from(hosts[i]));
    sessions[i] = provenance_of_envelope(film.world, 1, host, janelle, last);
    assert_true(span_starts_with(line_at(&film, sessions[i]), SPAN("RCPT TO:<janelle@umich.edu>")));
    journal_seq from = provenance_of_envelope(film.world, 1, host, SPAN_EMPTY, last);
    assert_true(span_starts_with(line_at(&film, from), SPAN("MAIL FROM:<jack@comcast.net>")));
    assert_true(from < sessions[i]);
  }
  assert_true(sessions[0] < sessions[1]);
  uint16_t laptop = journal_host_named(film.world->preamble, SPAN("jack-laptop"));
  journal_seq compose = provenance_of_envelope(film.world, 1, laptop, janelle, last);
  assert_int_equal(journal_kind_at(film.journal, compose), JOURNAL_COMPOSE);
  assert_int_equal(provenance_of_envelope(film.world, 99, laptop, janelle, last), 0);
  course_film_end(&film);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sources_have_their_worth),
      cmocka_unit_test(tokens_tell_where_they_came_from),
      cmocka_unit_test(a_walk_finds_the_words),
      cmocka_unit_test(the_envelope_was_said_somewhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
