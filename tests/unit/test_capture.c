/* What a listener on the wire sees of journals made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readers/capture.h"

/* A frame as a line: "60.000 C SYN 0" is time in ms, who sends, flags, octets of payload. */
struct listener {
  struct buf text;
  int64_t before_us;
  uint32_t syn_sequence[2];
};

static uint32_t u32_at(struct span frame, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; i++) value = value << 8 | (unsigned char)frame.data[i];
  return value;
}

static void write_flags(unsigned flags, struct buf *out) {
  static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK"};
  for (size_t i = 0; i < 5; i++)
    if (flags >> i & 1) buf_format(out, " %s", names[i]);
}

static bool listen(void *context, int64_t time_us, struct span frame) {
  struct listener *listener = context;
  assert_true(time_us >= listener->before_us);
  listener->before_us = time_us;
  buf_format(&listener->text, "%lld.%03lld ", (long long)(time_us / 1000), (long long)(time_us % 1000));
  bool is_v6 = (unsigned char)frame.data[12] == 0x86;
  size_t ip = 14, tcp = ip + (is_v6 ? 40 : 20);
  bool is_client = frame.data[11] == 1; /* the MAC of host 1 */
  if (frame.data[is_v6 ? ip + 6 : ip + 9] == 17) {
    buf_format(&listener->text, "%s UDP %zu\n", is_client ? "C" : "S", frame.len - tcp - 8);
    return true;
  }
  unsigned flags = (unsigned char)frame.data[tcp + 13];
  size_t head = (size_t)((unsigned char)frame.data[tcp + 12] >> 4) * 4;
  if (flags & 2) listener->syn_sequence[!is_client] = u32_at(frame, tcp + 4);
  uint32_t sequence = u32_at(frame, tcp + 4) - listener->syn_sequence[!is_client];
  uint32_t acknowledgement = u32_at(frame, tcp + 8) - listener->syn_sequence[is_client];
  buf_format(&listener->text, "%s", is_client ? "C" : "S");
  write_flags(flags, &listener->text);
  buf_format(&listener->text, " %u", sequence);
  if (flags & 16) buf_format(&listener->text, " ack %u", acknowledgement);
  if (frame.len > tcp + head) buf_format(&listener->text, " +%zu", frame.len - tcp - head);
  buf_add_char(&listener->text, '\n');
  return true;
}

/* ---- journals ---- */

static void note(struct journal *journal, int64_t ms, uint16_t host, struct journal_record record) {
  record.time_us = ms * 1000;
  record.host = host;
  journal_append(journal, &record);
}

static struct journal *two_hosts(void) {
  struct journal *journal = journal_new(JOURNAL_FULL);
  note(journal, 0, 0, (struct journal_record){.kind = JOURNAL_SCENARIO, .number = {1, 0, 7}});
  note(journal, 0, 1, (struct journal_record){.kind = JOURNAL_HOST, .text = {SPAN("pc"), SPAN("192.0.2.1")}});
  note(journal, 0, 2, (struct journal_record){.kind = JOURNAL_HOST, .text = {SPAN("mx"), SPAN("192.0.2.2")}});
  return journal;
}

static void connect_at(struct journal *journal, int64_t ms) {
  note(journal, ms, 1,
       (struct journal_record){.kind = JOURNAL_CONNECT, .connection = 1, .number = {2, 25, 40000}});
}

static void connected_at(struct journal *journal, int64_t ms) {
  note(journal, ms, 1,
       (struct journal_record){.kind = JOURNAL_CONNECTED, .connection = 1, .number = {2, 25}});
}

static void say(struct journal *journal, int64_t ms, int side, int64_t arrives_ms, const char *text) {
  note(journal, ms, side ? 2 : 1,
       (struct journal_record){.kind = JOURNAL_LINE,
                               .connection = 1,
                               .number = {side, arrives_ms * 1000},
                               .text = {span_from(text)}});
}

static void end_side(struct journal *journal, enum journal_kind kind, int64_t ms, int side, const char *why) {
  note(journal, ms, side ? 2 : 1,
       (struct journal_record){
           .kind = (uint16_t)kind, .connection = 1, .number = {side}, .text = {span_from(why)}});
}

static void fault(struct journal *journal, int64_t ms, uint16_t host, const char *what) {
  note(journal, ms, host, (struct journal_record){.kind = JOURNAL_FAULT, .text = {span_from(what)}});
}

static void expect(struct journal *journal, int64_t end_ms, const char *wanted) {
  struct listener listener = {0};
  struct capture_counts counts;
  note(journal, end_ms, 0, (struct journal_record){.kind = JOURNAL_END, .text = {SPAN("quiet")}});
  assert_true(capture_write(journal, &(struct capture_options){0}, listen, &listener, &counts));
  buf_add_char(&listener.text, '\0');
  assert_string_equal(listener.text.data, wanted);
  buf_free(&listener.text);
  journal_free(journal);
}

/* ---- cases ---- */

static void test_session(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  say(journal, 30, 1, 40, "220 mx");
  say(journal, 40, 0, 50, "EHLO pc");
  say(journal, 50, 1, 60, "250-mx"); /* one write, one segment */
  say(journal, 50, 1, 60, "250 HELP");
  say(journal, 60, 0, 70, "QUIT");
  say(journal, 70, 1, 80, "221 bye");
  end_side(journal, JOURNAL_CLOSED, 70, 1, "");
  end_side(journal, JOURNAL_CLOSED, 80, 0, "");
  expect(journal, 90,
         "0.000 C SYN 0\n"
         "10.000 S SYN ACK 0 ack 1\n"
         "20.000 C ACK 1 ack 1\n"
         "30.000 S PSH ACK 1 ack 1 +8\n"
         "40.000 C PSH ACK 1 ack 9 +9\n"
         "50.000 S PSH ACK 9 ack 10 +18\n"
         "60.000 C PSH ACK 10 ack 27 +6\n"
         "70.000 S PSH ACK 27 ack 16 +9\n"
         "70.000 S FIN ACK 36 ack 16\n"
         "80.000 C ACK 16 ack 37\n"
         "80.000 C FIN ACK 16 ack 37\n"
         "90.000 S ACK 37 ack 17\n");
}

/* Who says nothing within 40 ms acknowledges all the same; who has no CLOSED of its own closes in turn. */
static void test_delayed_ack_and_fin_in_turn(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  say(journal, 30, 1, 40, "220 mx");
  end_side(journal, JOURNAL_CLOSED, 200, 1, "");
  expect(journal, 210,
         "0.000 C SYN 0\n"
         "10.000 S SYN ACK 0 ack 1\n"
         "20.000 C ACK 1 ack 1\n"
         "30.000 S PSH ACK 1 ack 1 +8\n"
         "80.000 C ACK 1 ack 9\n"
         "200.000 S FIN ACK 9 ack 1\n"
         "210.000 C FIN ACK 1 ack 10\n"
         "220.000 S ACK 10 ack 2\n");
}

/* 4000 octets in a second on the way: three segments, evenly, every second one acknowledged. */
static void test_segments(void **state) {
  (void)state;
  char text[3999];
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  say(journal, 100, 0, 1110, text);
  expect(journal, 2000,
         "0.000 C SYN 0\n"
         "10.000 S SYN ACK 0 ack 1\n"
         "20.000 C ACK 1 ack 1\n"
         "465.000 C ACK 1 ack 1 +1460\n"
         "515.000 S ACK 1 ack 1461\n"
         "830.000 C ACK 1461 ack 1 +1460\n"
         "880.000 S ACK 1 ack 2921\n"
         "1100.000 C PSH ACK 2921 ack 1 +1080\n"
         "1150.000 S ACK 1 ack 4001\n");
}

static void test_refused_and_timed_out(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  note(journal, 20, 1, (struct journal_record){.kind = JOURNAL_REFUSED, .connection = 1, .number = {2, 25}});
  expect(journal, 30, "0.000 C SYN 0\n10.000 S RST ACK 0 ack 1\n");
  journal = two_hosts();
  connect_at(journal, 0);
  note(journal, 30000, 1,
       (struct journal_record){.kind = JOURNAL_TIMED_OUT, .connection = 1, .number = {2, 25}});
  expect(journal, 30000,
         "0.000 C SYN 0\n1000.000 C SYN 0\n3000.000 C SYN 0\n7000.000 C SYN 0\n15000.000 C SYN 0\n");
}

/* Cut by a program: RST, and nothing after it. */
static void test_cut(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  end_side(journal, JOURNAL_CUT, 600000, 0, "no answer for ten minutes");
  end_side(journal, JOURNAL_CUT, 600000, 1, "no answer for ten minutes");
  expect(journal, 600100,
         "0.000 C SYN 0\n10.000 S SYN ACK 0 ack 1\n20.000 C ACK 1 ack 1\n600000.000 C RST ACK 1 ack 1\n");
}

/* A machine that is down loses what it is told, and it is told again until the other side has had enough. */
static void test_lost(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  say(journal, 30, 1, 40, "220 mx");
  fault(journal, 35, 2, "host_down");
  end_side(journal, JOURNAL_CUT, 35, 1, "host down");
  end_side(journal, JOURNAL_CUT, 60035, 0, "no answer");
  expect(journal, 60040,
         "0.000 C SYN 0\n10.000 S SYN ACK 0 ack 1\n20.000 C ACK 1 ack 1\n30.000 S PSH ACK 1 ack 1 +8\n");
  journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  fault(journal, 25, 2, "host_down");
  end_side(journal, JOURNAL_CUT, 25, 1, "host down");
  say(journal, 40, 0, 50, "EHLO pc");
  end_side(journal, JOURNAL_CUT, 10025, 0, "no answer");
  expect(journal, 10040,
         "0.000 C SYN 0\n10.000 S SYN ACK 0 ack 1\n20.000 C ACK 1 ack 1\n"
         "40.000 C PSH ACK 1 ack 1 +9\n"
         "1040.000 C PSH ACK 1 ack 1 +9\n"
         "3040.000 C PSH ACK 1 ack 1 +9\n"
         "7040.000 C PSH ACK 1 ack 1 +9\n");
}

/* Up again, it knows nothing of the connection. */
static void test_forgotten(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  fault(journal, 25, 2, "host_down");
  end_side(journal, JOURNAL_CUT, 25, 1, "host down");
  fault(journal, 30, 2, "host_up");
  say(journal, 40, 0, 50, "EHLO pc");
  end_side(journal, JOURNAL_CUT, 60, 0, "reset by the other host");
  expect(journal, 100,
         "0.000 C SYN 0\n10.000 S SYN ACK 0 ack 1\n20.000 C ACK 1 ack 1\n"
         "40.000 C PSH ACK 1 ack 1 +9\n50.000 S RST 1\n");
}

static void test_datagrams(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  note(journal, 5, 1,
       (struct journal_record){.kind = JOURNAL_DNS_QUERY,
                               .number = {1, 2},
                               .text = {SPAN("x"), SPAN("A"), SPAN("octets of a question")}});
  note(journal, 6, 2,
       (struct journal_record){.kind = JOURNAL_DNS_ANSWER,
                               .number = {1, 1},
                               .text = {SPAN("x"), SPAN("A"), SPAN("NOERROR"), SPAN(""), SPAN("answer")}});
  note(journal, 7, 1,
       (struct journal_record){.kind = JOURNAL_DNS_QUERY, .number = {2, 2}, .text = {SPAN("x"), SPAN("A")}});
  expect(journal, 8, "5.000 C UDP 20\n6.000 S UDP 6\n");
}

/* What TLS hides is as long as the line shows, and what the two ends said under it is not there. */
static void test_tls(void **state) {
  (void)state;
  struct journal *journal = two_hosts();
  struct journal_record shown = {.kind = JOURNAL_TLS_RECORD, .connection = 1, .text = {SPAN("handshake")}};
  connect_at(journal, 0);
  connected_at(journal, 20);
  shown.number[1] = 40000;
  shown.number[2] = 517;
  shown.number[3] = 1;
  note(journal, 30, 1, shown);
  note(journal, 40, 1,
       (struct journal_record){.kind = JOURNAL_TLS, .connection = 1, .text = {SPAN("implicit")}});
  say(journal, 50, 0, 60, "EHLO pc");
  shown.text[0] = SPAN("data");
  shown.number[1] = 60000;
  shown.number[2] = 31;
  note(journal, 50, 1, shown);
  expect(journal, 60,
         "0.000 C SYN 0\n10.000 S SYN ACK 0 ack 1\n20.000 C ACK 1 ack 1\n"
         "30.000 C PSH ACK 1 ack 1 +517\n50.000 C PSH ACK 518 ack 1 +31\n60.000 S ACK 1 ack 549\n");
}

/* A letter of three segments to a host that goes down before the first: it is sent again and again, and the
 * others wait. */
static void test_nothing_new_after_a_loss(void **state) {
  (void)state;
  char text[3999];
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  struct journal *journal = two_hosts();
  connect_at(journal, 0);
  connected_at(journal, 20);
  say(journal, 100, 0, 6110, text);
  fault(journal, 1000, 2, "host_down");
  end_side(journal, JOURNAL_CUT, 1000, 1, "host down");
  end_side(journal, JOURNAL_CUT, 8000, 0, "no answer");
  expect(journal, 9000,
         "0.000 C SYN 0\n"
         "10.000 S SYN ACK 0 ack 1\n"
         "20.000 C ACK 1 ack 1\n"
         "2290.000 C ACK 1 ack 1 +1460\n"
         "3290.000 C ACK 1 ack 1 +1460\n"
         "5290.000 C ACK 1 ack 1 +1460\n");
}

/* What the client has said in a capture, without any heads. */
static bool collect(void *context, int64_t time_us, struct span frame) {
  struct buf *said = context;
  size_t tcp = 34, head = (size_t)((unsigned char)frame.data[tcp + 12] >> 4) * 4;
  (void)time_us;
  if (frame.data[11] == 1) buf_add(said, span_skip(frame, tcp + head));
  return true;
}

static void assert_whole_records(struct span said) {
  while (said.len) {
    assert_true(said.len > 5);
    assert_true(said.data[0] >= 20 && said.data[0] <= 23);
    size_t length = (size_t)(unsigned char)said.data[3] << 8 | (unsigned char)said.data[4];
    assert_true(5 + length <= said.len);
    said = span_skip(said, 5 + length);
  }
}

/* Whatever length and words a stranger's journal has: so many octets of whole records, and never more than a
 * handshake can have. */
static void test_tls_of_a_stranger(void **state) {
  static const int64_t octets[] = {-1, 0, 5, 6, 7, 11, 60, 100, 329, 400, 517, 600, 2789, 2800, 16384, 70000};
  static const char *const words[] = {"",
                                      "ClientHello",
                                      "ClientHello, server name mx",
                                      "ServerHello",
                                      "ServerHello, Certificate of mx",
                                      "ServerHello, Certificate",
                                      "ClientKeyExchange",
                                      "?"};
  static const char *const faults[] = {"", "the certificate is signed by nobody known"};
  (void)state;
  for (size_t i = 0; i < sizeof octets / sizeof *octets * 16; i++) {
    struct journal *journal = two_hosts();
    struct buf said = {0};
    struct capture_counts counts;
    struct journal_record shown = {.kind = JOURNAL_TLS_RECORD, .connection = 1};
    shown.text[0] = SPAN("handshake");
    shown.text[1] = span_from(words[i % 8]);
    shown.number[1] = 40000;
    shown.number[2] = octets[i / 16];
    shown.number[3] = 1;
    connect_at(journal, 0);
    connected_at(journal, 20);
    note(journal, 30, 1, shown);
    note(journal, 40, 1,
         (struct journal_record){
             .kind = JOURNAL_TLS_FAILED, .connection = 1, .text = {SPAN(""), span_from(faults[i / 8 % 2])}});
    note(journal, 90, 0, (struct journal_record){.kind = JOURNAL_END, .text = {SPAN("quiet")}});
    assert_true(capture_write(journal, &(struct capture_options){0}, collect, &said, &counts));
    int64_t wanted = octets[i / 16] > 16384 ? 16384 : octets[i / 16] < 6 ? 0 : octets[i / 16];
    assert_int_equal(said.len, wanted);
    assert_whole_records(buf_span(&said));
    buf_free(&said);
    journal_free(journal);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_session),
      cmocka_unit_test(test_delayed_ack_and_fin_in_turn),
      cmocka_unit_test(test_segments),
      cmocka_unit_test(test_refused_and_timed_out),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_lost),
      cmocka_unit_test(test_forgotten),
      cmocka_unit_test(test_datagrams),
      cmocka_unit_test(test_tls),
      cmocka_unit_test(test_tls_of_a_stranger),
      cmocka_unit_test(test_nothing_new_after_a_loss),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
