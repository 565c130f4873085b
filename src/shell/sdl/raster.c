#include "shell/sdl/raster.h"

#include <math.h>

#include "base/check.h"
#include "base/mem.h"
#include "shell/sdl/raster_internal.h"

struct raster *raster_open(struct span font_folder, struct error_list *errors) {
  struct raster *raster = mem_zalloc(sizeof *raster);
  if (font_folder.len == 0) return raster;
  raster->glyphs = glyphs_open(font_folder, errors);
  if (raster->glyphs) return raster;
  raster_close(raster);
  return NULL;
}

void raster_close(struct raster *raster) {
  if (!raster) return;
  glyphs_close(raster->glyphs);
  coverage_free(&raster->coverage);
  draw_list_free(&raster->icon);
  arena_free(&raster->masks);
  mem_free(raster);
}

size_t raster_bytes(const struct raster *raster) {
  const struct coverage *c = &raster->coverage;
  return sizeof *raster + (raster->glyphs ? glyphs_bytes(raster->glyphs) : 0) +
         arena_used_bytes(&raster->masks) + c->capacity + c->row_capacity * sizeof *c->rows +
         c->sums_capacity * sizeof *c->sums;
}

struct raster_fit raster_fit(const struct draw_list *list, int32_t width_px, int32_t height_px) {
  if (list->width <= 0 || list->height <= 0) return (struct raster_fit){1.0f / 64, 0, 0};
  float across = (float)width_px / (float)list->width, down = (float)height_px / (float)list->height;
  float scale = across < down ? across : down;
  return (struct raster_fit){scale, floorf(((float)width_px - (float)list->width * scale) / 2),
                             floorf(((float)height_px - (float)list->height * scale) / 2)};
}

struct point raster_fit_point(struct raster_fit fit, float x_px, float y_px) {
  return (struct point){(int32_t)lroundf((x_px - fit.dx) / fit.scale),
                        (int32_t)lroundf((y_px - fit.dy) / fit.scale)};
}

void raster_fit_pixel(struct raster_fit fit, struct point point, float *x_px_out, float *y_px_out) {
  *x_px_out = (float)point.x * fit.scale + fit.dx;
  *y_px_out = (float)point.y * fit.scale + fit.dy;
}

int32_t round_to_pixel(float value) {
  return (int32_t)floorf(value + 0.5f);
}

struct edges canvas_snap(const struct canvas *canvas, struct rect rect) {
  struct fpoint a = canvas_point(canvas, (struct point){rect.x, rect.y});
  struct fpoint b = canvas_point(canvas, (struct point){rect_right(rect), rect_bottom(rect)});
  struct edges e = {round_to_pixel(a.x), round_to_pixel(a.y), round_to_pixel(b.x), round_to_pixel(b.y)};
  if (e.right <= e.left) e.right = e.left + 1;
  if (e.bottom <= e.top) e.bottom = e.top + 1;
  return e;
}

void raster_text(struct canvas *canvas, const struct draw_text *text) {
  struct glyphs *glyphs = canvas->raster->glyphs;
  uint32_t alpha = alpha_of(text->colour, canvas->alpha);
  if (!glyphs || alpha == 0) return;
  struct fpoint origin = canvas_point(canvas, text->baseline);
  int32_t baseline = round_to_pixel(origin.y);
  float size_px = canvas_length(canvas, text->style.size);
  uint32_t size = (uint32_t)lroundf(size_px * GLYPH_SIZE_STEPS);
  struct text_glyphs run = text_glyphs(text->style, text->text);
  struct text_glyph glyph;
  while (text_glyphs_next(&run, &glyph)) {
    int32_t quarters = round_to_pixel((origin.x + canvas_length(canvas, glyph.x)) * GLYPH_PHASES);
    int32_t x = quarters >> 2; /* floor, also left of the window */
    if (x > canvas->clip.right + (int32_t)size_px) break;
    if (x + 3 * (int32_t)size_px < canvas->clip.left) continue;
    struct glyph_mask mask;
    if (!glyphs_get(glyphs, text->style.face, text->style.weight, size, glyph.code_point,
                    (uint32_t)(quarters & (GLYPH_PHASES - 1)), &mask))
      continue;
    pixmap_mask(&canvas->to, canvas->clip, x + mask.left, baseline + mask.top, mask.coverage, mask.width,
                mask.height, text->colour, alpha);
  }
}

/* The icon is laid out by itself and put on a whole pixel, so that its parts keep their distances while it
 * travels. */
static void raster_icon(struct canvas *canvas, const struct draw_icon *icon) {
  struct draw_list *shapes = &canvas->raster->icon;
  struct draw_icon alone = *icon;
  alone.rect.x = alone.rect.y = DU(8);
  draw_list_begin(shapes, icon->rect.w + DU(16), icon->rect.h + DU(16), 0);
  draw_icon_expand(&alone, shapes);
  struct canvas moved = *canvas;
  struct fpoint corner = canvas_point(canvas, (struct point){icon->rect.x, icon->rect.y});
  moved.fit.dx = floorf(corner.x + 0.5f) - canvas_length(canvas, DU(8));
  moved.fit.dy = floorf(corner.y + 0.5f) - canvas_length(canvas, DU(8));
  for (size_t i = 0; i < shapes->count; i++) raster_command(&moved, &shapes->commands[i], NULL);
}

static void push_clip(struct canvas *canvas, struct rect rect) {
  CHECK(canvas->clip_depth < DRAW_STACK_MAX);
  canvas->clips[canvas->clip_depth++] = canvas->clip;
  struct fpoint a = canvas_point(canvas, (struct point){rect.x, rect.y});
  struct fpoint b = canvas_point(canvas, (struct point){rect_right(rect), rect_bottom(rect)});
  struct edges e = {round_to_pixel(a.x), round_to_pixel(a.y), round_to_pixel(b.x), round_to_pixel(b.y)};
  canvas->clip = edges_intersect(canvas->clip, e);
}

static void push_alpha(struct canvas *canvas, uint8_t alpha) {
  CHECK(canvas->alpha_depth < DRAW_STACK_MAX);
  canvas->alphas[canvas->alpha_depth++] = canvas->alpha;
  canvas->alpha = alpha_of((uint32_t)alpha << 24, canvas->alpha);
}

void raster_command(struct canvas *canvas, const struct draw_command *command,
                    const struct draw_command *next) {
  switch (command->kind) {
  case DRAW_BOX: raster_box(canvas, &command->as.box); break;
  case DRAW_SHADOW: raster_shadow(canvas, &command->as.shadow, next); break;
  case DRAW_CIRCLE: raster_circle(canvas, &command->as.circle); break;
  case DRAW_STROKE: raster_stroke(canvas, &command->as.stroke); break;
  case DRAW_POLYGON: raster_polygon(canvas, &command->as.polygon); break;
  case DRAW_TEXT: raster_text(canvas, &command->as.text); break;
  case DRAW_ICON: raster_icon(canvas, &command->as.icon); break;
  case DRAW_CLIP_PUSH: push_clip(canvas, command->as.clip.rect); break;
  case DRAW_CLIP_POP: canvas->clip = canvas->clips[--canvas->clip_depth]; break;
  case DRAW_ALPHA_PUSH: push_alpha(canvas, command->as.alpha.alpha); break;
  case DRAW_ALPHA_POP: canvas->alpha = canvas->alphas[--canvas->alpha_depth]; break;
  case DRAW_KIND_COUNT: UNREACHABLE();
  }
}

/* The panels: opaque, outside of every clip and alpha, large enough to be worth it. What is behind them need
 * not be painted first; on most frames that is nearly the whole background. */
enum { PANELS_MAX = 8, PANEL_PIXELS_MIN = 20000 };
struct panels {
  struct edges at[PANELS_MAX]; /* from left to right */
  size_t count;
};

static void add_panel(struct panels *panels, const struct canvas *canvas, const struct draw_box *box) {
  bool has_border = box->border_width > 0 && box->border >> 24 != 0;
  if (box->fill >> 24 != 255 || (has_border && box->border >> 24 != 255)) return;
  struct edges e = canvas_snap(canvas, box->rect);
  int32_t round = (int32_t)ceilf(canvas_length(canvas, box->radius)); /* its rows with corners do not count */
  e = edges_intersect(canvas->clip, (struct edges){e.left, e.top + round, e.right, e.bottom - round});
  if (edges_are_empty(e) || (e.right - e.left) * (e.bottom - e.top) < PANEL_PIXELS_MIN) return;
  if (panels->count == PANELS_MAX) return;
  size_t i = panels->count++;
  for (; i > 0 && panels->at[i - 1].left > e.left; i--) panels->at[i] = panels->at[i - 1];
  panels->at[i] = e;
}

static void find_panels(struct panels *panels, const struct canvas *canvas, const struct draw_list *list) {
  int32_t depth = 0;
  for (size_t i = 0; i < list->count; i++) {
    enum draw_kind kind = list->commands[i].kind;
    if (kind == DRAW_CLIP_PUSH || kind == DRAW_ALPHA_PUSH) depth++;
    if (kind == DRAW_CLIP_POP || kind == DRAW_ALPHA_POP) depth--;
    if (kind == DRAW_BOX && depth == 0) add_panel(panels, canvas, &list->commands[i].as.box);
  }
}

static void paint_background(const struct canvas *canvas, const struct draw_list *list) {
  struct panels panels = {.count = 0};
  find_panels(&panels, canvas, list);
  for (int32_t y = 0; y < canvas->to.height; y++) {
    uint32_t *row = pixmap_row(&canvas->to, y);
    int32_t done = 0;
    for (size_t i = 0; i < panels.count; i++) {
      const struct edges *e = &panels.at[i];
      if (y < e->top || y >= e->bottom) continue;
      if (e->left > done) pixmap_run(row + done, e->left - done, list->background, 255);
      if (e->right > done) done = e->right;
    }
    pixmap_run(row + done, canvas->to.width - done, list->background, 255);
  }
}

void raster_draw(struct raster *raster, const struct draw_list *list, const struct pixmap *to) {
  struct canvas canvas = {.raster = raster,
                          .to = *to,
                          .fit = raster_fit(list, to->width, to->height),
                          .clip = {0, 0, to->width, to->height},
                          .alpha = 255};
  paint_background(&canvas, list);
  for (size_t i = 0; i < list->count; i++)
    raster_command(&canvas, &list->commands[i], i + 1 < list->count ? &list->commands[i + 1] : NULL);
}
