/* scene: the picture, a pure function of (journal, position, theme, size, what a person has chosen).
 *
 *     ┌ top bar ─────────────────────────────────────────────┐
 *     ├ stage ─────────────────────────┬ the message ────────┤
 *     │  machines, links, envelope     │  envelope           │      scene_draw ──▶ draw_list
 *     │  caption                       │  newest fields      │                      commands, hit regions
 *     ├ conversation ──────────────────┤  …                  │
 *     │  C: …   S: …                   │  body               │
 *     ├ timeline ──────────────────────┴─────────────────────┤
 *
 * Where there is no room for all (small windows, large text), the stage stands beside one panel, and a
 * button changes which.
 *
 * Ownership: borrows the journal. Keeps a layout for the size last drawn, which is recomputed, never changed:
 * the same arguments always give the same list.
 */
#pragma once

#include "view/draw_list.h"
#include "view/layout.h"
#include "view/predict_play.h"
#include "view/reel.h"
#include "view/theme.h"

enum scene_panel { PANEL_CONVERSATION, PANEL_MESSAGE };
enum scene_stage { STAGE_MACHINES, STAGE_LADDER };

enum { BOOKMARKS_MAX = 32 };

/* Steps that a person wants to find again, by their records, in the order of these. */
struct bookmarks {
  journal_seq records[BOOKMARKS_MAX];
  uint32_t count;
};

/* Lines of the conversation that are selected: all from one step to another, both with them. */
struct line_selection {
  bool any;
  uint32_t from, to; /* from may be the later one: it is where the selection began */
};

enum { SCENE_MOVES_MAX = 64 };

/* Machines that a person has put elsewhere. */
struct scene_moves {
  struct layout_pin items[SCENE_MOVES_MAX];
  uint32_t count;
};

struct whatif_menu; /* whatif_menu.h */

/* What a person has chosen. */
struct scene_view {
  int64_t position_ms;
  int32_t width, height; /* of the picture, 1/64 units */
  struct theme theme;
  bool is_playing;
  int32_t speed_percent; /* 100: 1× */
  enum granularity by;
  uint32_t tab;                /* a session to re-read; 0: the one of the moment */
  int32_t conversation_scroll; /* rows back from the newest */
  int32_t message_scroll;      /* 1/64 units down */
  enum scene_panel panel;      /* where there is room for one only */
  enum scene_stage stage;
  int32_t ladder_scroll; /* steps back from the one of the moment */
  uint16_t machine;      /* whose panel stands in the message's place; 0: the message does */
  int32_t machine_scroll;
  uint32_t letter; /* which is shown; 0: the step's own */
  uint32_t layer;  /* of the letter, from 1: what the author's program wrote; 0: as it is at this moment */
  uint16_t copy;   /* of the letter: the one that this host has; 0: the one touched last */
  bool is_short;   /* of the header, what a mail program shows */
  bool is_raw;     /* bodies as they are on the wire, not decoded */
  bool eavesdrops; /* the conversation as somebody on the wire hears it */
  uint64_t hover, focus; /* ids of hit regions; 0: none */
  struct point pointer;  /* where the pointer is; for tooltips */
  bool is_blank, help_open;
  struct bookmarks bookmarks;
  struct line_selection selection;
  struct scene_moves moves;
  int32_t zoom_percent; /* of the stage; 0 and 100: all machines */
  struct point zoom_centre;
  const struct predict_play *predict; /* questions are asked; NULL: not */
  const struct whatif_menu *whatif;   /* open or not; NULL: there is none */
  struct span notice;                 /* words that pass: "Copied"; may be empty */
  int32_t text_percent;               /* shown on the buttons' labels only: the shell scales the picture */
};

/* What can be hit: the kind in the upper half of the id, a number in the lower; a part above both. */
enum scene_hit {
  SCENE_NOTHING,
  SCENE_FIRST,
  SCENE_PLAY,
  SCENE_LAST,
  SCENE_TEXT_SMALLER,
  SCENE_TEXT_LARGER,
  SCENE_THEME,
  SCENE_HELP,
  SCENE_TIMELINE, /* drag */
  SCENE_STEP,     /* number: the step to go to */
  SCENE_TAB,      /* number: the tab */
  SCENE_HOST,     /* number: the host */
  SCENE_STAGE,
  SCENE_CONVERSATION, /* scrolls */
  SCENE_MESSAGE,      /* scrolls */
  SCENE_PANEL,        /* the other panel */
  SCENE_CURRENT,      /* back from scrolling */
  SCENE_CATALOGUE,    /* number: the place of an item */
  SCENE_AREA,         /* a whole panel; number: enum scene_area */
  SCENE_BOOKMARK,     /* number: its index */
  SCENE_RECORD,       /* number: the record to whose step it leads */
  SCENE_TOKEN,  /* number: the stamp's record; part: index of the token. Leads to where that came from */
  SCENE_LETTER, /* number: the letter to show */
  SCENE_LAYER,  /* number: as in scene_view */
  SCENE_SHORT,  /* the short header, and the full one again */
  SCENE_RAW,
  SCENE_LADDER,        /* the ladder in place of the machines, and back */
  SCENE_LADDER_SCROLL, /* scrolls */
  SCENE_EAVESDROP,
  SCENE_MACHINE,       /* scrolls */
  SCENE_MACHINE_CLOSE, /* the message again */
  SCENE_CHAPTER,       /* of the catalogue; number: the section */
  SCENE_CLEAR,         /* the search */
  SCENE_PROBLEMS,      /* the mistakes in a file; closes them */
  SCENE_OPEN,          /* number: the host whose panel to open */
  SCENE_LISTEN,        /* number: the tab of the session to eavesdrop on */
  SCENE_PREDICT,       /* predict mode, on or off */
  SCENE_QUESTION,      /* the card of what is asked */
  SCENE_CHOICE,        /* number: the index of an answer */
  SCENE_REVEAL,        /* the answer; once it is there, go on */
  SCENE_WHATIF,        /* the menu of what could be otherwise */
  SCENE_WHATIF_CARD,
  SCENE_WHATIF_ITEM, /* number: its index */
  SCENE_WHATIF_RUN,
  SCENE_COMPARE_ROW,    /* number: the row */
  SCENE_COMPARE_DO,     /* number: enum compare_do */
  SCENE_COPY,           /* number: the host whose copy of the letter to show */
  SCENE_COMPARE_CHANGE, /* number: how many changes the story to go to has; 0: as it was */
  SCENE_HIT_COUNT
};
enum scene_area { AREA_STAGE, AREA_CAPTION, AREA_CONVERSATION, AREA_MESSAGE, AREA_TIMELINE };

static inline uint64_t scene_id(enum scene_hit kind, uint32_t number) {
  return (uint64_t)kind << 32 | number;
}
static inline enum scene_hit scene_id_kind(uint64_t id) {
  uint32_t kind = (uint32_t)(id >> 32) & 0xFFFF;
  return kind < SCENE_HIT_COUNT ? (enum scene_hit)kind : SCENE_NOTHING;
}
static inline uint64_t scene_id_of_part(enum scene_hit kind, uint32_t number, uint16_t part) {
  return scene_id(kind, number) | (uint64_t)part << 48;
}
/* Several places may lead to one record; each has a part of its own, so that Tab tells them apart. */
enum { SCENE_PART_MACHINE = 0x8000, SCENE_PART_ENVELOPE = 0x7000 };
static inline uint16_t scene_id_part(uint64_t id) {
  return (uint16_t)(id >> 48);
}
static inline uint32_t scene_id_number(uint64_t id) {
  return (uint32_t)id;
}

/* Whether a step's line is selected. */
bool scene_selects(const struct scene_view *view, uint32_t step);

struct scene;

struct scene *scene_new(const struct reel *reel);
void scene_free(struct scene *scene);
void scene_draw(struct scene *scene, const struct scene_view *view, struct draw_list *list);
/* The layout of the machines in a picture of that view. */
const struct layout *scene_layout(struct scene *scene, const struct scene_view *view);
/* Where the machines stand in that picture, and how high the strip for the caption below them is. */
struct rect scene_stage(struct scene *scene, const struct scene_view *view, int32_t *strip_out);
struct layout_wish scene_wish(const struct scene_view *view);

/* The picture's size in 1/64 units for a window of so many pixels and a text size: 1600×900 units as far
 * as the shape allows, and never so many that 15 units are less than 12 pixels. */
void scene_size(int32_t width_px, int32_t height_px, int32_t text_percent, int32_t *width_out,
                int32_t *height_out);
/* The position on the timeline under a point of the picture. */
int64_t scene_timeline_position(const struct scene *scene, int32_t width, int32_t height, struct point point);
/* How far a panel can be scrolled in the picture last drawn. */
struct scene_limits {
  int32_t conversation_rows; /* rows back at most */
  int32_t message_down;      /* 1/64 units */
  int32_t machine_down;
  int32_t ladder_rows; /* back at most */
};
struct scene_limits scene_limits(const struct scene *scene);
/* The step that made what is under an id: a line, a header's block, a token, an entry of a queue. False for
 * an id that leads nowhere. */
bool scene_leads_to(const struct scene *scene, uint64_t id, size_t *step_out);
