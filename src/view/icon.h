/* icon: the signs of the viewer, by name. draw_list.h draws them; they are shapes of ours, not a font. */
#pragma once

#include "base/span.h"

enum icon {
  /* Machines and programs. */
  ICON_LAPTOP,  /* a user agent on a desk */
  ICON_PHONE,   /* a user agent in a hand */
  ICON_SERVER,  /* a relay */
  ICON_MAILBOX, /* delivery */
  ICON_TRAY_UP, /* submission */
  ICON_GLOBE,   /* a name server */
  ICON_LIST,    /* a mailing list */
  ICON_GATEWAY, /* between two kinds of mail */
  ICON_MODEM,   /* a UUCP neighbour */
  ICON_PERSON,
  /* Things that travel or lie about. */
  ICON_ENVELOPE, /* colour is its ink, back its paper; wider than high (68:46) */
  ICON_DIAMOND,
  ICON_LOCK,
  ICON_EYE,
  ICON_CLOCK,
  ICON_WARNING,
  ICON_CHECK,
  ICON_CROSS,
  /* Controls. */
  ICON_PLAY,
  ICON_PAUSE,
  ICON_FIRST,
  ICON_LAST,
  ICON_STEP_BACK,
  ICON_STEP_FORWARD,
  ICON_REPLAY,
  ICON_PLUS,
  ICON_MINUS,
  ICON_SEARCH,
  ICON_CHEVRON_UP,
  ICON_CHEVRON_DOWN,
  ICON_CHEVRON_LEFT,
  ICON_CHEVRON_RIGHT,
  ICON_CONTRAST, /* half dark, half light: the colours */
  ICON_COUNT
};

/* "laptop", "step-back"; the words of dumps and of scenarios. */
struct span icon_name(enum icon icon);
bool icon_from_name(struct span name, enum icon *icon_out);
