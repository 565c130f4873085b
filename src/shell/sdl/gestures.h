/* gestures: what a person would have typed, clicked and pointed at before a picture is taken.
 *
 *     play FILE --step 60 --keys s --point "Received|192.0.2.1" --screenshot OUT.png
 *
 * Several places stand behind each other, separated by "|", since pointing at one may bring up the next.
 */
#pragma once

#include "base/error.h"
#include "view/viewer_model.h"

struct gestures {
  struct span keys;  /* typed one after the other; may be empty */
  struct span click; /* the label, or a part of one, of what is clicked; may be empty */
  struct span point; /* of what is pointed at, last */
};

/* Draws, acts, draws again; the picture is then what the person would see. False with an error if nothing has
 * such a label. */
bool gestures_make(const struct gestures *gestures, struct viewer_model *model, struct draw_list *picture,
                   struct error_list *errors);
