#include "shell/sdl/fonts.h"

#include <SDL2/SDL.h>

static bool has_faces(struct arena *arena, struct span folder) {
  struct span path = arena_format(arena, "%.*s/sans-regular.font", SPAN_ARG(folder));
  SDL_RWops *file = SDL_RWFromFile(path.data, "rb");
  if (!file) return false;
  SDL_RWclose(file);
  return true;
}

struct span fonts_folder(struct arena *arena) {
  char *base = SDL_GetBasePath();
  struct span candidates[] = {
      arena_format(arena, "%s../share/waystation/fonts", base ? base : "./"),
      SPAN(WAYSTATION_FONT_DIR),
      SPAN(WAYSTATION_DATA_DIR "/fonts"),
  };
  SDL_free(base);
  for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
    if (has_faces(arena, candidates[i])) return candidates[i];
  return SPAN_EMPTY;
}
