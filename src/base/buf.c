#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "base/mem.h"

static void leave_lent(struct buf *buf, size_t wanted) {
  const char *lent = buf->data;
  buf->data = NULL;
  buf->capacity = 0;
  buf->lent = false;
  buf->data = mem_grow(buf->data, &buf->capacity, wanted, 1);
  memcpy(buf->data, lent, buf->len);
}

/* Room beyond the cap is as if it were not there: so one comparison tells both. */
void buf_set_cap(struct buf *buf, size_t most) {
  buf->cap = most;
  if (most && buf->capacity > most) buf->capacity = most + 1;
}

/* Makes room for count more bytes; false when the cap forbids it. */
static bool reserve(struct buf *buf, size_t count) {
  if (buf->overflowed || (buf->cap && count > buf->cap - buf->len)) {
    buf->overflowed = true;
    return false;
  }
  size_t wanted = buf->len + count + 1;
  if (wanted <= buf->capacity) return true;
  if (buf->lent)
    leave_lent(buf, wanted);
  else
    buf->data = mem_grow(buf->data, &buf->capacity, wanted, 1);
  buf_set_cap(buf, buf->cap);
  return true;
}

bool buf_add_slowly(struct buf *buf, struct span bytes) {
  if (!reserve(buf, bytes.len)) return false;
  if (bytes.len) memcpy(buf->data + buf->len, bytes.data, bytes.len);
  buf->len += bytes.len;
  return true;
}

char *buf_room_slowly(struct buf *buf, size_t count) {
  return reserve(buf, count) ? buf->data + buf->len : NULL;
}

/* How many decimal digits. By its bits there are as many as these, or one more: 1233 / 4096 is log10 of 2.
 * Most are small. */
static size_t digits_of(uint64_t value) {
  /* clang-format off */
  static const uint64_t powers[] = {
      0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
      10000000000, 100000000000, 1000000000000, 10000000000000,
      100000000000000, 1000000000000000, 10000000000000000,
      100000000000000000, 1000000000000000000, 10000000000000000000u};
  /* clang-format on */
  if (value < 100) return value < 10 ? 1 : 2; /* as most are */
  size_t least = (size_t)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;
  return least + (value >= powers[least]);
}

/* Two digits at a time, written where they will stand: digits that are put elsewhere first and copied as one
 * word make the copy wait until each of them has left the store buffer. */
char *buf_put_u64(char *to, uint64_t value) {
  static const char pairs[] = "0001020304050607080910111213141516171819"
                              "2021222324252627282930313233343536373839"
                              "4041424344454647484950515253545556575859"
                              "6061626364656667686970717273747576777879"
                              "8081828384858687888990919293949596979899";
  char *end = to + digits_of(value), *at = end;
  for (; value >= 100; value /= 100) memcpy(at -= 2, pairs + 2 * (value % 100), 2);
  if (value >= 10)
    memcpy(to, pairs + 2 * value, 2);
  else
    *to = (char)('0' + value);
  return end;
}

bool buf_add_u64(struct buf *buf, uint64_t value) {
  char digits[BUF_U64_MAX];
  return buf_add(buf, span_of(digits, (size_t)(buf_put_u64(digits, value) - digits)));
}

bool buf_add_i64(struct buf *buf, int64_t value) {
  if (value < 0 && !buf_add_char(buf, '-')) return false;
  return buf_add_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

bool buf_format(struct buf *buf, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  CHECK(length >= 0);
  bool fits = reserve(buf, (size_t)length);
  if (fits) {
    vsnprintf(buf->data + buf->len, (size_t)length + 1, format, again);
    buf->len += (size_t)length;
  }
  va_end(again);
  return fits;
}

void buf_drop_front(struct buf *buf, size_t count) {
  CHECK(count <= buf->len);
  buf->len -= count;
  if (buf->len) memmove(buf->data, buf->data + count, buf->len);
}

void buf_clear(struct buf *buf) {
  buf->len = 0;
  buf->overflowed = false;
}

void buf_free(struct buf *buf) {
  if (!buf->lent) mem_free(buf->data);
  *buf = (struct buf){.cap = buf->cap};
}
