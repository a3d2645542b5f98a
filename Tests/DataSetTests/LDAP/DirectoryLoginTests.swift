@testable import DataSetTestSupport

#if LDAP
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite("LDAP logins", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"))
  struct DirectoryLoginTests {
    private let secretQuery = "/\(DirectoryServer.secrets)?dkimValue?one?(dkimName=$d)"

    private func logIn(_ options: inout DataSetOptions, password: String? = DirectoryServer.password) {
      options.ldap.bindUser = DirectoryServer.reader
      options.ldap.bindPassword = password
    }

    @Test
    func `a login sees more than an anonymous connection; without a password no server is contacted`() async throws {
      let server = try await DirectoryServer.small()
      let set = try await DirectorySet.open(server.url + secretQuery) { logIn(&$0) }
      #expect(try await set.columns("hidden") == ["secret"])
      let named =
        server.url + secretQuery + "?bindname=" + DirectoryServer.reader.split(separator: ",").joined(separator: "%2C")
      let byURL = try await DirectorySet.open(named) { $0.ldap.bindPassword = DirectoryServer.password }
      #expect(try await byURL.columns("hidden") == ["secret"])

      for mechanism in ["simple", "none"] {
        let refusal = await DirectorySet.refusal(server.url + secretQuery) { $0.ldap.authMechanism = mechanism }
        #expect(refusal.contains("\"ou=secrets,dc=dkim,dc=test\" cannot be searched"))
      }
      let none = await DirectorySet.refusal(server.url + secretQuery) { logIn(&$0, password: nil) }
      #expect(none.contains("expected LDAPBindPassword"))
    }

    @Test
    func `a wrong password, a missing user and a missing base are errors, even with SoftStart`() async throws {
      let server = try await DirectoryServer.small()
      for user in [DirectoryServer.reader, "cn=nobody,\(DirectoryServer.suffix)"] {
        let refusal = await DirectorySet.refusal(server.url + secretQuery) { options in
          options.softStart = true
          options.ldap.bindUser = user
          options.ldap.bindPassword = "Wrong/Secret"
        }
        let text = refusal
        #expect(text.contains("login of \"\(user)\": Invalid credentials (49)"), "\(text)")
        #expect(text.contains("ldap://127.0.0.1:\(server.port)") && !text.contains("Secret"), "\(text)")
      }
      let base = await DirectorySet.refusal(
        server.url + "/ou=none,\(DirectoryServer.suffix)?dkimValue?one?(dkimName=$d)"
      ) {
        $0.softStart = true
      }
      #expect(base.contains("\"ou=none,dc=dkim,dc=test\" cannot be searched: No such object (32)"))
      let name = await DirectorySet.refusal(server.url + "/no name,$d?dkimValue".replacingBlanks)
      #expect(name.contains("Invalid DN syntax (34)"), "\(name)")
    }

    @Test
    func `SASL: DIGEST-MD5, SCRAM and PLAIN with LDAPAuthName, EXTERNAL over the unix socket`() async throws {
      let server = try await DirectoryServer.small()
      for mechanism in ["DIGEST-MD5", "SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "digest-md5"] {
        let set = try await DirectorySet.open(server.url + secretQuery) { options in
          options.ldap.authMechanism = mechanism
          options.ldap.authName = "reader"
          options.ldap.bindPassword = DirectoryServer.password
        }
        #expect(try await set.columns("hidden") == ["secret"], "\(mechanism)")
      }
      let external = try await DirectorySet.open(server.socketURL + secretQuery) { $0.ldap.authMechanism = "EXTERNAL" }
      #expect(try await external.columns("hidden") == ["secret"])
      let nobody = try await DirectorySet.open(server.socketURL + DirectorySet.simpleQuery)
      #expect(try await nobody.columns("plain") == ["value"])
    }

    @Test
    func `SASL: a wrong password, a missing name, and an unknown mechanism`() async throws {
      let server = try await DirectoryServer.small()
      func refusal(_ mechanism: String, _ name: String?, _ password: String?) async -> String {
        let refusal = await DirectorySet.refusal(server.url + secretQuery) { options in
          options.softStart = true
          options.ldap.authMechanism = mechanism
          options.ldap.authName = name
          options.ldap.bindPassword = password
        }
        return refusal
      }
      for mechanism in ["DIGEST-MD5", "SCRAM-SHA-256", "PLAIN"] {
        let wrong = await refusal(mechanism, "reader", "Wrong/Secret")
        #expect(
          wrong.contains("login with \(mechanism): Invalid credentials (49)") && !wrong.contains("Secret"), "\(wrong)")
        let noName = await refusal(mechanism, nil, "x")
        #expect(noName.contains("LDAPAuthName is not set"), "\(noName)")
        let noPassword = await refusal(mechanism, "reader", nil)
        #expect(noPassword.contains("LDAPBindPassword is not set"), "\(noPassword)")
      }
      let unknown = await refusal("NO-SUCH-WAY", "reader", "x")
      #expect(unknown.contains("Unknown authentication method"), "\(unknown)")
      let external = await refusal("EXTERNAL", nil, nil)
      #expect(external.contains("login with EXTERNAL"), "\(external)")
    }
  }

  extension String {
    fileprivate var replacingBlanks: String { split(separator: " ").joined(separator: "%20") }
  }
#endif
