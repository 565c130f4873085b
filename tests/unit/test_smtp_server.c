/* The SMTP server, as far as transcripts (tests/script/smtp) cannot say it: messages taken by reference,
 * who owns what, and what the session tells about itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/smtp_drive.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct smtp_server_config usual_config(void) {
  return (struct smtp_server_config){.host_name = SPAN("mx.example"),
                                     .esmtp = true,
                                     .offer_size = true,
                                     .offer_pipelining = true,
                                     .offer_enhanced_codes = true,
                                     .require_helo = true};
}

/* A server hears one of the two greetings as an unknown command. */
static const struct span until_data =
    SPAN_INIT("EHLO c.example\r\nLHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
              "RCPT TO:<e@d.example>\r\nDATA\r\n");

/* ---- a message by reference is the same as its wire form ---- */

static const struct {
  const char *name, *header, *body;
} messages[] = {
    {"usual", "Received: from a by b\r\nSubject: x\r\n", "hello\r\n\r\nworld\r\n"},
    {"nothing", "", ""},
    {"no body", "Subject: x\r\n", ""},
    {"no header", "", "hello\r\n"},
    {"body like a header", "", "Subject: not really\r\n"},
    {"dots", "Subject: x\r\n", ".\r\n..\r\n.a\r\n\r\n.\r\n"},
    {"8bit", "Subject: caf\xc3\xa9\r\n", "na\xefve\r\n"},
    {"bare CR in the body", "Subject: x\r\n", "one\rtwo\r\n\r\r\n.\r\n"},
    {"bare CR in the header", "Subject: x\ry\r\n", "one\r\n"},
    {"bare CR before a dot", "Subject: x\r\n", "one\r.\r\n.\rtwo\r\n"},
    {"a line of 40", "A: b\r\n", "0123456789012345678901234567890123456789\r\n"},
    {"a line of 41", "A: b\r\n", "x0123456789012345678901234567890123456789\r\n"},
    {"a stuffed line of 40", "A: b\r\n", ".123456789012345678901234567890123456789\r\n"},
    {"a header line of 41", "A: 34567890123456789012345678901234567890x\r\n", "b\r\n"},
    {"100 octets", "A: b\r\n",
     "0123456789012345678\r\n0123456789012345678\r\n0123456789012345678\r\n"
     "0123456789012345678\r\n012345\r\n"},
    {"101 octets", "A: b\r\n",
     "0123456789012345678\r\n0123456789012345678\r\n0123456789012345678\r\n"
     "0123456789012345678\r\n0123456\r\n"},
};

static void compare_ways(const char *name, const struct smtp_server_config *config, struct message *message) {
  struct smtp_drive by_bytes = smtp_drive_new(config, 1), by_reference = smtp_drive_new(config, 1);
  struct buf wire = BUF_CAPPED(0);
  by_bytes.always_yes = by_reference.always_yes = true;
  message_write_wire(message, &wire);
  smtp_drive_feed(&by_bytes, until_data);
  smtp_drive_feed(&by_bytes, buf_span(&wire));
  smtp_drive_feed(&by_reference, until_data);
  assert_true(smtp_server_wants_message(by_reference.server));
  smtp_server_feed_message(by_reference.server, message);
  smtp_drive_pump(&by_reference);
  if (!span_equal(buf_span(&by_bytes.log), buf_span(&by_reference.log)))
    fail_msg("%s (mode %d, dialect %d)\n--- by bytes\n%.*s--- by reference\n%.*s", name,
             config->bare_newlines, config->dialect, SPAN_ARG(buf_span(&by_bytes.log)),
             SPAN_ARG(buf_span(&by_reference.log)));
  if (by_reference.last && by_reference.last != message) {
    bool bare_cr = message->has_bare_cr_header || message->body->has_bare_cr;
    assert_true(bare_cr && config->bare_newlines == SMTP_BARE_NORMALISE);
  }
  buf_free(&wire);
  smtp_drive_free(&by_bytes);
  smtp_drive_free(&by_reference);
}

static void takes_messages_by_reference(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(messages); i++)
    for (unsigned mode = 0; mode < 3; mode++)
      for (unsigned lmtp = 0; lmtp < 2; lmtp++) {
        struct smtp_server_config config = usual_config();
        struct message *message = message_new(span_from(messages[i].header), span_from(messages[i].body));
        config.bare_newlines = (enum smtp_bare_newlines)mode;
        if (lmtp) config.dialect = SMTP_DIALECT_LMTP;
        compare_ways(messages[i].name, &config, message);
        config.size_max = 100;
        config.text_line_max = 42;
        compare_ways(messages[i].name, &config, message);
        message_release(message);
      }
}

static void keeps_the_tail(void **state) {
  (void)state;
  struct smtp_server_config config = usual_config();
  struct smtp_drive drive = smtp_drive_new(&config, 1);
  struct message *first = message_new(SPAN("Subject: x\r\n"), SPAN("hello\r\n"));
  struct message *second = message_put_on_top(first, SPAN("Received: from a by b\r\n"));
  drive.always_yes = true;
  smtp_drive_feed(&drive, until_data);
  smtp_server_feed_message(drive.server, second);
  smtp_drive_pump(&drive);
  assert_ptr_equal(drive.last, second);
  assert_ptr_equal(drive.last->tail, first);
  smtp_drive_free(&drive);
  assert_int_equal(second->references, 1);
  message_release(first);
  message_release(second);
}

static void wants_a_message_only_at_the_beginning_of_the_text(void **state) {
  (void)state;
  struct smtp_server_config config = usual_config();
  struct smtp_drive drive = smtp_drive_new(&config, 1);
  drive.always_yes = true;
  assert_false(smtp_server_wants_message(drive.server));
  smtp_drive_feed(&drive, span_first(until_data, until_data.len - 6));
  assert_false(smtp_server_wants_message(drive.server));
  smtp_drive_feed(&drive, SPAN("DATA\r\n"));
  assert_true(smtp_server_wants_message(drive.server));
  smtp_drive_feed(&drive, SPAN("S"));
  assert_false(smtp_server_wants_message(drive.server));
  smtp_drive_feed(&drive, SPAN("ubject: x\r\n.\r\n"));
  assert_false(smtp_server_wants_message(drive.server));
  assert_non_null(drive.last);
  smtp_drive_free(&drive);
}

/* ---- decisions ---- */

/* The next action, which must be of that kind. */
static struct smtp_server_action expect(struct smtp_server *server, enum smtp_server_action_kind kind) {
  struct smtp_server_action action;
  assert_int_equal(smtp_server_next(server, &action), kind);
  assert_int_equal(action.kind, kind);
  return action;
}

static void answer_yes(struct smtp_server *server) {
  static const struct smtp_reply yes = {0, SPAN_INIT(""), SPAN_INIT("")};
  smtp_server_answer(server, &yes);
  expect(server, SMTP_SERVER_REPLY);
}

static size_t feed_text(struct smtp_server *server, const char *text) {
  return smtp_server_feed(server, span_from(text));
}

static void decisions_stay_open(void **state) {
  (void)state;
  struct smtp_server_config config = usual_config();
  struct smtp_server *server = smtp_server_new(&config);
  assert_int_equal(feed_text(server, "HELO early\r\n"), 0);
  expect(server, SMTP_SERVER_DECIDE_CONNECT);
  expect(server, SMTP_SERVER_WAIT); /* given once */
  assert_int_equal(feed_text(server, "HELO early\r\n"), 0);
  answer_yes(server);
  expect(server, SMTP_SERVER_WAIT);

  char line[] = "HELO client.example\r\nMAIL FROM:<a@b.example>\r\n";
  assert_int_equal(feed_text(server, line), 21); /* the next command waits in the caller's hands */
  memset(line, '#', sizeof line);
  struct smtp_server_action action = expect(server, SMTP_SERVER_DECIDE_HELO);
  assert_int_equal(feed_text(server, "NOOP\r\n"), 0);
  assert_int_equal(smtp_server_helo(server).len, 0); /* not before it is accepted */
  assert_true(span_equal(action.decision->text, SPAN("client.example")));
  answer_yes(server);
  assert_true(span_equal(smtp_server_helo(server), SPAN("client.example")));
  smtp_server_free(server);
}

/* Enough recipients that no buffer inside the session can hold them. */
static void knows_its_recipients(void **state) {
  (void)state;
  struct smtp_server_config config = usual_config();
  struct smtp_drive drive = smtp_drive_new(&config, 1);
  drive.always_yes = true;
  smtp_drive_feed(&drive, SPAN("EHLO client.example\r\nMAIL FROM:<originator@b.example>\r\n"));
  for (unsigned i = 0; i < 1005; i++) {
    struct buf line = BUF_CAPPED(0);
    buf_format(&line, "RCPT TO:<recipient-%u@d.example>\r\n", i);
    smtp_drive_feed(&drive, buf_span(&line));
    buf_free(&line);
  }
  assert_int_equal(smtp_server_recipient_count(drive.server), SMTP_SERVER_RECIPIENTS_MAX);
  assert_true(span_equal(smtp_server_helo(drive.server), SPAN("client.example")));
  assert_true(span_equal(smtp_server_reverse_path(drive.server), SPAN("originator@b.example")));
  assert_true(span_equal(smtp_server_recipient(drive.server, 0), SPAN("recipient-0@d.example")));
  assert_true(span_equal(smtp_server_recipient(drive.server, 999), SPAN("recipient-999@d.example")));
  smtp_drive_feed(&drive, SPAN("RSET\r\n"));
  assert_int_equal(smtp_server_recipient_count(drive.server), 0);
  assert_int_equal(smtp_server_reverse_path(drive.server).len, 0);
  assert_true(span_equal(smtp_server_helo(drive.server), SPAN("client.example")));
  smtp_drive_free(&drive);
}

static void tells_its_state(void **state) {
  (void)state;
  static const struct {
    const char *line;
    enum smtp_server_state after;
    const char *with;
  } steps[] = {
      {"", SMTP_SERVER_GREETED, "SMTP"},
      {"HELO a.example\r\n", SMTP_SERVER_READY, "SMTP"},
      {"EHLO a.example\r\n", SMTP_SERVER_READY, "ESMTP"},
      {"MAIL FROM:<a@b.example>\r\n", SMTP_SERVER_MAIL, "ESMTP"},
      {"RCPT TO:<c@d.example>\r\n", SMTP_SERVER_RCPT, "ESMTP"},
      {"DATA\r\n", SMTP_SERVER_TEXT, "ESMTP"},
      {".\r\n", SMTP_SERVER_READY, "ESMTP"},
      {"AUTH PLAIN AGphY2sAcGFzcw==\r\n", SMTP_SERVER_READY, "ESMTPA"},
      {"STARTTLS\r\n", SMTP_SERVER_GREETED, "SMTP"},
      {"EHLO a.example\r\n", SMTP_SERVER_READY, "ESMTPS"},
      {"AUTH PLAIN AGphY2sAcGFzcw==\r\n", SMTP_SERVER_READY, "ESMTPSA"},
      {"QUIT\r\n", SMTP_SERVER_CLOSED, "ESMTPSA"},
  };
  struct smtp_server_config config = usual_config();
  config.offer_auth = config.offer_starttls = true;
  struct smtp_drive drive = smtp_drive_new(&config, 1);
  drive.always_yes = drive.starts_tls = true;
  assert_int_equal(smtp_server_state(drive.server), SMTP_SERVER_NEW);
  for (size_t i = 0; i < COUNT(steps); i++) {
    smtp_drive_feed(&drive, span_from(steps[i].line));
    if (smtp_server_state(drive.server) != steps[i].after ||
        !span_equal(smtp_server_with(drive.server), span_from(steps[i].with)))
      fail_msg("step %zu, %s: state %d", i, steps[i].line, smtp_server_state(drive.server));
  }
  assert_true(drive.over);
  smtp_drive_free(&drive);
}

static void names_extensions(void **state) {
  (void)state;
  assert_int_equal(smtp_extension_named(SPAN("size")), SMTP_EXTENSION_SIZE);
  assert_int_equal(smtp_extension_named(SPAN("AUTH")), SMTP_EXTENSION_AUTH);
  assert_int_equal(smtp_extension_named(SPAN("8BITMIME")), SMTP_EXTENSION_8BITMIME);
  assert_int_equal(smtp_extension_named(SPAN("CHUNKING")), SMTP_EXTENSION_NONE);
  assert_int_equal(smtp_extension_named(SPAN("")), SMTP_EXTENSION_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_messages_by_reference),
      cmocka_unit_test(keeps_the_tail),
      cmocka_unit_test(wants_a_message_only_at_the_beginning_of_the_text),
      cmocka_unit_test(decisions_stay_open),
      cmocka_unit_test(knows_its_recipients),
      cmocka_unit_test(tells_its_state),
      cmocka_unit_test(names_extensions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
