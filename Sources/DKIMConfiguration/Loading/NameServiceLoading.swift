internal import Glibc
internal import SystemSupport

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

  private mutating func servers(_ name: String) -> [String] {
    let servers = words(name)
    for server in servers where !Self.isServer(server) {
      complain(
        about: name, "\(name): \(SettingText.shown(server)) is not a DNS server, expected IP or IP@PORT",
        fix: "write an IP address, because host names are not looked up here")
    }
    return servers
  }

  private static func isServer(_ text: String) -> Bool {
    let parts = text.unicodeScalars.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0) }
    // The zone after `%` is for link-local IPv6 addresses.
    let address = parts[0].utf8.prefix { $0 != UInt8(ascii: "%") }
    let zone = parts[0].utf8.dropFirst(address.count + 1)
    guard let ip = IPAddress(String(Substring(address))) else { return false }
    guard address.count == parts[0].utf8.count || ip.isIPv6 && isInterface(String(Substring(zone))) else {
      return false
    }
    guard parts.count == 2 else { return true }
    return parts[1].utf8.count <= 5 && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
      && (1...65_535).contains(Int(parts[1]) ?? 0)
  }

  /// True for the name or number of a network interface.
  private static func isInterface(_ zone: String) -> Bool {
    guard !zone.isEmpty, !zone.utf8.contains(0) else { return false }
    return unsafe if_nametoindex(zone) != 0 || UInt32(zone) != nil
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
