/* replay: gives a fuzzer's function every file of the folders named on the command line, in place of
 * libFuzzer. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay_file(const char *folder, const char *name) {
  struct buf path = {0}, bytes = {0};
  buf_format(&path, "%s/%s", folder, name);
  FILE *file = fopen(path.data, "rb");
  if (!file) return false;
  char piece[4096];
  size_t count;
  while ((count = fread(piece, 1, sizeof piece, file)) > 0) buf_add(&bytes, span_of(piece, count));
  fclose(file);
  LLVMFuzzerTestOneInput((const uint8_t *)buf_span(&bytes).data, bytes.len);
  buf_free(&path);
  buf_free(&bytes);
  return true;
}

static int replay_folder(const char *folder) {
  DIR *entries = opendir(folder);
  int count = 0;
  if (!entries) return 0;
  for (struct dirent *entry; (entry = readdir(entries));)
    if (entry->d_name[0] != '.') count += replay_file(folder, entry->d_name);
  closedir(entries);
  return count;
}

int main(int argument_count, char **arguments) {
  int count = 0;
  for (int i = 1; i < argument_count; i++) count += replay_folder(arguments[i]);
  printf("%d inputs\n", count);
  return count > 0 ? 0 : 1;
}
