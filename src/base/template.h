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
/* False if a name is not among the known ones, or a brace or bracket has no partner: *bad_out is the piece
 * of text that is wrong. */
bool template_check(struct span text, const struct span *known, size_t known_count, struct span *bad_out);
