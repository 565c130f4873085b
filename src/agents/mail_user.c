#include "agents/mail_user.h"

#include "base/check.h"

static struct span local_part_of(const struct mail_user *user) {
  size_t at = span_find_last(user->address, '@');
  return at == SPAN_NONE ? user->address : span_first(user->address, at);
}

typedef bool user_test(const struct mail_user *user, struct span text);

static bool has_local_part(const struct mail_user *user, struct span text) {
  return span_equal_nocase(local_part_of(user), text);
}

static bool is_called(const struct mail_user *user, struct span text) {
  return span_equal_nocase(user->name, text) || span_equal_nocase(user->address, text);
}

/* Names go in before addresses of the same item and items in order, so that along a run of slots the
 * first in the list is met first. */
static void put(uint32_t *index, size_t size, struct span text, uint32_t number) {
  size_t at = span_hash_nocase(text) & (size - 1);
  while (index[at] && index[at] != number) at = (at + 1) & (size - 1);
  index[at] = number;
}

void mail_users_index(struct mail_users *users, struct arena *arena) {
  CHECK(users->count < UINT32_MAX / 8);
  size_t size = 8;
  while (size < users->count * 4) size *= 2; /* mostly two keys an item, never more than three */
  uint32_t *index = arena_zalloc(arena, size * sizeof *index);
  for (size_t i = 0; i < users->count; i++) {
    put(index, size, users->items[i].name, (uint32_t)i + 1);
    put(index, size, users->items[i].address, (uint32_t)i + 1);
    put(index, size, local_part_of(&users->items[i]), (uint32_t)i + 1); /* the name again, mostly */
  }
  users->index = index;
  users->index_size = size;
}

static const struct mail_user *find(const struct mail_users *users, struct span text, user_test *test) {
  if (text.len == 0) return NULL;
  if (!users->index) {
    for (size_t i = 0; i < users->count; i++)
      if (test(&users->items[i], text)) return &users->items[i];
    return NULL;
  }
  size_t at = span_hash_nocase(text) & (users->index_size - 1);
  for (; users->index[at]; at = (at + 1) & (users->index_size - 1))
    if (test(&users->items[users->index[at] - 1], text)) return &users->items[users->index[at] - 1];
  return NULL;
}

const struct mail_user *mail_users_find(const struct mail_users *users, struct span name_or_address) {
  return find(users, name_or_address, is_called);
}

const struct mail_user *mail_users_for(const struct mail_users *users, struct span address,
                                       struct span local_part) {
  const struct mail_user *user = find(users, address, is_called);
  if (!user) user = find(users, local_part, is_called);
  return user ? user : find(users, local_part, has_local_part);
}
