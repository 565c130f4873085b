/* scene_ladder: the steps as a ladder: a column a machine, an arrow a line said. In place of the machines.
 * For scene*.c alone.
 *
 *     time      Jack’s app     Comcast     mx.umich
 *     00.108       │──EHLO──────▶│            │
 *     00.126       │◀──250───────│            │
 *     00.306       │             ◆ Received   │        ◆ a stamp, ● whatever else one machine does alone
 */
#pragma once

#include "view/scene_internal.h"

void paint_ladder(struct painter *p);
/* Where the caption stands: at the ladder's foot, or where the layout of the machines has it. */
struct rect caption_place(const struct painter *p);
