/* html_text: the words of an HTML part, for who has no eyes for its looks.
 *
 *     I <em>really</em> like          I *really* like comic books.
 *     <font color=red>comic books</font>.
 *
 * Tags are left out, white space is one blank, character references are read (the numbered ones, and amp lt
 * gt quot apos nbsp). Paragraphs, headings, rows and items of lists begin on a line of their own; em, i,
 * strong and b have asterisks around them, as in text mail. What stands in script, style and title, and
 * comments, is no text. No tag is looked for beyond that: it is not a browser.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

/* html: UTF-8. Lines end in LF, the last one too if there is one. In time linear in the length. */
void html_text(struct span html, struct buf *out);
