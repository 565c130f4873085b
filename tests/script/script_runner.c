/* script_runner FOLDER|FILE…: plays all scripts. Exit status 1 if one fails. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "script.h"

struct tally {
  size_t passed, failed, runs;
};

static void play_file(const char *path, struct tally *tally) {
  struct script script;
  bool good = script_load(path, &script) && script_play(&script, &tally->runs);
  script_free(&script);
  if (good)
    tally->passed++;
  else
    tally->failed++;
}

static int is_script(const struct dirent *entry) {
  return span_ends_with(span_from(entry->d_name), SPAN(".test"));
}

static void play_folder(const char *path, struct tally *tally) {
  struct dirent **entries;
  int count = scandir(path, &entries, is_script, alphasort);
  for (int i = 0; i < count; i++) {
    char file[4096];
    snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
    play_file(file, tally);
    free(entries[i]);
  }
  if (count >= 0) free(entries);
}

int main(int argc, char **argv) {
  struct tally tally = {0};
  for (int i = 1; i < argc; i++) {
    struct stat info;
    if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode))
      play_folder(argv[i], &tally);
    else
      play_file(argv[i], &tally);
  }
  printf("%zu scripts passed, %zu failed, in %zu runs\n", tally.passed, tally.failed, tally.runs);
  return tally.failed || !tally.passed;
}
