import SystemPackage
import Testing

/// The implementations that run as processes.
enum PeerKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case dkimpy
  case mailDKIM = "Mail::DKIM"
  case libopendkim

  var testDescription: String { rawValue }

  static let installed = allCases.filter(\.isInstalled)

  var isInstalled: Bool {
    switch self {
    case .dkimpy: Self.python != nil
    case .mailDKIM: Spawn.run(["perl", Self.file("maildkim_peer.pl"), "--check"]) == 0
    case .libopendkim:
      Spawn.run(["pkg-config", "--exists", "opendkim"]) == 0 && Spawn.run(["cc", "--version"]) == 0
    }
  }

  /// Debian's interpreter comes first, because another one in PATH does not find Debian's packages.
  private static let python = ["/usr/bin/python3", "python3"].first {
    Spawn.run([$0, file("dkimpy_peer.py"), "--check"]) == 0
  }

  static func file(_ name: String) -> String {
    FilePath(#filePath).removingLastComponent().removingLastComponent().appending("peers").appending(name).string
  }

  func start() throws -> PeerProcess {
    switch self {
    case .dkimpy: return try PeerProcess([Self.python ?? "python3", Self.file("dkimpy_peer.py")])
    case .mailDKIM: return try PeerProcess(["perl", Self.file("maildkim_peer.pl")])
    case .libopendkim:
      let folder = try TemporaryFolder()
      let program = folder.file("peer")
      try Compiler.compile(
        Self.file("libopendkim_peer.c"), to: program, flags: "$(pkg-config --cflags --libs opendkim)")
      let peer = try PeerProcess([program])
      // When the first response arrives, the program has been loaded, and the file may be deleted.
      _ = try peer.ask([Array("key".utf8), Array("none".utf8), Array("none".utf8)])
      return peer
    }
  }
}

/// The C compiler of the system.
enum Compiler {
  struct Failure: Error { let source: String }

  static func compile(_ source: String, to output: String, flags: String) throws {
    let status = Spawn.run(
      ["sh", "-c", "exec cc -O1 -Wall -o \"$1\" \"$0\" \(flags)", source, output], silently: false)
    guard status == 0 else { throw Failure(source: source) }
  }
}
