/* What a machine holds at the moment: its queue, its store, the names it knows. */
#include "view/scene_machine.h"

enum { ENTRIES_MAX = 60 }; /* shown; how many more there are is said */

static struct span count_words(struct painter *p, size_t count, const char *one, const char *many) {
  return count == 0 ? SPAN("none") : arena_format(p->arena, "%zu %s", count, count == 1 ? one : many);
}

static void write_more(struct machine_column *column, size_t count) {
  if (count > ENTRIES_MAX)
    column_words(column, arena_format(column->p->arena, "and %zu more", count - ENTRIES_MAX));
}

/* ---- the queue ---- */

/* "in 29 min", "now": how long from the moment shown until then. */
static struct span wait_words(struct painter *p, int64_t until_us) {
  if (until_us <= p->step->time_us) return SPAN("now");
  int64_t seconds = (until_us - p->step->time_us) / 1000000;
  if (seconds <= 0) return SPAN("now");
  if (seconds < 120) return arena_format(p->arena, "in %lld s", (long long)seconds);
  if (seconds < 7200) return arena_format(p->arena, "in %lld min", (long long)(seconds / 60));
  return arena_format(p->arena, "in %lld h %02d", (long long)(seconds / 3600), (int)(seconds / 60 % 60));
}

static void write_queue_entry(struct machine_column *column, const struct queue_entry *entry) {
  struct painter *p = column->p;
  struct span state = SPAN("waits for its first attempt");
  if (entry->next_try_us)
    state = arena_format(p->arena, "attempt %lld failed; next try at %.*s, %.*s", (long long)entry->attempts,
                         SPAN_ARG(time_text(p->arena, entry->next_try_us, false)),
                         SPAN_ARG(wait_words(p, entry->next_try_us)));
  if (entry->next_try_us && !entry->attempts)
    state = arena_format(p->arena, "first try at %.*s, %.*s",
                         SPAN_ARG(time_text(p->arena, entry->next_try_us, false)),
                         SPAN_ARG(wait_words(p, entry->next_try_us)));
  else if (entry->attempts && !entry->next_try_us)
    state = arena_format(p->arena, "attempt %lld under way, to %.*s", (long long)entry->attempts,
                         SPAN_ARG(entry->next_host));
  struct span id =
      entry->queue_id.len ? arena_format(p->arena, "%.*s  ", SPAN_ARG(entry->queue_id)) : SPAN_EMPTY;
  column_entry(column, entry->last, world_hop(p->world, column->facts->host),
               arena_format(p->arena, "%.*s%.*s", SPAN_ARG(id), SPAN_ARG(entry->recipient)), state,
               entry->why.len ? arena_format(p->arena, "last reply: %.*s", SPAN_ARG(entry->why))
                              : SPAN_EMPTY);
}

void paint_machine_queue(struct machine_column *column) {
  const struct machine_facts *facts = column->facts;
  struct painter *p = column->p;
  column_heading(column, SPAN("Queue"),
                 count_words(p, facts->queue_count, "recipient waits", "recipients wait"));
  for (size_t i = 0; i < facts->queue_count && i < ENTRIES_MAX; i++)
    write_queue_entry(column, &facts->queue[i]);
  write_more(column, facts->queue_count);
}

/* ---- the store ---- */

static struct span flag_words(struct painter *p, struct span flags) {
  static const struct {
    char flag;
    const char *word;
  } words[] = {{'S', "seen"},    {'R', "answered"}, {'F', "flagged"},
               {'T', "deleted"}, {'D', "draft"},    {'P', "passed on"}};
  if (!flags.len) return SPAN_EMPTY;
  if (span_equal(flags, SPAN("new"))) return SPAN(", new");
  struct buf text = {0};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (span_find(flags, words[i].flag) != SPAN_NONE) buf_format(&text, ", %s", words[i].word);
  struct span copied = arena_copy(p->arena, buf_span(&text));
  buf_free(&text);
  return copied;
}

/* A file that the machine was set up with is shown by itself. */
static bool is_shown_elsewhere(const struct machine_column *column, const struct store_entry *entry) {
  const struct journal_preamble *preamble = column->p->world->preamble;
  for (size_t i = 0; !entry->is_message && i < preamble->setting_count; i++)
    if (preamble->settings[i].host == column->facts->host &&
        span_equal(preamble->settings[i].name, entry->path))
      return true;
  return false;
}

static void write_store_entry(struct machine_column *column, const struct store_entry *entry) {
  struct painter *p = column->p;
  uint32_t hop = world_hop(p->world, column->facts->host);
  if (!entry->is_message) {
    column_pair(column, SPAN("file"),
                entry->octets
                    ? arena_format(p->arena, "%.*s, %zu octets", SPAN_ARG(entry->path), entry->octets)
                    : arena_format(p->arena, "%.*s, empty", SPAN_ARG(entry->path)));
    return;
  }
  struct span letter = entry->letter ? arena_format(p->arena, "message %u, ", entry->letter) : SPAN_EMPTY;
  column_entry(column, entry->record, hop, entry->subject.len ? entry->subject : SPAN("(no subject)"),
               arena_format(p->arena, "%.*s", SPAN_ARG(entry->from)),
               arena_format(p->arena, "%.*s%zu octets%.*s", SPAN_ARG(letter), entry->octets,
                            SPAN_ARG(flag_words(p, entry->flags))));
}

void paint_machine_store(struct machine_column *column) {
  const struct machine_facts *facts = column->facts;
  struct painter *p = column->p;
  struct span folder = SPAN_EMPTY;
  size_t messages = 0;
  for (size_t i = 0; i < facts->store_count; i++) messages += facts->store[i].is_message;
  column_heading(column, SPAN("Store"), count_words(p, messages, "message", "messages"));
  for (size_t i = 0; i < facts->store_count && i < ENTRIES_MAX; i++) {
    const struct store_entry *entry = &facts->store[i];
    if (is_shown_elsewhere(column, entry)) continue;
    if (entry->folder.len && !span_equal(folder, entry->folder)) {
      bool is_mbox = span_equal(entry->folder, entry->path);
      column_pair(column, is_mbox ? SPAN("mbox") : SPAN("Maildir"), entry->folder);
      folder = entry->folder;
    }
    write_store_entry(column, entry);
  }
  write_more(column, facts->store_count);
}

/* ---- names ---- */

static struct span ttl_words(struct painter *p, int64_t seconds) {
  if (seconds < 120) return arena_format(p->arena, "for %lld s more", (long long)seconds);
  if (seconds < 7200) return arena_format(p->arena, "for %lld min more", (long long)(seconds / 60));
  return arena_format(p->arena, "for %lld h more", (long long)(seconds / 3600));
}

/* The name server is seldom on the stage; from here it can be opened. */
static void column_name_server(struct machine_column *column) {
  struct painter *p = column->p;
  struct journal_record record;
  if (!column->facts->name_count) return;
  journal_get(p->world->journal, column->facts->names[0].record, &record);
  struct rect button = {column->area.x, column->y, DU(180), TARGET_MIN};
  if (record.host)
    paint_button(
        p, scene_id_of_part(SCENE_OPEN, record.host, 1), rect_inset(button, 0, DU(3)),
        arena_format(p->arena, "Open %.*s", SPAN_ARG(journal_host_label(p->world->preamble, record.host))),
        SPAN("Open the panel of the name server"));
  column->y += TARGET_MIN + DU(4);
}

void paint_machine_names(struct machine_column *column) {
  const struct machine_facts *facts = column->facts;
  struct painter *p = column->p;
  column_heading(column, SPAN("DNS cache"), count_words(p, facts->name_count, "answer", "answers"));
  for (size_t i = 0; i < facts->name_count && i < ENTRIES_MAX; i++) {
    const struct name_entry *entry = &facts->names[i];
    struct span answer = span_trim_right(entry->records);
    column_entry(column, entry->record, world_hop(p->world, facts->host),
                 answer.len ? answer
                            : arena_format(p->arena, "%.*s %.*s: %.*s", SPAN_ARG(entry->name),
                                           SPAN_ARG(entry->type), SPAN_ARG(entry->rcode)),
                 ttl_words(p, entry->ttl_left_s), SPAN_EMPTY);
  }
  write_more(column, facts->name_count);
  column_name_server(column);
}

/* ---- how it is set up ---- */

/* Lines of a text, as many as are shown. */
static void write_lines(struct machine_column *column, struct span text) {
  struct span line;
  size_t count = 0;
  while (span_next(&text, '\n', &line))
    if (line.len && count++ < ENTRIES_MAX) column_line(column, line);
  write_more(column, count);
}

void paint_machine_zone(struct machine_column *column) {
  if (!column->facts->zone.len) return;
  size_t count = 1;
  struct span zone = column->facts->zone;
  for (size_t i = 0; i < zone.len; i++) count += zone.data[i] == '\n';
  column_heading(column, SPAN("Zone"), count_words(column->p, count, "record", "records"));
  write_lines(column, zone);
}

void paint_machine_settings(struct machine_column *column) {
  struct span aliases = SPAN_EMPTY;
  bool any = false;
  for (size_t i = 0; i < column->facts->setting_count; i++) {
    const struct journal_setting *setting = &column->facts->settings[i];
    bool elsewhere = span_equal(setting->name, SPAN("zone")) || machine_setting_is_file(setting);
    if (!setting->value.len || elsewhere) continue;
    if (span_equal(setting->name, SPAN("aliases"))) {
      aliases = setting->value;
      continue;
    }
    if (!any) column_heading(column, SPAN("Configuration"), SPAN("as the scenario has it"));
    any = true;
    column_pair(column, setting->name, setting->value);
  }
  if (aliases.len) column_heading(column, SPAN("Aliases"), SPAN_EMPTY);
  if (aliases.len) write_lines(column, aliases);
}
