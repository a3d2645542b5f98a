# Completion of dkim-milter for fish, also under the name opendkim.

function __dkim_milter_settings
    set -l words (commandline -opc)
    $words[1] --help-config 2>/dev/null | string match -rg '^([A-Z][A-Za-z-]*) +(.*)' | paste - -
end

for program in dkim-milter opendkim
    complete -c $program -n 'not __fish_contains_opt -s t' -f
    complete -c $program -s A -d 'Restart the filter after a crash'
    complete -c $program -s b -x -d Mode -a 's\tsign v\tverify sv\tsign\ and\ verify'
    complete -c $program -s c -x -d 'Canonicalization of header and body' \
        -a 'simple/simple simple/relaxed relaxed/simple relaxed/relaxed'
    complete -c $program -s d -x -d 'Domains whose mail is signed'
    complete -c $program -s D -d 'Sign mail from subdomains as well'
    complete -c $program -s e -x -d 'Print the value of a setting' -a '(__dkim_milter_settings)'
    complete -c $program -s f -d 'Stay in the foreground'
    complete -c $program -s F -x -d 'Time for -t, in Unix seconds'
    complete -c $program -s g -d 'Do not check SigningTable against KeyTable'
    complete -c $program -s G -d 'Check SigningTable against KeyTable'
    complete -c $program -s k -r -F -d 'Private key'
    complete -c $program -s l -d 'Log to syslog'
    complete -c $program -s L -x -d 'Minimum signed part of the body'
    complete -c $program -s n -d 'Check the configuration'
    complete -c $program -s o -x -d 'Header fields that are not signed'
    complete -c $program -s O -d 'Log to standard output'
    complete -c $program -s p -x -d 'Socket to listen on' -a 'inet: inet6: local:'
    complete -c $program -s P -r -F -d 'PID file'
    complete -c $program -s q -d 'No effect'
    complete -c $program -s Q -d 'Look up keys in a data set'
    complete -c $program -s r -d 'Reject mail with a malformed header'
    complete -c $program -s s -x -d 'Selector of the key'
    complete -c $program -s S -x -d 'Signing algorithm' -a 'rsa-sha256 ed25519-sha256'
    complete -c $program -s t -r -F -d 'Evaluate messages'
    complete -c $program -s T -x -d 'DNS timeout in seconds'
    complete -c $program -s u -x -d 'User to run as' -a '(__fish_complete_users)'
    complete -c $program -s v -d 'Print more with -t'
    complete -c $program -s V -d 'Print the version'
    complete -c $program -s W -d 'Log the reason for each decision'
    complete -c $program -s x -r -F -d 'Configuration file'
    complete -c $program -s X -d 'Accept deprecated settings'
    complete -c $program -s '?' -d 'Print the usage'
    complete -c $program -l check -d 'Check the configuration'
    complete -c $program -l help -d 'Print a summary with examples'
    complete -c $program -l help-config -d 'List all settings, or describe one'
    complete -c $program -n '__fish_contains_opt help-config' -f -a '(__dkim_milter_settings)'
    complete -c $program -l version -d 'Print the version'
end
