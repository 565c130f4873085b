/* preferences: where the platform wants a program's settings to be. */
#pragma once

#include "base/arena.h"

/* "…/waystation/settings.json"; its folder exists. Empty if there is no such place. */
struct span preferences_path(struct arena *arena);
