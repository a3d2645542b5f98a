@testable import DataSetTestSupport

#if LDAP
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("LDAP over TLS", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"))
  struct DirectoryTLSTests {
    @Test
    func `StartTLS and ldaps with a certificate of the test authority, by address and by name`() async throws {
      let server = try await DirectoryServer.small(tls: "DNS:localhost,IP:127.0.0.1")
      for host in ["127.0.0.1", "localhost"] {
        let plain = "ldap://\(host):\(server.port)" + DirectorySet.simpleQuery
        let encrypted = "ldaps://\(host):\(server.tlsPort)" + DirectorySet.simpleQuery
        for (specification, useTLS) in [(plain, true), (encrypted, false), (encrypted, true)] {
          let set = try await DirectorySet.open(specification) { options in
            options.caFile = server.caFile
            options.ldap.useTLS = useTLS
          }
          #expect(try await set.columns("plain") == ["value"])
          #expect(try await set.columns("absent") == nil)
        }
      }
      // TLS on a local socket would protect nothing.
      let local = try await DirectorySet.open(server.socketURL + DirectorySet.simpleQuery) { $0.ldap.useTLS = true }
      #expect(try await local.columns("plain") == ["value"])
    }

    @Test
    func `an unknown authority, a certificate for another host, and a file without certificates are refused`()
      async throws
    {
      let server = try await DirectoryServer.small(tls: "DNS:other.example")
      let right = try await DirectoryServer.small(tls: "DNS:localhost,IP:127.0.0.1")
      func refusals(_ server: DirectoryServer, caFile: String?) async -> [String] {
        var texts: [String] = []
        for (kind, port) in [("ldap", server.port), ("ldaps", server.tlsPort)] {
          let refusal = await DirectorySet.refusal("\(kind)://127.0.0.1:\(port)" + DirectorySet.simpleQuery) {
            options in
            options.softStart = true
            options.caFile = caFile
            options.ldap.useTLS = true
          }
          texts.append(refusal)
        }
        return texts
      }
      for text in await refusals(server, caFile: server.caFile) {
        #expect(text.contains("the server's certificate is not trusted: IP address mismatch"), "\(text)")
      }
      for caFile in [server.caFile, nil] {
        for text in await refusals(right, caFile: caFile) {
          #expect(text.contains("the server's certificate is not trusted: self-signed certificate"), "\(text)")
        }
      }
      for text in await refusals(right, caFile: right.folder + "/none") {
        #expect(text.contains("/none\" cannot be read"), "\(text)")
      }
    }

    @Test
    func `if a server does not support TLS, nothing is sent unencrypted`() async throws {
      let server = try await DirectoryServer.small()
      let refusal = await DirectorySet.refusal(server.url + DirectorySet.simpleQuery) { options in
        options.softStart = true
        options.ldap.useTLS = true
      }
      #expect(refusal.contains("StartTLS: Protocol error (2)"), "\(refusal)")
    }
  }
#endif
