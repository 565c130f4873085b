#define _XOPEN_SOURCE 700
#include "shell/cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "base/duration.h"
#include "base/mem.h"
#include "shell/cli/output.h"
#include "shell/cli/progress.h"
#include "world/replay.h"
#include "world/world.h"

enum { JOURNAL_FILE_MAX = 1 << 30, PROGRAM_PATH_MAX = 4096, SCENARIOS_MAX = 512 };

bool files_is_folder(struct span path) {
  struct arena arena = ARENA_EMPTY;
  struct stat status;
  bool well = stat(arena_text(&arena, path), &status) == 0 && S_ISDIR(status.st_mode);
  arena_free(&arena);
  return well;
}

/* The folder above the one that the program lies in, so that an installed folder can be moved; empty if the
 * system does not say.
 */
static struct span install_folder(struct arena *arena) {
  char path[PROGRAM_PATH_MAX];
#ifdef __APPLE__
  uint32_t size = sizeof path;
  size_t length = _NSGetExecutablePath(path, &size) == 0 ? strlen(path) : 0;
#else
  ssize_t count = readlink("/proc/self/exe", path, sizeof path);
  size_t length = count > 0 ? (size_t)count : 0;
#endif
  struct span folder = span_of(path, length);
  for (int i = 0; i < 2; i++) {
    size_t slash = span_find_last(folder, '/');
    folder = span_first(folder, slash == SPAN_NONE ? 0 : slash);
  }
  return arena_copy(arena, folder);
}

struct span files_data_dir(const char *name, struct arena *arena) {
  const char *given = getenv("WAYSTATION_DATA");
  const char *above = span_equal(span_from(name), SPAN("scenarios")) ? "" : "assets/";
  struct span installed = install_folder(arena);
  struct span candidates[4];
  size_t count = 0;
  if (given) candidates[count++] = arena_format(arena, "%s/%s", given, name);
  if (installed.len)
    candidates[count++] = arena_format(arena, "%.*s/share/waystation/%s", SPAN_ARG(installed), name);
  candidates[count++] = arena_format(arena, "%s/%s%s", WAYSTATION_SOURCE_DIR, above, name);
  candidates[count++] = arena_format(arena, "%s/%s", WAYSTATION_DATA_DIR, name);
  for (size_t i = 0; i < count; i++)
    if (files_is_folder(candidates[i])) return candidates[i];
  return candidates[count - 1];
}

/* Of what comes with the program, by its name, with or without its ending. */
static struct span find_in(const char *path, const char *folder_name, const char *ending,
                           struct arena *arena) {
  struct span name = span_from(path);
  if (!name.len || access(path, F_OK) == 0 || span_find(name, '/') != SPAN_NONE) return name;
  struct span folder = files_data_dir(folder_name, arena);
  for (int i = 0; i < 2; i++) {
    struct span found =
        arena_format(arena, "%.*s/%.*s%s", SPAN_ARG(folder), SPAN_ARG(name), i == 0 ? "" : ending);
    if (access(found.data, F_OK) == 0) return found;
  }
  return name;
}

struct span files_find(const char *path, struct arena *arena) {
  return find_in(path, "scenarios", ".json", arena);
}

struct span files_find_map(const char *path, struct arena *arena) {
  struct span found = find_in(path, "maps", ".map", arena);
  bool is_bare = found.len && access(found.data, F_OK) != 0 && span_find(found, '/') == SPAN_NONE;
  if (!is_bare || span_ends_with(found, SPAN(".map"))) return found;
  return arena_format(arena, "%.*s.map", SPAN_ARG(found)); /* for the complaint, which names the nearest */
}

static bool complain(struct error_list *errors, struct span path, const char *what) {
  error_list_add_message(errors, path, "%s: %s", what, strerror(errno));
  return false;
}

static int compare_names(const void *a, const void *b) {
  return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The scenario of the catalogue, or the map, whose name is nearest to one that there is not; written as that
 * one is. */
static struct span nearest_file(struct span name, struct arena *arena) {
  struct span names[SCENARIOS_MAX];
  bool is_map = span_ends_with(name, SPAN(".map"));
  struct span ending = is_map ? SPAN(".map") : SPAN(".json");
  size_t count = 0, suffix = span_ends_with(name, ending) ? 0 : ending.len;
  DIR *folder = opendir(arena_text(arena, files_data_dir(is_map ? "maps" : "scenarios", arena)));
  for (struct dirent *entry; folder && count < SCENARIOS_MAX && (entry = readdir(folder));) {
    struct span file = span_from(entry->d_name);
    if (span_ends_with(file, ending)) names[count++] = arena_copy(arena, span_first(file, file.len - suffix));
  }
  if (folder) closedir(folder);
  if (count) qsort(names, count, sizeof *names, compare_names);
  return error_nearest(name, names, count);
}

static bool complain_missing(struct error_list *errors, struct span path, struct arena *arena) {
  bool is_bare = path.len && span_find(path, '/') == SPAN_NONE;
  struct span nearest = is_bare ? nearest_file(path, arena) : SPAN_EMPTY, hint = SPAN_EMPTY;
  if (nearest.len) hint = arena_format(arena, "did you mean \"%.*s\"?", SPAN_ARG(nearest));
  if (!path.len) hint = SPAN("waystation list names the scenarios that are there");
  struct span message =
      path.len ? SPAN("cannot open: No such file or directory") : SPAN("the file has no name");
  error_list_add(errors, &(struct error){.file = path, .message = message, .hint = hint});
  return false;
}

/* All of it. */
static bool read_all(FILE *file, struct span path, size_t size_max, struct arena *arena,
                     struct span *bytes_out, struct error_list *errors) {
  struct buf bytes = BUF_CAPPED(size_max);
  char block[65536];
  size_t count;
  while ((count = fread(block, 1, sizeof block, file)) > 0 && buf_add(&bytes, span_of(block, count))) {
  }
  bool failed = ferror(file) != 0;
  if (failed) complain(errors, path, "cannot read");
  if (bytes.overflowed) {
    error_list_add(errors, &(struct error){
                               .file = path,
                               .message = SPAN("the file is too large"),
                               .expected = arena_format(arena, "at most %zu octets", size_max),
                           });
    failed = true;
  }
  if (!failed) *bytes_out = arena_copy(arena, buf_span(&bytes));
  buf_free(&bytes);
  return !failed;
}

bool files_read(struct span path, size_t size_max, struct arena *arena, struct span *bytes_out,
                struct error_list *errors) {
  FILE *file = fopen(arena_text(arena, path), "rb");
  if (!file && errno == ENOENT) return complain_missing(errors, path, arena);
  if (!file) return complain(errors, path, "cannot open");
  bool well = read_all(file, path, size_max, arena, bytes_out, errors);
  fclose(file);
  return well;
}

bool files_read_letter(const char *path, size_t size_max, struct arena *arena, struct span *bytes_out,
                       struct error_list *errors) {
  if (strcmp(path, "-") == 0)
    return read_all(stdin, SPAN("standard input"), size_max, arena, bytes_out, errors);
  FILE *file = fopen(path, "rb");
  if (!file) return complain(errors, span_from(path), *path ? "cannot open" : "the file has no name");
  bool well = read_all(file, span_from(path), size_max, arena, bytes_out, errors);
  fclose(file);
  return well;
}

void files_print_errors(const struct error_list *errors) {
  struct buf text = {0};
  for (size_t i = 0; i < errors->count; i++) error_format(&errors->items[i], &text);
  if (errors->total > errors->count) buf_format(&text, "… and %zu more\n", errors->total - errors->count);
  output_print(buf_span(&text), stderr);
  buf_free(&text);
}

#define STAMP_EMPTY UINT64_C(14695981039346656037)

/* Sizes and times of change, mixed (FNV-1a). */
static uint64_t mix_stamp(uint64_t stamp, struct span path) {
  struct stat status;
  uint64_t values[3] = {0};
  if (stat(path.data, &status) == 0) {
    values[0] = (uint64_t)status.st_size;
    values[1] = (uint64_t)status.st_mtime;
#ifdef __APPLE__
    values[2] = (uint64_t)status.st_mtimespec.tv_nsec;
#else
    values[2] = (uint64_t)status.st_mtim.tv_nsec;
#endif
  }
  for (size_t v = 0; v < 3; v++) stamp = (stamp ^ values[v]) * 1099511628211u;
  return stamp;
}

/* Before it is read: a change from then on is seen, however long the run takes. */
void film_note(struct film *film, struct span path) {
  if (film->path_count == FILM_PATHS_MAX) return;
  struct span copy = arena_copy(&film->arena, path);
  film->stamp = mix_stamp(film->path_count ? film->stamp : STAMP_EMPTY, copy);
  film->paths[film->path_count++] = copy;
}

/* The context is the film that the file is read for, or NULL. */
static bool read_for_scenario(void *context, struct span path, size_t size_max, struct arena *arena,
                              struct span *bytes_out, struct error_list *errors) {
  if (context) film_note(context, path);
  return files_read(path, size_max, arena, bytes_out, errors);
}

/* The folder is the one of the file that the user named, who may have named a link: what that file extends
 * has to lie in the same folder, or below it. A pipe could be waited for without an end. */
static const char *wrong_with_file(void *context, struct span path, struct span folder) {
  struct arena arena = ARENA_EMPTY;
  char real[PATH_MAX], real_folder[PATH_MAX];
  struct stat status;
  const char *wrong = NULL, *name = arena_text(&arena, path);
  (void)context;
  if (realpath(name, real) && realpath(folder.len ? arena_text(&arena, folder) : ".", real_folder)) {
    struct span rest = span_from(real), base = span_from(real_folder);
    bool is_root = span_equal(base, SPAN("/"));
    bool is_inside = span_starts_with(rest, base) && (is_root || rest.data[base.len] == '/');
    if (!is_inside)
      wrong = "the path is a link that leads out of the scenario's folder";
    else if (stat(real, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
      wrong = "this is no file";
  }
  arena_free(&arena);
  return wrong;
}

struct scenario_reader files_scenario_reader(struct arena *arena) {
  return (struct scenario_reader){.read_file = read_for_scenario,
                                  .software_dir = files_data_dir("software", arena),
                                  .wrong_with_file = wrong_with_file};
}

static void tell_progress(void *context, int64_t now_us, uint32_t records) {
  progress_simulated(context, now_us, records);
}

/* ---- films ---- */

struct running {
  const struct film *film;
  const struct film_watch *watch;
};

static void tell_read(void *context, const struct journal *so_far) {
  const struct running *running = context;
  journal_seq count = journal_count(so_far);
  if (count) running->watch->tell(running->watch->context, journal_time_at(so_far, count), count);
}

static bool load_journal(struct film *film, struct span path, const struct film_watch *watch,
                         struct error_list *errors) {
  struct span bytes;
  struct running running = {film, watch};
  const struct journal_watch reading = {tell_read, &running};
  film_note(film, path);
  if (!files_read(path, JOURNAL_FILE_MAX, &film->arena, &bytes, errors)) return false;
  film->journal = journal_read_jsonl_watched(path, bytes, watch ? &reading : NULL, errors);
  return film->journal != NULL;
}

static void tell_watch(void *context, int64_t now_us, int64_t until_us) {
  const struct running *running = context;
  (void)until_us;
  running->watch->tell(running->watch->context, now_us, journal_count(running->film->journal));
}

void film_run(struct film *film, enum journal_mode mode, int64_t until_us, const struct film_watch *watch) {
  film->journal = journal_new(mode);
  struct world *world = world_new(film->scenario, film->journal);
  struct running running = {film, watch};
  if (watch) world_on_progress(world, tell_watch, &running);
  film->limit_reached = world_run(world, until_us) == SIM_LIMIT;
  world_free(world);
}

static bool refuse_journal(struct span name, struct error_list *errors) {
  error_list_add(errors, &(struct error){.file = name,
                                         .message = SPAN("this is a saved journal"),
                                         .expected = SPAN("a scenario"),
                                         .hint = SPAN("take the scenario that the journal is a run of")});
  return false;
}

bool film_read(struct film *film, const char *path, struct error_list *errors) {
  struct scenario_reader reader = files_scenario_reader(&film->arena);
  reader.context = film;
  struct span name = files_find(path, &film->arena);
  if (span_ends_with(name, SPAN(".jsonl")) && access(name.data, F_OK) == 0)
    return refuse_journal(name, errors);
  film->scenario = scenario_load(name, &reader, errors);
  return film->scenario != NULL;
}

bool film_open(const char *path, enum journal_mode mode, int64_t until_us, const struct film_watch *watch,
               struct error_list *errors, struct film *film_out) {
  *film_out = (struct film){0};
  struct span name = files_find(path, &film_out->arena);
  if (span_ends_with(name, SPAN(".jsonl"))) return load_journal(film_out, name, watch, errors);
  if (!film_read(film_out, path, errors)) return false;
  film_run(film_out, mode, until_us, watch);
  return true;
}

bool film_load_or(const char *path, enum journal_mode mode, int64_t until_us, struct error_list *errors,
                  struct film *film_out) {
  struct progress progress;
  const struct film_watch watch = {tell_progress, &progress};
  progress_begin(&progress);
  bool well = film_open(path, mode, until_us, &watch, errors, film_out);
  progress_end(&progress);
  files_print_errors(errors);
  if (!well) film_free(film_out);
  return well;
}

bool film_load(const char *path, enum journal_mode mode, int64_t until_us, struct film *film_out) {
  struct error_list errors = {0};
  bool well = film_load_or(path, mode, until_us, &errors, film_out);
  error_list_free(&errors);
  return well;
}

static bool replay(struct film *film, const struct journal *saved, struct span saved_path,
                   enum journal_mode mode, struct error_list *errors) {
  struct opening opening;
  journal_seq wrong = 0;
  if (!replay_opening(saved, &film->arena, &opening)) {
    error_list_add_message(errors, saved_path,
                           "no real program took part in this run: it is no journal of live");
    return false;
  }
  film->journal = journal_new(mode);
  struct world *world = world_new_open(film->scenario, film->journal, &opening);
  bool well = replay_run(world, saved, &wrong);
  world_free(world);
  if (!well)
    error_list_add_message(errors, saved_path,
                           "record %u cannot happen again: is it a run of this very scenario?", wrong);
  return well;
}

bool film_replay(const char *path, const char *journal_path, enum journal_mode mode, struct film *film_out) {
  struct error_list errors = {0};
  struct film saved = {0};
  *film_out = (struct film){0};
  struct span saved_path = span_from(journal_path);
  film_note(film_out, saved_path);
  bool well = load_journal(&saved, saved_path, NULL, &errors);
  well = well && film_read(film_out, path, &errors) &&
         replay(film_out, saved.journal, saved_path, mode, &errors);
  files_print_errors(&errors);
  error_list_free(&errors);
  film_free(&saved);
  if (!well) film_free(film_out);
  return well;
}

void film_tell_end(const struct film *film, const char *command, int64_t at_us) {
  journal_seq last = journal_count(film->journal);
  bool is_over = last > 0 && (!film->scenario || journal_kind_at(film->journal, last) == JOURNAL_END);
  int64_t end_us = last > 0 ? journal_time_at(film->journal, last) : 0;
  if (at_us <= end_us || !is_over) return;
  struct buf text = {0};
  duration_write_clock(end_us, &text);
  fprintf(stderr, "waystation %s: the story is over at %.*s, before that time: this is its end\n", command,
          SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}
uint64_t film_stamp(const struct film *film) {
  uint64_t stamp = STAMP_EMPTY;
  for (size_t i = 0; i < film->path_count; i++) stamp = mix_stamp(stamp, film->paths[i]);
  return stamp;
}

void film_free(struct film *film) {
  journal_free(film->journal);
  scenario_free(film->scenario);
  arena_free(&film->arena);
  *film = (struct film){0};
}
