/* The stage under a person's hands: zoom, pan, machines that are moved. */
#include "base/json_write.h"
#include "view/viewer_internal.h"

enum { ZOOM_FACTOR = 125, KEY_MOVE = 16 /* of a pin's measure */, KEY_PAN = 60 * 64 };

static int32_t zoom_of(const struct viewer_model *model) {
  return scene_wish(&model->view).zoom_percent;
}

static int32_t between(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

/* No farther than the stage's edge comes to the edge of what can be seen. */
static void set_centre(struct viewer_model *model, struct point centre) {
  int32_t zoom = zoom_of(model);
  int32_t half_x = LAYOUT_PIN_WIDTH * 50 / zoom, half_y = LAYOUT_PIN_HEIGHT * 50 / zoom;
  model->view.zoom_centre = (struct point){between(centre.x, half_x, LAYOUT_PIN_WIDTH - half_x),
                                           between(centre.y, half_y, LAYOUT_PIN_HEIGHT - half_y)};
}

void viewer_fit(struct viewer_model *model) {
  model->view.zoom_percent = 100;
  set_centre(model, (struct point){0, 0});
}

/* What is under the point stays there. */
void viewer_zoom(struct viewer_model *model, bool nearer, const struct point *about) {
  int32_t strip, zoom = zoom_of(model);
  struct rect stage = scene_stage(model->scene, &model->view, &strip);
  struct layout_wish wish = scene_wish(&model->view);
  struct point middle = {stage.x + stage.w / 2, stage.y + (stage.h - strip) / 2};
  struct point at = about ? *about : middle;
  struct point under = layout_unzoomed(stage, strip, &wish, at);
  zoom = nearer ? zoom * ZOOM_FACTOR / 100 : zoom * 100 / ZOOM_FACTOR;
  if (zoom < LAYOUT_ZOOM_MIN + 5) {
    viewer_fit(model);
    return;
  }
  if (zoom > LAYOUT_ZOOM_MAX) zoom = LAYOUT_ZOOM_MAX;
  model->view.zoom_percent = zoom;
  struct point centre = {under.x - (int32_t)((int64_t)(at.x - middle.x) * 100 / zoom),
                         under.y - (int32_t)((int64_t)(at.y - middle.y) * 100 / zoom)};
  set_centre(model, layout_pin_of(stage, strip, centre));
}

void viewer_pan(struct viewer_model *model, int32_t dx, int32_t dy) {
  int32_t strip, zoom = zoom_of(model);
  if (zoom <= LAYOUT_ZOOM_MIN) return;
  struct rect stage = scene_stage(model->scene, &model->view, &strip);
  struct point centre = layout_point_of(stage, strip, model->view.zoom_centre);
  centre.x += (int32_t)((int64_t)dx * 100 / zoom);
  centre.y += (int32_t)((int64_t)dy * 100 / zoom);
  set_centre(model, layout_pin_of(stage, strip, centre));
}

/* ---- machines ---- */

static struct layout_pin *pin_for(struct viewer_model *model, struct span host) {
  struct scene_moves *moves = &model->view.moves;
  for (uint32_t i = 0; i < moves->count; i++)
    if (span_equal_nocase(moves->items[i].host, host)) return &moves->items[i];
  if (moves->count == SCENE_MOVES_MAX) return NULL;
  moves->items[moves->count] = (struct layout_pin){.host = host};
  return &moves->items[moves->count++];
}

static void set_pin(struct viewer_model *model, uint16_t host, struct point pin) {
  struct layout_pin *own = pin_for(model, journal_host_name(model->reel->world->preamble, host));
  if (!own) {
    viewer_say(model, SPAN("No more than 64 machines can be moved"));
    return;
  }
  own->x = between(pin.x, 0, LAYOUT_PIN_WIDTH);
  own->y = between(pin.y, 0, LAYOUT_PIN_HEIGHT);
}

void viewer_move_host(struct viewer_model *model, uint16_t host, struct point middle) {
  int32_t strip;
  struct rect stage = scene_stage(model->scene, &model->view, &strip);
  struct layout_wish wish = scene_wish(&model->view);
  set_pin(model, host, layout_pin_of(stage, strip, layout_unzoomed(stage, strip, &wish, middle)));
}

void viewer_move_by_key(struct viewer_model *model, int32_t right, int32_t down) {
  if (scene_id_kind(model->view.focus) != SCENE_HOST) {
    viewer_pan(model, right * KEY_PAN, down * KEY_PAN);
    return;
  }
  int32_t strip;
  uint16_t host = (uint16_t)scene_id_number(model->view.focus);
  struct rect stage = scene_stage(model->scene, &model->view, &strip);
  struct layout_wish wish = scene_wish(&model->view);
  const struct layout_node *node = layout_node_of(scene_layout(model->scene, &model->view), host);
  if (!node) return;
  struct point middle = layout_unzoomed(stage, strip, &wish, rect_centre(node->card));
  struct point pin = layout_pin_of(stage, strip, middle);
  set_pin(model, host, (struct point){pin.x + right * KEY_MOVE, pin.y + down * KEY_MOVE});
}

void viewer_tidy(struct viewer_model *model) {
  if (model->view.moves.count == 0) viewer_say(model, SPAN("All machines are in their places"));
  model->view.moves.count = 0;
}

/* ---- where they are ---- */

size_t viewer_positions(struct viewer_model *model, struct layout_pin *pins_out, size_t max) {
  int32_t strip;
  struct rect stage = scene_stage(model->scene, &model->view, &strip);
  struct layout_wish wish = scene_wish(&model->view);
  const struct layout *layout = scene_layout(model->scene, &model->view);
  size_t count = layout->node_count < max ? layout->node_count : max;
  for (size_t i = 0; i < count; i++) {
    struct point middle = layout_unzoomed(stage, strip, &wish, rect_centre(layout->nodes[i].card));
    struct point pin = layout_pin_of(stage, strip, middle);
    struct span host = journal_host_name(model->reel->world->preamble, layout->nodes[i].host);
    pins_out[i] =
        (struct layout_pin){host, between(pin.x, 0, LAYOUT_PIN_WIDTH), between(pin.y, 0, LAYOUT_PIN_HEIGHT)};
  }
  return count;
}

void viewer_positions_text(const struct layout_pin *pins, size_t count, struct buf *out) {
  for (size_t i = 0; i < count; i++) {
    buf_add_text(out, "    ");
    json_write_octets(pins[i].host, out);
    buf_format(out, ": {\"position\": [%d, %d]}%s\n", (int)pins[i].x, (int)pins[i].y,
               i + 1 < count ? "," : "");
  }
}
