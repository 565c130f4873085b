#include "agents/file_system.h"

#include "base/check.h"
#include "base/mem.h"
#include "mail/mbox.h"

struct piece {
  struct message *message; /* NULL: bytes only */
  char *bytes;
  uint64_t offset; /* in the file */
  uint32_t bytes_len;
  uint8_t form; /* enum file_form */
};

struct file {
  struct piece *pieces;
  uint64_t size;
  uint32_t piece_count, piece_capacity;
  uint32_t hash, path_len;
  char path[];
};

/* Open addressing; never walked in the order of its slots except to free it all. */
struct file_system {
  struct file **slots;
  size_t slot_count; /* a power of two */
  size_t file_count;
};

const char *file_form_name(enum file_form form) {
  static const char *const names[] = {
      [FILE_PLAIN] = "plain", [FILE_MBOX] = "mbox", [FILE_MAILDIR] = "maildir"};
  return names[form];
}

struct file_system *file_system_new(void) {
  struct file_system *files = mem_zalloc(sizeof *files);
  files->slot_count = 16;
  files->slots = mem_zalloc(files->slot_count * sizeof *files->slots);
  return files;
}

static void piece_free(struct piece *piece) {
  message_release(piece->message);
  if (piece->bytes_len) mem_give(piece->bytes, piece->bytes_len);
}

static void file_free(struct file *file) {
  for (uint32_t i = 0; i < file->piece_count; i++) piece_free(&file->pieces[i]);
  mem_free(file->pieces);
  mem_free(file);
}

void file_system_free(struct file_system *files) {
  if (!files) return;
  for (size_t i = 0; i < files->slot_count; i++)
    if (files->slots[i]) file_free(files->slots[i]);
  mem_free(files->slots);
  mem_free(files);
}

/* ---- the table of names ---- */

/* The slot where the file is, or where it would go. */
static size_t slot_of(const struct file_system *files, struct span path, uint32_t hash) {
  size_t at = hash & (files->slot_count - 1);
  for (;; at = (at + 1) & (files->slot_count - 1)) {
    const struct file *file = files->slots[at];
    if (!file || (file->hash == hash && span_equal(span_of(file->path, file->path_len), path))) return at;
  }
}

static struct file *find(const struct file_system *files, struct span path) {
  return files->slots[slot_of(files, path, span_hash(path))];
}

static void grow_table(struct file_system *files) {
  struct file **old = files->slots;
  size_t old_count = files->slot_count;
  files->slot_count *= 2;
  files->slots = mem_zalloc(files->slot_count * sizeof *files->slots);
  for (size_t i = 0; i < old_count; i++)
    if (old[i]) files->slots[slot_of(files, span_of(old[i]->path, old[i]->path_len), old[i]->hash)] = old[i];
  mem_free(old);
}

static struct file *add(struct file_system *files, struct span path) {
  if ((files->file_count + 1) * 2 > files->slot_count) grow_table(files);
  CHECK(path.len <= UINT32_MAX);
  struct file *file = mem_alloc(sizeof *file + path.len);
  *file = (struct file){.hash = span_hash(path), .path_len = (uint32_t)path.len};
  if (path.len) memcpy(file->path, path.data, path.len);
  files->slots[slot_of(files, path, file->hash)] = file;
  files->file_count++;
  return file;
}

/* Takes the file out of the table; those that had been pushed past its slot move up. */
static void take_out(struct file_system *files, const struct file *file) {
  size_t mask = files->slot_count - 1;
  size_t hole = slot_of(files, span_of(file->path, file->path_len), file->hash);
  CHECK(files->slots[hole] == file);
  for (size_t at = (hole + 1) & mask; files->slots[at]; at = (at + 1) & mask) {
    size_t home = files->slots[at]->hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue; /* its home lies after the hole */
    files->slots[hole] = files->slots[at];
    hole = at;
  }
  files->slots[hole] = NULL;
  files->file_count--;
}

/* ---- pieces ---- */

static enum mbox_quoting quoting_of(enum file_form form) {
  return form == FILE_MBOX ? MBOX_RD : MBOX_UNQUOTED;
}

/* Every CRLF becomes LF; an mbox has quotes and an empty line more. */
static uint64_t form_size(const struct message *message, enum file_form form) {
  uint64_t lines = (uint64_t)message->header_lines + 1 + message->body->line_count;
  uint64_t size = message_size(message) - lines;
  if (form != FILE_MBOX) return size;
  return size + message_header_from_lines(message) + message->body->from_lines + 1;
}

static void form_write(const struct message *message, enum file_form form, struct buf *out) {
  for (const struct message *version = message; version; version = version->tail)
    mbox_write_lines(message_block(version), quoting_of(form), out);
  buf_add_char(out, '\n');
  mbox_write_lines(message_body(message), quoting_of(form), out);
  if (form == FILE_MBOX) buf_add_char(out, '\n');
}

/* A file of one piece is the common case in a Maildir, so capacity begins at one. */
static struct piece *add_piece(struct file *file) {
  if (file->piece_count == file->piece_capacity) {
    CHECK(file->piece_capacity < UINT32_MAX / 2);
    file->piece_capacity = file->piece_capacity ? file->piece_capacity * 2 : 1;
    file->pieces = mem_resize(file->pieces, file->piece_capacity * sizeof *file->pieces);
  }
  return &file->pieces[file->piece_count++];
}

static uint64_t piece_end(const struct file *file, uint32_t piece) {
  return piece + 1 < file->piece_count ? file->pieces[piece + 1].offset : file->size;
}

journal_seq file_system_append(struct file_system *files, const struct agent *agent, struct span path,
                               struct span bytes, struct message *message, enum file_form form) {
  struct file *file = find(files, path);
  if (!file) file = add(files, path);
  struct journal_record record = agent_record(agent, JOURNAL_FILE_WRITE);
  record.number[0] = (int64_t)file->size;
  record.text[0] = path;
  record.text[1] = bytes;
  if (message) {
    CHECK(message->version);
    record.message = message->number;
    record.number[1] = message->version;
    record.text[2] = span_from(file_form_name(form));
  }
  journal_seq written = sim_note(agent->sim, &record);
  if (!message && bytes.len == 0) return written; /* only made */

  CHECK(bytes.len <= UINT32_MAX);
  struct piece *piece = add_piece(file);
  *piece = (struct piece){.offset = file->size, .bytes_len = (uint32_t)bytes.len, .form = (uint8_t)form};
  if (bytes.len) piece->bytes = memcpy(mem_take(bytes.len), bytes.data, bytes.len);
  if (message) piece->message = message_retain(message);
  file->size += bytes.len + (message ? form_size(message, form) : 0);
  return written;
}

journal_seq file_system_cut(struct file_system *files, const struct agent *agent, struct span path,
                            size_t piece) {
  struct file *file = find(files, path);
  CHECK(file && piece < file->piece_count);
  struct piece *cut = &file->pieces[piece];
  uint64_t octets = piece_end(file, (uint32_t)piece) - cut->offset;
  struct journal_record record = agent_record(agent, JOURNAL_FILE_CUT);
  record.message = cut->message ? cut->message->number : 0;
  record.number[0] = (int64_t)cut->offset;
  record.number[1] = (int64_t)octets;
  record.text[0] = path;
  journal_seq noted = sim_note(agent->sim, &record);

  piece_free(cut);
  file->piece_count--;
  memmove(cut, cut + 1, (file->piece_count - piece) * sizeof *cut);
  for (size_t i = piece; i < file->piece_count; i++) file->pieces[i].offset -= octets;
  file->size -= octets;
  return noted;
}

/* ---- whole files ---- */

/* The letter that a file is about, if it is about one only. */
static uint32_t letter_in(const struct file *file) {
  return file->piece_count == 1 && file->pieces->message ? file->pieces->message->number : 0;
}

journal_seq file_system_remove(struct file_system *files, const struct agent *agent, struct span path) {
  struct file *file = find(files, path);
  CHECK(file);
  struct journal_record record = agent_record(agent, JOURNAL_FILE_REMOVE);
  record.message = letter_in(file);
  record.text[0] = path;
  journal_seq noted = sim_note(agent->sim, &record);
  take_out(files, file);
  file_free(file);
  return noted;
}

journal_seq file_system_rename(struct file_system *files, const struct agent *agent, struct span path,
                               struct span to) {
  struct file *file = find(files, path);
  CHECK(file);
  if (span_equal(path, to)) return 0;
  struct journal_record record = agent_record(agent, JOURNAL_FILE_RENAME);
  record.message = letter_in(file);
  record.text[0] = path;
  record.text[1] = to;
  journal_seq noted = sim_note(agent->sim, &record);
  struct file *replaced = find(files, to);
  if (replaced) {
    take_out(files, replaced);
    file_free(replaced);
  }
  take_out(files, file);
  struct file *renamed = add(files, to);
  renamed->pieces = file->pieces;
  renamed->size = file->size;
  renamed->piece_count = file->piece_count;
  renamed->piece_capacity = file->piece_capacity;
  mem_free(file);
  return noted;
}

bool file_system_exists(const struct file_system *files, struct span path) {
  return find(files, path) != NULL;
}

uint64_t file_system_size(const struct file_system *files, struct span path) {
  const struct file *file = find(files, path);
  return file ? file->size : 0;
}

bool file_system_read(const struct file_system *files, struct span path, struct buf *out) {
  const struct file *file = find(files, path);
  if (!file) return false;
  for (uint32_t i = 0; i < file->piece_count; i++) {
    const struct piece *piece = &file->pieces[i];
    if (piece->bytes_len) buf_add(out, span_of(piece->bytes, piece->bytes_len));
    if (piece->message) form_write(piece->message, (enum file_form)piece->form, out);
  }
  return true;
}

size_t file_system_piece_count(const struct file_system *files, struct span path) {
  const struct file *file = find(files, path);
  return file ? file->piece_count : 0;
}
