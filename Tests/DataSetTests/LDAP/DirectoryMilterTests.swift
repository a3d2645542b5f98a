@testable import DataSetTestSupport

#if LDAP
  import TestSupport
  import Testing

  @Suite(
    "Signing with LDAP tables", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"), .serialized)
  struct DirectoryMilterTests {
    private let keyTable = "?dkimDomain,dkimSelector,dkimKey?one?(dkimName=$d)"
    private let signingTable = "?dkimValue?one?(&(objectClass=dkimRow)(dkimName=$d))"

    private func rows(of scene: SigningScene) -> [DirectoryEntry] {
      [
        .row(
          1,
          [
            ("dkimName", scene.keyRow.name), ("dkimDomain", scene.keyRow.domain),
            ("dkimSelector", scene.keyRow.selector), ("dkimKey", scene.keyRow.path),
          ], below: DirectoryServer.secrets),
        .row(2, [("dkimName", scene.signingRow.pattern), ("dkimValue", scene.signingRow.key)]),
      ]
    }

    private let login = ["LDAPBindUser \(DirectoryServer.reader)", "LDAPBindPassword \(DirectoryServer.password)"]

    @Test
    func `KeyTable and SigningTable with a login and StartTLS, by ldaps and by the unix socket`() async throws {
      try await SigningScene.run { scene in
        let server = try await DirectoryServer(rows(of: scene), tls: "IP:127.0.0.1")
        let settings = login + ["DataSetCAFile \(server.caFile)"]
        for (url, more) in [
          (server.url, ["LDAPUseTLS yes"]), ("ldaps://127.0.0.1:\(server.tlsPort)", []), (server.socketURL, []),
        ] {
          try await scene.expectSigned(
            keyTable: "\(url)/\(DirectoryServer.secrets)\(keyTable)",
            signingTable: "\(url)/\(DirectoryServer.rows)\(signingTable)", settings: settings + more)
        }
      }
    }

    @Test
    func `LDAPAuthMechanism with its names`() async throws {
      try await SigningScene.run { scene in
        let server = try await DirectoryServer(rows(of: scene))
        try await scene.expectSigned(
          keyTable: "\(server.url)/\(DirectoryServer.secrets)\(keyTable)",
          signingTable: "\(server.url)/\(DirectoryServer.rows)\(signingTable)",
          settings: [
            "LDAPAuthMechanism DIGEST-MD5", "LDAPAuthName reader", "LDAPBindPassword \(DirectoryServer.password)",
            "LDAPKeepaliveIdle 60", "LDAPKeepaliveInterval 10", "LDAPKeepaliveProbes 3", "LDAPDisableCache yes",
          ])
      }
    }

    @Test
    func `a directory that stops and starts again while mail is signed`() async throws {
      try await SigningScene.run { scene in
        let server = try await DirectoryServer(rows(of: scene), tls: "IP:127.0.0.1")
        try await scene.expectOutageIsSurvived(
          keyTable: "\(server.url)/\(DirectoryServer.secrets)\(keyTable)",
          signingTable: "\(server.url)/\(DirectoryServer.rows)\(signingTable)",
          settings: login + ["DataSetCAFile \(server.caFile)", "LDAPUseTLS yes"], stop: { server.stop() },
          start: { try await server.start() })
      }
    }

    @Test
    func `a directory that stops responding while mail is signed`() async throws {
      try await SigningScene.run { scene in
        let server = try await DirectoryServer(rows(of: scene))
        try await scene.expectOutageIsSurvived(
          keyTable: "\(server.url)/\(DirectoryServer.secrets)\(keyTable)",
          signingTable: "\(server.url)/\(DirectoryServer.rows)\(signingTable)", settings: login,
          stop: { server.pause() }, start: { server.resume() })
      }
    }
  }
#endif
