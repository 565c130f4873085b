#include "readers/show.h"

#include "base/json_write.h"
#include "readers/show_internal.h"
#include "readers/transcript.h"

static const struct {
  const char *what;
  bool (*write)(struct show *show);
} views[] = {
    {"transcript", show_transcript}, {"headers", show_headers}, {"letter", show_letter},
    {"envelope", show_envelope},     {"path", show_path},       {"mailbox", show_mailbox},
    {"queue", show_queue},           {"dns", show_dns},         {"wire", show_wire},
    {"audit", show_audit},
};
enum { VIEW_COUNT = sizeof views / sizeof *views };

journal_seq show_next(const struct show *show, journal_seq seq, enum journal_kind kind,
                      struct journal_record *record_out) {
  for (seq++; seq <= show->last; seq++) {
    if (journal_kind_at(show->journal, seq) != kind) continue;
    journal_get(show->journal, seq, record_out);
    return seq;
  }
  return 0;
}

bool show_is_asked(const struct show *show, uint32_t message, uint16_t host) {
  if (show->options->message && message != show->options->message) return false;
  return !show->options->host.len ||
         span_equal_nocase(show->options->host, journal_host_name(show->preamble, host));
}

/* ---- JSON ---- */

static void open_member(struct show *show, const char *key) {
  bool first = show->out->len == 0 || show->out->data[show->out->len - 1] == '\n';
  buf_format(show->out, "%s\"%s\":", first ? "{" : ",", key);
}

/* Octets that are not UTF-8 become U+FFFD here; the journal itself keeps them. */
void show_json_text(struct show *show, const char *key, struct span text) {
  open_member(show, key);
  json_write_octets(text, show->out);
}

void show_json_number(struct show *show, const char *key, int64_t number) {
  open_member(show, key);
  buf_add_i64(show->out, number);
}

void show_json_end(struct show *show) {
  buf_add_text(show->out, "}\n");
}

/* ---- the door ---- */

bool show_transcript(struct show *show) {
  if (!show->options->json) {
    transcript_write(show->journal,
                     &(struct transcript_options){
                         .message = show->options->message,
                         .host = journal_host_named(show->preamble, show->options->host),
                         .dns = true,
                         .last = show->last,
                     },
                     show->out);
    return true;
  }
  struct journal_record record;
  for (journal_seq seq = 1; seq <= show->last; seq++) {
    journal_get(show->journal, seq, &record);
    if (!show_is_asked(show, record.message, record.host)) continue;
    journal_record_to_json(&record, show->out);
    buf_add_char(show->out, '\n');
  }
  return true;
}

static bool complain_unknown(struct span what, struct error_list *errors) {
  struct span names[VIEW_COUNT];
  for (size_t i = 0; i < VIEW_COUNT; i++) names[i] = span_from(views[i].what);
  struct span nearest = error_nearest(what, names, VIEW_COUNT);
  error_list_add(
      errors, &(struct error){
                  .message = SPAN("there is no view of that name"),
                  .expected = SPAN(
                      "one of transcript, headers, letter, envelope, path, mailbox, queue, dns, wire, audit"),
                  .hint = nearest,
              });
  return false;
}

bool show_write(const struct journal *journal, struct span what, const struct show_options *options,
                struct buf *out, size_t *faults_out, struct error_list *errors) {
  size_t view = 0;
  while (view < VIEW_COUNT && !span_equal(what, span_from(views[view].what))) view++;
  if (view == VIEW_COUNT) return complain_unknown(what, errors);
  struct show show = {
      .journal = journal,
      .options = options,
      .preamble = journal_preamble_new(journal),
      .versions = journal_versions_new(journal),
      .last = options->at_us < 0 ? journal_count(journal) : journal_at_time(journal, options->at_us),
      .out = out,
      .errors = errors,
  };
  bool well = true;
  if (options->host.len && !journal_host_named(show.preamble, options->host)) {
    error_list_add_message(errors, SPAN_EMPTY, "there is no host \"%.*s\"", SPAN_ARG(options->host));
    well = false;
  }
  well = well && views[view].write(&show);
  *faults_out = show.faults;
  arena_free(&show.arena);
  journal_versions_free(show.versions);
  journal_preamble_free(show.preamble);
  return well;
}
