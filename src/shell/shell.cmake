# The program: commands always, the window only where SDL is wanted.
file(GLOB cli_sources CONFIGURE_DEPENDS shell/cli/*.c)
add_executable(waystation ${cli_sources})
target_include_directories(waystation PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(waystation PRIVATE world readers warnings)
target_compile_definitions(waystation PRIVATE
  WAYSTATION_VERSION="${PROJECT_VERSION}"
  WAYSTATION_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/waystation"
  WAYSTATION_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
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
install(TARGETS waystation RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
