# Pixels are of the window's rasteriser: no window, no figures.
if(TARGET shell_sdl)
  target_link_libraries(bench_view PRIVATE shell_sdl)
  target_include_directories(bench_view PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
  target_compile_definitions(bench_view PRIVATE TESTS_DIR="${CMAKE_SOURCE_DIR}/tests")
else()
  set_target_properties(bench_view PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
