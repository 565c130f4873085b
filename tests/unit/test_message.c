/* Messages as shared tails: counts, sizes, and the bytes that each form writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/message.h"

static void assert_span(struct span got, struct span expected, const char *name) {
  if (!span_equal(got, expected))
    fail_msg("%s: got \"%.*s\", expected \"%.*s\"", name, SPAN_ARG(got), SPAN_ARG(expected));
}

static struct span written(const struct message *message, void (*write)(const struct message *, struct buf *),
                           struct buf *out) {
  buf_clear(out);
  write(message, out);
  return buf_span(out);
}

struct bytes_case {
  const char *name;
  struct span bytes, header, body;
  uint32_t header_lines, line_count, dot_lines;
};

static const struct bytes_case bytes_cases[] = {
    {"plain", SPAN_INIT("A: 1\r\n\r\nhi\r\n"), SPAN_INIT("A: 1\r\n"), SPAN_INIT("hi\r\n"), 1, 1, 0},
    {"nothing", SPAN_INIT(""), SPAN_INIT(""), SPAN_INIT(""), 0, 0, 0},
    {"empty line only", SPAN_INIT("\r\n"), SPAN_INIT(""), SPAN_INIT(""), 0, 0, 0},
    {"empty header", SPAN_INIT("\r\nA: 1\r\n"), SPAN_INIT(""), SPAN_INIT("A: 1\r\n"), 0, 1, 0},
    {"no header", SPAN_INIT("Hello Bob,\r\n\r\nhi\r\n"), SPAN_INIT(""), SPAN_INIT("Hello Bob,\r\n\r\nhi\r\n"),
     0, 3, 0},
    {"no body", SPAN_INIT("A: 1\r\nB: 2\r\n"), SPAN_INIT("A: 1\r\nB: 2\r\n"), SPAN_INIT(""), 2, 0, 0},
    {"no body, empty line", SPAN_INIT("A: 1\r\n\r\n"), SPAN_INIT("A: 1\r\n"), SPAN_INIT(""), 1, 0, 0},
    {"unfinished header", SPAN_INIT("A: 1"), SPAN_INIT("A: 1\r\n"), SPAN_INIT(""), 1, 0, 0},
    {"unfinished body", SPAN_INIT("A: 1\r\n\r\n.hi"), SPAN_INIT("A: 1\r\n"), SPAN_INIT(".hi\r\n"), 1, 1, 1},
    {"half a line end", SPAN_INIT("A: 1\r\n\r\nhi\r"), SPAN_INIT("A: 1\r\n"), SPAN_INIT("hi\r\n"), 1, 1, 0},
    {"half an empty line", SPAN_INIT("A: 1\r\n\r"), SPAN_INIT("A: 1\r\n"), SPAN_INIT(""), 1, 0, 0},
    {"bare LF", SPAN_INIT("A: 1\nB: 2\n\nx\n\ny\n"), SPAN_INIT("A: 1\r\nB: 2\r\n"),
     SPAN_INIT("x\r\n\r\ny\r\n"), 2, 3, 0},
    {"mixed line ends", SPAN_INIT("A: 1\r\n\nx\r\ny\nz\r\n"), SPAN_INIT("A: 1\r\n"),
     SPAN_INIT("x\r\ny\r\nz\r\n"), 1, 3, 0},
    {"bare CR stays", SPAN_INIT("A: 1\r\n\r\nx\ry\r\r\n"), SPAN_INIT("A: 1\r\n"), SPAN_INIT("x\ry\r\r\n"), 1,
     1, 0},
    {"dots", SPAN_INIT("A: 1\r\n\r\n.\r\n..\r\na.b\r\n.c\r\n"), SPAN_INIT("A: 1\r\n"),
     SPAN_INIT(".\r\n..\r\na.b\r\n.c\r\n"), 1, 4, 3},
    {"obsolete colon", SPAN_INIT("A : 1\r\n\r\nx\r\n"), SPAN_INIT("A : 1\r\n"), SPAN_INIT("x\r\n"), 1, 1, 0},
    {"NUL in the body", SPAN_INIT("A: 1\r\n\r\nx\0y\r\n"), SPAN_INIT("A: 1\r\n"), SPAN_INIT("x\0y\r\n"), 1, 1,
     0},
};

static void from_bytes_splits_and_normalises(void **state) {
  (void)state;
  struct buf out = {0};
  for (size_t i = 0; i < sizeof bytes_cases / sizeof *bytes_cases; i++) {
    const struct bytes_case *c = &bytes_cases[i];
    struct message *message = message_from_bytes(c->bytes);
    assert_span(message_block(message), c->header, c->name);
    assert_span(message_body(message), c->body, c->name);
    assert_int_equal(message->header_len, c->header.len);
    assert_int_equal(message->header_lines, c->header_lines);
    assert_int_equal(message->body->line_count, c->line_count);
    assert_int_equal(message->body->dot_lines, c->dot_lines);
    assert_int_equal(written(message, message_write, &out).len, message_size(message));
    assert_int_equal(written(message, message_write_wire, &out).len, message_wire_size(message));
    message_release(message);
  }
  buf_free(&out);
}

static void wire_form_is_dot_stuffed(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *message =
      message_from_bytes(SPAN("A: 1\r\n\r\n.\r\n..two\r\nno.dot\r\n\r\n.last\r\nend\r\n"));
  assert_span(written(message, message_write_wire, &out),
              SPAN("A: 1\r\n\r\n..\r\n...two\r\nno.dot\r\n\r\n..last\r\nend\r\n.\r\n"), "body");
  message_release(message);
  message = message_new(SPAN(".odd: 1\r\nB: 2\r\n"), SPAN(""));
  assert_int_equal(message_header_dots(message), 1);
  struct message *second = message_put_on_top(message, SPAN("Top: 1\r\n.more\r\n"));
  message_release(message);
  assert_int_equal(message_header_dots(second), 2);
  assert_span(written(second, message_write_wire, &out),
              SPAN("Top: 1\r\n..more\r\n..odd: 1\r\nB: 2\r\n\r\n.\r\n"), "header");
  assert_int_equal(out.len, message_wire_size(second));
  message_release(second);
  buf_free(&out);
}

static void fields_accumulate_on_top(void **state) {
  (void)state;
  struct buf out = {0};
  struct message *first = message_new(SPAN("From: alice\r\nReceivedBy: x\r\n"), SPAN("hi\r\n"));
  first->number = 7;
  struct message *second = message_put_on_top(first, SPAN("Received: from a\r\n\tby b; date\r\n"));
  struct message *third = message_put_on_top(second, SPAN("Return-Path: <a>\r\nRECEIVED : from b\r\n"));
  assert_int_equal(first->received_count, 0);
  assert_int_equal(third->received_count, 2);
  assert_int_equal(third->header_lines, 6);
  assert_int_equal(third->number, 7);
  assert_int_equal(third->version, 0);
  assert_ptr_equal(third->body, first->body);
  assert_span(written(third, message_write, &out),
              SPAN("Return-Path: <a>\r\nRECEIVED : from b\r\nReceived: from a\r\n\tby b; date\r\n"
                   "From: alice\r\nReceivedBy: x\r\n\r\nhi\r\n"),
              "third");
  assert_int_equal(out.len, message_size(third));
  message_release(first);
  message_release(second);
  assert_span(written(third, message_write_header, &out),
              SPAN("Return-Path: <a>\r\nRECEIVED : from b\r\nReceived: from a\r\n\tby b; date\r\n"
                   "From: alice\r\nReceivedBy: x\r\n"),
              "header after the tails were given back");
  message_release(third);
  message_release(NULL);
  buf_free(&out);
}

static void a_new_header_shares_the_body(void **state) {
  (void)state;
  struct message *old = message_new(SPAN("From: alice\r\nReceived: x\r\n"), SPAN("hi\r\n"));
  old->number = 3;
  struct message *rewritten = message_with_header(old, SPAN("From: alice@cs.example\r\n"));
  assert_ptr_equal(rewritten->body, old->body);
  assert_null(rewritten->tail);
  assert_int_equal(rewritten->number, 3);
  assert_int_equal(rewritten->received_count, 0);
  message_release(old);
  assert_span(message_body(rewritten), SPAN("hi\r\n"), "body");
  message_release(rewritten);
}

/* The octet above 127 at every distance from the start, since the search goes many at a step. */
static void eight_bit_is_seen_anywhere(void **state) {
  (void)state;
  char text[101];
  for (size_t at = 0; at < 98; at++) {
    memset(text, 'a', sizeof text);
    memcpy(text + 98, "\r\n", 2);
    struct message *message = message_new(SPAN_EMPTY, span_of(text, 100));
    assert_false(message->body->has_8bit);
    message_release(message);
    text[at] = (char)0xe9;
    message = message_new(SPAN_EMPTY, span_of(text, 100));
    assert_true(message->body->has_8bit);
    message_release(message);
  }
  struct message *message = message_new(SPAN("Subject: caf\xc3\xa9\r\n"), SPAN_EMPTY);
  struct message *second = message_put_on_top(message, SPAN("X: y\r\n"));
  assert_true(second->has_8bit_header);
  message_release(message);
  message_release(second);
}

/* What an SMTP server must know of a message that it takes without reading it. */
static void longest_line_and_bare_cr(void **state) {
  (void)state;
  static const struct {
    const char *header, *body;
    uint32_t longest_header, longest;
    bool header_cr, cr;
  } cases[] = {
      {"", "", 0, 0, false, false},
      {"A: b\r\n", "abc\r\nabcde\r\nx\r\n", 4, 5, false, false},
      {"A: b\r\n", "ab\rc\r\n\r\n", 4, 4, false, true},
      {"A: b\r\n", "a\r\r\n", 4, 2, false, true},
      {"A:\rb\r\nSubject: c\r\n", "\r\n", 10, 0, true, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct message *first = message_new(span_from(cases[i].header), span_from(cases[i].body));
    struct message *message = message_put_on_top(first, SPAN("X: y\r\n"));
    assert_int_equal(first->longest_header_line, cases[i].longest_header);
    assert_int_equal(message->has_bare_cr_header, cases[i].header_cr);
    assert_int_equal(message->body->longest_line, cases[i].longest);
    assert_int_equal(message->body->has_bare_cr, cases[i].cr);
    message_release(first);
    message_release(message);
  }
  char many[2001];
  memset(many, '\r', sizeof many);
  memcpy(many + 1999, "\r\n", 2);
  struct message *message = message_new(SPAN_EMPTY, span_of(many, 2001));
  assert_true(message->body->has_bare_cr);
  assert_int_equal(message->body->longest_line, 1999);
  message_release(message);
}

/* A long chain must not use the stack when it is given back. */
static void a_long_chain_is_released(void **state) {
  (void)state;
  struct message *message = message_new(SPAN("A: 1\r\n"), SPAN("x\r\n"));
  for (int i = 0; i < 200000; i++) {
    struct message *next = message_put_on_top(message, SPAN("Received: y\r\n"));
    message_release(message);
    message = next;
  }
  assert_int_equal(message->received_count, 200000);
  message_release(message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_bytes_splits_and_normalises), cmocka_unit_test(wire_form_is_dot_stuffed),
      cmocka_unit_test(fields_accumulate_on_top),         cmocka_unit_test(a_new_header_shares_the_body),
      cmocka_unit_test(eight_bit_is_seen_anywhere),       cmocka_unit_test(longest_line_and_bare_cr),
      cmocka_unit_test(a_long_chain_is_released),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
