/* viewer_model: what a person's keys and pointer do to the picture. Pure: no clock, no screen.
 *
 *     input ──▶ viewer_input ──▶ ┌──────────────┐
 *     time  ──▶ viewer_tick  ──▶ │ viewer_model │ ──▶ .view ──▶ scene_draw
 *                                └──────────────┘ ──▶ .wants_*  (for the shell: it does and clears them)
 *
 * A step forward plays its event and stops at its settled end; a step back jumps there. Steps of a phase
 * or hop play faster, so that no step takes longer than STEP_PLAY_MS.
 *
 * Ownership: borrows the scene; viewer_model_end frees what it has copied. It is not moved in memory.
 */
#pragma once

#include "base/buf.h"
#include "view/input.h"
#include "view/scene.h"
#include "view/whatif_menu.h"

enum {
  STEP_PLAY_MS = 2400,
  HELD_KEY_MS = 166,
  SPEED_MIN = 25,
  SPEED_MAX = 800,
  VIEWER_TRAIL_MAX = 32,
  NOTICE_MS = 1800,
  JUMP_US = 1800 * 1000 * 1000 /* "30 minutes later" */
};

/* What the pointer is doing while its button is down. */
enum viewer_drag { DRAG_NONE, DRAG_SCRUB, DRAG_LINES, DRAG_HOST, DRAG_PAN };

struct viewer_model {
  struct scene *scene;
  const struct reel *reel;
  struct scene_view view;
  bool is_stepping; /* towards stop_ms, then rest */
  int64_t stop_ms;
  int64_t rate;         /* times the speed, while stepping */
  int64_t remainder_ms; /* of film time, in 1/100 ms: what ticks have left over */
  int64_t last_step_ms; /* when a held key last stepped */
  enum viewer_drag drag;
  uint64_t drag_id;       /* of the region on which it began */
  bool has_dragged;       /* it was more than a click */
  struct point drag_from; /* where it began, or was last */
  struct point drag_grip; /* from the pointer to the middle of the machine */
  char notice[160];       /* the words of view.notice */
  int64_t notice_left_ms;
  struct buf copied;               /* for the clipboard */
  bool is_full_screen;             /* as the shell says */
  int64_t trail[VIEWER_TRAIL_MAX]; /* positions from which jumps began, for the way back */
  size_t trail_count;
  const struct draw_list *picture; /* the one last drawn, while an input is answered */
  struct whatif_menu menu;
  bool wants_whatif;       /* the menu's line is to be run */
  struct predict *predict; /* the film's questions; NULL: nobody has asked for any */
  struct predict_play play;
  bool predict_resumes;    /* the film was playing when it stopped to ask */
  bool wants_attempt_kept; /* something was answered: whoever keeps the attempt does so now */
  bool wants_attempt;      /* it is to be saved */
  bool wants_clipboard;    /* `copied` is to go there */
  bool wants_positions;    /* the machines' places are to be saved */
  bool wants_full_screen, wants_quit, wants_resize, wants_catalogue;
};

void viewer_model_start(struct viewer_model *model, struct scene *scene, const struct reel *reel,
                        struct theme theme);
void viewer_model_end(struct viewer_model *model);
/* The picture is the one last drawn: it knows what is where. */
void viewer_input(struct viewer_model *model, const struct input *input, const struct draw_list *picture);
/* So much time has passed. */
void viewer_tick(struct viewer_model *model, int64_t elapsed_ms);
/* Whether time changes the picture. */
bool viewer_is_moving(const struct viewer_model *model);
/* Where all machines of the picture stand, at most max; and the same as members of a scenario's "hosts". */
size_t viewer_positions(struct viewer_model *model, struct layout_pin *pins_out, size_t max);
void viewer_positions_text(const struct layout_pin *pins, size_t count, struct buf *out);
/* The menu of what could be otherwise from the moment shown. */
void viewer_open_whatif(struct viewer_model *model);
/* Words that stay for a moment. */
void viewer_say(struct viewer_model *model, struct span words);
/* Goes on with the questions of the same film, which was closed meanwhile. */
void viewer_take_answers(struct viewer_model *model, const struct predict_given *answers, size_t count,
                         bool asks);
/* To the settled end of a step; to any position. */
void viewer_go_to_step(struct viewer_model *model, size_t step);
void viewer_go_to(struct viewer_model *model, int64_t position_ms);
