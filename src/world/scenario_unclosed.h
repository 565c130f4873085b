/* scenario_unclosed: where the bracket is missing in a text that ends too early.
 *
 * A reader only sees at the end of the file that one of its brackets was never closed. A person sees it
 * earlier: something stands further left than what it is in, or a key of the whole scenario stands inside one
 * of its parts.
 */
#pragma once

#include "base/span.h"

struct json_unclosed {
  size_t at;             /* of what stands wrongly: a key's opening quote, or a closing bracket */
  size_t opened_at;      /* of the bracket that should have been closed before it */
  struct span key;       /* what stands wrongly, as written; empty: a closing bracket */
  struct span inside_of; /* the key of what it stands in, as written; empty: none */
};

/* The text must have no flaw but brackets that are never closed. False if nothing shows the place. */
bool json_find_unclosed(struct span text, const char *const *root_keys, struct json_unclosed *found_out);
