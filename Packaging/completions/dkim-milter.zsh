#compdef dkim-milter opendkim
# Completion of dkim-milter for zsh, also under the name opendkim.

_dkim_milter_settings() {
  local -a settings
  settings=(${${(M)${(f)"$($words[1] --help-config 2>/dev/null)"}:#[A-Z]*}%% *})
  compadd "$@" -a settings
}

_arguments -s -S : \
  '-A[restart the filter after a crash]' \
  '-b+[mode]:mode:((s\:sign v\:verify sv\:"sign and verify"))' \
  '-c+[canonicalization of header and body]:canonicalization:(simple/simple simple/relaxed relaxed/simple relaxed/relaxed)' \
  '-d+[domains whose mail is signed]:domains' \
  '-D[sign mail from subdomains as well]' \
  '-e+[print the value of a setting]:setting:_dkim_milter_settings' \
  '-f[stay in the foreground]' \
  '-F+[time for -t, in Unix seconds]:time' \
  '-g[do not check SigningTable against KeyTable]' \
  '-G[check SigningTable against KeyTable]' \
  '-k+[private key]:file:_files' \
  '-l[log to syslog]' \
  '-L+[minimum signed part of the body]:minimum' \
  '-n[check the configuration]' \
  '-o+[header fields that are not signed]:header fields' \
  '-O[log to standard output]' \
  '-p+[socket to listen on]:socket:(inet\: inet6\: local\:)' \
  '-P+[PID file]:file:_files' \
  '-q[no effect]' \
  '-Q[look up keys in a data set]' \
  '-r[reject mail with a malformed header]' \
  '-s+[selector of the key]:selector' \
  '-S+[signing algorithm]:algorithm:(rsa-sha256 ed25519-sha256)' \
  '-t+[evaluate messages]:message:_files' \
  '-T+[DNS timeout in seconds]:seconds' \
  '-u+[user to run as]:user:_users' \
  '*-v[print more with -t]' \
  '-V[print the version]' \
  '-W[log the reason for each decision]' \
  '-x+[configuration file]:file:_files' \
  '-X[accept deprecated settings]' \
  '-\?[print the usage]' \
  '--check[check the configuration]' \
  '--help[print a summary with examples]' \
  '--help-config[list all settings, or describe one]:setting:_dkim_milter_settings' \
  '--version[print the version]' \
  '*:message:_files'
