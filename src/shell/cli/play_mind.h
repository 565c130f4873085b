/* play_mind: what if and attempts, for the window: stories run again, scenarios and answers saved.
 *
 * What is saved lies beside the scenario where that can be written, else in the folder that the program was
 * begun in; nothing is ever overwritten, but the attempt's own file.
 */
#pragma once

#ifdef WAYSTATION_VIEWER

#include "shell/cli/files.h"
#include "shell/sdl/viewer_mind.h"

struct play_mind;

/* A film_watch for the window: says how far a run is; progress: a struct viewer_progress. */
void play_tell(void *progress, int64_t simulated_us, uint32_t records);

/* The film is borrowed: it is the one that the window shows, and may change. attempt: where answers are kept
 * as they are given; NULL: only where a person asks for it. */
struct play_mind *play_mind_new(const struct film *film, const char *attempt);
void play_mind_free(struct play_mind *mind);
struct viewer_mind play_mind_for_viewer(struct play_mind *mind);

#endif
