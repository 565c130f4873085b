/* What a machine holds at any record: its queue as the audit has it, its store as its files are, its names as
 * long as they may be kept. Asked forward, back and at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "course_film.h"
#include "journal/files_view.h"
#include "readers/audit.h"
#include "view/machine_facts.h"

/* Two ways to the same books: one host's records here, all records there. */
static void the_queue_is_what_the_audit_says(void **state) {
  (void)state;
  static const char *const scenarios[] = {"mx-failover",     "returned-mail",       "going-in-circles",
                                          "jack-to-janelle", "envelope-and-header", "aliases"};
  for (size_t s = 0; s < sizeof scenarios / sizeof *scenarios; s++) {
    struct course_film film;
    course_film_begin(&film, scenarios[s]);
    for (journal_seq at = 1; at <= journal_count(film.journal); at++) {
      struct arena arena = ARENA_EMPTY;
      struct audit audit = audit_make(film.journal, at, &arena);
      for (uint16_t host = 1; host <= film.world->preamble->host_count; host++) {
        struct queue_entry *entries;
        size_t count = world_queue(film.world, host, at, &arena, &entries), owed = 0;
        for (size_t i = 0; i < audit.debt_count; i++)
          owed += audit.debts[i].host == host && audit.debts[i].state == AUDIT_QUEUED;
        if (count != owed)
          fail_msg("%s, record %u, host %u: %zu in the queue, %zu owed", scenarios[s], at, host, count, owed);
      }
      arena_free(&arena);
    }
    course_film_end(&film);
  }
}

static void a_deferred_letter_tells_when_and_why(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "mx-failover");
  uint16_t host = host_named(film.world, "mx2.example.edu");
  journal_seq at = first_record(film.world, JOURNAL_DEFERRED, host);
  struct journal_record record;
  struct queue_entry *entries;
  journal_get(film.journal, at, &record);
  assert_int_equal(world_queue(film.world, host, at, &film.arena, &entries), 1);
  assert_true(span_equal(entries[0].recipient, SPAN("ben@example.edu")));
  assert_int_equal(entries[0].next_try_us, record.number[1]);
  assert_int_equal(entries[0].attempts, 1);
  assert_int_equal(entries[0].last, at);
  assert_true(span_search(entries[0].why, SPAN("timed out")) != SPAN_NONE);
  /* Before it was accepted there is nothing, and nothing at the end. */
  assert_int_equal(world_queue(film.world, host, entries[0].accepted - 1, &film.arena, &entries), 0);
  assert_int_equal(world_queue(film.world, host, journal_count(film.journal), &film.arena, &entries), 0);
  assert_int_equal(world_queue(film.world, 0, at, &film.arena, &entries), 0);
  assert_int_equal(world_queue(film.world, 60000, at, &film.arena, &entries), 0);
  course_film_end(&film);
}

static void the_store_is_what_lies_on_disk(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "jack-to-janelle");
  uint16_t host = host_named(film.world, "pop.umich.edu");
  journal_seq delivered = first_record(film.world, JOURNAL_DELIVERED, host);
  struct store_entry *entries;
  assert_int_equal(world_store(film.world, host, delivered - 2, &film.arena, &entries), 0);
  assert_int_equal(world_store(film.world, host, delivered, &film.arena, &entries), 1);
  assert_true(span_equal(entries[0].subject, SPAN("Lunch on Friday?")));
  assert_true(span_equal(entries[0].from, SPAN("Jack <jack@comcast.net>")));
  assert_true(span_equal(entries[0].folder, SPAN("/var/mail/janelle")));
  assert_true(entries[0].is_message);
  assert_int_equal(entries[0].letter, 1);
  assert_int_equal(journal_kind_at(film.journal, entries[0].record), JOURNAL_FILE_WRITE);
  /* All of the file but the From_ line and the empty line at its end. */
  struct files_view files = files_view_make(film.journal, film.world->versions, delivered);
  assert_int_equal(files.count, 1);
  struct span contents = buf_span(&files.files[0].contents);
  assert_int_equal(entries[0].octets, contents.len - span_find(contents, '\n') - 2);
  files_view_free(&files);
  /* Fetched and deleted. */
  assert_int_equal(world_store(film.world, host, journal_count(film.journal), &film.arena, &entries), 1);
  assert_false(entries[0].is_message);
  assert_int_equal(entries[0].octets, 0);
  course_film_end(&film);
}

static void names_are_kept_as_long_as_they_may_be(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "jack-to-janelle");
  uint16_t host = host_named(film.world, "mta.comcast.net");
  journal_seq last = journal_count(film.journal), at = 0;
  struct journal_record record = {0};
  for (journal_seq seq = 1; seq <= last && !at; seq++) {
    if (journal_kind_at(film.journal, seq) != JOURNAL_DNS_ANSWER) continue;
    journal_get(film.journal, seq, &record);
    if (record.number[1] == host && span_equal(record.text[1], SPAN("MX"))) at = seq;
  }
  assert_true(at > 0);
  struct name_entry *entries;
  int64_t ttl_us = record.number[2] * 1000000;
  size_t count = world_names(film.world, host, at, record.time_us, &film.arena, &entries);
  assert_true(count >= 1);
  assert_int_equal(entries[count - 1].record, at);
  assert_int_equal(entries[count - 1].ttl_left_s, record.number[2]);
  world_names(film.world, host, at, record.time_us + 60000000, &film.arena, &entries);
  assert_int_equal(entries[count - 1].ttl_left_s, record.number[2] - 60);
  assert_int_equal(world_names(film.world, host, at, record.time_us + ttl_us, &film.arena, &entries), 0);
  assert_int_equal(world_names(film.world, host, at - 1, record.time_us, &film.arena, &entries), count - 1);
  course_film_end(&film);
}

/* The memory of the facts changes nothing: asked in any order, they are those of a fresh one. */
static void facts_do_not_depend_on_what_was_asked_before(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "returned-mail");
  struct machine_facts kept = {.host = 0};
  struct rng rng = rng_named(3, SPAN("facts"));
  for (int i = 0; i < 300; i++) {
    uint16_t host = (uint16_t)(1 + rng_below(&rng, film.world->preamble->host_count));
    journal_seq at = (journal_seq)(1 + rng_below(&rng, journal_count(film.journal)));
    int64_t time_us = journal_time_at(film.journal, at);
    struct machine_facts fresh = {.host = 0};
    machine_facts_at(&kept, film.world, host, at, time_us);
    machine_facts_at(&fresh, film.world, host, at, time_us);
    assert_int_equal(kept.queue_count, fresh.queue_count);
    assert_int_equal(kept.store_count, fresh.store_count);
    assert_int_equal(kept.name_count, fresh.name_count);
    for (size_t k = 0; k < fresh.queue_count; k++) assert_int_equal(kept.queue[k].last, fresh.queue[k].last);
    for (size_t k = 0; k < fresh.name_count; k++)
      assert_int_equal(kept.names[k].ttl_left_s, fresh.names[k].ttl_left_s);
    machine_facts_free(&fresh);
  }
  machine_facts_free(&kept);
  course_film_end(&film);
}

static void settings_are_in_the_journal(void **state) {
  (void)state;
  static const struct {
    const char *host, *name, *text;
  } cases[] = {
      {"mx.example.edu", "mail_for", "example.edu"},
      {"mx.example.edu", "policies",
       "rcpt ben@example.edu: 450 4.7.1 Greylisted, come again later, greylist, the first 2 times"},
      {"mail.sender.example", "retry_after", "15m 30m 1h 4h"},
      {"mail.sender.example", "queue_life", "2d"},
      {"mail.sender.example", "smarthost", ""},
      {"mail.sender.example", "store", "mbox"},
  };
  struct course_film film;
  course_film_begin(&film, "returned-mail");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct span found = journal_setting(film.world->preamble, host_named(film.world, cases[i].host),
                                        span_from(cases[i].name));
    if (!span_equal(found, span_from(cases[i].text)))
      fail_msg("%s of %s is \"%.*s\"", cases[i].name, cases[i].host, SPAN_ARG(found));
  }
  uint16_t names = host_named(film.world, "name-server.invalid");
  struct span zone = journal_setting(film.world->preamble, names, SPAN("zone"));
  assert_true(span_search(zone, SPAN("mx.example.edu. 3600 IN A 192.0.2.3")) != SPAN_NONE);
  course_film_end(&film);
}

/* Each alias takes the place of who was written to; a list's copies are in an envelope of their own. */
static void an_envelope_names_those_behind_aliases(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "aliases");
  uint16_t host = host_named(film.world, "chico.cs.colostate.edu");
  journal_seq list = first_record(film.world, JOURNAL_NEW_ENVELOPE, host);
  struct journal_record record;
  struct queue_entry *entries;
  struct span twice = SPAN_EMPTY;
  for (journal_seq at = 1; at <= list; at++) {
    journal_get(film.journal, at, &record);
    if (record.kind != JOURNAL_EXPANDED || record.message != 2) continue;
    twice = world_envelope_recipients(film.world, 2, host, at, &film.arena);
  }
  assert_true(span_equal(twice, SPAN("evi@cs.colostate.edu")));
  journal_get(film.journal, list, &record);
  struct span first = world_envelope_recipients(film.world, 3, host, list, &film.arena);
  assert_true(span_equal(first, record.text[2]));
  size_t count = world_queue(film.world, host, list, &film.arena, &entries);
  assert_int_equal(count, 3);
  for (size_t i = 0; i < count; i++) assert_true(span_equal(entries[i].queue_id, record.text[0]));
  assert_int_equal(world_envelope_recipients(film.world, 99, host, list, &film.arena).len, 0);
  course_film_end(&film);
}

static void a_file_is_there_as_it_lies(void **state) {
  (void)state;
  struct course_film film;
  course_film_begin(&film, "three-stores");
  uint16_t host = host_named(film.world, "mail.file.example");
  journal_seq read = first_record(film.world, JOURNAL_FILE_READ, host);
  struct journal_record record;
  struct span contents;
  journal_get(film.journal, read, &record);
  assert_true(world_file(film.world, host, read, record.text[0], &film.arena, &contents));
  assert_int_equal(contents.len, record.number[0]);
  assert_true(span_search(contents, SPAN("\n>From here on it is a story.\n>>From there on, too.\n")) !=
              SPAN_NONE);
  assert_false(world_file(film.world, host, 1, record.text[0], &film.arena, &contents));
  assert_false(world_file(film.world, host, read, SPAN("/etc/passwd"), &film.arena, &contents));
  course_film_end(&film);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_queue_is_what_the_audit_says),
      cmocka_unit_test(a_deferred_letter_tells_when_and_why),
      cmocka_unit_test(an_envelope_names_those_behind_aliases),
      cmocka_unit_test(a_file_is_there_as_it_lies),
      cmocka_unit_test(the_store_is_what_lies_on_disk),
      cmocka_unit_test(names_are_kept_as_long_as_they_may_be),
      cmocka_unit_test(settings_are_in_the_journal),
      cmocka_unit_test(facts_do_not_depend_on_what_was_asked_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
