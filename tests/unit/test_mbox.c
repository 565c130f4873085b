/* mbox files: From_ lines, both quotings, and files that strangers left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/mbox.h"

#define SLIDE_US (1087575775 * DATE_SECOND_US)

static void assert_span(struct span got, struct span expected, const char *name) {
  if (!span_equal(got, expected))
    fail_msg("%s: got \"%.*s\", expected \"%.*s\"", name, SPAN_ARG(got), SPAN_ARG(expected));
}

static const char letter[] =
    "Subject: a\r\n\r\nFrom here\r\n>From there\r\n>>From far\r\nFromage\r\n From\r\n\r\n";

static void a_letter_is_written(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *message = message_from_bytes(span_from(letter));
  mbox_write(message, SPAN("jack@comcast.net"), SLIDE_US, -360, MBOX_O, &out);
  assert_span(buf_span(&out),
              SPAN("From jack@comcast.net Fri Jun 18 10:22:55 2004\nSubject: a\n\n>From here\n>From there\n"
                   ">>From far\nFromage\n From\n\n\n"),
              "mboxo");
  buf_clear(&out);
  mbox_write(message, SPAN_EMPTY, SLIDE_US, 0, MBOX_RD, &out);
  assert_span(buf_span(&out),
              SPAN("From MAILER-DAEMON Fri Jun 18 16:22:55 2004\nSubject: a\n\n>From here\n>>From there\n"
                   ">>>From far\nFromage\n From\n\n\n"),
              "mboxrd");
  buf_clear(&out);
  struct message *tiny = message_new(SPAN_EMPTY, SPAN_EMPTY);
  mbox_write(tiny, SPAN("\"a b\"@c\nd"), SLIDE_US, 0, MBOX_RD, &out);
  assert_span(buf_span(&out), SPAN("From \"a-b\"@c-d Fri Jun 18 16:22:55 2004\n\n\n"), "odd sender");
  message_release(tiny);
  message_release(message);
  buf_free(&out);
}

/* Writes it twice, reads it twice, and gives back what the first became. */
static void round_trip(struct span bytes, enum mbox_quoting quoting, struct span expected) {
  struct buf file = {0}, out = {0};
  struct message *message = message_from_bytes(bytes);
  for (int i = 0; i < 2; i++) mbox_write(message, SPAN("a@b"), SLIDE_US, -360, quoting, &file);
  struct mbox_reader reader = mbox_read(buf_span(&file));
  struct mbox_entry entry;
  int count = 0;
  for (; mbox_next(&reader, &entry); count++) {
    struct message *again = mbox_entry_message(&entry, quoting);
    buf_clear(&out);
    message_write(again, &out);
    assert_span(buf_span(&out), expected, "round trip");
    assert_span(entry.sender, SPAN("a@b"), "sender");
    assert_true(entry.has_date);
    assert_int_equal(entry.date.unix_us, SLIDE_US - 6 * 3600 * DATE_SECOND_US); /* the zone is not said */
    message_release(again);
  }
  assert_int_equal(count, 2);
  message_release(message);
  buf_free(&file);
  buf_free(&out);
}

static void mboxrd_loses_nothing(void **state) {
  (void)state;
  static const char *const letters[] = {letter,
                                        "A: 1\r\n\r\n",
                                        "A: 1\r\n\r\n\r\n\r\n",
                                        "\r\nno header\r\n",
                                        "A: 1\r\n\r\n\r\nFrom a b\r\n\r\nFrom c d\r\n",
                                        "\r\n",
                                        "A: 1\r\n\r\nx\ry\r\n.\r\n"};
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
    round_trip(span_from(letters[i]), MBOX_RD, span_from(letters[i]));
}

/* The known weakness: what was ">From " loses its ">". */
static void mboxo_is_not_reversible(void **state) {
  (void)state;
  round_trip(span_from(letter), MBOX_O,
             SPAN("Subject: a\r\n\r\nFrom here\r\nFrom there\r\n>>From far\r\nFromage\r\n From\r\n\r\n"));
}

struct file_case {
  const char *name;
  const char *file;
  const char *entries; /* "sender|text" joined by "+" */
  size_t skipped;
};

static const struct file_case file_cases[] = {
    {"empty", "", "", 0},
    {"one", "From a Fri Jun 18 16:22:55 2004\nA: 1\n\nx\n\n", "a|A: 1\n\nx\n", 0},
    {"no empty line at the end", "From a d\nA: 1\n\nx\n", "a|A: 1\n\nx\n", 0},
    {"no line end at the end", "From a d\nA: 1\n\nx", "a|A: 1\n\nx", 0},
    {"From in a paragraph", "From a d\nA: 1\n\nx\nFrom b d\ny\n\nFrom c d\nz\n",
     "a|A: 1\n\nx\nFrom b d\ny\n+c|z\n", 0},
    {"CRLF file", "From a d\r\nA: 1\r\n\r\nx\r\n\r\nFrom b d\r\nB: 1\r\n", "a|A: 1\r\n\r\nx\r\n+b|B: 1\r\n",
     0},
    {"junk before", "hello\n\nFrom a d\nA: 1\n", "a|A: 1\n", 7},
    {"only junk", "hello\nFrom a d\n", "", 15},
    {"From_ line alone", "From a d", "a|", 0},
    {"From_ line without more", "From \n", "|", 0},
    {"two From_ lines", "From a d\n\nFrom b d\n\n", "a|+b|", 0},
    {"empty lines between", "From a d\nx\n\n\nFrom b d\ny\n", "a|x\n\n+b|y\n", 0},
};

static void files_of_strangers(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof file_cases / sizeof *file_cases; i++) {
    struct mbox_reader reader = mbox_read(span_from(file_cases[i].file));
    struct mbox_entry entry;
    buf_clear(&out);
    while (mbox_next(&reader, &entry)) {
      if (entry.offset > reader.skipped) buf_add_char(&out, '+');
      buf_add(&out, entry.sender);
      buf_add_char(&out, '|');
      buf_add(&out, entry.text);
    }
    assert_span(buf_span(&out), span_from(file_cases[i].entries), file_cases[i].name);
    assert_int_equal(reader.skipped, file_cases[i].skipped);
  }
  buf_free(&out);
}

static void parts(void **state) {
  static const struct {
    enum mbox_quoting quoting;
    const char *expected;
    size_t quoted;
  } cases[] = {
      {MBOX_O, ">From a\n>From b\n>>From c\nFrom\nx\ry\n", 1},
      {MBOX_RD, ">From a\n>>From b\n>>>From c\nFrom\nx\ry\n", 3},
      {MBOX_UNQUOTED, "From a\n>From b\n>>From c\nFrom\nx\ry\n", 0},
  };
  struct span lines = SPAN("From a\r\n>From b\r\n>>From c\r\nFrom\r\nx\ry\r\n");
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct buf out = {0};
    mbox_write_lines(lines, cases[i].quoting, &out);
    assert_span(buf_span(&out), span_from(cases[i].expected), "lines");
    assert_int_equal(out.len, lines.len - 5 + cases[i].quoted);
    buf_free(&out);
  }
  struct message *message = message_new(SPAN_EMPTY, lines);
  assert_int_equal(message->body->from_lines, 3);
  message_release(message);
  message =
      message_new(SPAN("From a\r\nTo: b\r\n"), lines); /* not a good header, but it has to be quoted, too */
  struct message *relayed = message_put_on_top(message, SPAN("Received: by c\r\n"));
  assert_int_equal(message_header_from_lines(relayed), 1);
  message_release(relayed);
  message_release(message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_letter_is_written),
      cmocka_unit_test(mboxrd_loses_nothing),
      cmocka_unit_test(mboxo_is_not_reversible),
      cmocka_unit_test(files_of_strangers),
      cmocka_unit_test(parts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
