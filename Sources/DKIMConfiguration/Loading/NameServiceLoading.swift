internal import DKIMCore
internal import SystemSupport

/// DNS, and the files and data sets that can replace it.
extension ConfigurationDraft {
  mutating func loadNameService() {
    var dns = configuration.dns
    dns.nameservers = servers(Setting.nameservers)
    dns.trustedNameservers = servers(Setting.trustedNameservers)
    if dns.timeout == 0 {
      // The MTA does not wait forever either.
      dns.timeout = 60
      report(.note, about: Setting.dnsTimeout, "DNSTimeout 0 is treated as 60 seconds")
    }
    dns.trustAnchorFile = readable(Setting.trustAnchorFile)
    dns.resolverConfiguration = readable(Setting.resolverConfiguration)
    dns.testPublicKeys = settings.path(Setting.testPublicKeys)
    configuration.dns = dns
  }

  /// Returns the path of a file that only libunbound reads. If this build has libunbound, the file must be readable.
  private mutating func readable(_ setting: SettingKey<String?>) -> String? {
    guard let path = settings.path(setting), parts.names.contains("Unbound") else { return settings.path(setting) }
    do throws(FileProblem) {
      _ = try SizeLimitedFile.read(path, limit: 16 << 20)
    } catch {
      report(about: setting, "\(setting.name) \(error)", fix: error.fix)
    }
    return path
  }

  private mutating func servers(_ setting: SettingKey<String?>) -> [NameServerAddress] {
    words(setting).compactMap { word in
      let server = NameServerAddress(word)
      if server == nil {
        report(
          about: setting, "\(setting.name): \(PrintableText.quoted(word)) is not a DNS server, expected IP or IP@PORT",
          fix: "write an IP address, because host names are not looked up here")
      }
      return server
    }
  }

  mutating func loadTestData() async {
    configuration.dns.testDNSData = await openDataSet(Setting.testDNSData)
    guard let path = configuration.dns.testPublicKeys else { return }
    do throws(FileProblem) {
      _ = try SizeLimitedFile.read(path, limit: 64 << 20)
    } catch {
      report(about: Setting.testPublicKeys, "TestPublicKeys \(error)", fix: error.fix)
    }
  }
}
