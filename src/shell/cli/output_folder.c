#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/cli/output.h"

static bool complain(struct error_list *errors, const char *path) {
  error_list_add_message(errors, span_from(path), "cannot write: %s", strerror(errno));
  return false;
}

static const char *inside(struct folder *folder, const char *name) {
  return arena_format(&folder->arena, "%s/%s", folder->path, name).data;
}

static bool refuse(struct folder *folder, bool is_folder, struct error_list *errors) {
  error_list_add(errors, &(struct error){
                             .file = span_from(folder->place),
                             .message = is_folder ? SPAN("there is a folder of that name already")
                                                  : SPAN("there is something of that name that is no folder"),
                             .hint = is_folder ? SPAN("another name, or --force to write into it")
                                               : SPAN("another name"),
                         });
  arena_free(&folder->arena);
  return false;
}

bool folder_begin(struct folder *folder, const char *place, bool force, struct error_list *errors) {
  struct stat status;
  struct span name = span_from(place);
  *folder = (struct folder){.place = place};
  while (name.len > 1 && span_ends_with(name, SPAN("/"))) name.len--;
  folder->place = arena_text(&folder->arena, name);
  bool is_there = stat(folder->place, &status) == 0, is_folder = is_there && S_ISDIR(status.st_mode);
  if (span_equal(name, SPAN("-")) || (is_there && (!is_folder || !force)))
    return refuse(folder, is_folder, errors);
  folder->is_new = !is_there;
  folder->path = folder->place;
  if (is_there) return true;
  folder->path = arena_format(&folder->arena, "%s.part%ld", folder->place, (long)getpid()).data;
  if (mkdir(folder->path, 0777) == 0) return true;
  complain(errors, folder->place);
  arena_free(&folder->arena);
  return false;
}

bool folder_make(struct folder *folder, const char *name, struct error_list *errors) {
  struct stat status;
  const char *path = inside(folder, name);
  if (mkdir(path, 0777) == 0) return true;
  if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return true;
  return complain(errors, path);
}

bool folder_write(struct folder *folder, const char *name, struct span bytes, struct error_list *errors) {
  return output_write(inside(folder, name), bytes, true, errors);
}

bool folder_rename(struct folder *folder, const char *name, const char *to, struct error_list *errors) {
  return rename(inside(folder, name), inside(folder, to)) == 0 || complain(errors, inside(folder, to));
}

const char *folder_safe_name(struct folder *folder, struct span name) {
  char *safe = arena_text(&folder->arena, name);
  for (size_t i = 0; i < name.len; i++)
    if (!ascii_is_alnum(safe[i]) && safe[i] != '-' && !(safe[i] == '.' && i > 0)) safe[i] = '_';
  return safe;
}

/* Only ever the folder that we have made ourselves. */
static void remove_folder(struct folder *folder, const char *path) {
  DIR *list = opendir(path);
  if (!list) return;
  for (struct dirent *entry; (entry = readdir(list));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    const char *inner = arena_format(&folder->arena, "%s/%s", path, entry->d_name).data;
    if (unlink(inner) != 0) remove_folder(folder, inner);
  }
  closedir(list);
  rmdir(path);
}

bool folder_end(struct folder *folder, bool well, struct error_list *errors) {
  if (well && folder->is_new && rename(folder->path, folder->place) != 0)
    well = complain(errors, folder->place);
  if (!well && folder->is_new) remove_folder(folder, folder->path);
  arena_free(&folder->arena);
  return well;
}
