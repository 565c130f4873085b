# fish completion for waystation(1)

function __waystation_scenarios
    waystation list 2>/dev/null | string replace -rf '^  (\S+\.json)\s+(.*)$' '$1\t$2'
end

set -l commands play run show export check whatif lint list live
complete -c waystation -f
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a play -d 'Watch in a window'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a run -d 'Print the story'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a show -d 'Show one side of a run'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a export -d 'Write in other forms'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a check -d 'Judge what scenarios expect'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a whatif -d 'Change something and compare'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a lint -d 'Look for mistakes'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a list -d 'List the scenarios'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -a live -d 'Serve real mail programs'
complete -c waystation -n "not __fish_seen_subcommand_from $commands" -l version -d 'Which version'
complete -c waystation -l help -d 'What it does'

complete -c waystation -n '__fish_seen_subcommand_from play run show export check whatif lint live' -F -a '(__waystation_scenarios)'
complete -c waystation -n '__fish_seen_subcommand_from list' -a '(__fish_complete_directories)'
complete -c waystation -n '__fish_seen_subcommand_from show' -a 'transcript headers envelope path mailbox queue dns audit'
complete -c waystation -n '__fish_seen_subcommand_from run show export check whatif lint list' -l json -d 'One JSON object a line'

complete -c waystation -n '__fish_seen_subcommand_from play show export whatif' -l at -x -d 'At that moment: 90s, 10m, 2d'
complete -c waystation -n '__fish_seen_subcommand_from play' -l step -x -d 'Begin at that step'
complete -c waystation -n '__fish_seen_subcommand_from play' -l by-line -d 'Step by line, not by phase'
complete -c waystation -n '__fish_seen_subcommand_from play' -l reduced-motion -d 'No motion'
complete -c waystation -n '__fish_seen_subcommand_from play' -l keys -x -d 'Typed before the picture'
complete -c waystation -n '__fish_seen_subcommand_from play' -l click -x -d 'Clicked on before the picture'
complete -c waystation -n '__fish_seen_subcommand_from play' -l point -x -d 'Pointed at in the picture'
complete -c waystation -n '__fish_seen_subcommand_from play' -l times -d 'How long the pictures took'
complete -c waystation -n '__fish_seen_subcommand_from play' -l size -x -a '1600x900 1280x720 1024x768'
complete -c waystation -n '__fish_seen_subcommand_from play' -l theme -x -a 'light dark high-contrast'
complete -c waystation -n '__fish_seen_subcommand_from play' -l text-size -x -a '100 125 150' -d 'In percent'
complete -c waystation -n '__fish_seen_subcommand_from play' -l screenshot -r -F -d 'One picture, no window'

complete -c waystation -n '__fish_seen_subcommand_from run live' -l journal -r -F -d 'Save everything that happened'
complete -c waystation -n '__fish_seen_subcommand_from run' -l fingerprint -d 'Only the SHA-256 of the run'
complete -c waystation -n '__fish_seen_subcommand_from run live' -l until -x -d 'Stop the clock there'
complete -c waystation -n '__fish_seen_subcommand_from run' -l replay -r -F -d 'With what real programs did in that journal'
complete -c waystation -n '__fish_seen_subcommand_from run' -l dns -d 'Name server questions and answers, too'
complete -c waystation -n '__fish_seen_subcommand_from run' -l quiet -d 'No story'

complete -c waystation -n '__fish_seen_subcommand_from show' -l message -x -d 'Only that letter'
complete -c waystation -n '__fish_seen_subcommand_from show' -l host -x -d 'As that host left it, or only there'
complete -c waystation -n '__fish_seen_subcommand_from show' -l sources -d 'Who wrote each line'
complete -c waystation -n '__fish_seen_subcommand_from whatif' -a 'down up cut mend dns resend script and at for'
complete -c waystation -n '__fish_seen_subcommand_from whatif' -l save -r -F -d 'The changed scenario'

complete -c waystation -n '__fish_seen_subcommand_from export' -a 'pcap'
complete -c waystation -n '__fish_seen_subcommand_from export' -s o -r -F -d 'Where to write it'
complete -c waystation -n '__fish_seen_subcommand_from export' -l force -d 'Replace what is there'
complete -c waystation -n '__fish_seen_subcommand_from export' -l host -x -d 'Only there'
complete -c waystation -n '__fish_seen_subcommand_from export' -l connection -x -d 'Only that connection'

complete -c waystation -n '__fish_seen_subcommand_from live' -l base-port -x -d 'Ports from there on'
complete -c waystation -n '__fish_seen_subcommand_from live' -l ready-file -r -F -d 'The table as JSON'
complete -c waystation -n '__fish_seen_subcommand_from live' -l speed -x -d 'Simulated seconds in a real one'
complete -c waystation -n '__fish_seen_subcommand_from live' -l paused -d 'Begin with time held'
complete -c waystation -n '__fish_seen_subcommand_from live' -l no-tls -d 'No TLS'
complete -c waystation -n '__fish_seen_subcommand_from live' -l cert -r -F -d 'For TLS'
complete -c waystation -n '__fish_seen_subcommand_from live' -l key -r -F -d 'For TLS'
complete -c waystation -n '__fish_seen_subcommand_from live' -l gateway -x -d 'A host is a real server'
complete -c waystation -n '__fish_seen_subcommand_from live' -l connections -x -d 'At once'
complete -c waystation -n '__fish_seen_subcommand_from live' -l rate -x -d 'New connections in a second'
complete -c waystation -n '__fish_seen_subcommand_from live' -l idle -x -d 'Silence before hanging up'
complete -c waystation -n '__fish_seen_subcommand_from live' -l listen-anywhere -d 'On all interfaces'
