/* yardstick_kernel: the least that an event kernel can be, to judge ours by.
 *
 * A monotone radix heap of first-in-first-out arrays over pooled 32-byte records, with dispatch by
 * function pointer and cancelling by generation. It checks nothing, carries no cause, knows no limit,
 * gives no memory back, and keeps cancelled events until it meets them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct yardstick_kernel;

struct yardstick_handle {
  uint32_t slot, generation;
};

struct yardstick_kernel *yardstick_kernel_new(void);
void yardstick_kernel_free(struct yardstick_kernel *kernel);
struct yardstick_handle yardstick_kernel_after(struct yardstick_kernel *kernel, uint64_t delay_us,
                                               void (*fn)(void *), void *context);
bool yardstick_kernel_cancel(struct yardstick_kernel *kernel, struct yardstick_handle handle);
uint64_t yardstick_kernel_now(const struct yardstick_kernel *kernel);
/* Runs so many events, or fewer if there are no more. */
uint64_t yardstick_kernel_run(struct yardstick_kernel *kernel, uint64_t events);
