#include "journal/journal.h"

#include "base/check.h"
#include "base/mem.h"

/* A record is written once, in its canonical form, into the newest chunk; chunks never move. The index
 * has for each record its time and where it begins; it lives in pages that never move either, each twice as
 * large as the one before: the first is small for a short story, the last need not be many. A journal is long
 * and memory is slow, so an entry counts from the beginning of its stretch: the records of one chunk, of an
 * hour or so.
 *
 *     chunks    ─▶ [ record record record … ] [ record … ]   in order, without gaps: the fingerprint
 *     pages     ─▶ [ time, place | time, place | … ]         of the journal is that of the chunks
 *     stretches ─▶ [ first record, chunk, time | … ]
 *
 * A journal that keeps only the fingerprint is the same with one chunk, which is emptied into the digest
 * whenever it is full. */

enum {
  CHUNK_FIRST_SIZE = 64 * 1024,
  CHUNK_SECOND_SIZE = 1024 * 1024,
  CHUNK_SIZE_BITS = 22, /* a record begins below this offset of its chunk: a larger one holds no second */
  CHUNK_SIZE = 1 << CHUNK_SIZE_BITS,
  KIND_BITS = 8,        /* with an offset, the 32 of an entry's place */
  PAGE_FIRST_BITS = 16, /* entries of the first page */
  PAGES_MAX = 32 - PAGE_FIRST_BITS + 1,
  VARINT_MAX = 10,
  /* the most a record takes besides its texts: kind, time, cause, host, agent, connection, message, … */
  HEAD_MAX = (7 + JOURNAL_NUMBERS + JOURNAL_TEXTS) * VARINT_MAX,
};
_Static_assert(JOURNAL_KIND_COUNT <= 128, "a kind is one octet of the canonical form");
_Static_assert(CHUNK_SIZE_BITS + KIND_BITS <= 32, "the place of a record");

struct chunk {
  size_t size;
  size_t used;
  size_t digested; /* how much of it the fingerprint has seen */
  unsigned char data[];
};

struct stretch {
  journal_seq first; /* of its records */
  uint32_t chunk;    /* in which all of them lie */
  int64_t time_us;   /* of the first */
};

struct entry {
  uint32_t passed_us; /* since the stretch's first record */
  uint32_t place;     /* offset in the chunk, kind; from the high bits to the low */
};

/* How many of each the kind has names for. */
struct shape {
  uint32_t numbers, texts;
};

struct journal {
  enum journal_mode mode;
  journal_seq count;
  int64_t last_time_us;
  struct chunk *newest;
  unsigned char *at, *end; /* of the newest chunk: where the next record begins, and where its room ends */
  struct chunk **chunks;
  size_t chunk_count, chunk_capacity;
  struct entry *pages[PAGES_MAX];
  unsigned page_count;
  struct entry *next_entry, *page_end; /* of the newest page */
  struct stretch *stretches;
  size_t stretch_count, stretch_capacity;
  int64_t stretch_us;                /* when the newest of them began … */
  const struct chunk *stretch_chunk; /* … and in which chunk; NULL: there is none yet */
  struct digest *digest;
  struct shape shape[JOURNAL_KIND_COUNT];
  uint64_t count_of[JOURNAL_KIND_COUNT];
};

struct journal *journal_new(enum journal_mode mode) {
  struct journal *journal = mem_zalloc(sizeof *journal);
  journal->mode = mode;
  if (mode != JOURNAL_COUNT) journal->digest = digest_new();
  for (int kind = 1; kind < JOURNAL_KIND_COUNT; kind++) {
    const struct journal_kind_info *info = journal_kind_info((enum journal_kind)kind);
    struct shape *shape = &journal->shape[kind];
    while (shape->numbers < JOURNAL_NUMBERS && info->number[shape->numbers]) shape->numbers++;
    while (shape->texts < JOURNAL_TEXTS && info->text[shape->texts]) shape->texts++;
  }
  return journal;
}

void journal_free(struct journal *journal) {
  if (!journal) return;
  for (size_t i = 0; i < journal->chunk_count; i++) mem_free(journal->chunks[i]);
  for (unsigned i = 0; i < journal->page_count; i++) mem_free(journal->pages[i]);
  mem_free(journal->chunks);
  mem_free(journal->stretches);
  digest_free(journal->digest);
  mem_free(journal);
}

/* ---- the canonical form ---- */

/* Seven bits an octet, the lowest first; the high bit says that more follow (LEB128). */
static inline unsigned char *put_unsigned(unsigned char *at, uint64_t value) {
  while (value >= 128) {
    *at++ = (unsigned char)(value | 128);
    value >>= 7;
  }
  *at++ = (unsigned char)value;
  return at;
}

/* 0, -1, 1, -2, … become 0, 1, 2, 3, … */
static inline unsigned char *put_signed(unsigned char *at, int64_t value) {
  return put_unsigned(at, ((uint64_t)value << 1) ^ (0 - (uint64_t)(value < 0)));
}

static inline const unsigned char *get_unsigned(const unsigned char *at, uint64_t *value_out) {
  uint64_t value = *at & 127;
  for (unsigned shift = 7; *at++ & 128; shift += 7) value |= (uint64_t)(*at & 127) << shift;
  *value_out = value;
  return at;
}

static inline const unsigned char *get_signed(const unsigned char *at, int64_t *value_out) {
  uint64_t value;
  at = get_unsigned(at, &value);
  value = (value >> 1) ^ (0 - (value & 1));
  memcpy(value_out, &value, sizeof value);
  return at;
}

/* Where there is room for it. What the kind has no name for must not be there: its texts, of so many octets
 * in all, are then those that it has names for. */
static unsigned char *encode(const struct journal *journal, const struct journal_record *record,
                             size_t octets, unsigned char *at) {
  const struct shape *shape = &journal->shape[record->kind];
  for (uint32_t i = shape->numbers; i < JOURNAL_NUMBERS; i++) CHECK(record->number[i] == 0);
  *at++ = (unsigned char)record->kind;
  at = put_unsigned(at, (uint64_t)(record->time_us - journal->last_time_us));
  at = put_unsigned(at, record->cause ? journal->count + 1 - record->cause : 0);
  at = put_unsigned(at, record->host);
  at = put_unsigned(at, record->agent);
  at = put_unsigned(at, record->connection);
  at = put_unsigned(at, record->message);
  const int64_t *number = record->number, *numbers_end = number + shape->numbers;
  for (; number < numbers_end; number++) at = put_signed(at, *number);
  const struct span *text = record->text, *texts_end = text + shape->texts;
  for (; text < texts_end; text++) {
    CHECK(text->len <= octets);
    octets -= text->len;
    at = put_unsigned(at, text->len);
    at = (unsigned char *)buf_put((char *)at, *text);
  }
  CHECK(octets == 0);
  return at;
}

/* ---- appending ---- */

/* Of the newest chunk only `at` knows how much is used. */
static void close_chunk(const struct journal *journal) {
  if (journal->newest) journal->newest->used = (size_t)(journal->at - journal->newest->data);
}

static void open_chunk(struct journal *journal, struct chunk *chunk) {
  journal->newest = chunk;
  journal->at = chunk->data;
  journal->end = chunk->data + chunk->size;
}

static void digest_chunk(const struct journal *journal, struct chunk *chunk) {
  const char *bytes = (const char *)chunk->data + chunk->digested;
  digest_add(journal->digest, span_of(bytes, chunk->used - chunk->digested));
  chunk->digested = chunk->used;
}

static void add_chunk(struct journal *journal, size_t at_least) {
  static const size_t first_sizes[] = {CHUNK_FIRST_SIZE, CHUNK_SECOND_SIZE, CHUNK_SECOND_SIZE};
  size_t number = journal->chunk_count;
  size_t size = number < sizeof first_sizes / sizeof *first_sizes ? first_sizes[number]
                                                                  : CHUNK_SIZE - sizeof(struct chunk);
  if (size < at_least) size = at_least;
  struct chunk *chunk = mem_alloc(sizeof *chunk + size);
  *chunk = (struct chunk){.size = size};
  journal->chunks =
      mem_grow(journal->chunks, &journal->chunk_capacity, journal->chunk_count + 1, sizeof(struct chunk *));
  journal->chunks[journal->chunk_count++] = chunk;
  open_chunk(journal, chunk);
}

/* For a record of so many octets at most. */
static void make_room(struct journal *journal, size_t at_most) {
  struct chunk *chunk = journal->newest;
  close_chunk(journal);
  if (chunk && journal->mode == JOURNAL_DIGEST) {
    digest_chunk(journal, chunk);
    chunk->digested = 0;
    open_chunk(journal, chunk);
    if (chunk->size >= at_most) return;
    mem_free(chunk);
    journal->chunk_count = 0;
  }
  add_chunk(journal, at_most);
}

static void add_page(struct journal *journal) {
  size_t entries = (size_t)1 << (PAGE_FIRST_BITS + journal->page_count);
  journal->next_entry = mem_alloc(entries * sizeof(struct entry));
  journal->page_end = journal->next_entry + entries;
  journal->pages[journal->page_count++] = journal->next_entry;
}

/* The record after the last begins it. */
static void add_stretch(struct journal *journal, int64_t time_us) {
  journal->stretches = mem_grow(journal->stretches, &journal->stretch_capacity, journal->stretch_count + 1,
                                sizeof(struct stretch));
  journal->stretches[journal->stretch_count++] =
      (struct stretch){journal->count + 1, (uint32_t)journal->chunk_count - 1, time_us};
  journal->stretch_us = time_us;
  journal->stretch_chunk = journal->newest;
}

static void add_entry(struct journal *journal, const struct journal_record *record, size_t offset) {
  int64_t passed_us = record->time_us - journal->stretch_us;
  if (UNLIKELY(journal->next_entry == journal->page_end)) add_page(journal);
  if (UNLIKELY(passed_us > UINT32_MAX || journal->stretch_chunk != journal->newest)) {
    add_stretch(journal, record->time_us);
    passed_us = 0;
  }
  *journal->next_entry++ = (struct entry){(uint32_t)passed_us, (uint32_t)offset << KIND_BITS | record->kind};
}

/* Keeps the record, and gives its offset in the newest chunk; journal->count and last_time_us are still those
 * of the record before. */
static size_t keep(struct journal *journal, const struct journal_record *record) {
  size_t octets = 0;
  for (int i = 0; i < JOURNAL_TEXTS; i++) octets += record->text[i].len;
  CHECK(octets <= JOURNAL_RECORD_MAX);
  if (UNLIKELY((size_t)(journal->end - journal->at) < HEAD_MAX + octets))
    make_room(journal, HEAD_MAX + octets);
  size_t offset = (size_t)(journal->at - journal->newest->data);
  journal->at = encode(journal, record, octets, journal->at);
  return offset;
}

static journal_seq append(struct journal *journal, const struct journal_record *record) {
  CHECK(record->time_us >= journal->last_time_us && record->time_us <= JOURNAL_INTEGER_MAX);
  switch (journal->mode) {
  case JOURNAL_COUNT: break;
  case JOURNAL_DIGEST: keep(journal, record); break;
  case JOURNAL_FULL: add_entry(journal, record, keep(journal, record)); break;
  }
  journal->last_time_us = record->time_us;
  journal->count_of[record->kind]++;
  return ++journal->count;
}

static journal_seq append_first(struct journal *journal, const struct journal_record *record) {
  struct journal_record first = *record;
  CHECK(record->kind == JOURNAL_SCENARIO && record->cause == 0);
  first.number[0] = JOURNAL_FORMAT;
  return append(journal, &first);
}

journal_seq journal_append(struct journal *journal, const struct journal_record *record) {
  if (UNLIKELY(journal->count == 0)) return append_first(journal, record);
  CHECK(record->kind > JOURNAL_SCENARIO && record->kind < JOURNAL_KIND_COUNT);
  CHECK(record->cause <= journal->count && journal->count < JOURNAL_COUNT_MAX);
  return append(journal, record);
}

/* ---- reading ---- */

journal_seq journal_count(const struct journal *journal) {
  return journal->count;
}

uint64_t journal_count_of(const struct journal *journal, enum journal_kind kind) {
  CHECK(kind > JOURNAL_NO_KIND && kind < JOURNAL_KIND_COUNT);
  return journal->count_of[kind];
}

enum journal_mode journal_mode_of(const struct journal *journal) {
  return journal->mode;
}

static const struct entry *entry_of(const struct journal *journal, journal_seq seq) {
  CHECK(journal->mode == JOURNAL_FULL && seq >= 1 && seq <= journal->count);
  /* Page n begins with record 2^(PAGE_FIRST_BITS + n) of a journal that had a page's worth before its first.
   */
  uint64_t place = (uint64_t)seq - 1 + ((uint64_t)1 << PAGE_FIRST_BITS);
  unsigned bits = 63 - (unsigned)__builtin_clzll(place);
  return &journal->pages[bits - PAGE_FIRST_BITS][place - ((uint64_t)1 << bits)];
}

/* The last that begins with that record or before. */
static const struct stretch *stretch_of(const struct journal *journal, journal_seq seq) {
  size_t low = 0, high = journal->stretch_count - 1; /* the answer is in low … high */
  while (low < high) {
    size_t middle = high - (high - low) / 2;
    if (journal->stretches[middle].first <= seq)
      low = middle;
    else
      high = middle - 1;
  }
  return &journal->stretches[low];
}

void journal_get(const struct journal *journal, journal_seq seq, struct journal_record *record_out) {
  const struct entry *entry = entry_of(journal, seq);
  const struct stretch *stretch = stretch_of(journal, seq);
  const unsigned char *at = journal->chunks[stretch->chunk]->data + (entry->place >> KIND_BITS);
  uint64_t cause, host, agent, connection, message, passed_us;
  uint16_t kind = *at++;
  at = get_unsigned(at, &passed_us); /* since the record before; the index knows the time itself */
  at = get_unsigned(at, &cause);
  at = get_unsigned(at, &host);
  at = get_unsigned(at, &agent);
  at = get_unsigned(at, &connection);
  at = get_unsigned(at, &message);
  *record_out = (struct journal_record){
      .time_us = stretch->time_us + entry->passed_us,
      .seq = seq,
      .cause = cause ? seq - (journal_seq)cause : 0,
      .kind = kind,
      .host = (uint16_t)host,
      .agent = (uint16_t)agent,
      .connection = (uint32_t)connection,
      .message = (uint32_t)message,
  };
  const struct shape *shape = &journal->shape[kind];
  for (uint32_t i = 0; i < shape->numbers; i++) at = get_signed(at, &record_out->number[i]);
  for (uint32_t i = 0; i < JOURNAL_TEXTS; i++) {
    uint64_t len = 0;
    if (i < shape->texts) at = get_unsigned(at, &len);
    record_out->text[i] = span_of((const char *)at, (size_t)len);
    at += len;
  }
}

enum journal_kind journal_kind_at(const struct journal *journal, journal_seq seq) {
  return (enum journal_kind)(entry_of(journal, seq)->place & ((1 << KIND_BITS) - 1));
}

int64_t journal_time_at(const struct journal *journal, journal_seq seq) {
  return stretch_of(journal, seq)->time_us + entry_of(journal, seq)->passed_us;
}

journal_seq journal_at_time(const struct journal *journal, int64_t time_us) {
  CHECK(journal->mode == JOURNAL_FULL);
  journal_seq low = 0, high = journal->count; /* the answer is in low … high */
  while (low < high) {
    journal_seq middle = high - (high - low) / 2;
    if (journal_time_at(journal, middle) <= time_us)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

/* The chunks remember how far they have been digested, so that asking again costs only what is new. */
void journal_fingerprint(const struct journal *journal, char hex_out[DIGEST_HEX_MAX]) {
  CHECK(journal->mode != JOURNAL_COUNT);
  close_chunk(journal);
  for (size_t i = 0; i < journal->chunk_count; i++) digest_chunk(journal, journal->chunks[i]);
  digest_hex(journal->digest, hex_out);
}
