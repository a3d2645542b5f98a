import DKIMDNS
import TestSupport

/// nsd with the zones of the run, a server with faults, and unbound, which queries both and is queried by milters.
final class MailNameServers: Sendable {
  let resolver: NameServer
  /// A server that has all keys, too, for milters that query it directly: unbound caches servers that did not respond,
  /// and fails immediately.
  var troublesome: NameServer { trouble.server }
  private let authority: NameServerProcess
  private let unbound: NameServerProcess
  private let trouble: ScriptedServer

  /// A domain whose server never responds.
  static let silent = "silent.test"
  /// A domain whose server responds with SERVFAIL.
  static let failing = "servfail.test"

  init(_ zones: MailZones, in folder: MailFolder) async throws {
    let zoneFolder = try folder.makeFolder("zones")
    authority = try await NameServerProcess.startNSD(zones: try zones.write(in: zoneFolder), in: zoneFolder)
    let keys = zones.keys.mapValues(MailZones.strings)
    trouble = try await ScriptedServer.start { request in
      let name = request.name.lowercased()
      if let strings = keys[name] { return [.send(request.reply([.txt(request.name, strings)]))] }
      return name.hasSuffix(Self.failing) ? [.send(request.reply(code: 2))] : []
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
