/* golden_picture: a draw list against the one kept in tests/golden/view; WRITE_GOLDEN=1 keeps the new one. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "view/draw_list.h"

static inline void check_golden_text(const char *path, struct span now) {
  struct arena arena = ARENA_EMPTY;
  bool write = getenv("WRITE_GOLDEN") != NULL;
  FILE *file = fopen(path, write ? "wb" : "rb");
  if (!file) fail_msg("cannot open %s", path);
  if (write) {
    assert_int_equal(fwrite(now.data, 1, now.len, file), now.len);
  } else {
    char *kept = arena_alloc(&arena, now.len + 1);
    size_t len = fread(kept, 1, now.len + 1, file);
    size_t at = 0;
    while (at < len && at < now.len && kept[at] == now.data[at]) at++;
    if (len != now.len || at < len) {
      struct span rest = span_skip(now, at);
      fail_msg("%s differs from octet %zu on (WRITE_GOLDEN=1 keeps the new one), now: %.*s", path, at,
               (int)(rest.len < 120 ? rest.len : 120), rest.data);
    }
  }
  fclose(file);
  arena_free(&arena);
}

static inline void check_golden_picture(const char *name, const struct draw_list *picture) {
  struct arena arena = ARENA_EMPTY;
  struct buf dump = {0};
  draw_list_dump(picture, &dump);
  check_golden_text(arena_format(&arena, TESTS_DIR "/golden/view/%s.txt", name).data, buf_span(&dump));
  buf_free(&dump);
  arena_free(&arena);
}
