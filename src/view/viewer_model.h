/* viewer_model: what a person's keys and pointer do to the picture. Pure: no clock, no screen.
 *
 *     input ──▶ viewer_input ──▶ ┌──────────────┐
 *     time  ──▶ viewer_tick  ──▶ │ viewer_model │ ──▶ .view ──▶ scene_draw
 *                                └──────────────┘ ──▶ .wants_*  (for the shell: it does and clears them)
 *
 * A step forward plays its event and stops at its settled end; a step back jumps there. Steps of a phase
 * or hop play faster, so that no step takes longer than STEP_PLAY_MS.
 *
 * Ownership: borrows the scene.
 */
#pragma once

#include "view/input.h"
#include "view/scene.h"

enum { STEP_PLAY_MS = 2400, HELD_KEY_MS = 166, SPEED_MIN = 25, SPEED_MAX = 800 };

struct viewer_model {
  struct scene *scene;
  const struct reel *reel;
  struct scene_view view;
  bool is_stepping; /* towards stop_ms, then rest */
  int64_t stop_ms;
  int64_t rate;         /* times the speed, while stepping */
  int64_t remainder_ms; /* of film time, in 1/100 ms: what ticks have left over */
  int64_t last_step_ms; /* when a held key last stepped */
  bool is_scrubbing;
  const struct draw_list *picture; /* the one last drawn, while an input is answered */
  bool wants_full_screen, wants_quit, wants_resize, wants_catalogue;
};

void viewer_model_start(struct viewer_model *model, struct scene *scene, const struct reel *reel,
                        struct theme theme);
/* The picture is the one last drawn: it knows what is where. */
void viewer_input(struct viewer_model *model, const struct input *input, const struct draw_list *picture);
/* So much time has passed. */
void viewer_tick(struct viewer_model *model, int64_t elapsed_ms);
bool viewer_is_moving(const struct viewer_model *model);
/* To the settled end of a step; to any position. */
void viewer_go_to_step(struct viewer_model *model, size_t step);
void viewer_go_to(struct viewer_model *model, int64_t position_ms);
