/* scene_internal: what the parts of the picture share; for scene*.c alone. */
#pragma once

#include "view/machine_facts.h"
#include "view/scene.h"
#include "view/text_wrap.h"

/* Where the parts stand. */
struct scene_frame {
  struct rect top_bar, stage, conversation, message, timeline;
  struct rect caption; /* a card beside the stage; empty: it stands in the stage */
  struct rect track;   /* the bars, in the timeline */
  bool is_compact;     /* conversation and message share a place */
};

struct scene {
  const struct reel *reel;
  const struct world_view *world;
  struct arena place_arena, layout_arena, arena; /* the last: for one frame */
  struct layout placed;                          /* for a size */
  int32_t layout_width, layout_height;           /* of the picture it is for; 0: none yet */
  bool layout_may_stack;                         /* and whether the stage may have the whole width */
  struct layout layout;                          /* the same, with what a person wishes */
  struct scene_moves moves;                      /* the wishes it is for */
  int32_t zoom_percent;
  struct point zoom_centre;
  struct scene_frame frame;
  struct scene_limits limits;
  struct machine_facts machine;
};

/* One frame being painted. */
struct painter {
  struct scene *scene;
  const struct scene_view *view;
  const struct theme *theme;
  struct draw_list *list;
  struct arena *arena;
  const struct scene_frame *frame;
  const struct layout *layout;
  const struct reel *reel;
  const struct world_view *world;

  struct moment moment;
  const struct step *step;
  journal_seq at;                /* the world shown */
  struct journal_record record;  /* of the step; all 0 for the title */
  const struct session *session; /* whose conversation is current; NULL */
  const struct session *own;     /* the record's own session; NULL */
  struct letter_state letter;
  bool has_letter;
  bool has_ring; /* the focused control has its ring already */
};

void paint_top_bar(struct painter *p);
void paint_stage(struct painter *p);
void paint_envelope(struct painter *p);
void paint_caption(struct painter *p);
/* In a panel that has nothing to show yet: so many words; and before the first step what the scenario is
 * about, if the caption has no room for all of that. */
void paint_beginning(struct painter *p, struct rect area, struct span words);
void paint_conversation(struct painter *p, struct rect panel);
void paint_message(struct painter *p, struct rect panel);
void paint_machine(struct painter *p, struct rect panel);
void paint_timeline(struct painter *p);
void paint_help(struct painter *p);
void paint_predict(struct painter *p);
/* What the question's card stands in the place of, and need not be painted. */
enum predict_place { PREDICT_NOWHERE, PREDICT_OVER_MESSAGE, PREDICT_OVER_STAGE };
enum predict_place predict_place(const struct painter *p);
void paint_whatif(struct painter *p);
/* Over all that is painted so far. */
void paint_ring(struct painter *p);
void paint_control_hint(struct painter *p);
void paint_zoom(struct painter *p);
void paint_notice(struct painter *p);
/* Under a line of the conversation, if it is selected. */
void paint_selection(struct painter *p, uint32_t step, struct rect line);

/* Pieces that several parts use. */
void paint_panel(struct painter *p, struct rect rect);
void paint_badge(struct painter *p, struct point centre, int32_t radius, uint32_t hop);
void paint_button(struct painter *p, uint64_t id, struct rect rect, struct span label, struct span says);
void paint_icon_button(struct painter *p, uint64_t id, struct rect rect, enum icon icon, struct span says);
void paint_focus(struct painter *p, uint64_t id, struct rect rect, int32_t radius);
/* A bar with rounded ends on one side, and the same for a whole. */
void paint_rounded(struct painter *p, struct rect rect, int32_t radius, uint32_t fill, uint32_t border,
                   int32_t border_width);
struct text_style style_of(const struct painter *p, enum text_role role);
/* The first of some ways to say a thing, the longest first, that is no wider than the room; else the last. */
struct span words_that_fit(struct text_style style, int32_t room, const struct span *words, size_t count);
struct hop_style hop_style_of(const struct painter *p, uint16_t host);
/* How far the step's event is after a while, for so long: 0 to FRACTION_ONE. */
int32_t event_progress(const struct painter *p, int32_t from_ms, int32_t length_ms);
/* "00:31.850", "1:02:03.450". */
struct span time_text(struct arena *arena, int64_t time_us, bool with_fraction);
