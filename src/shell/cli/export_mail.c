/* export_mail: the letters of the stores, as an mbox, a Maildir, or one file each; and the journal itself. */
#include "base/mem.h"
#include "mail/mbox.h"
#include "readers/store_view.h"
#include "shell/cli/export.h"

enum { HOST_NAME_MAX_OCTETS = 100 };

/* The letters asked for. */
struct choice {
  struct journal_versions *versions;
  struct store_view view;
  const struct stored_letter **letters;
  size_t count;
};

/* ---- which letters ---- */

static bool is_user(const struct export_job *job, const struct stored_letter *letter) {
  struct span user = span_from(job->user);
  const struct journal_person *person = journal_person(job->preamble, letter->person);
  if (person && (span_equal_nocase(person->name, user) || span_equal_nocase(person->address, user)))
    return true;
  size_t at = span_find_last(letter->recipient, '@');
  return letter->recipient.len && (span_equal_nocase(letter->recipient, user) ||
                                   span_equal_nocase(span_first(letter->recipient, at), user));
}

static bool is_being_written(const struct stored_letter *letter) {
  return letter->kind == STORE_MAILDIR && span_search(letter->path, SPAN("/tmp/")) != SPAN_NONE;
}

static bool is_chosen(const struct export_job *job, const struct stored_letter *letter) {
  if (letter->is_gone || is_being_written(letter)) return false;
  if (job->host && letter->host != job->host) return false;
  if (job->message && letter->message != job->message) return false;
  return !job->user || is_user(job, letter);
}

/* A name that nobody has had mail under is more likely a slip than an empty mailbox. */
static bool knows_user(const struct export_job *job, const struct store_view *view) {
  for (size_t i = 0; i < job->preamble->person_count; i++) {
    const struct journal_person *person = &job->preamble->people[i];
    if (span_equal_nocase(person->name, span_from(job->user)) ||
        span_equal_nocase(person->address, span_from(job->user)))
      return true;
  }
  for (size_t i = 0; i < view->count; i++)
    if (is_user(job, &view->letters[i])) return true;
  return false;
}

static void complain_unknown_user(struct export_job *job) {
  struct arena arena = ARENA_EMPTY;
  size_t count = job->preamble->person_count;
  struct span *names = arena_alloc(&arena, (count + 1) * sizeof *names);
  for (size_t i = 0; i < count; i++) names[i] = job->preamble->people[i].name;
  struct span nearest = error_nearest(span_from(job->user), names, count);
  error_list_add(&job->errors,
                 &(struct error){
                     .message = arena_format(&arena, "there is nobody called \"%s\"", job->user),
                     .expected = SPAN("a person of the scenario, or an address that had mail"),
                     .hint = nearest,
                 });
  job->is_input_wrong = true;
  arena_free(&arena);
}

static bool choose(struct export_job *job, struct choice *choice) {
  *choice = (struct choice){.versions = journal_versions_new(job->film->journal)};
  choice->view = store_view_make(job->film->journal, choice->versions, job->last);
  choice->letters = mem_alloc((choice->view.count + 1) * sizeof *choice->letters);
  for (size_t i = 0; i < choice->view.count; i++)
    if (is_chosen(job, &choice->view.letters[i])) choice->letters[choice->count++] = &choice->view.letters[i];
  if (choice->count || !job->user || knows_user(job, &choice->view)) return true;
  complain_unknown_user(job);
  return false;
}

static void forget(struct choice *choice) {
  store_view_free(&choice->view);
  journal_versions_free(choice->versions);
  mem_free(choice->letters);
}

/* ---- mbox ---- */

bool export_mbox(struct export_job *job) {
  struct choice choice;
  struct output output = {0};
  bool well = choose(job, &choice) && export_open(job, &output);
  if (well) {
    struct buf text = {0};
    for (size_t i = 0; i < choice.count && !ferror(output.file); i++) {
      progress_count(&job->progress, "written", i, choice.count, "letters");
      buf_clear(&text);
      stored_letter_write_mbox(choice.letters[i], job->preamble, choice.versions, &text);
      fwrite(text.data, 1, text.len, output.file);
    }
    buf_free(&text);
    well = output_commit(&output, &job->errors);
  }
  if (well) export_report(job, "letters", choice.count);
  forget(&choice);
  return well;
}

/* ---- the journal ---- */

bool export_jsonl(struct export_job *job) {
  struct output output;
  struct buf line = {0};
  if (!export_open(job, &output)) return false;
  for (journal_seq seq = 1; seq <= job->last && !ferror(output.file); seq++) {
    struct journal_record record;
    progress_count(&job->progress, "written", seq, job->last, "records");
    journal_get(job->film->journal, seq, &record);
    buf_clear(&line);
    journal_record_to_json(&record, &line);
    buf_add_char(&line, '\n');
    fwrite(line.data, 1, line.len, output.file);
  }
  buf_free(&line);
  if (!output_commit(&output, &job->errors)) return false;
  export_report(job, "records", job->last);
  return true;
}

/* ---- Maildir: tmp while it is written, new or cur once it is whole ---- */

static void write_letter(const struct choice *choice, const struct stored_letter *letter, bool lf,
                         struct buf *out) {
  struct buf message = {0};
  buf_clear(out);
  journal_message_write(choice->versions, letter->version, &message);
  if (lf)
    mbox_write_lines(buf_span(&message), MBOX_UNQUOTED, out);
  else
    buf_add(out, buf_span(&message));
  buf_free(&message);
}

static bool put_in_maildir(struct export_job *job, struct folder *folder, const struct choice *choice,
                           const struct stored_letter *letter) {
  struct buf name = {0}, text = {0};
  bool is_seen = stored_letter_is_seen(letter);
  stored_letter_write_name(letter, job->preamble, &name);
  write_letter(choice, letter, true, &text);
  struct span place = arena_format(&folder->arena, "%s/%.*s%s", is_seen ? "cur" : "new",
                                   SPAN_ARG(buf_span(&name)), is_seen ? ":2,S" : "");
  struct span first = arena_format(&folder->arena, "tmp/%.*s", SPAN_ARG(buf_span(&name)));
  bool well = folder_write(folder, first.data, buf_span(&text), &job->errors) &&
              folder_rename(folder, first.data, place.data, &job->errors);
  buf_free(&name);
  buf_free(&text);
  return well;
}

static bool write_maildir(struct export_job *job, const struct choice *choice) {
  struct folder folder;
  if (!export_begin(job, &folder)) return false;
  bool well = folder_make(&folder, "tmp", &job->errors) && folder_make(&folder, "new", &job->errors) &&
              folder_make(&folder, "cur", &job->errors);
  for (size_t i = 0; i < choice->count && well; i++) {
    progress_count(&job->progress, "written", i, choice->count, "letters");
    well = put_in_maildir(job, &folder, choice, choice->letters[i]);
  }
  return folder_end(&folder, well, &job->errors);
}

bool export_maildir(struct export_job *job) {
  struct choice choice;
  bool well = choose(job, &choice) && write_maildir(job, &choice);
  if (well) export_report(job, "letters", choice.count);
  forget(&choice);
  return well;
}

/* ---- eml: a letter a file, as it went over the wire ---- */

static bool write_letters(struct export_job *job, const struct choice *choice) {
  struct folder folder;
  struct buf text = {0};
  if (!export_begin(job, &folder)) return false;
  bool well = true;
  for (size_t i = 0; i < choice->count && well; i++) {
    const struct stored_letter *letter = choice->letters[i];
    progress_count(&job->progress, "written", i, choice->count, "letters");
    struct span host = journal_host_name(job->preamble, letter->host);
    struct span name = arena_format(&folder.arena, "%04zu-letter-%u-at-%.*s.eml", i + 1, letter->message,
                                    SPAN_ARG(span_first(host, HOST_NAME_MAX_OCTETS)));
    write_letter(choice, letter, false, &text);
    well = folder_write(&folder, folder_safe_name(&folder, name), buf_span(&text), &job->errors);
  }
  buf_free(&text);
  return folder_end(&folder, well, &job->errors);
}

static bool write_one_letter(struct export_job *job, const struct choice *choice) {
  struct buf text = {0};
  write_letter(choice, choice->letters[0], false, &text);
  bool well = export_write(job, buf_span(&text));
  buf_free(&text);
  return well;
}

static bool complain_no_letter(struct export_job *job) {
  error_list_add(&job->errors, &(struct error){
                                   .message = SPAN("no such letter lies in a store at that moment"),
                                   .hint = SPAN("waystation show FILE mailbox, which shows what does"),
                               });
  job->is_input_wrong = true;
  return false;
}

bool export_eml(struct export_job *job) {
  struct choice choice;
  struct span out = span_from(job->out);
  bool well = choose(job, &choice);
  if (well && choice.count == 0) well = complain_no_letter(job);
  if (well) {
    bool is_folder = choice.count > 1 || span_ends_with(out, SPAN("/")) || files_is_folder(out);
    well = is_folder ? write_letters(job, &choice) : write_one_letter(job, &choice);
  }
  if (well) export_report(job, "letters", choice.count);
  forget(&choice);
  return well;
}
