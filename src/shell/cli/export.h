/* export: what the formats of `waystation export` share. One file a format, or a family of them. */
#pragma once

#include "journal/preamble.h"
#include "readers/picture.h"
#include "shell/cli/command.h"
#include "shell/cli/files.h"
#include "shell/cli/output.h"
#include "shell/cli/progress.h"

struct export_job {
  const struct film *film;
  struct journal_preamble *preamble;
  const char *format;
  const char *out;         /* OUT of -o */
  struct output_rule rule; /* --force, and what was read */
  bool json;               /* --json: what was written, as an object */
  uint16_t host;           /* --host; 0: all */
  uint32_t connection;     /* --connection; 0: all */
  uint32_t message;        /* --message; 0: all */
  journal_seq last;        /* --at: the record of that moment */
  const char *user;        /* --user; NULL: all */
  int64_t at_us, step;     /* pictures: --at, --step; negative: not given */
  uint32_t hop;            /* pictures: --hop; 0: not given */
  bool is_full;            /* pictures: --full */
  bool has_size, is_a4;
  struct picture_options picture;
  bool is_input_wrong; /* what failed is not the machine's fault */
  struct buf report;   /* one line: what was written */
  struct progress progress;
  struct error_list errors;
};

/* True if all is written. */
typedef bool export_fn(struct export_job *job);
export_fn export_pcap, export_mbox, export_maildir, export_eml, export_jsonl, export_svg, export_png,
    export_html;

/* Of one session, if one was asked for (--connection, --message): false if none was. */
bool export_wants_session(const struct export_job *job);
bool export_session_svg(struct export_job *job);
bool export_session_png(struct export_job *job);
/* In a build without a window: why there are no pixels, and what to do. */
bool export_no_pixels(struct export_job *job);

/* output_open, folder_begin and output_write for the job: what the rule forbids is the user's mistake. */
bool export_open(struct export_job *job, struct output *output);
bool export_begin(struct export_job *job, struct folder *folder);
bool export_write(struct export_job *job, struct span bytes);

/* How much of what ("letters") was written: for a person and, with --json, a member of an object. */
void export_report(struct export_job *job, const char *what, uint64_t count);
