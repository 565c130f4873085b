/* whatif_internal: what the files of whatif share: whatif.c (words to actions), whatif_letter.c (letters and
 * the script), whatif_copy.c (copies of letters). */
#pragma once

#include "world/whatif.h"

enum whatif_section { WHATIF_SCRIPT, WHATIF_FAULTS, WHATIF_DNS, WHATIF_SECTION_COUNT };

struct whatif_reader {
  const struct whatif_source *source;
  const struct span *words;
  size_t count, at; /* the word that comes next */
  size_t actions;
  struct arena arena;
  struct buf sections[WHATIF_SECTION_COUNT]; /* members so far */
  struct buf *what;
  struct error_list *errors;
};

/* True if there is a word that is no "and". */
bool whatif_has_word(const struct whatif_reader *reader);
/* The next word; empty at the end. */
struct span whatif_take(struct whatif_reader *reader);
/* Whether the next word is this one; then it is taken. */
bool whatif_take_if(struct whatif_reader *reader, const char *word);
/* Always false. */
bool whatif_fail(struct whatif_reader *reader, const char *expected, struct span hint, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));
/* The nearest of the candidates as "did you mean …?", or the other hint. */
struct span whatif_hint(struct whatif_reader *reader, struct span word, const struct span *candidates,
                        size_t count, const char *other);
/* The machine of that name, in any letter case. */
bool whatif_known_host(struct whatif_reader *reader, struct span word, struct span *name_out);
/* "at TIME" where it stands next. */
bool whatif_take_time(struct whatif_reader *reader, const char *word, int64_t *us_inout);
/* Begins a member of a section: a comma if there is need, its key. */
struct buf *whatif_member(struct whatif_reader *reader, enum whatif_section section);
void whatif_write_time(int64_t us, struct buf *out); /* "90s" */
void whatif_say_time(int64_t us, struct buf *out);   /* for people: "90s", "00:01:00.315" */
void whatif_write_text(const char *key, struct span text, struct buf *out); /* ,"key":"text" */

/* "resend N …", "script N …", after their first word. */
bool whatif_resend(struct whatif_reader *reader);
bool whatif_script(struct whatif_reader *reader);

/* A key of an entry of the script, and what it says instead. */
struct whatif_edit {
  const char *key;
  struct span value;
};
/* The copy that a machine had at that time, edited, sent on from there; says so, too. */
bool whatif_resend_copy(struct whatif_reader *reader, uint32_t message, struct span host,
                        const struct whatif_edit *edits, size_t count, int64_t at_us);
