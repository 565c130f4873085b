# The program: commands always, the window only where SDL is wanted.
file(GLOB cli_sources CONFIGURE_DEPENDS shell/cli/*.c)
add_executable(waystation ${cli_sources})
target_include_directories(waystation PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(waystation PRIVATE world readers PkgConfig::PCAP warnings)
target_compile_definitions(waystation PRIVATE
  WAYSTATION_VERSION="${PROJECT_VERSION}"
  WAYSTATION_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/waystation"
  WAYSTATION_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
file(GLOB live_sources CONFIGURE_DEPENDS shell/live/*.c)
add_library(shell_live STATIC ${live_sources})
target_include_directories(shell_live PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(shell_live PUBLIC world PRIVATE PkgConfig::UV PkgConfig::TLS warnings)
target_compile_definitions(shell_live PRIVATE _GNU_SOURCE) # libuv's header wants more than C17
target_link_libraries(waystation PRIVATE shell_live)
if(WAYSTATION_VIEWER)
  file(GLOB sdl_sources CONFIGURE_DEPENDS shell/sdl/*.c)
  if(sdl_sources)
    add_library(shell_sdl STATIC ${sdl_sources})
    target_include_directories(shell_sdl PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(shell_sdl PUBLIC readers PkgConfig::SDL2 PkgConfig::SDL2_TTF PkgConfig::SDL2_IMAGE
      PRIVATE warnings m)
    include(fonts)
    target_compile_definitions(shell_sdl PRIVATE
      WAYSTATION_FONT_DIR="${WAYSTATION_FONT_DIR}"
      WAYSTATION_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/waystation")
    target_link_libraries(waystation PRIVATE shell_sdl)
    target_compile_definitions(waystation PRIVATE WAYSTATION_VIEWER=1)
  endif()
endif()

# A usable program, wherever the folder is moved to: it finds its data beside itself.
install(TARGETS waystation RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/assets/software DESTINATION ${CMAKE_INSTALL_DATADIR}/waystation)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/assets/maps DESTINATION ${CMAKE_INSTALL_DATADIR}/waystation)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/waystation)
# Scenarios name their schema as ../docs/…, for editors.
install(FILES ${CMAKE_SOURCE_DIR}/docs/scenario.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/waystation/docs OPTIONAL)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs
  FILES_MATCHING PATTERN "*.md" PATTERN "*.json" PATTERN "*.png")
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_SOURCE_DIR}/docs/waystation.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_SOURCE_DIR}/assets/completion/waystation.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME waystation)
install(FILES ${CMAKE_SOURCE_DIR}/assets/completion/_waystation DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${CMAKE_SOURCE_DIR}/assets/completion/waystation.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
