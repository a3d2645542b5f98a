import DKIMConfiguration
import DKIMCore

/// The usage and version texts of the program.
enum UsageText {
  static let short = """
    usage: dkim-milter [-ADfgGlnOqQrvVWX] [-b MODES] [-c CANON] [-d DOMAINS]
             [-e NAME] [-F TIME] [-k KEYFILE] [-L MIN[%+]] [-o HEADERS]
             [-p SOCKET] [-P PIDFILE] [-s SELECTOR] [-S ALGORITHM]
             [-t FILE[,...]] [-T SECONDS] [-u USER[:GROUP]] [-x CONFIG]
           dkim-milter --help | --version | --help-config [NAME]

    """

  static let long = """
    dkim-milter: milter that signs and verifies mail with DKIM for Postfix and
    Sendmail; reads the configuration of OpenDKIM.

    \(short)
    EXAMPLES
      Check a configuration and print what is wrong with it:
        dkim-milter -n -x /etc/opendkim.conf
      Filter mail, in the background:
        dkim-milter -x /etc/opendkim.conf
      Filter mail for a first test, in the foreground:
        dkim-milter -f -p inet:8891@localhost -d example.com -s 2026 \\
          -k /etc/dkimkeys/2026.private -u opendkim
      Verify a message and show what the filter would do with it:
        dkim-milter -vv -t message.eml
      Describe a setting:
        dkim-milter --help-config KeyTable
      Reload the configuration:
        kill -HUP $(cat /run/opendkim/opendkim.pid)

    MODES
      -n, --check      check the configuration; print nothing if it is valid
      -e NAME          print the value of a setting in the configuration file
      -Q               look up keys in a data set; the first line of standard input
                       is the data set, each following line is KEY/FIELDS
      -t FILE[,...]    evaluate messages; - is standard input
                       -v, -vv: print more; -F TIME: use this time (Unix seconds)
      -V, --version    print the version and the optional parts of this build
      --help-config [NAME]
                       list all settings, or describe one

    OPTIONS
      -x FILE          configuration file (default: /etc/opendkim.conf if readable)
      -f               stay in the foreground                  (Background no)
      -A               restart the filter after a crash        (AutoRestart)
      -p SOCKET        inet:PORT@HOST, inet6:PORT@HOST, PATH   (Socket)
      -P FILE          PID file                                (PidFile)
      -u USER[:GROUP]  user to run as                          (UserID)
      -b MODES         s: sign, v: verify, sv: both            (Mode)
      -c CANON         for example relaxed/simple              (Canonicalization)
      -d DOMAINS       domains whose mail is signed            (Domain)
      -D               sign mail from their subdomains as well (SubDomains)
      -k FILE          private key                             (KeyFile)
      -s SELECTOR      selector of the key                     (Selector)
      -S ALGORITHM     rsa-sha256 or ed25519-sha256            (SignatureAlgorithm)
      -o HEADERS       header fields that are not signed       (OmitHeaders)
      -L MIN[%+]       minimum signed part of the body         (Minimum)
      -r               reject mail with a malformed header     (RequiredHeaders)
      -T SECONDS       DNS timeout                             (DNSTimeout)
      -g, -G           do not check, check that KeyTable has all keys that
                       SigningTable names                      (CheckSigningTable)
      -l               log to syslog                           (Syslog)
      -O               log to standard output                  (StdoutLog)
      -W               log the reason for each decision        (LogWhy)
      -q, -X           no effect

    Command-line options override the configuration file.

    """

  /// The version text. Its first line depends on the name of the program, because scripts search it for that name.
  static func version(_ name: ProgramName = .current) -> String {
    let title =
      switch name {
      case .milter: "\(name.rawValue): version \(Product.version)"
      case .openDKIM: "\(name.rawValue): \(name.titleWithVersion)\n\t\(Product.name) version \(Product.version)"
      }
    return title + "\n" + versionDetails
  }

  private static let versionDetails = """
    \tCompatible with OpenDKIM \(ProgramName.openDKIMVersion) (opendkim.conf, log lines, header fields)
    \tMilter protocol versions 2 to 6
    \tSupported signing algorithms:
    \t\trsa-sha256
    \t\ted25519-sha256
    \tSupported canonicalization algorithms:
    \t\trelaxed
    \t\tsimple
    \tOptional parts: \(parts)

    """

  /// The optional parts of this build, as a list.
  private static var parts: String {
    let names = BuildParts.current.names.sorted()
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
