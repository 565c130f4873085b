/* scenario_load: from a scenario's JSON file to a struct scenario, or to a list of all its mistakes.
 *
 * Each error has file, line, column, JSON pointer, what was expected and the nearest known word. All
 * mistakes of a file are reported at once. Files come from strangers: sizes, depth and counts are
 * limited by name (scenario.h), "extends" reads only files beside or below the first file's folder, also
 * by way of links, nothing else is read.
 */
#pragma once

#include "base/error.h"
#include "world/scenario.h"

/* How files are read: the shell gives the real one, tests and fuzzers one of their own. Contents in the
 * arena; false with one error added. */
struct scenario_reader {
  bool (*read_file)(void *context, struct span path, size_t size_max, struct arena *arena,
                    struct span *bytes_out, struct error_list *errors);
  void *context;
  struct span software_dir; /* where assets/software is */
  /* What forbids reading a file that a scenario in that folder extends, such as a link that leads out of it;
   * NULL: nothing. Where there is no such function, names alone are looked at. */
  const char *(*wrong_with_file)(void *context, struct span path, struct span folder);
};

/* NULL if there was any error. scenario_free frees. */
struct scenario *scenario_load(struct span path, const struct scenario_reader *reader,
                               struct error_list *errors);
void scenario_free(struct scenario *scenario);
/* One file that says what this one and all that it extends say together. */
bool scenario_write_whole(struct span path, const struct scenario_reader *reader, struct buf *out,
                          struct error_list *errors);
