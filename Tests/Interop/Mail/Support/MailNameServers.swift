import DKIMDNS
import TestSupport

/// nsd with the zones of the run, a server that makes trouble, and unbound, which asks both and is asked by the milter.
final class MailNameServers: Sendable {
  let resolver: NameServer
  private let authority: NameServerProcess
  private let unbound: NameServerProcess
  private let trouble: ScriptedServer

  /// Never answers.
  static let silent = "silent.test"
  /// Answers that something is wrong with it.
  static let failing = "servfail.test"

  init(_ zones: MailZones, in folder: MailFolder) async throws {
    let zoneFolder = try folder.makeFolder("zones")
    authority = try await NameServerProcess.startNSD(zones: try zones.write(in: zoneFolder), in: zoneFolder)
    trouble = try await ScriptedServer.start { request in
      request.name.lowercased().hasSuffix(Self.failing) ? [.send(request.reply(code: 2))] : []
    }
    var stubs = [Self.silent: trouble.server, Self.failing: trouble.server]
    for domain in zones.records.keys { stubs[domain] = authority.server }
    unbound = try await NameServerProcess.startUnbound(stubs: stubs)
    resolver = unbound.server
  }

  func stop() async {
    unbound.stop()
    authority.stop()
    await trouble.stop()
  }
}
