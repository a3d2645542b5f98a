import DKIMConfiguration
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

/// Faulty or hostile servers in place of a database: each attempt ends in time, and no password is revealed.
@Suite("Faulty database servers", .measuresTime)
struct StrangeServerTests {
  private static let settings = "table=t?keycol=k?datacol=a"

  /// Returns the error of opening, with a time limit of one second.
  private func refusal(_ backend: String, _ server: SpeakingServer, _ more: String = "") async -> String {
    let start = ContinuousClock.now
    let name = "dsn:\(backend)://me:Geheimnis@\(server.port)+127.0.0.1/db/\(Self.settings)\(more)"
    let text = await OpenedSet.refusal(name, timeLimit: 1) ?? ""
    #expect(ContinuousClock.now - start < .milliseconds(1900), "\(text)")
    #expect(!text.contains("Geheimnis"))
    #expect(!String(decoding: server.bytes, as: UTF8.self).contains("Geheimnis"))
    return text
  }

  #if PostgreSQL
    @Test(arguments: ["", "S", "N", "R\0\0\0\u{8}\0\0\0\0"])
    func `PostgreSQL that stops responding at each step`(answer: String) async throws {
      let server = try await SpeakingServer(first: [], answers: answer.isEmpty ? [] : [Array(answer.utf8)])
      #expect(await refusal("pgsql", server, answer.hasPrefix("R") ? "?tls=no" : "").contains("in time"))
    }

    @Test(arguments: ["yes", "unverified"])
    func `PostgreSQL without TLS although it is required`(tls: String) async throws {
      let server = try await SpeakingServer(first: [], answers: [Array("N".utf8)])
      #expect(await refusal("pgsql", server, "?tls=\(tls)").contains("does not support SSL"))
    }

    @Test
    func `PostgreSQL that sends byte by byte, or invalid responses`() async throws {
      let message = Array("R".utf8) + [0, 0, 0x20, 0]
      let dripping = try await SpeakingServer(first: [], answers: [message], drop: 0)
      #expect(await refusal("pgsql", dripping, "?tls=no").contains("127.0.0.1"))
      let other = try await SpeakingServer(first: Array("220 mail.example.com ESMTP\r\n".utf8))
      #expect(await !refusal("pgsql", other).isEmpty)
    }
  #endif

  #if MariaDB
    /// The first packet of a server.
    private static func greeting(tls: Bool, method: String = "mysql_native_password") -> [UInt8] {
      let salt = Array("12345678".utf8)
      let head: [UInt8] = [10] + Array("8.0.0\0".utf8) + [1, 0, 0, 0] + salt + [0]
      let capabilities: [UInt8] = [0x08, (tls ? 0x08 : 0) | 0x82, 45, 2, 0, 0x08, 0, 21]
      let body = head + capabilities + [UInt8](repeating: 0, count: 10) + Array("123456789012\0".utf8)
      return packet(body + Array(method.utf8) + [0], number: 0)
    }

    private static func packet(_ body: [UInt8], number: UInt8) -> [UInt8] {
      [UInt8(body.count & 0xFF), UInt8(body.count >> 8 & 0xFF), UInt8(body.count >> 16), number] + body
    }

    @Test
    func `MariaDB that is silent from the start, after its greeting, and during the TLS handshake`() async throws {
      let mute = await refusal("mysql", try await SpeakingServer(first: []))
      #expect(mute.contains("in time"), "\(mute)")
      for tls in [false, true] {
        let server = try await SpeakingServer(first: Self.greeting(tls: tls))
        let text = await refusal("mysql", server)
        #expect(text.contains("in time") || text.contains("no response within 1 s"), "TLS: \(tls): \(text)")
        #expect(!server.bytes.isEmpty)
      }
    }

    @Test
    func `if the greeting arrives early, the TLS handshake still ends by the deadline`() async throws {
      for _ in 0..<4 {
        let servers = [
          try await SpeakingServer(first: Self.greeting(tls: true)),
          try await SpeakingServer(first: Self.greeting(tls: true)),
          try await SpeakingServer(first: Self.greeting(tls: true)),
        ]
        await withDiscardingTaskGroup { group in
          for server in servers {
            group.addTask {
              let start = ContinuousClock.now
              let text = await refusal("mysql", server)
              #expect(text.contains("in time") || text.contains("no response within 1 s"), "\(text)")
              #expect(ContinuousClock.now - start >= .milliseconds(950), "\(text)")
            }
          }
        }
      }
    }

    @Test(arguments: ["yes", "unverified"])
    func `MariaDB without TLS although it is required`(tls: String) async throws {
      let ok = Self.packet([0, 0, 0, 2, 0, 0, 0], number: 2)
      let server = try await SpeakingServer(first: Self.greeting(tls: false), answers: [ok])
      #expect(await refusal("mysql", server, "?tls=\(tls)").contains("TLS"))
    }

    @Test
    func `MariaDB that sends byte by byte, or no valid greeting`() async throws {
      let dripping = try await SpeakingServer(first: [0xFF, 0xFF, 0, 0, 10], drop: 0x61)
      #expect(await refusal("mysql", dripping).contains("in time"))
      let other = try await SpeakingServer(first: Array("220 mail.example.com ESMTP\r\n".utf8))
      #expect(await !refusal("mysql", other).isEmpty)
    }

    @Test(arguments: ["mysql_clear_password", "dialog", "mysql_old_password"])
    func `MariaDB that requests the password in the clear, or typed by a user`(method: String) async throws {
      let direct = try await SpeakingServer(first: Self.greeting(tls: false, method: method))
      #expect(await refusal("mysql", direct).contains("127.0.0.1"))
      let change = Self.packet([0xFE] + Array(method.utf8) + [0] + Array("Password: \0".utf8), number: 2)
      let later = try await SpeakingServer(first: Self.greeting(tls: false), answers: [change])
      #expect(await refusal("mysql", later).contains("127.0.0.1"))
    }

    @Test(arguments: ["caching_sha2_password", "sha256_password"])
    func `MariaDB that requests the password encrypted with its own key is refused over a network, with a fix`(
      method: String
    ) async throws {
      let server = try await SpeakingServer(first: Self.greeting(tls: false, method: method))
      // An address that leads to this machine but is not a loopback address.
      let name = "dsn:mysql://me:Geheimnis@\(server.port)+0.0.0.0/db/\(Self.settings)"
      let text = await OpenedSet.refusal(name, timeLimit: 1) ?? ""
      #expect(text.contains("tls=yes") && text.contains(method), "\(text)")
      #expect(!String(decoding: server.bytes, as: UTF8.self).contains("Geheimnis"))
    }

    @Test(arguments: [
      ("h", "", false), ("h", "?tls=no", false), ("h", "?tls=unverified", false), ("h", "?tls=yes", true),
      ("192.0.2.1", "", false), ("127.0.0.1", "", true), ("127.8.9.10", "?tls=no", true), ("[::1]", "", true),
      ("localhost", "", true), ("=2Frun=2Fmysqld=2Fmysqld.sock", "", true), ("localhost.example.com", "", false),
    ])
    func `authentication methods that reveal the password need a verified or a local server`(
      _ host: String, _ more: String, _ isTrusted: Bool
    ) throws {
      let methods = MariaDBOptions.methods(try DataSourceName("mysql://me:p@\(host)/db/\(Self.settings)\(more)"))
        .split(separator: ",")
      #expect(methods.contains("caching_sha2_password") == isTrusted)
      #expect(methods.contains("sha256_password") == isTrusted)
      #expect(methods.contains("mysql_clear_password") == more.hasSuffix("yes"))
      #expect(methods.contains("mysql_native_password"))
    }

    @Test
    func `a socket path that is too long for the library`() async {
      let path = String(repeating: "=2Fx", count: 60)
      let text = await OpenedSet.refusal("dsn:mysql://me@\(path)/db/\(Self.settings)") ?? ""
      #expect(text.contains("the path of the socket has 120 bytes"), "\(text)")
    }
  #endif
}
