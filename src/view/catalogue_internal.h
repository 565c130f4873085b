/* catalogue_internal: what the parts of the catalogue page share. */
#pragma once

#include "view/scene_catalogue.h"

enum {
  CATALOGUE_MARGIN = 32 * 64,
  CATALOGUE_HEAD = 104 * 64,
  CATALOGUE_HEADING = 56 * 64,
  CATALOGUE_CARD = 92 * 64,
  CATALOGUE_GAP = 12 * 64,
  CATALOGUE_RAIL = 344 * 64,      /* the chapters, at the left */
  CATALOGUE_RAIL_FROM = 1180 * 64 /* from that width on */
};

struct catalogue_columns {
  int32_t x, width, count;
};
struct catalogue_columns catalogue_columns(const struct catalogue_view *view);
