@testable import DataSetTestSupport

#if LDAP
  import DKIMConfiguration
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite(
    "Directories that cannot prove that a key is absent",
    .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"))
  struct DirectoryAbsenceTests {
    private func expectTemporary(
      _ set: any DataSet, _ key: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
      let (error, _) = await set.failure(key, sourceLocation: sourceLocation)
      guard case .temporary(let why)? = error, why.contains(text) else {
        Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
        return
      }
    }

    @Test
    func `while the base entry is missing, no key is reported as absent; once it is back, keys are`() async throws {
      let server = try await DirectoryServer.small()
      let set = try await DirectorySet.open(server.url + "/$D,\(DirectoryServer.domains)?dkimValue?base")
      #expect(try await set.columns("absent.example") == nil)
      try await server.add("dn: \(DirectoryServer.domains)\nchangetype: delete\n")
      await expectTemporary(set, "absent.example", "\"\(DirectoryServer.domains)\" cannot be searched: No such object")
      let other = server.url + "/$D,\(DirectoryServer.domains)?dkimValue?base"
      let refusal = await DirectorySet.refusal(other)
      #expect(refusal.contains("is temporarily unavailable"), "\(refusal)")
      let soft = try await DirectorySet.open(other) { $0.softStart = true }
      #expect(soft.startProblem != nil)
      try await server.add([
        DirectoryEntry(DirectoryServer.domains, [("objectClass", "organizationalUnit"), ("ou", "domains")])
      ])
      for set in [set, soft] {
        try await eventually("absent keys are reported again", within: .seconds(1)) {
          do { return try await set.columns("absent.example") == nil } catch { return false }
        }
      }
    }

    @Test
    func `if the base entry is not visible, no key is reported as absent`() async throws {
      let server = try await DirectoryServer.small()
      let query = "/cn=$d,\(DirectoryServer.secrets)?dkimValue"
      let refusal = await DirectorySet.refusal(server.url + query)
      #expect(refusal.contains("\"\(DirectoryServer.secrets)\" cannot be searched"), "\(refusal)")
      let set = try await DirectorySet.open(server.url + query) { options in
        (options.ldap.bindUser, options.ldap.bindPassword) = (DirectoryServer.reader, DirectoryServer.password)
      }
      #expect(try await set.columns("9") == ["secret"])
      #expect(try await set.columns("absent") == nil)
    }

    @Test
    func `if a directory refers to other servers for some entries, no key is reported as absent`() async throws {
      let server = try await DirectoryServer.small()
      let query = "/\(DirectoryServer.rows)?dkimValue?sub?(dkimName=$d)"
      let set = try await DirectorySet.open(server.url + query)
      #expect(try await set.columns("absent") == nil)
      try await server.add([
        DirectoryEntry(
          "ou=part,\(DirectoryServer.rows)",
          [
            ("objectClass", "referral"), ("objectClass", "extensibleObject"), ("ou", "part"),
            ("ref", "ldap://192.0.2.1/ou=part,\(DirectoryServer.rows)"),
          ])
      ])
      #expect(try await set.columns("plain") == ["value"])
      let (error, _) = await set.failure("absent")
      #expect(error?.description.contains("below \"\(DirectoryServer.rows)\" are on other servers") == true)
      await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
      let refusal = await DirectorySet.refusal(server.url + query)
      #expect(refusal.contains("are on other servers"), "\(refusal)")
      // Also a name below the reference itself.
      let below = await DirectorySet.refusal(server.url + "/cn=$d,ou=part,\(DirectoryServer.rows)?dkimValue")
      #expect(below.contains("Referral (10); name the server that has the entries"), "\(below)")
    }

    @Test
    func `the next server is used if the first is unusable; while it is down, the error is temporary`() async throws {
      let wrong = try await DirectoryServer.small(tls: "DNS:other.example")
      let right = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let specification =
        "ldaps://127.0.0.1:\(wrong.tlsPort)" + DirectorySet.simpleQuery + " ldaps://127.0.0.1:\(right.tlsPort)"
      let set = try await DirectorySet.open(specification) { $0.caFile = right.caFile }
      #expect(try await set.columns("plain") == ["value"])
      right.stop()
      await expectTemporary(set, "plain", "Connection refused")
      await expectTemporary(set, "plain", "is not trusted")
      let soft = try await DirectorySet.open(specification) { ($0.caFile, $0.softStart) = (right.caFile, true) }
      #expect(soft.startProblem != nil)
      try await right.start()
      for set in [set, soft] {
        try await eventually("rows are found", within: .seconds(1)) { (try? await set.columns("plain")) == ["value"] }
      }
    }
  }
#endif
