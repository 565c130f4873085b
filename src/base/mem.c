#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void out_of_memory(size_t size) {
  fprintf(stderr, "waystation: out of memory (%zu bytes wanted)\n", size);
  exit(3);
}

void *mem_alloc(size_t size) {
  void *memory = malloc(size ? size : 1);
  if (!memory) out_of_memory(size);
  return memory;
}

void *mem_zalloc(size_t size) {
  void *memory = calloc(1, size ? size : 1);
  if (!memory) out_of_memory(size);
  return memory;
}

void *mem_resize(void *memory, size_t size) {
  void *moved = realloc(memory, size ? size : 1);
  if (!moved) out_of_memory(size);
  return moved;
}

void *mem_grow(void *memory, size_t *capacity, size_t wanted, size_t item_size) {
  if (wanted <= *capacity) return memory;
  size_t larger = *capacity ? *capacity : 8;
  while (larger < wanted) {
    if (larger > SIZE_MAX / 2) out_of_memory(SIZE_MAX);
    larger *= 2;
  }
  if (larger > SIZE_MAX / item_size) out_of_memory(SIZE_MAX);
  *capacity = larger;
  return mem_resize(memory, larger * item_size);
}

void mem_free(void *memory) {
  free(memory);
}
