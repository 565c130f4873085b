/* export_html: the report of a run. */
#include "readers/report.h"
#include "shell/cli/export.h"

bool export_html(struct export_job *job) {
  struct buf page = {0};
  report_write(job->film->journal, job->last, &page);
  bool well = export_write(job, buf_span(&page));
  if (well) export_report(job, "octets", page.len);
  buf_free(&page);
  return well;
}
