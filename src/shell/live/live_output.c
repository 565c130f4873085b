#include "shell/live/live_output.h"

#include "base/mem.h"

struct live_piece {
  struct message *message; /* NULL: bytes */
  struct buf bytes;
};

static struct live_piece *piece_at(const struct live_output *output, size_t index) {
  return &output->pieces[(output->first + index) % output->capacity];
}

static struct live_piece *piece_add(struct live_output *output) {
  if (output->count == output->capacity) {
    size_t capacity = output->capacity ? output->capacity * 2 : 4;
    struct live_piece *pieces = mem_alloc(capacity * sizeof *pieces);
    for (size_t i = 0; i < output->count; i++) pieces[i] = *piece_at(output, i);
    mem_free(output->pieces);
    output->pieces = pieces;
    output->capacity = capacity;
    output->first = 0;
  }
  struct live_piece *piece = piece_at(output, output->count++);
  *piece = (struct live_piece){0};
  return piece;
}

bool live_output_is_empty(const struct live_output *output) {
  return output->count == 0;
}

void live_output_add(struct live_output *output, struct span bytes) {
  struct live_piece *last = output->count ? piece_at(output, output->count - 1) : NULL;
  if (!last || last->message) last = piece_add(output);
  buf_add(&last->bytes, bytes);
  output->octets += bytes.len;
}

void live_output_add_message(struct live_output *output, struct message *message) {
  piece_add(output)->message = message_retain(message);
}

static void drop_first(struct live_output *output) {
  struct live_piece *piece = piece_at(output, 0);
  output->octets -= piece->bytes.len;
  message_release(piece->message);
  buf_free(&piece->bytes);
  output->first = (output->first + 1) % output->capacity;
  output->count--;
}

void live_output_take(struct live_output *output, struct buf *buf, size_t enough) {
  while (output->count && buf->len < enough) {
    struct live_piece *piece = piece_at(output, 0);
    if (piece->message)
      message_write_wire(piece->message, buf);
    else
      buf_add(buf, buf_span(&piece->bytes));
    drop_first(output);
  }
}

void live_output_clear(struct live_output *output) {
  while (output->count) drop_first(output);
  mem_free(output->pieces);
  *output = (struct live_output){0};
}
