# GMime as a peer, where it is installed.
target_sources(bench_parse PRIVATE made_mbox.c)
pkg_check_modules(GMIME IMPORTED_TARGET gmime-3.0)
if(GMIME_FOUND)
  target_sources(bench_parse PRIVATE peers/gmime_parse.c)
  target_link_libraries(bench_parse PRIVATE PkgConfig::GMIME)
  target_compile_definitions(bench_parse PRIVATE WITH_GMIME)
endif()
