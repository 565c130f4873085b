/* check: assertions that stay on, for our own bugs only.
 *
 * A peer's or a learner's mistake is data, never a CHECK. A failed CHECK names the place, the
 * condition and what the program was doing (the simulator sets that: time and event), then aborts.
 */
#pragma once

#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/* For a condition that hardly ever holds: what then has to be done is kept out of the way of the rest. */
#define UNLIKELY(condition) __builtin_expect_with_probability(!!(condition), 0, 0.9999)

/* For switch statements whose every case returns. */
#define UNREACHABLE() check_failed("unreachable", __FILE__, __LINE__)

_Noreturn void check_failed(const char *condition, const char *file, int line);

/* Registers a function that writes one line saying what is going on; NULL takes it away. */
void check_set_context(void (*describe)(void *context, char *text_out, unsigned long size), void *context);
