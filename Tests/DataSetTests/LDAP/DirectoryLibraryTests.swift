@testable import DataSetTestSupport

#if LDAP
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  /// The library reads its files once in a process, so each lookup here runs in its own process.
  @Suite("TLS settings in ldap.conf", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"))
  struct DirectoryLibraryTests {
    /// Returns the output of a lookup, with `lines` in the file that LDAPCONF names.
    private static func query(
      _ server: DirectoryServer, _ specification: String, conf lines: [String] = [], settings: [String] = [],
      environment: [String: String] = [:]
    ) async throws -> (status: Int, output: String) {
      let folder = try TestFiles.makeFolder("/tmp/ldapconf.")
      defer { TestFiles.removeFolder(folder) }
      for (name, lines) in [("ldap.conf", lines), ("conf", ["LDAPTimeout 5"] + settings)] {
        try TestFiles.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "\(folder)/\(name)")
      }
      let process = try ChildProcess(
        [
          TestFiles.programs + "/dkimtool", "query", "-x", folder + "/conf", specification + DirectorySet.simpleQuery,
          "plain",
        ],
        environment: ["LDAPCONF": folder + "/ldap.conf", "HOME": folder].merging(environment) { $1 },
        log: folder + "/log")
      let status = try await process.end(within: .seconds(20))
      return (status, String(decoding: try TestFiles.read(folder + "/log"), as: UTF8.self))
    }

    @Test
    func `without DataSetCAFile, TLS_CACERT sets the CA certificates for ldaps and StartTLS`() async throws {
      let server = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let encrypted = "ldaps://127.0.0.1:\(server.tlsPort)"
      let conf = ["TLS_CACERT \(server.caFile)"]
      for (url, settings) in [(encrypted, []), (server.url, ["LDAPUseTLS yes"])] {
        let (status, output) = try await Self.query(server, url, conf: conf, settings: settings)
        #expect(status == 0 && output.contains("value:       value"), "\(output)")
        let refused = try await Self.query(server, url, settings: settings)
        #expect(refused.status != 0 && refused.output.contains("is not trusted"), "\(refused.output)")
      }
      let (status, output) = try await Self.query(server, encrypted, environment: ["LDAPTLS_CACERT": server.caFile])
      #expect(status == 0 && output.contains("value:       value"), "\(output)")
    }

    @Test
    func `DataSetCAFile overrides TLS_CACERT and TLS_REQCERT`() async throws {
      let server = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let other = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let url = "ldaps://127.0.0.1:\(server.tlsPort)"
      let right = try await Self.query(
        server, url, conf: ["TLS_CACERT \(other.caFile)"], settings: ["DataSetCAFile \(server.caFile)"])
      #expect(right.status == 0, "\(right.output)")
      let wrong = try await Self.query(
        server, url, conf: ["TLS_CACERT \(server.caFile)", "TLS_REQCERT never"],
        settings: ["DataSetCAFile \(other.caFile)"])
      #expect(wrong.status != 0 && wrong.output.contains("is not trusted"), "\(wrong.output)")
    }

    @Test(
      .serialized,
      arguments: ["never", "allow", "demand"])
    func `TLS_REQCERT never and allow accept any certificate, with a warning; demand does not`(_ word: String)
      async throws
    {
      let server = try await DirectoryServer.small(tls: "DNS:other.example")
      let (status, output) = try await Self.query(
        server, "ldaps://127.0.0.1:\(server.tlsPort)", conf: ["TLS_REQCERT \(word)"])
      #expect((status == 0) == (word != "demand"), "\(output)")
      #expect(output.contains("value") == (word != "demand"), "\(output)")
    }

    @Test
    func `if the file of TLS_CACERT cannot be read, the error names it`() async throws {
      let server = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let (status, output) = try await Self.query(
        server, "ldaps://127.0.0.1:\(server.tlsPort)", conf: ["TLS_CACERT /nonexistent/ca.pem"])
      #expect(status != 0 && output.contains("/nonexistent/ca.pem\" cannot be read"), "\(output)")
    }

    @Test
    func `effect of each setting`() throws {
      var settings = TLSRules()
      #expect(settings.overridden(byCAFile: nil) == TLSRules())
      settings.caFile = "/a"
      settings.caFolder = "/b"
      settings.checksServer = false
      (settings.certificateFile, settings.keyFile, settings.minimumVersion) = ("/c", "/k", 0x304)
      #expect(settings.overridden(byCAFile: nil) == settings)
      let own = settings.overridden(byCAFile: "/own")
      #expect(own.caFile == "/own" && own.caFolder == nil && own.checksServer)
      #expect(own.certificateFile == "/c" && own.keyFile == "/k" && own.minimumVersion == 0x304)
      for (version, used) in [(0, 0x303), (0x301, 0x303), (0x304, 0x304)] as [(CInt, Int)] {
        #expect(TLSRules.minimumVersion(ofLibrary: version) == used)
      }
    }
  }
#endif
