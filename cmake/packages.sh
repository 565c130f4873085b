# packages.sh: which system packages each part needs, by package manager; sourced by ./waystation and tests/run.
#
#   install_packages PART…     build · window · tests · fuzz · peers
#
# Says what it is about to install, uses sudo only when not root, and does nothing if all is there.

packages_for() { # manager part
  case "$1/$2" in
    apt/build)     echo "gcc libc6-dev make cmake pkg-config libcjson-dev libssl-dev libpcap-dev libuv1-dev" ;;
    apt/window)    echo "libsdl2-dev libsdl2-ttf-dev libsdl2-image-dev fonts-inter fonts-jetbrains-mono" ;;
    apt/tests)     echo "libcmocka-dev clang clang-format clang-tidy python3 python3-jsonschema valgrind xvfb xdotool python3-xlib libgmime-3.0-dev groff-base bind9-utils procps tshark mutt procmail mblaze librsvg2-bin chromium poppler-utils notmuch maildir-utils libxml2-utils tidy python3-html5lib openssl locales zsh fish" ;;
    apt/fuzz)      echo "clang libclang-rt-dev" ;;
    apt/peers)     echo "libns3-dev g++ python3-simpy postfix libsdl2-gfx-dev dovecot-core dovecot-pop3d swaks libnet-ssleay-perl curl msmtp s-nail mutt neomutt mailutils mpop fetchmail netcat-openbsd inetutils-telnet" ;;
    dnf/build)     echo "gcc make cmake pkgconf-pkg-config cjson-devel openssl-devel libpcap-devel libuv-devel" ;;
    dnf/window)    echo "SDL2-devel SDL2_ttf-devel SDL2_image-devel rsms-inter-fonts jetbrains-mono-fonts-all" ;;
    dnf/tests)     echo "libcmocka-devel libasan libubsan clang clang-tools-extra python3 python3-jsonschema valgrind xorg-x11-server-Xvfb xdotool python3-xlib gmime30-devel groff-base bind-utils procps-ng wireshark-cli mutt librsvg2-tools chromium poppler-utils notmuch maildir-utils libxml2 tidy python3-html5lib openssl glibc-locale-source zsh fish" ;;
    dnf/fuzz)      echo "clang compiler-rt" ;;
    pacman/build)  echo "gcc make cmake pkgconf cjson openssl libpcap libuv" ;;
    pacman/window) echo "sdl2 sdl2_ttf sdl2_image inter-font ttf-jetbrains-mono ttf-dejavu" ;;
    pacman/tests)  echo "cmocka clang python python-jsonschema valgrind xorg-server-xvfb xdotool python-xlib gmime3 libasan libubsan groff bind procps-ng wireshark-cli mutt librsvg chromium poppler notmuch libxml2 tidy python-html5lib zsh fish" ;;
    pacman/fuzz)   echo "clang compiler-rt" ;;
    brew/build)    echo "cmake pkgconf cjson openssl@3 libpcap libuv" ;;
    brew/window)   echo "sdl2 sdl2_ttf sdl2_image font-inter font-jetbrains-mono font-dejavu" ;;
    brew/tests)    echo "cmocka llvm python" ;;
  esac
}

package_manager() {
  for manager in apt-get dnf pacman brew; do
    if command -v "$manager" >/dev/null 2>&1; then echo "${manager%-get}"; return; fi
  done
  echo none
}

package_is_installed() { # manager package
  case "$1" in
    apt)    [ "$(dpkg-query -W -f='${db:Status-Status}' "$2" 2>/dev/null)" = installed ] ;;
    dnf)    rpm -q --whatprovides "$2" >/dev/null 2>&1 ;; # SDL2-devel is a name of sdl2-compat-devel
    pacman) pacman -Q "$2" >/dev/null 2>&1 ;;
    brew)   brew list "$2" >/dev/null 2>&1 ;;
  esac
}

install_packages() {
  manager=$(package_manager)
  if [ "$manager" = none ]; then
    echo "waystation: no apt, dnf, pacman or brew here; install cmake, a C compiler, cJSON, OpenSSL, libpcap, SDL2, SDL2_ttf and SDL2_image yourself" >&2
    return 0
  fi
  if [ "$manager" = brew ]; then # libraries that macOS has in another form: brew keeps them where pkg-config does not look
    kegs=$(brew --prefix)/opt
    export PKG_CONFIG_PATH="$kegs/libpcap/lib/pkgconfig:$kegs/openssl@3/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
  fi
  missing=
  for part in "$@"; do
    for package in $(packages_for "$manager" "$part"); do
      package_is_installed "$manager" "$package" || missing="$missing $package"
    done
  done
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$manager" != brew ] && [ "$(id -u)" != 0 ]; then as_root=sudo; fi
  echo "waystation: installing${as_root:+ (with sudo)}:$missing" >&2
  case "$manager" in
    apt)
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null 2>&1 || {
        $as_root apt-get update >/dev/null
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null
      } ;;
    dnf)    $as_root dnf install -y $missing >&2 ;;
    pacman) $as_root pacman -S --needed --noconfirm $missing >&2 ;;
    brew)   brew install $missing >&2 ;;
  esac
}
