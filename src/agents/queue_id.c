#include "agents/queue_id.h"

#include "base/check.h"
#include "mail/date.h"

/* sendmail 8.10+: 0–9, A–Z, a–x. */
static const char base60[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
/* Exim: 0–9, A–Z, a–z. */
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static void add_digits(struct buf *out, const char *digits, uint64_t base, uint64_t value, size_t count) {
  char text[16];
  CHECK(count <= sizeof text);
  for (size_t i = count; i > 0; i--) {
    text[i - 1] = digits[value % base];
    value /= base;
  }
  buf_add(out, span_of(text, count));
}

/* The time in UTC, the month from 0, the year since 1900 (sendmail's queue.c says so in its comments; the
 * years repeat after sixty). */
static void add_sendmail_time(int64_t unix_us, struct buf *out) {
  struct date_civil utc = date_to_civil(unix_us, 0);
  buf_add_char(out, base60[(utc.year - 1900) % 60]);
  buf_add_char(out, base60[utc.month - 1]);
  buf_add_char(out, base60[utc.day]);
  buf_add_char(out, base60[utc.hour]);
  buf_add_char(out, base60[utc.minute]);
  buf_add_char(out, base60[utc.second % 60]);
}

/* "i5GAYga31371": the time, a counter of one digit, the process id in five digits. */
static void add_sendmail_8_10(struct queue_id_maker *maker, int64_t unix_us, struct buf *out) {
  add_sendmail_time(unix_us, out);
  add_digits(out, base60, 60, maker->sequence++ % 60, 1);
  add_digits(out, "0123456789", 10, maker->process_id % 100000, 5);
}

/* "i5IGMtv0004345": the time, a counter of two digits, the process id in six. */
static void add_sendmail_8_12(struct queue_id_maker *maker, int64_t unix_us, struct buf *out) {
  add_sendmail_time(unix_us, out);
  add_digits(out, base60, 60, maker->sequence % 3600, 2);
  add_digits(out, "0123456789", 10, maker->process_id % 1000000, 6);
  maker->sequence++;
}

/* "LAA20869": the local hour as a letter, two letters that count within the process, the process id. */
static void add_sendmail_8_8(const struct queue_id_maker *maker, int64_t unix_us, int32_t zone_minutes,
                             struct buf *out) {
  buf_add_char(out, (char)('A' + date_to_civil(unix_us, zone_minutes).hour));
  buf_add_char(out, (char)('A' + maker->in_process / 26 % 26));
  buf_add_char(out, (char)('A' + maker->in_process % 26));
  add_digits(out, "0123456789", 10, maker->process_id % 100000, 5);
}

/* "1BbLzH-00018a-00": seconds, process id, and a fraction of a second. */
static void add_exim(const struct queue_id_maker *maker, int64_t unix_us, struct buf *out) {
  add_digits(out, base62, 62, (uint64_t)(unix_us / DATE_SECOND_US), 6);
  buf_add_char(out, '-');
  add_digits(out, base62, 62, maker->process_id, 6);
  buf_add_char(out, '-');
  add_digits(out, base62, 62, (uint64_t)(unix_us % DATE_SECOND_US) / 500, 2);
}

/* Postfix's short ids: five digits of microseconds, then the inode of the queue file. */
static void add_hex(struct queue_id_maker *maker, int64_t unix_us, struct buf *out) {
  static const char hex[] = "0123456789ABCDEF";
  add_digits(out, hex, 16, (uint64_t)(unix_us % DATE_SECOND_US), 5);
  add_digits(out, hex, 16, 0x1A000u + maker->process_id % 4096 * 16 + maker->sequence++, 5);
}

struct span queue_id_make(struct queue_id_maker *maker, int64_t unix_us, int32_t zone_minutes,
                          char text_out[QUEUE_ID_MAX]) {
  char inside[QUEUE_ID_MAX + 1];
  struct buf text = BUF_ON(inside, QUEUE_ID_MAX);
  if (maker->pinned_used < maker->pinned_count) {
    buf_add(&text, span_first(maker->pinned[maker->pinned_used++], QUEUE_ID_MAX));
  } else {
    switch (maker->scheme) {
    case QUEUE_ID_HEX: add_hex(maker, unix_us, &text); break;
    case QUEUE_ID_SENDMAIL_8_8: add_sendmail_8_8(maker, unix_us, zone_minutes, &text); break;
    case QUEUE_ID_SENDMAIL_8_10: add_sendmail_8_10(maker, unix_us, &text); break;
    case QUEUE_ID_SENDMAIL_8_12: add_sendmail_8_12(maker, unix_us, &text); break;
    case QUEUE_ID_EXIM: add_exim(maker, unix_us, &text); break;
    case QUEUE_ID_QMAIL: buf_add_u64(&text, maker->process_id); break;
    case QUEUE_ID_COUNTER:
      buf_add_char(&text, maker->initial);
      buf_add_u64(&text, ++maker->sequence);
      break;
    }
  }
  struct span id = span_of(text_out, text.len);
  memcpy(text_out, text.data, text.len);
  buf_free(&text);
  return id;
}
