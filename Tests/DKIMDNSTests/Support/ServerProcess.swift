import DKIMDNS
import TestSupport

/// The name servers for the tests with real servers.
enum ServerProcess {
  /// An authoritative server for the zones in the directory Zones.
  static func startNSD() async throws -> NameServerProcess {
    try await NameServerProcess.startNSD(zones: ["plain.test", "signed.test"], in: zoneFolder)
  }

  /// A resolver that queries `authority` for the test zones, and validates the signed one.
  static func startUnbound(authority: NameServer) async throws -> NameServerProcess {
    try await NameServerProcess.startUnbound(
      stubs: ["plain.test": authority, "signed.test": authority], trustAnchor: zoneFolder + "/signed.test.ds")
  }

  static let zoneFolder = TestFiles.package.appending("Tests/DKIMDNSTests/Zones").string
}
