#include "shell/sdl/preferences.h"

#include <SDL2/SDL.h>

struct span preferences_path(struct arena *arena) {
  char *folder = SDL_GetPrefPath("", "waystation");
  struct span path = folder ? arena_format(arena, "%ssettings.json", folder) : SPAN_EMPTY;
  SDL_free(folder);
  return path;
}
