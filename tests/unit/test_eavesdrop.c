/* What somebody on the wire learns: passwords in plain text, lengths under TLS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/eavesdrop.h"
#include "view_journal.h"

struct wire {
  struct arena arena;
  struct journal *journal;
  struct world_view *world;
};

/* A session of a protocol in which these lines are said: "C: …" or "S: …"; "TLS" begins it; "R 0 88" is a
 * record of 88 octets that the client sends. */
static void listen_to(struct wire *wire, const char *protocol, const char *const *lines) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  at_us = 0;
  note(journal, (struct journal_record){.kind = JOURNAL_SCENARIO, .text = {SPAN("A wire")}});
  note_host(journal, 1, "client", "", "laptop");
  note_host(journal, 2, "server", "", "server");
  open_connection(journal, 1, 1, 2, 587, protocol);
  for (; *lines; lines++) {
    char first = **lines;
    if (first == 'T')
      note(journal,
           (struct journal_record){
               .kind = JOURNAL_TLS, .host = 1, .connection = 1, .number = {13}, .text = {SPAN("STARTTLS")}});
    else if (first == 'R')
      note(journal, (struct journal_record){.kind = JOURNAL_TLS_RECORD,
                                            .host = 1,
                                            .connection = 1,
                                            .number = {0, at_us, 88, 1},
                                            .text = {SPAN("data")}});
    else
      say(journal, 1, first == 'C' ? 1 : 2, first == 'S', *lines + 3);
  }
  *wire = (struct wire){ARENA_EMPTY, journal, world_view_new(journal)};
}

static void stop(struct wire *wire) {
  world_view_free(wire->world);
  journal_free(wire->journal);
  arena_free(&wire->arena);
}

/* All secrets that were overheard, one a line. */
static struct span secrets_of(struct wire *wire) {
  const struct session *session = world_session(wire->world, 1);
  struct buf all = {0};
  struct overheard heard;
  for (size_t i = 0; i < session->count; i++)
    if (eavesdrop(wire->world, session, i, &wire->arena, &heard) && heard.is_credential)
      buf_format(&all, "%.*s\n", SPAN_ARG(heard.secret));
  struct span copied = arena_copy(&wire->arena, buf_span(&all));
  buf_free(&all);
  return copied;
}

static void passwords_are_read_aloud(void **state) {
  (void)state;
  static const struct {
    const char *protocol;
    const char *lines[8];
    const char *secrets;
  } cases[] = {
      {"submission", {"C: AUTH PLAIN AGphY2sAYmVhbnN0YWxr"}, "user jack, password beanstalk\n"},
      {"submission",
       {"C: AUTH PLAIN", "S: 334 ", "C: AGphY2sAYmVhbnN0YWxr"},
       "user jack, password beanstalk\n"},
      {"submission",
       {"C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: amFjaw==", "S: 334 UGFzc3dvcmQ6", "C: YmVhbnN0YWxr",
        "S: 235 ok", "C: MAIL FROM:<a@b>"},
       "user jack\npassword beanstalk\n"},
      {"submission",
       {"C: AUTH LOGIN amFjaw==", "S: 334 UGFzc3dvcmQ6", "C: YmVhbnN0YWxr"},
       "user jack\npassword beanstalk\n"},
      {"submission",
       {"C: AUTH CRAM-MD5", "S: 334 PDEyM0BhPg==", "C: amFjayBiOTEzYTYwMmM3ZWRhN2E0OTViNGU2ZTczMzRkMzg5MA=="},
       "jack b913a602c7eda7a495b4e6e7334d3890: a digest, the password itself is not in it\n"},
      {"pop3",
       {"C: USER janelle", "S: +OK", "C: PASS wolverine two"},
       "user janelle\npassword wolverine two\n"},
      {"pop3",
       {"C: APOP janelle c4c9334bac560ecc979e58001b3e22fb"},
       "janelle c4c9334bac560ecc979e58001b3e22fb: a digest, the password itself is not in it\n"},
      {"imap", {"C: a1 LOGIN janelle wolverine"}, "user janelle, password wolverine\n"},
      {"imap", {"C: a1 AUTHENTICATE PLAIN AGphY2sAYmVhbnN0YWxr"}, "user jack, password beanstalk\n"},
      {"smtp", {"C: USER janelle", "C: EHLO a", "C: AUTH PLAIN !!", "C: AUTH", "C: AUTH PLAIN AAAA"}, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct wire wire;
    listen_to(&wire, cases[i].protocol, cases[i].lines);
    struct span got = secrets_of(&wire);
    if (!span_equal(got, span_from(cases[i].secrets))) fail_msg("case %zu: heard \"%.*s\"", i, SPAN_ARG(got));
    stop(&wire);
  }
}

static void tls_leaves_only_lengths(void **state) {
  (void)state;
  static const char *const lines[] = {
      "C: STARTTLS", "S: 220 go on", "TLS", "C: AUTH PLAIN AGphY2sAYmVhbnN0YWxr", "R", NULL};
  struct wire wire;
  listen_to(&wire, "submission", lines);
  const struct session *session = world_session(wire.world, 1);
  struct overheard heard;
  size_t plain = 0, sealed = 0;
  for (size_t i = 0; i < session->count; i++) {
    if (!eavesdrop(wire.world, session, i, &wire.arena, &heard)) continue;
    plain += !heard.is_sealed;
    sealed += heard.is_sealed;
    if (heard.is_sealed) assert_int_equal(heard.octets, 88);
    if (heard.is_sealed) assert_int_equal(heard.text.len, 0);
  }
  assert_int_equal(plain, 2);
  assert_int_equal(sealed, 1);
  assert_int_equal(secrets_of(&wire).len, 0);
  assert_true(span_starts_with(eavesdrop_summary(wire.world, session, session->encrypted, &wire.arena),
                               SPAN("TLS 1.3")));
  assert_true(span_starts_with(eavesdrop_summary(wire.world, session, session->encrypted - 1, &wire.arena),
                               SPAN("plain text")));
  stop(&wire);
}

static void a_letter_in_plain_text_is_read_whole(void **state) {
  (void)state;
  struct wire wire = {ARENA_EMPTY, story_journal(), NULL};
  wire.world = world_view_new(wire.journal);
  const struct session *session = world_session(wire.world, 2);
  struct overheard heard;
  bool found = false;
  for (size_t i = 0; i < session->count; i++) {
    if (!eavesdrop(wire.world, session, i, &wire.arena, &heard) || !heard.is_message) continue;
    found = true;
    assert_true(span_search(heard.text, SPAN("Subject: Hello")) != SPAN_NONE);
    assert_true(span_search(heard.text, SPAN("Good day.")) != SPAN_NONE);
  }
  assert_true(found);
  stop(&wire);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(passwords_are_read_aloud),
      cmocka_unit_test(tls_leaves_only_lengths),
      cmocka_unit_test(a_letter_in_plain_text_is_read_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
