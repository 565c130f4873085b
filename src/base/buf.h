/* buf: bytes that grow, up to a cap that the owner names.
 *
 * What a stranger can fill has a cap. Once an append would pass it, nothing more is added and
 * `overflowed` stays set until buf_clear: a caller may build a whole text and look once.
 */
#pragma once

#include "base/span.h"

struct buf {
  char *data;
  size_t len;
  size_t capacity; /* never more than cap and one */
  size_t cap;      /* most bytes it may ever hold; 0 means no cap (for our own output) */
  bool overflowed;
  bool lent; /* data is the owner's, not from the heap */
};

#define BUF_CAPPED(most) ((struct buf){.cap = (most)})
/* Begins in an array of the owner's, which must outlive it and stay where it is; goes to the heap when it
 * grows past that. For what is nearly always small. */
#define BUF_ON(array, most)                                                                                  \
  ((struct buf){.data = (array),                                                                             \
                .capacity = (most) && (most) < sizeof(array) ? (most) + 1 : sizeof(array),                   \
                .cap = (most),                                                                               \
                .lent = true})

/* Another cap from now on; what is in it stays. */
void buf_set_cap(struct buf *buf, size_t most);

/* The way there when there is no room yet, or too much already. */
bool buf_add_slowly(struct buf *buf, struct span bytes);
/* False: it would pass the cap; nothing added. */
static inline bool buf_add(struct buf *buf, struct span bytes) {
  size_t len = buf->len + bytes.len;
  if (len >= buf->capacity || buf->overflowed) return buf_add_slowly(buf, bytes);
  if (bytes.len) memcpy(buf->data + buf->len, bytes.data, bytes.len);
  buf->len = len;
  return true;
}
static inline bool buf_add_char(struct buf *buf, char c) {
  size_t len = buf->len + 1;
  if (len >= buf->capacity || buf->overflowed) return buf_add_slowly(buf, span_of(&c, 1));
  buf->data[buf->len] = c;
  buf->len = len;
  return true;
}
static inline bool buf_add_text(struct buf *buf, const char *text) {
  return buf_add(buf, span_from(text));
}
/* Where the next bytes go, with room for so many, for who puts them there and adds to `len`; NULL: it would
 * pass the cap. */
char *buf_room_slowly(struct buf *buf, size_t count);
static inline char *buf_room(struct buf *buf, size_t count) {
  size_t len = buf->len + count;
  if (len >= buf->capacity || buf->overflowed) return buf_room_slowly(buf, count);
  return buf->data + buf->len;
}
/* Copies two pieces of that size, at most 16 octets, one from each end: they may overlap. */
static inline void buf_copy_ends(char *to, struct span bytes, size_t size) {
  char first[16], last[16];
  memcpy(first, bytes.data, size);
  memcpy(last, bytes.data + bytes.len - size, size);
  memcpy(to, first, size);
  memcpy(to + bytes.len - size, last, size);
}
/* Copies a few octets without a call, for who puts short texts together in such room. */
static inline void buf_copy(char *to, struct span bytes) {
  if (bytes.len >= 8) {
    if (bytes.len <= 16)
      buf_copy_ends(to, bytes, 8);
    else if (bytes.len <= 32)
      buf_copy_ends(to, bytes, 16);
    else
      memcpy(to, bytes.data, bytes.len);
  } else if (bytes.len >= 4) {
    buf_copy_ends(to, bytes, 4);
  } else if (bytes.len > 0) {
    char middle = bytes.data[bytes.len / 2], last = bytes.data[bytes.len - 1];
    to[0] = bytes.data[0];
    to[bytes.len / 2] = middle;
    to[bytes.len - 1] = last;
  }
}
/* The same; where the next octet goes. */
static inline char *buf_put(char *to, struct span bytes) {
  buf_copy(to, bytes);
  return to + bytes.len;
}
/* The same of a number, in decimal: at most BUF_U64_MAX octets. */
enum { BUF_U64_MAX = 20 };
char *buf_put_u64(char *to, uint64_t value);
bool buf_add_u64(struct buf *buf, uint64_t value);
bool buf_add_i64(struct buf *buf, int64_t value);
bool buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_drop_front(struct buf *buf, size_t count);
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_free(struct buf *buf);
static inline struct span buf_span(const struct buf *buf) {
  return (struct span){buf->data ? buf->data : "", buf->len};
}
