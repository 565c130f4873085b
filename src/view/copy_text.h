/* copy_text: what is on the screen as plain text, for the clipboard.
 *
 * Whole things (a conversation, a message) come from the journal, so that what is scrolled away comes along;
 * any other panel comes from the picture, row by row as it is read.
 */
#pragma once

#include "base/buf.h"
#include "view/draw_list.h"
#include "view/reel.h"

/* The lines of a session among the steps from one to another, both with them: "C: QUIT". Connection 0: the
 * questions to name servers and their answers. */
void copy_lines(const struct reel *reel, uint32_t connection, size_t from, size_t to, struct buf *out);
/* A letter's newest version at a step, as it is on the wire but with plain line ends; nothing if there is
 * none. */
void copy_message(const struct reel *reel, size_t step, struct buf *out);
/* The texts of the picture that lie in the rectangle. */
void copy_picture(const struct draw_list *picture, struct rect area, struct buf *out);
