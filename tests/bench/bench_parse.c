/* bench_parse: reading the headers of a mailbox of a hundred megabytes, held in memory.
 *
 * Structure: where each letter begins, and each of its fields. Decoded: every field unfolded, the addresses
 * of From, To and Cc, the words of Subject, the moment of Date. The yardsticks do the same with the least
 * that can be done (yardstick_parse.h); GMime, where it is installed, as a program that uses it would. All
 * are held to what made_mbox knows of the mailbox. Megabytes are those of the whole mailbox, since whoever
 * looks for letters passes over their bodies. */
#include "base/check.h"
#include "bench_frame.h"
#include "made_mbox.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/mbox.h"
#include "peers/gmime_parse.h"
#include "yardstick_parse.h"

static void check_structure(uint64_t letters, uint64_t fields) {
  CHECK(letters == made_mbox()->letters);
  CHECK(fields == made_mbox()->fields);
}

static void check_values(uint64_t addresses, uint64_t dates) {
  CHECK(addresses == made_mbox()->addresses);
  CHECK(dates == made_mbox()->dates);
}

/* ---- ours ---- */

static void ours_structure(struct bench_watch *watch, const void *argument) {
  const struct made_mbox *mbox = made_mbox();
  struct mbox_entry entry;
  struct header_field field;
  uint64_t letters = 0, fields = 0;
  (void)argument;
  bench_start(watch);
  for (struct mbox_reader mbox_reader = mbox_read(buf_span(&mbox->bytes)); mbox_next(&mbox_reader, &entry);) {
    enum header_item item;
    letters++;
    for (struct header_reader reader = header_read(entry.text);
         (item = header_next(&reader, &field)) != HEADER_END;)
      fields += item == HEADER_FIELD;
  }
  bench_stop(watch, mbox->bytes.len);
  check_structure(letters, fields);
}

struct values {
  uint64_t fields, addresses, dates, octets;
};

static void decode(const struct header_field *field, struct arena *arena, struct values *values) {
  struct span value = header_unfold(field->value, arena);
  struct mailbox_entry *entries;
  struct date date;
  values->fields++;
  values->octets += value.len;
  if (span_equal_nocase(field->name, SPAN("From")) || span_equal_nocase(field->name, SPAN("To")) ||
      span_equal_nocase(field->name, SPAN("Cc")))
    values->addresses += address_list_parse(value, arena, &entries, NULL);
  else if (span_equal_nocase(field->name, SPAN("Subject")))
    values->octets += encoded_word_read(value, arena).len;
  else if (span_equal_nocase(field->name, SPAN("Date")) && date_parse(value, &date))
    values->dates += (uint64_t)(date.unix_us / DATE_SECOND_US);
}

static void ours_decoded(struct bench_watch *watch, const void *argument) {
  const struct made_mbox *mbox = made_mbox();
  struct arena arena = ARENA_EMPTY;
  struct mbox_entry entry;
  struct header_field field;
  struct values values = {0};
  uint64_t letters = 0;
  (void)argument;
  bench_start(watch);
  for (struct mbox_reader mbox_reader = mbox_read(buf_span(&mbox->bytes)); mbox_next(&mbox_reader, &entry);) {
    enum header_item item;
    letters++;
    for (struct header_reader reader = header_read(entry.text);
         (item = header_next(&reader, &field)) != HEADER_END;)
      if (item == HEADER_FIELD) decode(&field, &arena, &values);
    arena_reset(&arena);
  }
  bench_stop(watch, mbox->bytes.len);
  arena_free(&arena);
  check_structure(letters, values.fields);
  check_values(values.addresses, values.dates);
}

/* ---- the others ---- */

static void bare_scan(struct bench_watch *watch, const void *argument) {
  const struct made_mbox *mbox = made_mbox();
  (void)argument;
  bench_start(watch);
  struct yardstick_parse found = yardstick_scan(mbox->bytes.data, mbox->bytes.len);
  bench_stop(watch, mbox->bytes.len);
  check_structure(found.letters, found.fields);
}

static void bare_decode(struct bench_watch *watch, const void *argument) {
  const struct made_mbox *mbox = made_mbox();
  (void)argument;
  bench_start(watch);
  struct yardstick_parse found = yardstick_decode(mbox->bytes.data, mbox->bytes.len);
  bench_stop(watch, mbox->bytes.len);
  check_structure(found.letters, found.fields);
  check_values(found.addresses, found.dates);
}

#ifdef WITH_GMIME
static void gmime(struct bench_watch *watch, const void *argument) {
  const struct made_mbox *mbox = made_mbox();
  struct gmime_parse found;
  bool decoded = *(const bool *)argument;
  gmime_parse_begin();
  bench_start(watch);
  found = gmime_parse(mbox->bytes.data, mbox->bytes.len, decoded);
  bench_stop(watch, mbox->bytes.len);
  CHECK(found.letters == mbox->letters);
  if (decoded) check_values(found.addresses, found.dates);
}

static const bool structure_only = false, with_values = true;
#define GMIME(decoded)                                                                                       \
  { .name = "GMime", .run = gmime, .argument = &(decoded), .at_least = 4 }
#else
#define GMIME(decoded)                                                                                       \
  { .name = "GMime", .command = "false", .at_least = 4 }
#endif

static const struct bench_case cases[] = {
    {"headers: structure",
     "octets",
     1e6,
     {{.name = "waystation", .run = ours_structure},
      {.name = "yardstick: bare scan", .run = bare_scan, .at_least = 0.25},
      GMIME(structure_only)}},
    {"headers: decoded",
     "octets",
     1e6,
     {{.name = "waystation", .run = ours_decoded},
      {.name = "yardstick: scan and decode", .run = bare_decode, .at_least = 0.25},
      {.name = "yardstick: bare scan", .run = bare_scan},
      GMIME(with_values)}},
};

int main(int argc, char **argv) {
  return bench_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
