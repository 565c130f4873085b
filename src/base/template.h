/* template: a program's words with places for what is filled in: "250 2.1.0 {address}... Sender ok".
 *
 *     {name}     the value of that name
 *     [[ … ]]    a part that is left out when a name inside it has no value; parts do not nest
 *                (a bracket may stand before the end: "[[ [{ip}]]]")
 *     {{         a brace
 *
 * The templates come from files (assets/software, scenarios): template_check tells what is wrong with one;
 * expanding a wrong one writes what it can.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

struct template_value {
  struct span name;
  struct span value;
};

/* Called for each value written, with its place in `out`: so that trace fields can tell where a token
 * came from. */
typedef void template_placed(void *context, size_t value_index, size_t offset, size_t length);

void template_expand(struct span text, const struct template_value *values, size_t count, struct buf *out);
void template_expand_placed(struct span text, const struct template_value *values, size_t count,
                            struct buf *out, template_placed *placed, void *context);
/* The same template with one value filled in for good, as it never changes. The value becomes part of the
 * template, so it must not hold what means something there (CHECKed). In the arena. */
struct span template_settle(struct span text, const struct template_value *value, struct arena *arena);
/* Nothing in it could be taken for a name, a part or a brace, nor become one beside what stands in a
 * template. */
bool template_is_inert(struct span value);
/* The same template read once, for words that are said over and over: names are numbers then, and what is
 * filled in is an array of values, one for each name. Lives in the arena; the text is borrowed. */
enum { TEMPLATE_NAMES_MAX = 64 };

struct template_piece {
  struct span text;   /* as it stands */
  uint32_t name;      /* whose value comes behind it; TEMPLATE_NAMES_MAX: none */
  uint32_t part_size; /* of the first piece of a part: so many are left out … */
  uint64_t needs;     /* … unless each name n has a value, bit n; 0: nothing is needed */
};

struct template {
  struct template_piece *pieces;
  size_t piece_count;
  uint64_t names;             /* bit n: name n stands in it, so its value matters */
  size_t text_len, most_uses; /* octets that stand as they are; how often the most frequent name does */
};

struct template template_compile(struct span text, const struct span *names, size_t name_count,
                                 struct arena *arena);
static inline bool template_uses(const struct template *template, unsigned name) {
  return template->names >> name & 1;
}
/* The first of a set of names, as in `names` above; takes it off the set, which must not be empty. */
static inline unsigned template_take_name(uint64_t *names) {
  unsigned name = (unsigned)__builtin_ctzll(*names);
  *names &= *names - 1;
  return name;
}
/* Nothing but one text as it stands: there is nothing to fill in. */
static inline bool template_is_plain(const struct template *template) {
  return template->piece_count == 1 && !template->names;
}
/* Values of names that it does not use are not looked at. `placed` may be NULL. */
void template_fill(const struct template *template, const struct span *values, struct buf *out,
                   template_placed *placed, void *context);

/* False if a name is not among the known ones, or a brace or bracket has no partner: *bad_out is the piece
 * of text that is wrong. */
bool template_check(struct span text, const struct span *known, size_t known_count, struct span *bad_out);
