/* Delivery status notifications: the whole text of one, and what strangers' texts may not do to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/date.h"
#include "mail/dsn.h"
#include "mail/dsn_request.h"
#include "mail/header.h"

static const char expected_report[] =
    "Date: Fri, 18 Jun 2004 10:22:55 -0600 (MDT)\r\n"
    "From: Mail Delivery Subsystem <MAILER-DAEMON@chico.cs.colostate.edu>\r\n"
    "Message-ID: <200406181622.i5IGMtv0004345@chico.cs.colostate.edu>\r\n"
    "To: <alice@cs.colostate.edu>\r\n"
    "Subject: Returned mail: see transcript for details\r\n"
    "Auto-Submitted: auto-replied\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status;\r\n"
    "\tboundary=\"i5IGMtv0004345/chico\"\r\n"
    "\r\n"
    "--i5IGMtv0004345/chico\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n"
    "\r\n"
    "Your message could not be delivered.\r\n"
    "\r\n"
    "--i5IGMtv0004345/chico\r\n"
    "Content-Type: message/delivery-status\r\n"
    "\r\n"
    "Reporting-MTA: dns; chico.cs.colostate.edu\r\n"
    "Received-From-MTA: dns; salieri.cs.colostate.edu\r\n"
    "Arrival-Date: Fri, 18 Jun 2004 10:22:54 -0600 (MDT)\r\n"
    "\r\n"
    "Final-Recipient: rfc822; bbo@isse.gmu.edu\r\n"
    "Action: failed\r\n"
    "Status: 5.1.1\r\n"
    "Remote-MTA: dns; mailhost.isse.gmu.edu\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <bbo@isse.gmu.edu>... User unknown\r\n"
    "Last-Attempt-Date: Fri, 18 Jun 2004 10:22:55 -0600 (MDT)\r\n"
    "\r\n"
    "Original-Recipient: rfc822;ray\r\n"
    "Final-Recipient: rfc822; indrajit@isse.gmu.edu\r\n"
    "Action: delayed\r\n"
    "Status: 4.4.1\r\n"
    "Will-Retry-Until: Fri, 18 Jun 2004 10:22:56 -0600 (MDT)\r\n"
    "\r\n"
    "--i5IGMtv0004345/chico\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "From: alice@cs.colostate.edu\r\n"
    "\r\n"
    "Lunch?\r\n"
    "\r\n"
    "--i5IGMtv0004345/chico--\r\n";

#define NOW_US (1087575775 * DATE_SECOND_US)

static const struct dsn_recipient recipients[] = {
    {.final = SPAN_INIT("bbo@isse.gmu.edu"),
     .action = DSN_FAILED,
     .status = SPAN_INIT("5.1.1"),
     .remote_mta = SPAN_INIT("mailhost.isse.gmu.edu"),
     .diagnostic = SPAN_INIT("550 5.1.1 <bbo@isse.gmu.edu>... User unknown"),
     .last_attempt_us = NOW_US,
     .will_retry_until_us = DSN_NO_TIME},
    {.final = SPAN_INIT("indrajit@isse.gmu.edu"),
     .original = SPAN_INIT("rfc822;ray"),
     .action = DSN_DELAYED,
     .status = SPAN_INIT("4.4.1"),
     .last_attempt_us = DSN_NO_TIME,
     .will_retry_until_us = NOW_US + DATE_SECOND_US},
};

static struct dsn example(const struct message *original) {
  return (struct dsn){
      .from = SPAN("Mail Delivery Subsystem <MAILER-DAEMON@chico.cs.colostate.edu>"),
      .to = SPAN("<alice@cs.colostate.edu>"),
      .subject = SPAN("Returned mail: see transcript for details"),
      .message_id = SPAN("200406181622.i5IGMtv0004345@chico.cs.colostate.edu"),
      .boundary = SPAN("i5IGMtv0004345/chico"),
      .date_us = NOW_US,
      .zone_minutes = -360,
      .zone_comment = SPAN("MDT"),
      .text = SPAN("Your message could not be delivered.\n"),
      .reporting_mta = SPAN("chico.cs.colostate.edu"),
      .received_from_mta = SPAN("salieri.cs.colostate.edu"),
      .arrival_us = NOW_US - DATE_SECOND_US,
      .recipients = recipients,
      .recipient_count = 2,
      .original = original,
  };
}

static struct span whole(const struct message *message, struct buf *out) {
  buf_clear(out);
  message_write(message, out);
  return buf_span(out);
}

static void a_report_in_full(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *original = message_from_bytes(SPAN("From: alice@cs.colostate.edu\r\n\r\nLunch?\r\n"));
  struct dsn dsn = example(original);
  struct message *report = dsn_compose(&dsn);
  struct span got = whole(report, &out), expected = span_from(expected_report);
  if (!span_equal(got, expected)) fail_msg("got:\n%.*s", SPAN_ARG(got));
  message_release(report);
  message_release(original);
  buf_free(&out);
}

static void only_the_header_comes_back(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *original = message_from_bytes(SPAN("From: alice\r\n\r\nLunch, caf\xe9?\r\n"));
  struct dsn dsn = example(original);
  dsn.headers_only = true;
  struct message *report = dsn_compose(&dsn);
  assert_true(span_search(whole(report, &out), SPAN("text/rfc822-headers\r\n\r\nFrom: alice\r\n\r\n--")) !=
              SPAN_NONE);
  assert_true(span_search(buf_span(&out), SPAN("Lunch")) == SPAN_NONE);
  assert_true(span_search(buf_span(&out), SPAN("8bit")) == SPAN_NONE);
  message_release(report);
  dsn.headers_only = false;
  report = dsn_compose(&dsn);
  assert_true(span_search(whole(report, &out),
                          SPAN("message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n")) != SPAN_NONE);
  message_release(report);
  message_release(original);
  buf_free(&out);
}

static void the_boundary_occurs_nowhere_else(void **state) {
  (void)state;
  struct buf out = {0};
  struct arena arena = ARENA_EMPTY;
  struct message *original =
      message_from_bytes(SPAN("A: 1\r\n\r\n--i5IGMtv0004345/chico--\r\n--i5IGMtv0004345/chico=1\r\n"));
  struct dsn dsn = example(original);
  struct message *report = dsn_compose(&dsn);
  struct span type = header_value(message_block(report), SPAN("Content-Type"), &arena);
  assert_true(span_ends_with(type, SPAN("boundary=\"i5IGMtv0004345/chico=2\"")));
  message_release(report);
  message_release(original);
  arena_free(&arena);
  buf_free(&out);
}

/* Nobody else said it: no Remote-MTA, and not a word that looks like a reply by SMTP (RFC 3464 2.3.5, 2.3.6).
 */
static void what_was_found_out_here_is_no_reply(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *original = message_new(SPAN_EMPTY, SPAN_EMPTY);
  struct dsn_recipient recipient = recipients[0];
  recipient.remote_mta = SPAN_EMPTY;
  recipient.diagnostic = SPAN("nowhere.example: no such domain");
  struct dsn dsn = example(original);
  dsn.recipients = &recipient;
  dsn.recipient_count = 1;
  dsn.product = SPAN("Postfix 2.5");
  struct message *report = dsn_compose(&dsn);
  struct span got = whole(report, &out);
  assert_true(span_search(got, SPAN("Remote-MTA")) == SPAN_NONE);
  assert_true(span_search(got, SPAN("\r\nDiagnostic-Code: X-Postfix; nowhere.example: no such domain\r\n")) !=
              SPAN_NONE);
  message_release(report);
  message_release(original);
  buf_free(&out);
}

static void strangers_texts_are_made_safe(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *original = message_new(SPAN_EMPTY, SPAN_EMPTY);
  struct dsn_recipient recipient = recipients[0];
  recipient.diagnostic = SPAN("550-first\r\nAction: delivered\n550 caf\xe9 \0 end");
  struct dsn dsn = example(original);
  dsn.recipients = &recipient;
  dsn.recipient_count = 1;
  dsn.subject = SPAN("Oh\r\nBcc: everybody");
  dsn.text = SPAN("one\r\ntwo\n\nDon\xe2\x80\x99t panic");
  struct message *report = dsn_compose(&dsn);
  struct span got = whole(report, &out);
  assert_true(span_search(got, SPAN("Subject: Oh  Bcc: everybody\r\n")) != SPAN_NONE);
  assert_true(
      span_search(got, SPAN("Diagnostic-Code: smtp; 550-first  Action: delivered 550 caf?   end\r\n")) !=
      SPAN_NONE);
  assert_true(
      span_search(got,
                  SPAN("charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\none\r\ntwo\r\n\r\nDon")) !=
      SPAN_NONE);
  message_release(report);
  message_release(original);
  buf_free(&out);
}

/* qmail's: no MIME, no Message-ID; strangers' texts cannot add a field. */
static void a_plain_report(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *original = message_from_bytes(SPAN("From: alice\r\n\r\nLunch?\r\n"));
  struct dsn dsn = example(original);
  dsn.plain = true;
  dsn.plain_date = SPAN("18 Jun 2004 16:22:55 -0000");
  dsn.to = SPAN("<alice\r\nBcc: x@cs.colostate.edu>");
  struct message *report = dsn_compose(&dsn);
  assert_true(span_equal(whole(report, &out),
                         SPAN("Date: 18 Jun 2004 16:22:55 -0000\r\n"
                              "From: Mail Delivery Subsystem <MAILER-DAEMON@chico.cs.colostate.edu>\r\n"
                              "To: <alice  Bcc: x@cs.colostate.edu>\r\n"
                              "Subject: Returned mail: see transcript for details\r\n\r\n"
                              "Your message could not be delivered.\r\n\r\n"
                              "--- Below this line is a copy of the message.\r\n\r\n"
                              "Return-Path: <alice  Bcc: x@cs.colostate.edu>\r\n"
                              "From: alice\r\n\r\nLunch?\r\n")));
  message_release(report);
  message_release(original);
  buf_free(&out);
}

/* RFC 3461 4.2, 5.4. */
static void an_address_as_orcpt_names_it(void **state) {
  (void)state;
  static const struct {
    const char *address, *original;
  } cases[] = {
      {"bob@b.example", "rfc822;bob@b.example"},
      {"a+b=c@b.example", "rfc822;a+2Bb+3Dc@b.example"},
      {"\"a b\"@b.example", "rfc822;\"a+20b\"@b.example"},
      {"b\xc3\xb6"
       "b@b.example",
       ""},
      {"", ""},
  };
  struct arena arena = ARENA_EMPTY;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_true(
        span_equal(dsn_original_of(span_from(cases[i].address), &arena), span_from(cases[i].original)));
  char longest[DSN_ORIGINAL_RECIPIENT_MAX - 6];
  memset(longest, 'a', sizeof longest);
  assert_int_equal(dsn_original_of(span_of(longest, sizeof longest - 1), &arena).len,
                   DSN_ORIGINAL_RECIPIENT_MAX);
  assert_int_equal(dsn_original_of(span_of(longest, sizeof longest), &arena).len, 0);
  arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_report_in_full),
      cmocka_unit_test(only_the_header_comes_back),
      cmocka_unit_test(the_boundary_occurs_nowhere_else),
      cmocka_unit_test(what_was_found_out_here_is_no_reply),
      cmocka_unit_test(strangers_texts_are_made_safe),
      cmocka_unit_test(a_plain_report),
      cmocka_unit_test(an_address_as_orcpt_names_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
