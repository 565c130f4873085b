/* live_console: words typed at a live run: hold, go on, let one reply out. While it is held, what is said
 * outside is shown, so that a class can read the question and guess the answer.
 *
 *     (empty line)  s  step     the next thing that is said to a real program, then hold again
 *     p  pause                  hold           g  go      go on        q  quit     stop
 */
#pragma once

#include "shell/live/live_internal.h"

/* Reads standard input, if that is a terminal or a pipe; NULL if it is neither. */
struct live_console *live_console_open(struct live *live);
/* Shows what is new. NULL is fine. */
void live_console_show(struct live_console *console);
void live_console_close(struct live_console *console); /* frees it when its handle has closed; NULL is fine */
