/* play_home: what the window needs of the world outside: scenarios and journals read and run, the catalogue,
 * the settings' file.
 *
 * Settings are kept where the platform wants them (SDL_GetPrefPath), written whole or not at all. A file that
 * cannot be read is put aside, never overwritten.
 */
#pragma once

#ifdef WAYSTATION_VIEWER

#include "shell/sdl/viewer.h"

struct play_home;

/* Complaints about the settings go to standard error; the usual ones are taken then. */
/* attempt: where answers in predict mode are kept; NULL: where a person asks for it. at_us: the time that was
 * asked for, which the first film may not have; negative: none. */
struct play_home *play_home_new(const char *attempt, int64_t at_us);
void play_home_free(struct play_home *home);
struct settings *play_home_settings(struct play_home *home);
struct viewer_home play_home_for_viewer(struct play_home *home);

#endif
