/* export_session: one whole session as a ladder, as SVG and PNG. */
#include "readers/svg.h"
#include "shell/cli/export.h"
#ifdef WAYSTATION_VIEWER
#include "shell/sdl/viewer.h"
#endif

bool export_wants_session(const struct export_job *job) {
  return job->connection || job->message;
}

/* ---- which ---- */

static bool complain(struct export_job *job, struct span message, struct span expected) {
  error_list_add(&job->errors, &(struct error){.message = message, .expected = expected});
  job->is_input_wrong = true;
  return false;
}

static const struct session *find(struct export_job *job, const struct picture *picture) {
  struct arena arena = ARENA_EMPTY;
  const struct session *session;
  uint32_t hop = job->hop ? job->hop : 1;
  if (job->connection) {
    session = picture_session(picture, job->connection);
    if (!session)
      complain(job, arena_format(&arena, "there is no connection %u", job->connection),
               SPAN("a number after # in the story: waystation run FILE"));
  } else {
    session = picture_session_of_letter(picture, job->message, hop);
    if (!session && hop > 1)
      complain(job,
               arena_format(&arena, "letter %u is not carried by so many sessions: %u", job->message, hop),
               SPAN("--hop 1 for the first session that carries it"));
    else if (!session)
      complain(job, arena_format(&arena, "no session carries a letter %u", job->message),
               SPAN("letters are counted from 1, as in the story: waystation run FILE"));
  }
  arena_free(&arena);
  return session;
}

/* What would say nothing of a session. */
static bool check(struct export_job *job) {
  if (job->connection && job->message)
    return complain(job, SPAN("two sessions are asked for"),
                    SPAN("--connection N, or --message N with --hop K"));
  if (job->hop && !job->message)
    return complain(job, SPAN("the hop of which letter?"), SPAN("--message N --hop K"));
  if (job->step >= 0)
    return complain(job, SPAN("a session is shown whole, not at a step"),
                    SPAN("--connection or --message without --step; its beginning: with --at"));
  return true;
}

/* ---- the picture ---- */

static bool draw(struct export_job *job, const struct picture *picture, const struct session *session,
                 struct draw_list *list) {
  struct arena arena = ARENA_EMPTY;
  struct theme theme = job->picture.theme;
  int64_t height;
  theme.text_percent = job->picture.text_percent;
  struct session_rungs_options options = {.at = job->last, .is_full = job->is_full};
  bool fits = picture_draw_session(picture, session, &theme, &options, list, &height);
  if (!fits)
    complain(job, arena_format(&arena, "session %u is too long for one picture", session->connection),
             job->is_full ? SPAN("a shorter one, or the letters folded: without --full")
                          : SPAN("a shorter one, or its beginning: --at TIME"));
  arena_free(&arena);
  return fits;
}

/* In pixels of the picture's own size, or as it fits what was asked for. */
static void write_svg(struct export_job *job, const struct picture *picture, const struct session *session,
                      const struct draw_list *list, struct buf *out) {
  struct buf words = {0};
  struct session_rungs_options options = {.at = job->last, .is_full = job->is_full};
  picture_session_words(picture, session, &options, &words);
  struct svg_options svg = {.title = job->preamble->title,
                            .description = buf_span(&words),
                            .width_px = job->has_size ? job->picture.width_px : DU_ROUND(list->width),
                            .height_px = job->has_size ? job->picture.height_px : DU_ROUND(list->height),
                            .is_a4 = job->is_a4};
  buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  svg_write(list, &svg, out);
  buf_free(&words);
}

typedef bool session_writer(struct export_job *job, const struct picture *picture,
                            const struct session *session, const struct draw_list *list, struct buf *out);

static bool export_session(struct export_job *job, session_writer *write) {
  if (!check(job)) return false;
  struct picture *picture = picture_new(job->film->journal);
  struct draw_list list = DRAW_LIST_EMPTY;
  struct buf out = {0};
  const struct session *session = find(job, picture);
  bool well = session && draw(job, picture, session, &list) && write(job, picture, session, &list, &out) &&
              export_write(job, buf_span(&out));
  if (well) export_report(job, "pictures", 1);
  buf_free(&out);
  draw_list_free(&list);
  picture_free(picture);
  return well;
}

static bool to_svg(struct export_job *job, const struct picture *picture, const struct session *session,
                   const struct draw_list *list, struct buf *out) {
  write_svg(job, picture, session, list, out);
  return true;
}

bool export_session_svg(struct export_job *job) {
  return export_session(job, to_svg);
}

#ifdef WAYSTATION_VIEWER

/* Two pixels for a unit, so that it can be shown large; less if that would be too large. */
static bool to_png(struct export_job *job, const struct picture *picture, const struct session *session,
                   const struct draw_list *list, struct buf *out) {
  enum { SIDE_MAX = 16384 };
  int64_t w = DU_ROUND(list->width) * 2, h = DU_ROUND(list->height) * 2;
  (void)picture;
  (void)session;
  if (h > SIDE_MAX) {
    w = w * SIDE_MAX / h;
    h = SIDE_MAX;
  }
  if (job->has_size) {
    w = job->picture.width_px;
    h = job->picture.height_px;
  }
  return viewer_encode(list, (int32_t)w, (int32_t)h, out, &job->errors);
}

bool export_session_png(struct export_job *job) {
  if (job->is_a4) return complain(job, SPAN("a4 is no size in pixels"), SPAN("--size 1240x1754"));
  return export_session(job, to_png);
}

#else

bool export_session_png(struct export_job *job) {
  return export_no_pixels(job);
}

#endif
