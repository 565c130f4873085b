#include "readers/steps.h"

#include "base/duration.h"
#include "base/json_write.h"
#include "view/reel.h"

struct teller {
  struct world_view *world;
  struct reel *reel;
  struct arena arena; /* of one step */
  struct buf *out;
};

static struct teller begin(const struct journal *journal, struct buf *out) {
  struct teller teller = {.world = world_view_new(journal), .out = out};
  teller.reel = reel_new(teller.world);
  return teller;
}

static void end(struct teller *teller) {
  reel_free(teller->reel);
  world_view_free(teller->world);
  arena_free(&teller->arena);
}

static struct span said(struct teller *teller, size_t step) {
  if (teller->reel->steps[step].kind != STEP_LINE) return SPAN_EMPTY;
  return reel_step_label(teller->reel, step, &teller->arena);
}

static void tell_step(struct teller *teller, size_t step) {
  struct buf *out = teller->out;
  const struct step *it = &teller->reel->steps[step];
  const struct segment *segment = &teller->reel->segments[it->segment];
  struct caption caption;
  if (step == segment->first_step || step == 1)
    buf_format(out, "\n== %.*s%s\n", SPAN_ARG(segment->name),
               !segment->connection || span_equal(segment->name, SPAN("By hand")) ? ""
               : segment->is_pull                                                 ? ", pull"
                                                                                  : ", push");
  reel_caption(teller->reel, step, &teller->arena, &caption);
  caption = caption_of_step_alone(&caption);
  struct span line = said(teller, step);
  buf_format(out, "\nStep %zu of %zu, ", step, teller->reel->count - 1);
  duration_write_clock(it->time_us, out);
  buf_add_char(out, '\n');
  if (line.len) buf_format(out, "    %.*s\n", SPAN_ARG(line));
  buf_format(out, "%.*s", SPAN_ARG(caption.text));
  if (caption.rfc.len) buf_format(out, " (%.*s)", SPAN_ARG(caption.rfc));
  buf_add_char(out, '\n');
}

void steps_write_text(const struct journal *journal, struct buf *out) {
  struct teller teller = begin(journal, out);
  const struct journal_preamble *preamble = teller.world->preamble;
  buf_format(out, "%.*s\n", SPAN_ARG(preamble->title));
  if (preamble->subtitle.len) buf_format(out, "%.*s\n", SPAN_ARG(preamble->subtitle));
  if (preamble->summary.len) buf_format(out, "\n%.*s\n", SPAN_ARG(preamble->summary));
  for (size_t step = 1; step < teller.reel->count; step++) {
    tell_step(&teller, step);
    arena_reset(&teller.arena);
  }
  end(&teller);
}

static void json_text(const char *name, struct span text, struct buf *out) {
  buf_format(out, ",\"%s\":", name);
  json_write_octets(text, out);
}

void steps_write_json(const struct journal *journal, struct buf *out) {
  struct teller teller = begin(journal, out);
  for (size_t step = 1; step < teller.reel->count; step++) {
    const struct step *it = &teller.reel->steps[step];
    struct caption caption;
    reel_caption(teller.reel, step, &teller.arena, &caption);
    caption = caption_of_step_alone(&caption);
    buf_format(out, "{\"step\":%zu,\"time_us\":%lld,\"record\":%u", step, (long long)it->time_us, it->record);
    json_text("hop", teller.reel->segments[it->segment].name, out);
    json_text("line", said(&teller, step), out);
    json_text("words", caption.text, out);
    json_text("rfc", caption.rfc, out);
    buf_add_text(out, "}\n");
    arena_reset(&teller.arena);
  }
  end(&teller);
}
