/* scenario_files: a reader of real files for the tests of the scenario loader. */
#pragma once

#include <stdio.h>

#include "world/scenario_load.h"

static bool read_real_file(void *context, struct span path, size_t size_max, struct arena *arena,
                           struct span *bytes_out, struct error_list *errors) {
  (void)context;
  const char *name = arena_text(arena, path);
  FILE *file = fopen(name, "rb");
  if (!file) {
    error_list_add_message(errors, path, "no such file");
    return false;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  bool good = size >= 0 && (size_t)size <= size_max;
  if (good) {
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    good = fread(bytes, 1, (size_t)size, file) == (size_t)size;
    *bytes_out = span_of(bytes, (size_t)size);
  }
  fclose(file);
  if (!good) error_list_add_message(errors, path, "the file is too large, or cannot be read");
  return good;
}

static inline struct scenario_reader real_reader(void) {
  return (struct scenario_reader){.read_file = read_real_file,
                                  .context = NULL,
                                  .software_dir = span_from(TESTS_DIR "/../assets/software")};
}
