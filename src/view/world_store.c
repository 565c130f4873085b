/* What lies in a machine's files: mailboxes, message by message. */
#include "base/mem.h"
#include "journal/files_view.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/mbox.h"
#include "view/world_machine.h"

struct shelf {
  const struct world_view *world;
  struct arena *arena;
  struct store_entry *entries;
  size_t count, capacity;
};

static struct store_entry *add_entry(struct shelf *shelf, struct span path, size_t octets) {
  shelf->entries = mem_grow(shelf->entries, &shelf->capacity, shelf->count + 1, sizeof *shelf->entries);
  struct store_entry *entry = &shelf->entries[shelf->count++];
  *entry = (struct store_entry){.path = path, .octets = octets};
  entry->folder = entry->from = entry->subject = entry->message_id = entry->flags = SPAN_EMPTY;
  return entry;
}

static void read_fields(struct shelf *shelf, struct store_entry *entry, struct span message) {
  struct span from = header_value(message, SPAN("From"), shelf->arena);
  struct span subject = header_value(message, SPAN("Subject"), shelf->arena);
  entry->from = arena_copy(shelf->arena, encoded_word_read(from, shelf->arena));
  entry->subject = arena_copy(shelf->arena, encoded_word_read(subject, shelf->arena));
  entry->message_id = arena_copy(shelf->arena, header_value(message, SPAN("Message-ID"), shelf->arena));
}

/* ---- the three kinds of file ---- */

static void add_mbox(struct shelf *shelf, const struct file_view *file) {
  struct mbox_reader reader = mbox_read(buf_span(&file->contents));
  struct mbox_entry found;
  while (mbox_next(&reader, &found)) {
    struct store_entry *entry = add_entry(shelf, file->path, found.text.len);
    entry->folder = file->path;
    entry->is_message = true;
    read_fields(shelf, entry, found.text);
  }
}

/* "…/Maildir/cur/1087575775.M1P2.host:2,S": the folder, and what stands after ":2,". */
static bool split_maildir(struct span path, struct span *folder_out, struct span *flags_out) {
  size_t slash = span_find_last(path, '/');
  if (slash == SPAN_NONE) return false;
  struct span above = span_first(path, slash), name = span_skip(path, slash + 1);
  size_t upper = span_find_last(above, '/');
  if (upper == SPAN_NONE) return false;
  struct span part = span_skip(above, upper + 1);
  bool is_new = span_equal(part, SPAN("new"));
  if (!is_new && !span_equal(part, SPAN("cur"))) return false;
  *folder_out = span_first(above, upper);
  size_t info = span_search(name, SPAN(":2,"));
  *flags_out = is_new ? SPAN("new") : info == SPAN_NONE ? SPAN_EMPTY : span_skip(name, info + 3);
  return true;
}

static void add_file(struct shelf *shelf, const struct file_view *file) {
  struct span contents = buf_span(&file->contents), folder, flags;
  if (split_maildir(file->path, &folder, &flags)) {
    struct store_entry *entry = add_entry(shelf, arena_copy(shelf->arena, file->path), contents.len);
    entry->folder = arena_copy(shelf->arena, folder);
    entry->flags = arena_copy(shelf->arena, flags);
    entry->is_message = true;
    read_fields(shelf, entry, contents);
    return;
  }
  if (span_starts_with(contents, SPAN("From ")))
    add_mbox(shelf, file);
  else
    add_entry(shelf, file->path, contents.len);
}

/* ---- which letter, which record ---- */

static struct span message_id_of_version(struct shelf *shelf, int64_t version) {
  struct buf header = {0};
  journal_message_header(shelf->world->versions, version, &header);
  struct span id = header_value(buf_span(&header), SPAN("Message-ID"), shelf->arena);
  id = arena_copy(shelf->arena, id);
  buf_free(&header);
  return id;
}

/* A message in a file and the write that put it there have the same Message-ID: files are renamed and
 * mailboxes cut, so that neither name nor place would do. */
static void find_record(struct shelf *shelf, const struct journal_record *write) {
  struct journal_block block;
  if (!write->number[1] || !journal_message_block(shelf->world->versions, write->number[1], &block)) return;
  struct span id = message_id_of_version(shelf, write->number[1]);
  for (size_t i = shelf->count; id.len && i-- > 0;) {
    struct store_entry *entry = &shelf->entries[i];
    if (entry->record || !span_equal(entry->message_id, id)) continue;
    entry->record = write->seq;
    entry->letter = block.message;
    return;
  }
}

/* The machine's files at that record; the caller frees them. */
static struct files_view files_of(const struct world_view *world, uint16_t host, journal_seq at) {
  struct files_view files = {0};
  struct journal_record record;
  size_t count;
  const journal_seq *records = world_machine_records(world, host, at, &count);
  for (size_t i = 0; i < count; i++) {
    enum journal_kind kind = journal_kind_at(world->journal, records[i]);
    if (kind < JOURNAL_FILE_WRITE || kind > JOURNAL_FILE_RENAME) continue;
    journal_get(world->journal, records[i], &record);
    files_view_take(&files, world->versions, &record);
  }
  return files;
}

bool world_file(const struct world_view *world, uint16_t host, journal_seq at, struct span path,
                struct arena *arena, struct span *contents_out) {
  struct files_view files = files_of(world, host, at);
  bool found = false;
  for (size_t i = 0; !found && i < files.count; i++) {
    if (!span_equal(files.files[i].path, path)) continue;
    *contents_out = arena_copy(arena, buf_span(&files.files[i].contents));
    found = true;
  }
  files_view_free(&files);
  return found;
}

size_t world_store(const struct world_view *world, uint16_t host, journal_seq at, struct arena *arena,
                   struct store_entry **entries_out) {
  struct shelf shelf = {.world = world, .arena = arena};
  struct files_view files = files_of(world, host, at);
  struct journal_record record;
  size_t count;
  const journal_seq *records = world_machine_records(world, host, at, &count);
  for (size_t i = 0; i < files.count; i++) add_file(&shelf, &files.files[i]);
  for (size_t i = count; i-- > 0;) { /* newest first: the oldest are the first to be taken out */
    if (journal_kind_at(world->journal, records[i]) != JOURNAL_FILE_WRITE) continue;
    journal_get(world->journal, records[i], &record);
    find_record(&shelf, &record);
  }
  *entries_out = arena_alloc(arena, (shelf.count + 1) * sizeof **entries_out);
  if (shelf.count) memcpy(*entries_out, shelf.entries, shelf.count * sizeof *shelf.entries);
  mem_free(shelf.entries);
  files_view_free(&files);
  return shelf.count;
}
