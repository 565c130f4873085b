/* files: the outside world, as far as commands touch it: reading scenarios and journals, finding what was
 * installed with the program. What is written goes by way of output.h. */
#pragma once

#include "base/error.h"
#include "journal/journal.h"
#include "world/scenario_load.h"

/* Where scenarios, software profiles and maps are: in $WAYSTATION_DATA if that is set, else beside the
 * program where it was installed, else beside the sources it was built from. name: "scenarios", "software",
 * "maps". */
struct span files_data_dir(const char *name, struct arena *arena);
bool files_is_folder(struct span path);
/* The file of that name; if there is none and the name is bare, the scenario of the catalogue that is called
 * so, with or without its .json. Else the name as it is, for the complaint. */
struct span files_find(const char *path, struct arena *arena);
/* The same for a map of UUCP machines: NAME or NAME.map among those that come with the program. */
struct span files_find_map(const char *path, struct arena *arena);
/* The reader that scenario_load wants. Its context may be set to a film, whose paths are then noted. */
struct scenario_reader files_scenario_reader(struct arena *arena);
bool files_read(struct span path, size_t size_max, struct arena *arena, struct span *bytes_out,
                struct error_list *errors);
/* The same of a letter; "-" is standard input. */
bool files_read_letter(const char *path, size_t size_max, struct arena *arena, struct span *bytes_out,
                       struct error_list *errors);
/* Complaints to standard error. */
void files_print_errors(const struct error_list *errors);

enum { FILM_PATHS_MAX = 80 }; /* of a scenario there are at most 64 */

/* A scenario that has been run, or a journal that was saved: what all commands look at. */
struct film {
  struct scenario *scenario; /* NULL for a saved journal */
  struct journal *journal;
  bool limit_reached;
  struct span paths[FILM_PATHS_MAX]; /* what was read for it */
  size_t path_count;
  uint64_t stamp; /* of them, as they were when they were read */
  struct arena arena;
};

/* To be called now and then while a film is made, or read: how far it has come. */
struct film_watch {
  void (*tell)(void *context, int64_t simulated_us, uint32_t records);
  void *context;
};

/* Loads FILE (scenario, or journal if its name ends in .jsonl) and runs it up to until_us (negative: to its
 * end). False after complaints. */
bool film_load(const char *path, enum journal_mode mode, int64_t until_us, struct film *film_out);
/* The same; what is complained about is in errors, too. */
bool film_load_or(const char *path, enum journal_mode mode, int64_t until_us, struct error_list *errors,
                  struct film *film_out);
/* The scenario again, with what real programs did according to a journal of `live`, but without them. */
bool film_replay(const char *path, const char *journal_path, enum journal_mode mode, struct film *film_out);
/* The same, for who shows complaints and progress by themselves; the watch may be NULL. film_out->paths is
 * set even if it fails, and has to be freed then, too. */
bool film_open(const char *path, enum journal_mode mode, int64_t until_us, const struct film_watch *watch,
               struct error_list *errors, struct film *film_out);
/* Only loads the scenario of that name into an empty film; false with errors. */
bool film_read(struct film *film, const char *path, struct error_list *errors);
/* Runs the film's scenario into a new journal. */
void film_run(struct film *film, enum journal_mode mode, int64_t until_us, const struct film_watch *watch);
void film_free(struct film *film);
/* One more file that was read for it. */
void film_note(struct film *film, struct span path);
/* To standard error, if the story is over before that time: what is shown of it is its end. */
void film_tell_end(const struct film *film, const char *command, int64_t at_us);
/* Another number when one of the files it was made of has changed since. */
uint64_t film_stamp(const struct film *film);
