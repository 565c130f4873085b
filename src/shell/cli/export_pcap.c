/* export_pcap: the capture of a run, written by libpcap. */
#define _DEFAULT_SOURCE /* u_char and its kind, which pcap.h wants */
#include <errno.h>
#include <pcap/pcap.h>

#include "readers/capture.h"
#include "shell/cli/export.h"

enum { SNAPSHOT_MAX = 262144 };

struct pcap_job {
  struct export_job *job;
  pcap_dumper_t *dumper;
  int64_t start_unix_us;
  uint64_t frames;
  bool out_of_range;
};

static bool write_frame(void *context, int64_t time_us, struct span frame) {
  struct pcap_job *pcap = context;
  const int64_t last_us = (int64_t)UINT32_MAX * 1000000;
  bool starts_well = pcap->start_unix_us >= 0 && pcap->start_unix_us <= last_us && time_us >= 0;
  int64_t unix_us = starts_well ? pcap->start_unix_us + time_us : -1;
  if (unix_us < 0 || unix_us > last_us) {
    pcap->out_of_range = true;
    return false;
  }
  struct pcap_pkthdr head = {.caplen = (bpf_u_int32)frame.len, .len = (bpf_u_int32)frame.len};
  head.ts.tv_sec = (time_t)(unix_us / 1000000);
  head.ts.tv_usec = (suseconds_t)(unix_us % 1000000);
  pcap_dump((u_char *)pcap->dumper, &head, (const u_char *)frame.data);
  progress_count(&pcap->job->progress, "written", ++pcap->frames, 0, "frames");
  return !ferror(pcap_dump_file(pcap->dumper));
}

static bool write_frames(struct pcap_job *pcap, struct capture_counts *counts) {
  const struct export_job *job = pcap->job;
  struct capture_options options = {.host = job->host, .connection = job->connection, .last = job->last};
  bool well = capture_write(job->film->journal, &options, write_frame, pcap, counts);
  return pcap_dump_flush(pcap->dumper) == 0 && well;
}

static void report(struct export_job *job, const struct capture_counts *counts) {
  export_report(job, "frames", counts->frames);
  export_report(job, "connections", counts->connections);
  export_report(job, "datagrams", counts->datagrams);
  if (counts->datagrams_missing)
    fprintf(stderr,
            "waystation export: %llu datagrams are not in the file: this journal has not kept their octets\n",
            (unsigned long long)counts->datagrams_missing);
}

/* The dumper owns the file from here on. */
static bool write_capture(struct export_job *job, struct output *output, pcap_t *handle) {
  struct pcap_job pcap = {.job = job, .start_unix_us = job->preamble->start_unix_us};
  struct capture_counts counts;
  pcap.dumper = pcap_dump_fopen(handle, output->file);
  if (!pcap.dumper) {
    error_list_add_message(&job->errors, span_from(job->out), "cannot write: %s", pcap_geterr(handle));
    output_abandon(output);
    return false;
  }
  bool well = write_frames(&pcap, &counts);
  int trouble = errno;
  pcap_dump_close(pcap.dumper);
  output->file = NULL;
  if (well && output_commit(output, &job->errors)) {
    report(job, &counts);
    return true;
  }
  job->is_input_wrong = pcap.out_of_range;
  if (pcap.out_of_range)
    error_list_add_message(&job->errors, span_from(job->out), "a capture only holds times from 1970 to 2106");
  else if (!well)
    error_list_add_message(&job->errors, span_from(job->out), "cannot write: %s", strerror(trouble));
  output_abandon(output);
  return false;
}

bool export_pcap(struct export_job *job) {
  struct output output;
  if (!export_open(job, &output)) return false;
  pcap_t *handle = pcap_open_dead(DLT_EN10MB, SNAPSHOT_MAX);
  bool well = handle && write_capture(job, &output, handle);
  if (handle) pcap_close(handle);
  return well;
}
