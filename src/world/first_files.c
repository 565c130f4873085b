/* first_files: what lies on a host before anything happens. */
#include "base/check.h"
#include "world/world_internal.h"

/* A file's text ends with a line end, as editors leave it. */
static struct span as_file(struct span text, struct arena *arena) {
  if (!text.len || text.data[text.len - 1] == '\n') return text;
  return arena_format(arena, "%.*s\n", SPAN_ARG(text));
}

static const struct scenario_person *person_of(const struct world *world, const struct mail_user *user) {
  CHECK(user->person > 0);
  return world->people[user->person - 1].spec;
}

/* Homes are where the mailboxes are: on the host whose delivery agent fills them. */
static bool has_homes(const struct world_host *host) {
  return host->spec->roles & ROLE_MDA;
}

bool world_keeps_files(const struct world_host *host) {
  return host->spec && host->spec->roles & (ROLE_MSA | ROLE_MTA | ROLE_MDA | ROLE_POP3 | ROLE_IMAP);
}

void world_first_files(const struct world *world, const struct world_host *host,
                       void (*fn)(void *context, struct span path, struct span text), void *context) {
  const struct scenario_host *spec = host->spec;
  struct arena arena = ARENA_EMPTY;
  if (!world_keeps_files(host)) return;
  if (spec->aliases_text.len) fn(context, spec->software->aliases_file, as_file(spec->aliases_text, &arena));
  for (size_t i = 0; has_homes(host) && i < host->mailboxes.count; i++) {
    const struct mail_user *user = &host->mailboxes.items[i];
    struct span text = person_of(world, user)->forward;
    if (text.len)
      fn(context, arena_format(&arena, "/home/%.*s/.forward", SPAN_ARG(user->name)), as_file(text, &arena));
  }
  for (size_t i = 0; i < spec->file_count; i++)
    fn(context, spec->files[i].path, as_file(spec->files[i].text, &arena));
  arena_free(&arena);
}

struct laying {
  struct world_host *host;
  struct agent nobody;
};

static void lay(void *context, struct span path, struct span text) {
  struct laying *laying = context;
  file_system_append(laying->host->files, &laying->nobody, path, text, NULL, FILE_PLAIN);
  laying->host->has_forwards |= span_ends_with(path, SPAN("/.forward"));
}

void world_lay_files(struct world *world, struct world_host *host) {
  struct laying laying = {host, world_agent(world, host, AGENT_MTA)};
  laying.nobody.number = 0;
  world_first_files(world, host, lay, &laying);
}
