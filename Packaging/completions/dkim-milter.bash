# Completion of dkim-milter for bash, also under the name opendkim.

_dkim_milter() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]}
  # The option whose value is completed; options without a value may precede it, as in -fx.
  local option=
  case $previous in
    --*) option=$previous ;;
    : | @) option=-p-value ;;  # bash ends words there
    -*) [[ $previous =~ ^-[ADflnQrvVWX]*[bcdeFkLopPsStTux]$ ]] && option=-${previous: -1} ;;
  esac
  local words=
  case $option in
    -x | -k | -P | -t) _dkim_milter_files; return ;;
    -b) words='s v sv' ;;
    -c) words='simple/simple simple/relaxed relaxed/simple relaxed/relaxed' ;;
    -S) words='rsa-sha256 ed25519-sha256' ;;
    -e | --help-config) words=$(_dkim_milter_settings "$program") ;;
    -p) words='inet: inet6: local: /'; compopt -o nospace 2>/dev/null ;;
    -u) mapfile -t COMPREPLY < <(compgen -u -- "$current"); return ;;
    -d | -F | -L | -o | -s | -T | -p-value) COMPREPLY=(); return ;;
    *)
      if [[ $current != -* && " ${COMP_WORDS[*]} " == *' -t '* ]]; then
        _dkim_milter_files
        return
      fi
      words='-A -b -c -d -D -e -f -F -g -G -k -l -L -n -o -O -p -P -q -Q -r -s -S -t -T -u -v -V -W -x -X -?
        --check --help --help-config --version'
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

_dkim_milter_files() {
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
  compopt -o filenames 2>/dev/null
}

_dkim_milter_settings() {
  "$1" --help-config 2>/dev/null | sed -n 's/^\([A-Z][A-Za-z-]*\) .*/\1/p'
}

complete -F _dkim_milter dkim-milter opendkim
