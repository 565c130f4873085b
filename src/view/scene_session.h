/* scene_session: one whole session as a ladder: a picture of its own, as tall as it has to be, for a page or
 * a slide.
 *
 *     title
 *     ┌ client ─────┐             ┌───── server ┐
 *     └──┬──────────┘             └──────────┬──┘
 *  00:31 │ ──── EHLO mta.comcast.net ──────▶ │ 00:31      sent and heard, each on its own side
 *        │ ◀──────────── 250 mx.umich.edu ── │
 *        ╞═══════════ TLS 1.3 ═══════════════╡          what is under TLS lies on another ground
 *
 * Pure: of world, session, theme and options alone.
 */
#pragma once

#include "view/draw_list.h"
#include "view/reel.h"
#include "view/session_rungs.h"
#include "view/theme.h"

enum { SESSION_HEIGHT_MAX = 32000 }; /* design units */

/* False if the picture would be taller than that; how tall it would be is in *height_out either way, in
 * design units. */
bool scene_session_draw(const struct reel *reel, const struct session *session, const struct theme *theme,
                        const struct session_rungs_options *options, struct draw_list *list,
                        int64_t *height_out);
/* The session in one line: "Session 7: SMTP, port 25, under TLS". */
void scene_session_title(const struct reel *reel, const struct session *session, struct buf *out);
/* The same as the picture as text, for who cannot see it. */
void scene_session_words(const struct reel *reel, const struct session *session,
                         const struct session_rungs_options *options, struct buf *out);
