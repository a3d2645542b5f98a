import DKIMConfiguration
import Glibc
import TestSupport
import Testing

@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Redis over TLS", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisTLSTests {
  /// Runs `body` with a server whose certificate contains `names`.
  private nonisolated(nonsending) func withServer(
    names: String = "DNS:localhost,IP:127.0.0.1", options: [String] = ["--tls-auth-clients", "no"],
    _ body: nonisolated(nonsending) (RedisServer, _ port: Int, TestAuthority) async throws -> Void
  ) async throws {
    let folder = try TestFiles.makeFolder("/tmp/authority.")
    defer { TestFiles.removeFolder(folder) }
    let authority = try await TestAuthority(in: folder)
    let certificate = try await authority.certificate("server", for: names)
    let port = try FreePort.find()
    let server = try await RedisServer(
      files: [
        "cert.pem": String(decoding: try TestFiles.read(certificate.file), as: UTF8.self),
        "cert.key": String(decoding: try TestFiles.read(certificate.key), as: UTF8.self),
        "ca.pem": String(decoding: try TestFiles.read(authority.file), as: UTF8.self),
      ],
      options: [
        "--tls-port", "\(port)", "--tls-cert-file", "FOLDER/cert.pem", "--tls-key-file", "FOLDER/cert.key",
        "--tls-ca-cert-file", "FOLDER/ca.pem",
      ] + options)
    try await body(server, port, authority)
  }

  @Test
  func `rows of any length are read over TLS, by name and by address, also after a restart`() async throws {
    try await withServer { server, port, authority in
      try server.put(StoreRows.odd + StoreRows.many, prefix: "p")
      for host in ["localhost", "127.0.0.1"] {
        let set = try await OpenedSet.open("rediss://\(host):\(port)/p", caFile: authority.file)
        try await StoreRows.expectAll(in: set)
        #expect(try await set.allRows().count == StoreRows.odd.count + StoreRows.many.count)
      }
      let set = try await OpenedSet.open("rediss://localhost:\(port)/p", caFile: authority.file)
      #expect(try await set.text("plain") == "value")
      server.stop()
      _ = await set.failure("plain")
      try await server.start()
      try server.put(StoreRows.odd, prefix: "p")
      try await eventually("it works", within: .seconds(2)) { (try? await set.text("plain")) == "value" }
    }
  }

  @Test
  func `a certificate of an unknown authority is not trusted, not even with SoftStart`() async throws {
    try await withServer { _, port, authority in
      let folder = try TestFiles.makeFolder("/tmp/authority.")
      defer { TestFiles.removeFolder(folder) }
      let other = try await TestAuthority(in: folder)
      for caFile in [nil, other.file] {
        let refusal = await OpenedSet.refusal("rediss://localhost:\(port)/p", softStart: true, caFile: caFile)
        #expect(refusal?.contains("the server's certificate is not trusted: ") == true, "\(refusal ?? "")")
        #expect(refusal?.contains("DataSetCAFile") == true)
      }
    }
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `a certificate for another host is not trusted`(_ host: String) async throws {
    try await withServer(names: "DNS:redis.example,IP:192.0.2.1") { _, port, authority in
      let refusal = await OpenedSet.refusal("rediss://\(host):\(port)/p", softStart: true, caFile: authority.file)
      #expect(refusal?.contains("mismatch") == true, "\(refusal ?? "")")
    }
  }

  @Test(arguments: ["TLSv1.1", "TLSv1.2"])
  func `a server that only supports TLS 1.1 is refused; TLS 1.2 is enough`(_ version: String) async throws {
    let options = ["--tls-auth-clients", "no", "--tls-protocols", version, "--tls-ciphers", "DEFAULT@SECLEVEL=0"]
    try await withServer(options: options) { server, port, authority in
      try server.put([("k", "v")], prefix: "p")
      let specification = "rediss://localhost:\(port)/p"
      if version == "TLSv1.2" {
        #expect(try await OpenedSet.open(specification, caFile: authority.file).text("k") == "v")
      } else {
        let refusal = await OpenedSet.refusal(specification, caFile: authority.file)
        #expect(refusal?.contains("TLS failed: ") == true, "\(refusal ?? "")")
      }
    }
  }

  @Test
  func `the error for a missing client certificate says so`() async throws {
    try await withServer(options: []) { _, port, authority in
      let refusal = await OpenedSet.refusal("rediss://localhost:\(port)/p", softStart: true, caFile: authority.file)
      #expect(refusal?.contains("requests a client certificate") == true, "\(refusal ?? "")")
    }
  }

  @Test(.measuresTime)
  func `TLS to a port without TLS, and no TLS to a TLS port, are errors in time`() async throws {
    try await withServer { server, port, authority in
      let start = ContinuousClock.now
      let clear = await OpenedSet.refusal("redis://127.0.0.1:\(port)/p", timeLimit: 1)
      #expect(clear?.contains("is temporarily unavailable") == true, "\(clear ?? "")")
      let secret = await OpenedSet.refusal("rediss://127.0.0.1:\(server.port)/p", timeLimit: 1, caFile: authority.file)
      #expect(secret?.contains("is temporarily unavailable") == true, "\(secret ?? "")")
      #expect(ContinuousClock.now - start < .seconds(3))
    }
  }

  @Test(.measuresTime)
  func `a silent server fails within the limit, during the handshake and later`() async throws {
    try await withServer { server, port, authority in
      try server.put([("k", "v")], prefix: "p")
      let set = try await OpenedSet.open("rediss://localhost:\(port)/p", timeLimit: 1, caFile: authority.file)
      server.pause()
      defer { server.resume() }
      let (_, time) = await set.failure("k")
      #expect(time < .seconds(4))
      let start = ContinuousClock.now
      _ = await OpenedSet.refusal("rediss://localhost:\(port)/p", timeLimit: 1, caFile: authority.file)
      #expect(ContinuousClock.now - start < .seconds(4))
      server.resume()
      try await eventually("it works", within: .seconds(2)) { (try? await set.text("k")) == "v" }
    }
  }

  @Test
  func `if the file of CA certificates cannot be read, the error names it`() async throws {
    let refusal = await OpenedSet.refusal("rediss://localhost:1/p", softStart: true, caFile: "/no/such/file.pem")
    #expect(refusal?.contains("CA certificates in \"/no/such/file.pem\" cannot be read") == true, "\(refusal ?? "")")
  }
}
