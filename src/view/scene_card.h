/* scene_card: one machine on the stage, as a card. For scene_stage.c alone. */
#pragma once

#include "view/scene_internal.h"

enum card_part { CARD_BYSTANDER, CARD_CLIENT, CARD_SERVER };

void paint_card(struct painter *p, const struct layout_node *node, enum card_part part);
