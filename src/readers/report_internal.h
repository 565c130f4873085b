/* report_internal: what the files of report share: report.c (the page), report_said.c (sessions, DNS),
 * report_mail.c (letters, and what came of them). */
#pragma once

#include "readers/picture.h"
#include "readers/report.h"
#include "view/world_view.h"

/* A page that nobody can open helps nobody: of very large runs it has the beginning, and says so. */
enum { REPORT_SESSIONS_MAX = 400, REPORT_LETTERS_MAX = 200, REPORT_ROWS_MAX = 2000 };

struct report {
  const struct journal *journal;
  struct world_view *world;
  const struct journal_preamble *preamble;
  struct picture *picture;
  journal_seq last;
  struct buf *out;
};

void report_sessions(struct report *report);
void report_dns(struct report *report);
void report_letters(struct report *report);
void report_outcomes(struct report *report);
void report_checks(struct report *report);

/* Text, escaped; the lines of a text, each with its end, tabs as they are. */
void report_text(struct report *report, struct span text);
void report_lines(struct report *report, struct span text);
void report_markup(struct report *report, const char *html);
void report_clock(struct report *report, int64_t time_us); /* "01:43:03.440" */
void report_host(struct report *report, int64_t host);
/* Says what is left out, if something is, and what shows it. */
void report_left_out(struct report *report, size_t shown, size_t all, const char *things,
                     const char *command);
/* A table's beginning: its caption, and its columns with | between them. */
void report_table(struct report *report, const char *name, const char *caption, const char *columns);
