import DKIMConfiguration
import DKIMCore

/// What the program tells about its use.
enum UsageText {
  static let short = """
    usage: dkim-milter [-ADflnQrvVWX] [-b MODES] [-c CANON] [-d DOMAINS] [-e NAME] [-F TIME] [-k KEYFILE]
             [-L MIN[%+]] [-o HEADERS] [-p SOCKET] [-P PIDFILE] [-s SELECTOR] [-S ALGORITHM] [-t FILE[,...]]
             [-T SECONDS] [-u USER[:GROUP]] [-x CONFIG]
           dkim-milter --help | --version | --help-config [NAME]

    """

  static let long = """
    dkim-milter: signs and verifies mail with DKIM for Postfix and Sendmail; reads OpenDKIM's configuration.

    \(short)
    EXAMPLES
      dkim-milter -n -x /etc/opendkim.conf        say what is wrong with a configuration
      dkim-milter -x /etc/opendkim.conf           filter mail, in the background
      dkim-milter -f -p inet:8891@localhost -d example.com -s 2026 -k /etc/dkimkeys/2026.private -u opendkim
      dkim-milter -vv -t message.eml              verify a message, and show what would be done to it
      dkim-milter --help-config KeyTable          explain a setting
      kill -HUP $(cat /run/opendkim/opendkim.pid) read the configuration again

    WHAT TO DO
      -n, --check      look for what would fail, and say so
      -e NAME          print what the configuration file has for a setting
      -Q               look things up in a data set: it is the first line of standard input, then KEY/FIELDS
      -t FILE[,...]    evaluate messages; - is standard input. -v, -vv: show more. -F TIME: the time of signatures
      -V, --version    print the version and what is built in
      --help-config [NAME]
                       list all settings, or explain one

    HOW
      -x FILE          the configuration file (/etc/opendkim.conf where it can be read)
      -f               stay in the foreground                  (Background no)
      -A               start again after a crash               (AutoRestart)
      -p SOCKET        inet:PORT@HOST, inet6:PORT@HOST, PATH   (Socket)
      -P FILE          where the process number is written     (PidFile)
      -u USER[:GROUP]  who to become                           (UserID)
      -b MODES         s: sign, v: verify, sv: both            (Mode)
      -c CANON         such as relaxed/simple                  (Canonicalization)
      -d DOMAINS       whose mail is signed                    (Domain)
      -D               and that of their subdomains            (SubDomains)
      -k FILE          the private key                         (KeyFile)
      -s SELECTOR      its selector                            (Selector)
      -S ALGORITHM     rsa-sha256 or ed25519-sha256            (SignatureAlgorithm)
      -o HEADERS       header fields not to sign               (OmitHeaders)
      -L MIN[%+]       how much of a body has to be signed     (Minimum)
      -r               refuse mail with a malformed header     (RequiredHeaders)
      -T SECONDS       how long DNS is waited for              (DNSTimeout)
      -l               log to the system's log                 (Syslog)
      -W               log why                                 (LogWhy)
      -X               let pass settings that are deprecated

    What the command line sets holds against the configuration file.

    """

  static let version = """
    \(Product.name): version \(Product.version)
    \tCompatible with OpenDKIM 2.11.0 (opendkim.conf, log lines, header fields)
    \tMilter protocol versions 2 to 6
    \tSupported signing algorithms:
    \t\trsa-sha256
    \t\ted25519-sha256
    \tSupported canonicalization algorithms:
    \t\trelaxed
    \t\tsimple
    \tOptional parts: \(parts)

    """

  /// What not every build has.
  private static var parts: String {
    let names = BuildParts.current.names.sorted()
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
