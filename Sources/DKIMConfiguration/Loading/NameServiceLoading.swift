/// DNS, and the files and data sets that can replace it.
extension ConfigurationDraft {
  mutating func loadNameService() {
    var dns = DNSRules()
    dns.nameservers = servers("Nameservers")
    dns.trustedNameservers = servers("TrustedNameservers")
    dns.timeout = settings.integer("DNSTimeout") ?? dns.timeout
    if dns.timeout == 0 {
      // The MTA does not wait forever either.
      dns.timeout = 60
      complain(.note, about: "DNSTimeout", "DNSTimeout 0 is treated as 60 seconds")
    }
    dns.queryCache = settings.flag("QueryCache")
    dns.trustAnchorFile = readable("TrustAnchorFile")
    dns.resolverConfiguration = readable("ResolverConfiguration")
    dns.testPublicKeys = path("TestPublicKeys")
    configuration.dns = dns
  }

  /// Returns the path of a file that only libunbound reads. If this build has libunbound, the file must be readable.
  private mutating func readable(_ name: String) -> String? {
    guard let path = path(name), parts.names.contains("Unbound") else { return path(name) }
    do throws(FileProblem) {
      _ = try SizeLimitedFile.read(path, limit: 16 << 20)
    } catch {
      complain(about: name, "\(name) \(error)", fix: error.fix)
    }
    return path
  }

  private mutating func servers(_ name: String) -> [NameServerAddress] {
    words(name).compactMap { word in
      let server = NameServerAddress(word)
      if server == nil {
        complain(
          about: name, "\(name): \(SettingText.shown(word)) is not a DNS server, expected IP or IP@PORT",
          fix: "write an IP address, because host names are not looked up here")
      }
      return server
    }
  }

  mutating func loadTestData() async {
    configuration.dns.testDNSData = await set("TestDNSData")
    guard let path = configuration.dns.testPublicKeys else { return }
    do throws(FileProblem) {
      _ = try SizeLimitedFile.read(path, limit: 64 << 20)
    } catch {
      complain(about: "TestPublicKeys", "TestPublicKeys \(error)", fix: error.fix)
    }
  }
}
