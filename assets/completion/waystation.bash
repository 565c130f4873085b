# bash completion for waystation(1)

_waystation_scenarios() {
  waystation list 2>/dev/null | sed -nE 's/^  ([^ ]+\.json) .*/\1/p'
}

_waystation() {
  local word=$2 before=$3 command=${COMP_WORDS[1]} options
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "play run show export check grade whatif lint list paths live trace --help --version" -- "$word")
    return
  fi
  [ "$command $before" = "trace --trust" ] && return
  case $before in
    --journal | --replay | --ready-file | --cert | --key | --trust | --screenshot | --save | --attempt | -o) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --theme) mapfile -t COMPREPLY < <(compgen -W "light dark high-contrast" -- "$word"); return ;;
    --text-size) mapfile -t COMPREPLY < <(compgen -W "100 125 150" -- "$word"); return ;;
    --at | --until | --step | --size | --pass | --message | --host | --connection | --user | --base-port | --speed | --gateway | --connections | --rate | --idle | --clients | --all | --via | --without | --hops | --explain) return ;;
  esac
  case $command in
    play) options="--at --step --by-line --size --theme --text-size --reduced-motion --screenshot --keys --click --point --tell --times --attempt --help" ;;
    run) options="--journal --fingerprint --until --replay --dns --steps --quiet --json --help" ;;
    show) options="--at --message --host --sources --json --help" ;;
    grade) options="--pass --json --help" ;;
    whatif) options="--at --save --force --json --help" ;;
    export) options="-o --force --at --host --connection --user --message --hop --full --step --ladder --size --theme --text-size --json --help" ;;
    live) options="--base-port --ready-file --journal --speed --paused --until --cert --key --gateway --trust --connections --rate --idle --clients --window --listen-anywhere --help" ;;
    trace) options="--trust --message --json --help" ;;
    check | lint | list) options="--json --help" ;;
    paths) options="--all --via --without --hops --explain --json --help" ;;
    *) return ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    return
  fi
  if [ "$command" = list ]; then
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    return
  fi
  if [ "$command" = trace ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  if [ "$command" = paths ]; then
    if [ "$COMP_CWORD" = 2 ]; then mapfile -t COMPREPLY < <(compgen -f -X '!*.map' -- "$word"; compgen -d -- "$word"; compgen -W "uucp-1987" -- "$word"); fi
    return
  fi
  if [ "$command" = show ] && [ "$COMP_CWORD" -gt 2 ] && [[ $before != --* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "transcript headers letter envelope path mailbox queue dns wire audit" -- "$word")
    return
  fi
  if [ "$command" = whatif ] && [ "$COMP_CWORD" -gt 2 ] && [[ $before != --* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "down up cut mend dns resend script and at for" -- "$word")
    return
  fi
  if [ "$command" = export ] && [ "$COMP_CWORD" -gt 2 ] && [[ $before != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "pcap mbox maildir eml jsonl svg png html" -- "$word")
    return
  fi
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -X '!*.json*' -- "$word"; compgen -d -- "$word"; compgen -W "$(_waystation_scenarios)" -- "$word")
}

complete -F _waystation waystation
