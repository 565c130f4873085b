# The yardstick of the letters runs on that of the kernel.
target_sources(bench_letters PRIVATE yardstick_kernel.c)
