#include "made_mbox.h"

#include "base/rng.h"
#include "mail/date.h"

enum { FIRST_DATE_S = 1087575775, PEOPLE_IN_LIST_MAX = 4, DOMAINS = 200 };

static struct made_mbox made;
static struct rng rng;

static uint64_t up_to(uint64_t most) {
  return 1 + rng_below(&rng, most);
}

static const char *const words[] = {
    "the",      "relay",   "took", "letter", "and",    "answered", "with",  "a",      "code",
    "that",     "nobody",  "had",  "read",   "before", "so",       "it",    "went",   "on",
    "to",       "another", "host", "where",  "queue",  "after",    "queue", "waited", "for",
    "Friday's", "post",    "from", "Dallas", "until",  "evening",  "came",  "around", "postman's",
};

static void add_words(int count) {
  for (int i = 0; i < count; i++) {
    if (i) buf_add_char(&made.bytes, ' ');
    buf_add_text(&made.bytes, words[rng_below(&rng, sizeof words / sizeof *words)]);
  }
}

/* ---- the header ---- */

static void add_mailbox(void) {
  static const char *const forms[] = {
      "p%d@d%d.example",
      "Person %d <p%d@d%d.example>",
      "\"Person, the %dth\" <p%d@d%d.example>",
      "p%d@d%d.example (Person %d)",
      "=?UTF-8?Q?Andr=C3=A9_%d?= <p%d@d%d.example>",
  };
  int person = (int)rng_below(&rng, 5000), domain = (int)rng_below(&rng, DOMAINS);
  uint64_t form = rng_below(&rng, sizeof forms / sizeof *forms);
  if (form == 0)
    buf_format(&made.bytes, "p%d@d%d.example", person, domain);
  else if (form == 3)
    buf_format(&made.bytes, "p%d@d%d.example (Person %d)", person, domain, person);
  else
    buf_format(&made.bytes, forms[form], person, person, domain);
  made.addresses++;
}

static void add_mailboxes(const char *field, uint64_t count) {
  buf_add_text(&made.bytes, field);
  buf_add_text(&made.bytes, ": ");
  for (uint64_t i = 0; i < count; i++) {
    if (i) buf_add_text(&made.bytes, i % 2 ? ",\n\t" : ", ");
    add_mailbox();
  }
  buf_add_char(&made.bytes, '\n');
  made.fields++;
}

static void add_date(int64_t unix_s, int32_t zone_minutes) {
  date_format(unix_s * DATE_SECOND_US, zone_minutes, SPAN_EMPTY, &made.bytes);
  buf_add_char(&made.bytes, '\n');
}

static void add_received(int64_t unix_s) {
  int from = (int)rng_below(&rng, DOMAINS), by = (int)rng_below(&rng, DOMAINS);
  int number = (int)rng_below(&rng, 100000);
  buf_format(
      &made.bytes,
      "Received: from mx%d.example (mx%d.example [192.0.2.%d])\n\tby mail%d.example (8.12.10/8.12.9) with "
      "ESMTP id i5I%05d\n\tfor <p%d@d%d.example>; ",
      from, from, from, by, number, number % 5000, by);
  add_date(unix_s, -360);
  made.fields++;
}

static void add_line(const char *name, const char *before, int count, const char *after) {
  buf_add_text(&made.bytes, name);
  buf_add_text(&made.bytes, before);
  add_words(count);
  buf_add_text(&made.bytes, after);
  buf_add_char(&made.bytes, '\n');
  made.fields++;
}

static void add_header(int64_t unix_s) {
  for (uint64_t i = 1 + up_to(4); i > 0; i--) add_received(unix_s + (int64_t)i);
  add_mailboxes("From", 1);
  add_mailboxes("To", up_to(PEOPLE_IN_LIST_MAX));
  if (rng_below(&rng, 3) == 0) add_mailboxes("Cc", up_to(PEOPLE_IN_LIST_MAX));
  if (rng_below(&rng, 5) == 0)
    add_line("Subject: ", "=?UTF-8?Q?Don=E2=80=99t_panic!?= ", 3, "");
  else
    add_line("Subject: ", "Re: ", 6, "");
  buf_add_text(&made.bytes, "Date: ");
  add_date(unix_s, -360);
  made.dates += (uint64_t)unix_s;
  buf_format(&made.bytes, "Message-ID: <%lld.%d@d%d.example>\nMIME-Version: 1.0\n", (long long)unix_s,
             (int)rng_below(&rng, 100000), (int)rng_below(&rng, DOMAINS));
  made.fields += 3;
  add_line("References: ", "<", 1, "@d1.example>\n <1087575775.1@d2.example>\n <1087575776.2@d3.example>");
  add_line("X-Mailer: ", "", 2, " 4.58");
}

/* ---- the body ---- */

static void add_text(uint64_t lines, const char *line_end) {
  for (uint64_t i = 0; i < lines; i++) {
    if (rng_below(&rng, 8) == 0)
      buf_add_char(&made.bytes, '\n');
    else
      add_words(12);
    buf_add_text(&made.bytes, line_end);
  }
}

static void add_base64(uint64_t lines) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (uint64_t i = 0; i < lines; i++) {
    uint64_t bits = 0;
    for (int k = 0; k < 76; k++, bits >>= 6) {
      if (k % 10 == 0) bits = rng_next(&rng);
      buf_add_char(&made.bytes, digits[bits & 63]);
    }
    buf_add_char(&made.bytes, '\n');
  }
}

static void add_body(uint64_t kind) {
  if (kind < 6)
    add_text(up_to(60), "\n");
  else if (kind < 8)
    add_text(up_to(80), "=E2=80=99=\n");
  else
    add_base64(up_to(300));
}

static void add_letter(void) {
  static const char *const encodings[] = {"7bit", "quoted-printable", "base64"};
  int64_t unix_s = FIRST_DATE_S + (int64_t)made.letters * 3607;
  uint64_t kind = rng_below(&rng, 10);
  buf_add_text(&made.bytes, "From p1@d1.example ");
  date_format_asctime(unix_s * DATE_SECOND_US, -360, &made.bytes);
  buf_add_char(&made.bytes, '\n');
  add_header(unix_s);
  buf_format(&made.bytes, "Content-Type: %s\nContent-Transfer-Encoding: %s\n\n",
             kind < 8 ? "text/plain; charset=utf-8" : "image/gif",
             encodings[kind < 6   ? 0
                       : kind < 8 ? 1
                                  : 2]);
  made.fields += 2;
  add_body(kind);
  buf_add_char(&made.bytes, '\n');
  made.letters++;
}

const struct made_mbox *made_mbox(void) {
  if (made.letters) return &made;
  rng = rng_named(1, SPAN("bench parse"));
  while (made.bytes.len < MADE_MBOX_OCTETS) add_letter();
  return &made;
}
