/* mem: the only door to the heap. Out of memory ends the program with a message, so that no
 * caller needs a branch for it. */
#pragma once

#include <stddef.h>

void *mem_alloc(size_t size);                /* uninitialised */
void *mem_zalloc(size_t size);               /* zeroed */
void *mem_resize(void *memory, size_t size); /* like realloc */
void *mem_grow(void *memory, size_t *capacity, size_t wanted,
               size_t item_size); /* doubles capacity until wanted fits */
void mem_free(void *memory);      /* NULL is fine */
