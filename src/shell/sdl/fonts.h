/* fonts: where the faces are. The build copies them from the system's font packages (cmake/fonts.cmake);
 * an installed program has them beside it. */
#pragma once

#include "base/arena.h"

/* The folder with the faces: beside an installed program, in the build, or where it was to be installed.
 * Empty if there is none. */
struct span fonts_folder(struct arena *arena);
