/* build_users: who has a mailbox on a host, and whose mail program hands mail in there. It goes from person
 * to person and finds the hosts, not from host to host and asks of everybody: a scenario has thousands of
 * both.
 */
#include "world/world_internal.h"

#include <stdlib.h>

#include "base/mem.h"

/* ---- which hosts take mail for a domain ---- */

struct taker {
  struct span domain;
  struct world_host *host;
};

struct takers {
  struct taker *items; /* by domain, then by host */
  size_t count;
};

static int compare_takers(const void *left, const void *right) {
  const struct taker *a = left, *b = right;
  int order = span_compare_nocase(a->domain, b->domain);
  return order ? order : (a->host > b->host) - (a->host < b->host);
}

static struct takers takers_of(struct world *world) {
  struct takers takers = {NULL, 0};
  size_t capacity = 0;
  for (size_t i = 0; i < world->host_count; i++) {
    const struct scenario_host *spec = world->hosts[i].spec;
    for (size_t k = 0; spec && k < spec->mail_for.count; k++) {
      takers.items = mem_grow(takers.items, &capacity, takers.count + 1, sizeof *takers.items);
      takers.items[takers.count++] = (struct taker){spec->mail_for.items[k], &world->hosts[i]};
    }
  }
  if (takers.count) qsort(takers.items, takers.count, sizeof *takers.items, compare_takers);
  return takers;
}

/* The first that is not before the domain. */
static size_t first_taker(const struct takers *takers, struct span domain) {
  size_t low = 0, high = takers->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (span_compare_nocase(takers->items[middle].domain, domain) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* ---- lists that grow ---- */

struct user_list {
  struct mail_user *items;
  size_t count, capacity;
};

static void add_user(struct user_list *list, const struct world_person *person) {
  if (list->count && list->items[list->count - 1].person == person->number) return;
  list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
  list->items[list->count++] = (struct mail_user){
      .name = person->spec->mailbox,
      .address = person->spec->address,
      .password = person->spec->password,
      .person = person->number,
  };
}

static struct mail_users finish(struct user_list *list, struct arena *arena) {
  struct mail_user *items = arena_alloc(arena, list->count * sizeof *items);
  if (list->count) memcpy(items, list->items, list->count * sizeof *items);
  mem_free(list->items);
  struct mail_users users = {.items = items, .count = list->count};
  mail_users_index(&users, arena);
  return users;
}

/* ---- everybody ---- */

static struct span domain_of(struct span address) {
  size_t at = span_find_last(address, '@');
  return at == SPAN_NONE ? SPAN_EMPTY : span_skip(address, at + 1);
}

/* Mail for the person ends on each host that takes it in, and on the one that holds the mailbox. */
static void add_mailboxes(struct world *world, const struct takers *takers, const struct world_person *person,
                          struct user_list *mailboxes) {
  struct span domain = domain_of(person->spec->address);
  for (size_t i = first_taker(takers, domain); i < takers->count; i++) {
    if (!span_equal_nocase(takers->items[i].domain, domain)) break;
    struct world_host *taker = takers->items[i].host, *store = world_delivery_host(world, taker);
    add_user(&mailboxes[taker - world->hosts], person);
    if (store) add_user(&mailboxes[store - world->hosts], person);
  }
}

static void add_submitter(const struct world *world, const struct world_person *person,
                          struct user_list *submitters) {
  if (person->server) add_user(&submitters[person->server - world->hosts], person);
}

void build_users(struct world *world) {
  struct user_list *mailboxes = mem_zalloc(world->host_count * sizeof *mailboxes);
  struct user_list *submitters = mem_zalloc(world->host_count * sizeof *submitters);
  struct takers takers = takers_of(world);
  for (size_t i = 0; i < world->scenario->person_count; i++) {
    add_mailboxes(world, &takers, &world->people[i], mailboxes);
    add_submitter(world, &world->people[i], submitters);
  }
  for (size_t i = 0; i < world->host_count; i++) {
    world->hosts[i].mailboxes = finish(&mailboxes[i], &world->arena);
    world->hosts[i].submitters = finish(&submitters[i], &world->arena);
  }
  mem_free(mailboxes);
  mem_free(submitters);
  mem_free(takers.items);
}
