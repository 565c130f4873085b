#include "readers/settings.h"

#include <cjson/cJSON.h>

#include "base/json_write.h"
#include "view/viewer_model.h"

enum { FORMAT = 1 };

static const struct span granularities[GRANULARITY_COUNT] = {
    [BY_LINE] = SPAN_INIT("line"), [BY_PHASE] = SPAN_INIT("phase"), [BY_HOP] = SPAN_INIT("hop")};

void settings_init(struct settings *settings) {
  *settings = (struct settings){
      .theme = THEME_LIGHT, .text_percent = 100, .speed_percent = 100, .by = BY_PHASE, .arena = ARENA_EMPTY};
  settings->films = arena_zalloc(&settings->arena, (SETTINGS_FILMS_MAX + 1) * sizeof *settings->films);
}

void settings_free(struct settings *settings) {
  arena_free(&settings->arena);
  *settings = (struct settings){.films = NULL};
}

struct settings_film *settings_film(struct settings *settings, struct span path) {
  struct settings_film *films = settings->films;
  size_t at = 0;
  while (at < settings->film_count && !span_equal(films[at].path, path)) at++;
  struct settings_film film = {.path = SPAN_EMPTY};
  if (at < settings->film_count)
    film = films[at];
  else
    film.path = arena_copy(&settings->arena, path);
  if (at == settings->film_count && settings->film_count < SETTINGS_FILMS_MAX) settings->film_count++;
  if (at >= SETTINGS_FILMS_MAX) at = SETTINGS_FILMS_MAX - 1; /* the one seen longest ago is forgotten */
  for (; at > 0; at--) films[at] = films[at - 1];
  films[0] = film;
  return &films[0];
}

/* ---- reading ---- */

static const cJSON *member(const cJSON *object, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int64_t number_of(const cJSON *item, int64_t least, int64_t most, int64_t usual) {
  if (!cJSON_IsNumber(item) || !(item->valuedouble >= (double)least && item->valuedouble <= (double)most))
    return usual;
  return (int64_t)item->valuedouble;
}

static struct span text_of(const cJSON *item) {
  return cJSON_IsString(item) ? span_from(item->valuestring) : SPAN_EMPTY;
}

static void read_bookmarks(const cJSON *list, struct bookmarks *bookmarks) {
  const cJSON *item;
  cJSON_ArrayForEach(item, list) {
    int64_t record = number_of(item, 0, UINT32_MAX, -1);
    bool in_order = bookmarks->count == 0 || bookmarks->records[bookmarks->count - 1] < record;
    if (record < 0 || !in_order || bookmarks->count == BOOKMARKS_MAX) continue;
    bookmarks->records[bookmarks->count++] = (journal_seq)record;
  }
}

static void read_moves(const cJSON *object, struct arena *arena, struct scene_moves *moves) {
  const cJSON *item;
  cJSON_ArrayForEach(item, object) {
    int64_t x = number_of(cJSON_GetArrayItem(item, 0), 0, LAYOUT_PIN_WIDTH, -1);
    int64_t y = number_of(cJSON_GetArrayItem(item, 1), 0, LAYOUT_PIN_HEIGHT, -1);
    if (x < 0 || y < 0 || !item->string || moves->count == SCENE_MOVES_MAX) continue;
    moves->items[moves->count++] = (struct layout_pin){
        .host = arena_copy(arena, span_from(item->string)), .x = (int32_t)x, .y = (int32_t)y};
  }
}

static void read_films(const cJSON *list, struct settings *settings) {
  const cJSON *item;
  cJSON_ArrayForEach(item, list) {
    struct span path = text_of(member(item, "file"));
    if (!path.len || settings->film_count == SETTINGS_FILMS_MAX) continue;
    struct settings_film *film = &settings->films[settings->film_count++];
    *film = (struct settings_film){.path = arena_copy(&settings->arena, path)};
    read_bookmarks(member(item, "bookmarks"), &film->bookmarks);
    read_moves(member(item, "positions"), &settings->arena, &film->moves);
  }
}

static void read_all(const cJSON *root, struct settings *settings) {
  const cJSON *window = member(root, "window");
  struct span by = text_of(member(root, "step_by"));
  theme_from_text(text_of(member(root, "theme")), &settings->theme);
  int64_t text = number_of(member(root, "text_size"), 100, 150, 100);
  settings->text_percent = text % 25 == 0 ? (int32_t)text : 100;
  settings->reduced_motion = cJSON_IsTrue(member(root, "reduced_motion"));
  for (int32_t speed = SPEED_MIN; speed <= SPEED_MAX; speed *= 2)
    if (number_of(member(root, "speed"), 1, SPEED_MAX, 100) == speed) settings->speed_percent = speed;
  for (unsigned i = 0; i < GRANULARITY_COUNT; i++)
    if (span_equal(by, granularities[i])) settings->by = (enum granularity)i;
  settings->width_px = (int32_t)number_of(cJSON_GetArrayItem(window, 0), 320, 16384, 0);
  settings->height_px = (int32_t)number_of(cJSON_GetArrayItem(window, 1), 240, 16384, 0);
  if (!settings->width_px || !settings->height_px) settings->width_px = settings->height_px = 0;
  read_films(member(root, "films"), settings);
}

static void complain(struct span path, struct span text, const char *end, struct error_list *errors) {
  struct error error = {.file = path,
                        .line = 1,
                        .pointer = SPAN_EMPTY,
                        .message = SPAN("this is no settings file"),
                        .expected = SPAN("JSON, as the window writes it"),
                        .hint = SPAN("the usual settings are taken; the file is kept")};
  if (end)
    for (const char *c = text.data; c < end; c++) error.line += *c == '\n';
  error_list_add(errors, &error);
}

bool settings_read(struct span path, struct span text, struct settings *settings_out,
                   struct error_list *errors) {
  const char *end = NULL;
  settings_init(settings_out);
  cJSON *root = cJSON_ParseWithLengthOpts(text.data, text.len, &end, false);
  bool well = cJSON_IsObject(root) && number_of(member(root, "waystation_settings"), 1, 1, 0) == FORMAT;
  if (well)
    read_all(root, settings_out);
  else
    complain(path, text, root ? NULL : end, errors);
  cJSON_Delete(root);
  return well;
}

/* ---- writing ---- */

static void write_film(const struct settings_film *film, struct buf *out) {
  buf_add_text(out, "    {\"file\": ");
  json_write_octets(film->path, out);
  if (film->bookmarks.count) {
    buf_add_text(out, ", \"bookmarks\": [");
    for (uint32_t i = 0; i < film->bookmarks.count; i++)
      buf_format(out, "%s%u", i ? ", " : "", film->bookmarks.records[i]);
    buf_add_text(out, "]");
  }
  if (film->moves.count) {
    buf_add_text(out, ", \"positions\": {");
    for (uint32_t i = 0; i < film->moves.count; i++) {
      if (i) buf_add_text(out, ", ");
      json_write_octets(film->moves.items[i].host, out);
      buf_format(out, ": [%d, %d]", (int)film->moves.items[i].x, (int)film->moves.items[i].y);
    }
    buf_add_text(out, "}");
  }
  buf_add_text(out, "}");
}

void settings_write(const struct settings *settings, struct buf *out) {
  buf_format(out, "{\n  \"waystation_settings\": %d,\n  \"theme\": \"%.*s\",\n  \"text_size\": %d,\n", FORMAT,
             SPAN_ARG(theme_name_text(settings->theme)), (int)settings->text_percent);
  buf_format(out, "  \"reduced_motion\": %s,\n  \"speed\": %d,\n  \"step_by\": \"%.*s\",\n",
             settings->reduced_motion ? "true" : "false", (int)settings->speed_percent,
             SPAN_ARG(granularities[settings->by]));
  if (settings->width_px)
    buf_format(out, "  \"window\": [%d, %d],\n", (int)settings->width_px, (int)settings->height_px);
  buf_add_text(out, "  \"films\": [");
  for (size_t i = 0; i < settings->film_count; i++) {
    buf_add_text(out, i ? ",\n" : "\n");
    write_film(&settings->films[i], out);
  }
  buf_add_text(out, settings->film_count ? "\n  ]\n}\n" : "]\n}\n");
}
