import DKIMDNS
import TestSupport

/// The name servers that the tests of real servers ask.
enum ServerProcess {
  /// Authoritative for the zones of the folder Zones.
  static func startNSD() async throws -> NameServerProcess {
    try await NameServerProcess.startNSD(zones: ["plain.test", "signed.test"], in: zoneFolder)
  }

  /// Resolves the test zones by asking `authority`, and validates the signed one.
  static func startUnbound(authority: NameServer) async throws -> NameServerProcess {
    try await NameServerProcess.startUnbound(
      stubs: ["plain.test": authority, "signed.test": authority], trustAnchor: zoneFolder + "/signed.test.ds")
  }

  static let zoneFolder = TestFiles.package.appending("Tests/DKIMDNSTests/Zones").string
}
