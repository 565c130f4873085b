#include "base/duration.h"
#include "mail/date.h"
#include "readers/report_internal.h"
#include "readers/svg.h"

enum { PICTURES_MAX = 6, PICTURE_WIDTH = 1600, PICTURE_HEIGHT = 900 };

/* ---- words ---- */

void report_text(struct report *report, struct span text) {
  svg_write_escaped(text, report->out);
}

void report_lines(struct report *report, struct span text) {
  struct span line, piece;
  while (span_next(&text, '\n', &line)) {
    if (!text.data && line.len == 0) break;
    line = span_trim_right(line);
    for (bool first = true; span_next(&line, '\t', &piece); first = false) {
      if (!first) buf_add_char(report->out, '\t');
      report_text(report, piece);
    }
    buf_add_char(report->out, '\n');
  }
}

void report_markup(struct report *report, const char *html) {
  buf_add_text(report->out, html);
}

void report_clock(struct report *report, int64_t time_us) {
  duration_write_clock(time_us, report->out);
}

void report_host(struct report *report, int64_t host) {
  report_text(report, journal_host_name(report->preamble, host));
}

void report_left_out(struct report *report, size_t shown, size_t all, const char *things,
                     const char *command) {
  if (shown >= all) return;
  buf_format(report->out,
             "<p class=\"left-out\">Here are the first %zu of %zu %s; <code>%s</code> shows all.</p>\n",
             shown, all, things, command);
}

void report_table(struct report *report, const char *name, const char *caption, const char *columns) {
  struct span rest = span_from(columns), column;
  buf_format(report->out, "<table class=\"%s\"><caption>%s</caption><thead><tr>", name, caption);
  while (span_next(&rest, '|', &column))
    buf_format(report->out, "<th scope=\"col\">%.*s</th>", SPAN_ARG(column));
  report_markup(report, "</tr></thead><tbody>\n");
}

/* ---- how it looks ---- */

static const char style[] =
    ":root{--paper:#fff;--ink:#11161d;--muted:#46505d;--line:#c9d1db;--sunk:#f4f6f9;--mark:#2463e0;--on:#fff;"
    "--well:#00665a;--ill:#a3261b;color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#161b23;--ink:#f2f5f8;--muted:#b4bfcc;--line:#323c4a;"
    "--sunk:#1d242e;--mark:#8ab8ff;--on:#0b0e13;--well:#63f2c4;--ill:#ff9b8a}.light{display:none}}\n"
    "@media not all and (prefers-color-scheme:dark){.dark{display:none}}\n"
    "*{box-sizing:border-box}html{background:var(--sunk)}\n"
    "body{margin:0 auto;max-width:72rem;padding:3rem 3.5rem 5rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.55 Inter,\"Helvetica Neue\",Arial,\"Liberation "
    "Sans\",sans-serif;font-variant-ligatures:none}\n"
    "header{border-bottom:3px solid var(--ink);padding-bottom:1.25rem;margin-bottom:2rem}\n"
    "h1{font-size:2.3rem;line-height:1.15;margin:0 0 .25rem;letter-spacing:-.02em}\n"
    "h2{font-size:1.45rem;margin:3rem 0 .9rem;padding-top:.8rem;border-top:1px solid var(--line)}\n"
    "h3{font-size:1.08rem;margin:2rem 0 .6rem}h2,h3,caption{break-after:avoid}\n"
    ".subtitle{font-size:1.2rem;color:var(--muted);margin:0}.facts{color:var(--muted);margin:.9rem 0 0}\n"
    "nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem "
    "1.4rem}a{color:var(--mark)}\n"
    "pre,code,.time,.wire td:last-child,.dns td:nth-child(n+3){font-family:\"JetBrains Mono\",\"DejaVu Sans "
    "Mono\","
    "Menlo,Consolas,monospace;font-size:.86rem}\n"
    "pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:8}\n"
    "table{border-collapse:collapse;width:100%;margin:.4rem 0 "
    "1.2rem}caption{text-align:left;color:var(--muted);"
    "padding:.2rem 0 .5rem}\n"
    "th,td{text-align:left;vertical-align:baseline;padding:.32rem .8rem .32rem 0;border-bottom:1px solid "
    "var(--line)}\n"
    ".dns th:last-child{width:42%}.checks td:first-child{white-space:nowrap;"
    "width:1%}th{white-space:nowrap}\n"
    "th{font-weight:600;color:var(--muted);font-size:.85rem}td{overflow-wrap:break-word}.wire td,.checks "
    "td{overflow-wrap:anywhere}\n"
    ".time{color:var(--muted);white-space:nowrap;width:1%}.who{white-space:nowrap;width:1%}\n"
    ".c,.s,.n{display:inline-block;min-width:1.6rem;text-align:center;border:2px solid "
    "var(--mark);border-radius:.4rem;"
    "font-weight:700;font-size:.82rem;line-height:1.3rem}.c{background:var(--mark);color:var(--on)}"
    ".s{color:var(--mark)}.n{border-color:var(--line);color:var(--muted)}\n"
    ".wire td{border-bottom:0;padding-top:.1rem;padding-bottom:.1rem}.wire tr.server "
    "td:last-child{padding-left:2.2rem}.wire tr.event td:last-child{color:var(--muted);"
    "font-family:inherit;font-style:italic}\n"
    ".block{border:1px solid var(--line);border-left:6px solid var(--mark);border-radius:.5rem;padding:.7rem "
    "1rem;"
    "margin:.7rem 0;background:var(--sunk);break-inside:avoid}.block h4{margin:0 0 .45rem;font-size:.95rem}\n"
    ".block.body{border-left-color:var(--line)}.sources{margin:.6rem 0 0}.sources caption{padding:.1rem 0}\n"
    ".left-out{border-left:6px solid var(--line);padding-left:1rem;color:var(--muted)}\n"
    ".yes{color:var(--well);font-weight:700}.no{color:var(--ill);font-weight:700}\n"
    "figure{margin:1.4rem 0;break-inside:avoid}figure svg{width:100%;height:auto;display:block;border:1px "
    "solid "
    "var(--line);border-radius:.6rem}figure .dark,figure "
    ".light{margin:0}figcaption{margin-top:.5rem;color:var(--muted)}\n"
    "ol.story{padding-left:0;list-style:none}ol.story li{display:grid;grid-template-columns:8.5rem "
    "1fr;gap:1rem;"
    "padding:.35rem 0}\n"
    "@page{size:A4;margin:18mm 16mm 20mm}\n"
    "@media "
    "print{:root{--paper:#fff;--ink:#000;--muted:#444;--line:#bbb;--sunk:#fff;--mark:#1a4fb8;--on:#fff;"
    "--well:#00553f;--ill:#8a1c12}html,body{background:#fff}body{max-width:none;padding:0;font-size:10pt}nav{"
    "display:none}"
    ".dark{display:none}.light{display:block}tr{break-inside:avoid}thead{display:table-header-group}"
    ".block{break-inside:auto}.block h4,.block pre{break-after:avoid;break-inside:avoid}.block.body "
    "pre{break-inside:auto}"
    "h2{break-before:auto}.c,.s{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n"
    "@media screen and (max-width:40rem){body{padding:1.5rem 1rem 3rem}h1{font-size:1.7rem}ol.story "
    "li{grid-template-columns:1fr;gap:0}figure>div{overflow-x:auto}figure svg{width:56rem}"
    ".dns thead,.outcome thead,.checks thead{display:none}"
    ".dns tr,.outcome tr,.checks tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}"
    ".dns td,.outcome td,.checks td{display:block;border:0;padding:.05rem 0;width:auto}"
    ".outcome td:nth-child(1)::before{content:\"letter \"}.outcome td:nth-child(2)::before{content:\"for \"}"
    ".outcome td:nth-child(3)::before{content:\"at \"}.wire tr.server td:last-child{padding-left:0}}\n";

/* ---- the beginning ---- */

static void write_head(struct report *report) {
  report_markup(report, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                        "style-src 'unsafe-inline'\">\n"
                        "<title>");
  report_text(report, report->preamble->title);
  report_markup(report, "</title>\n<style>\n");
  report_markup(report, style);
  report_markup(report, "</style></head>\n<body>\n<header><h1>");
  report_text(report, report->preamble->title);
  report_markup(report, "</h1>\n<p class=\"subtitle\">");
  report_text(report, report->preamble->subtitle);
  report_markup(report, "</p>\n<p class=\"facts\">Begins on ");
  struct buf date = {0};
  const int64_t most = (int64_t)1 << 57; /* thousands of years; a stranger's may be anything */
  int64_t start = report->preamble->start_unix_us;
  date_format(start < -most / 4 ? 0 : start > most ? most : start, 0, SPAN_EMPTY, &date);
  report_text(report, buf_span(&date));
  buf_free(&date);
  buf_format(
      report->out,
      "; times below count from then. %zu machines, %zu sessions, %zu letters, %u records.</p></header>\n",
      report->preamble->host_count, report->world->session_count, report->world->letter_count, report->last);
}

static void write_contents(struct report *report) {
  static const char *const parts[][2] = {
      {"story", "Story"},       {"pictures", "Pictures"}, {"outcome", "What came of it"},
      {"sessions", "Sessions"}, {"letters", "Letters"},   {"dns", "DNS"},
      {"checks", "Checks"}};
  report_markup(report, "<nav aria-label=\"Contents\"><ul>");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    buf_format(report->out, "<li><a href=\"#%s\">%s</a></li>", parts[i][0], parts[i][1]);
  report_markup(report, "</ul></nav>\n<main>\n");
}

/* The scenario's own words; where it has none, what the phases are about. */
static void write_story(struct report *report) {
  const struct reel *reel = picture_reel(report->picture);
  bool has_words = report->preamble->narration_count > 0;
  report_markup(report, "<section id=\"story\"><h2>Story</h2>\n<p>");
  report_text(report, report->preamble->summary);
  report_markup(report, "</p>\n<ol class=\"story\">\n");
  size_t count = 0;
  for (size_t step = 1; step < reel->count; step++) {
    bool is_told =
        has_words ? reel->steps[step].narration != 0 : reel->steps[step].phase != reel->steps[step - 1].phase;
    if (!is_told || ++count > REPORT_ROWS_MAX) continue;
    struct buf words = {0};
    picture_words(report->picture, step, &words);
    report_markup(report, "<li><span class=\"time\">");
    report_clock(report, reel->steps[step].time_us);
    report_markup(report, "</span><span>");
    report_text(report, buf_span(&words));
    report_markup(report, "</span></li>\n");
    buf_free(&words);
  }
  report_markup(report, "</ol>\n");
  report_left_out(report, REPORT_ROWS_MAX, count, "moments", "waystation run FILE --steps");
  report_markup(report, "</section>\n");
}

/* ---- pictures ---- */

/* The first step of each kind that a reader wants to see, and the last step of all. */
static size_t choose_steps(const struct reel *reel, size_t steps_out[PICTURES_MAX]) {
  static const enum step_kind telling[] = {STEP_STAMP,    STEP_REFUSAL,   STEP_FAILED,   STEP_DEFERRED,
                                           STEP_GIVEN_UP, STEP_DELIVERED, STEP_RETRIEVED};
  bool seen[STEP_KIND_COUNT] = {false};
  size_t count = 0;
  for (size_t step = 1; step + 1 < reel->count && count + 1 < PICTURES_MAX; step++) {
    enum step_kind kind = reel->steps[step].kind;
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++) {
      if (kind != telling[i] || seen[kind]) continue;
      seen[kind] = true;
      steps_out[count++] = step;
    }
  }
  if (reel->count) steps_out[count++] = reel->count - 1;
  return count;
}

static void write_picture(struct report *report, size_t step, enum theme_name theme, struct span words) {
  struct draw_list list = DRAW_LIST_EMPTY;
  struct arena arena = ARENA_EMPTY;
  const char *name = theme == THEME_DARK ? "dark" : "light";
  struct picture_options options = {theme_named(theme), PICTURE_WIDTH, PICTURE_HEIGHT, 100, false};
  picture_draw(report->picture, step, &options, &list);
  struct svg_options svg = {.title = arena_format(&arena, "Step %zu", step),
                            .description = words,
                            .id = arena_format(&arena, "p%zu%c", step, name[0])};
  buf_format(report->out, "<div class=\"%s\">", name);
  svg_write(&list, &svg, report->out);
  report_markup(report, "</div>");
  arena_free(&arena);
  draw_list_free(&list);
}

static void write_pictures(struct report *report) {
  const struct reel *reel = picture_reel(report->picture);
  size_t steps[PICTURES_MAX], count = choose_steps(reel, steps);
  report_markup(report, "<section id=\"pictures\"><h2>Pictures</h2>\n");
  for (size_t i = 0; i < count; i++) {
    struct buf words = {0};
    picture_words(report->picture, steps[i], &words);
    report_markup(report, "<figure>");
    write_picture(report, steps[i], THEME_LIGHT, buf_span(&words));
    write_picture(report, steps[i], THEME_DARK, buf_span(&words));
    buf_format(report->out, "<figcaption>Step %zu, at ", steps[i]);
    report_clock(report, reel->steps[steps[i]].time_us);
    report_markup(report, ". ");
    report_text(report, buf_span(&words));
    report_markup(report, "</figcaption></figure>\n");
    buf_free(&words);
  }
  report_markup(report, "</section>\n");
}

void report_write(const struct journal *journal, journal_seq last, struct buf *out) {
  if (last == 0 || last > journal_count(journal)) last = journal_count(journal);
  struct report report = {.journal = journal,
                          .world = world_view_new(journal),
                          .picture = picture_new(journal),
                          .last = last,
                          .out = out};
  report.preamble = report.world->preamble;
  write_head(&report);
  write_contents(&report);
  write_story(&report);
  write_pictures(&report);
  report_outcomes(&report);
  report_sessions(&report);
  report_letters(&report);
  report_dns(&report);
  report_checks(&report);
  report_markup(&report, "</main>\n</body></html>\n");
  picture_free(report.picture);
  world_view_free(report.world);
}
