# The faces of the viewer: Inter and JetBrains Mono, copied from the system's font packages into the build
# and the install prefix, under names that say what they are for. They are not in the repository.
#
# The view lays out text by its own table of these faces (src/view/text_metrics.h), so another face still
# fits, squeezed where it is wider: if a face is missing, DejaVu takes its place and CMake warns. Ligatures need not be
# stripped from the copies: the rasteriser asks for one glyph at a time.

set(WAYSTATION_FONT_DIR "${CMAKE_BINARY_DIR}/fonts")
set(font_roots /usr/share/fonts /usr/local/share/fonts /usr/share/texmf/fonts /opt/homebrew/share/fonts
  /Library/Fonts "$ENV{HOME}/Library/Fonts" "$ENV{HOME}/.local/share/fonts" "$ENV{HOME}/.fonts" C:/Windows/Fonts)
set(font_suffixes opentype/inter truetype/inter inter rsms-inter-fonts inter-fonts
  truetype/jetbrains-mono jetbrains-mono jetbrains-mono-fonts TTF OTF truetype opentype
  truetype/dejavu truetype/droid dejavu dejavu-sans-fonts dejavu-sans-mono-fonts truetype/noto opentype/noto noto "")

# The first of the files that the system has; NAME_font is where.
function(find_font NAME)
  foreach(candidate ${ARGN})
    find_file(${NAME}_font NAMES ${candidate} PATHS ${font_roots} PATH_SUFFIXES ${font_suffixes}
      NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(${NAME}_font)
    if(${NAME}_font)
      break()
    endif()
  endforeach()
endfunction()

set(fonts_missing "")
function(use_font NAME PACKAGE WANTED)
  find_font(${NAME} ${WANTED}.otf ${WANTED}.ttf ${ARGN})
  if(NOT ${NAME}_font)
    message(FATAL_ERROR "No font for ${NAME}: ${WANTED} or ${ARGN}. Install the packages fonts-inter and "
      "fonts-jetbrains-mono (Debian), or configure with -DWAYSTATION_VIEWER=OFF.")
  endif()
  get_filename_component(found ${${NAME}_font} NAME_WE)
  if(NOT found STREQUAL WANTED)
    message(WARNING "${WANTED} is not installed (Debian: ${PACKAGE}); text is drawn with ${found} instead.")
  endif()
  configure_file(${${NAME}_font} ${WAYSTATION_FONT_DIR}/${NAME}.font COPYONLY)
endfunction()

use_font(sans-regular fonts-inter Inter-Regular DejaVuSans.ttf)
use_font(sans-semibold fonts-inter Inter-SemiBold DejaVuSans-Bold.ttf)
use_font(sans-bold fonts-inter Inter-Bold DejaVuSans-Bold.ttf)
use_font(mono-regular fonts-jetbrains-mono JetBrainsMono-Regular DejaVuSansMono.ttf)
use_font(mono-semibold fonts-jetbrains-mono JetBrainsMono-SemiBold DejaVuSansMono-Bold.ttf)
use_font(mono-bold fonts-jetbrains-mono JetBrainsMono-Bold DejaVuSansMono-Bold.ttf)

# For what neither face has; a code point that none of these has is drawn as a box.
find_font(fallback-0 DejaVuSans.ttf)
find_font(fallback-1 NotoSansCJK-Regular.ttc DroidSansFallbackFull.ttf DroidSansFallback.ttf)
foreach(name fallback-0 fallback-1)
  if(${name}_font)
    configure_file(${${name}_font} ${WAYSTATION_FONT_DIR}/${name}.font COPYONLY)
  endif()
endforeach()

# Their licence (SIL OFL 1.1) goes with the copies.
foreach(package fonts-inter fonts-jetbrains-mono)
  if(EXISTS /usr/share/doc/${package}/copyright)
    configure_file(/usr/share/doc/${package}/copyright ${WAYSTATION_FONT_DIR}/${package}.copyright COPYONLY)
  endif()
endforeach()

install(DIRECTORY ${WAYSTATION_FONT_DIR}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/waystation/fonts)
