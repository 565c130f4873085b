/* scenario_mend: a flaw of a JSON text is put right, so that what is wrong behind it can be seen, too.
 *
 * Who has written one text in single quotes has written ten, and wants to hear of all of them at once. The
 * mended text is never saved: it is only read on, for further complaints. It is as long as before, so that
 * places in it are places in the file. What could be meant in two ways is not guessed at.
 */
#pragma once

#include "world/scenario_scan.h"

enum json_mend {
  JSON_MEND_NONE,  /* nothing was done: the reading ends here */
  JSON_MEND_SOUND, /* only brackets, commas and keys can be looked at from here on: what stood there is lost
                    */
  JSON_MEND_WHOLE, /* the text says now what was meant */
};

/* How many octets a character has that looks like a blank, or like nothing, and is no blank of JSON (RFC 8259
 * 2); 0 if none stands at the front. */
size_t json_strange_space(struct span text);

/* What is wrong, said more exactly than the grammar knows it: a quote inside a text, a blank that is none. */
enum json_flaw json_flaw_refined(struct span text, enum json_flaw flaw, size_t at);

/* Changes the text where it has the flaw (a refined one, at its offset). Flaws of one kind that are one
 * mistake of the learner's, such as the encoding of the whole file, are all put right. */
enum json_mend json_mend(char *text, size_t len, enum json_flaw flaw, size_t at);
