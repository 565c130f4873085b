/* scene_card: one machine on the stage, as a card. For scene_stage.c alone. */
#pragma once

#include "view/scene_internal.h"

/* CARD_ALONE: something happens to it that is of no session: it is set up anew. */
enum card_part { CARD_BYSTANDER, CARD_CLIENT, CARD_SERVER, CARD_ALONE };

void paint_card(struct painter *p, const struct layout_node *node, enum card_part part);
