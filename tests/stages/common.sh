# common.sh: what every stage starts with; sourced, not run.
#
# A stage is an executable file NN-name. It prints what it looks at, and ends with 0 when all is well. A line
# "skip: …" says what it could not look at, and tests/run shows that line: what was skipped never counts as passed.
# Exit status 77: the whole stage was skipped.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
waystation=${WAYSTATION:-$root/build/dev/src/waystation}
patience=900 # seconds until something is said to hang, on a machine that is busy
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
system_python=/usr/bin/python3
[ -x "$system_python" ] || system_python=python3
scratch=$(mktemp -d "${TMPDIR:-/tmp}/waystation-test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
faults=0

fault() { # what is wrong
  printf 'FAULT: %s\n' "$*"
  faults=$((faults + 1))
}

# A device that is always full, of our own: a test that goes wrong, run by root, would replace the system's. Not
# everybody may make one.
full=$scratch/.full
make_full_device() {
  mknod "$full" c 1 7 2>/dev/null && LC_ALL=C bash -c 'echo x >"$1"' - "$full" 2>&1 | grep -q "No space left" && return
  rm -f "$full"
  skip "no device of our own can be made here: whether a full disk is seen"
  return 1
}

# What a command says to a terminal, and how it ends. Nothing is typed.
on_terminal() {
  "$system_python" -c '
import os, pty, subprocess, sys
leader, follower = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
os.close(follower)
said = b""
while True:
    try:
        some = os.read(leader, 65536)
    except OSError:  # nobody has it open any more
        break
    if not some:
        break
    said += some
sys.stdout.buffer.write(said)
sys.exit(child.wait())' "$@"
}

skip() { printf 'skip: %s\n' "$*"; }

# Every stage ends with this: 0 if no fault was found.
finish() {
  printf '%d faults\n' "$faults"
  [ "$faults" = 0 ]
  exit
}
