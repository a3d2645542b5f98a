@testable import DataSetTestSupport

#if LDAP
  import DKIMConfiguration
  import Glibc
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  @Suite(
    "Directories that are down or silent", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"),
    .measuresTime)
  struct DirectoryTroubleTests {
    private func time(_ body: nonisolated(nonsending) () async -> Void) async -> Duration {
      let start = ContinuousClock.now
      await body()
      return ContinuousClock.now - start
    }

    @Test
    func `a server that is down at the start is an error; with SoftStart rows are found once it is up`() async throws {
      let server = try await DirectoryServer.small()
      server.stop()
      let specification = server.url + DirectorySet.simpleQuery
      let refusal = await DirectorySet.refusal(specification)
      #expect(
        refusal.contains("127.0.0.1:\(server.port): cannot connect: Connection refused"))
      let set = try await DirectorySet.open(specification) { $0.softStart = true }
      #expect(set.startProblem != nil)
      _ = await set.failure("plain")
      try await server.start()
      try await eventually("rows are found", within: .seconds(1)) { (try? await set.columns("plain")) == ["value"] }
      // A socket without a listener, and a missing socket.
      let local = try await DirectorySet.open(server.socketURL + DirectorySet.simpleQuery)
      #expect(try await local.columns("plain") == ["value"])
      let none = await DirectorySet.refusal("ldapi://%2Ftmp%2Fno-such-socket" + DirectorySet.simpleQuery)
      #expect(none.contains("No such file or directory"))
    }

    @Test
    func `repeated restarts: rows are found within a second of each start, and failures are quick`() async throws {
      let server = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let sets = [
        try await DirectorySet.open(server.url + DirectorySet.simpleQuery),
        try await DirectorySet.open(server.url + DirectorySet.simpleQuery) { options in
          options.caFile = server.caFile
          options.ldap.useTLS = true
          options.ldap.bindUser = DirectoryServer.reader
          options.ldap.bindPassword = DirectoryServer.password
        },
        try await DirectorySet.open(server.socketURL + DirectorySet.simpleQuery),
      ]
      for _ in 0..<2 {
        for set in sets { #expect(try await set.columns("plain") == ["value"]) }
        server.stop()
        for set in sets {
          let (error, time) = await set.failure("plain")
          if case .temporary = error {} else { Issue.record("\(String(describing: error))") }
          #expect(time < .seconds(1))
        }
        try await server.start()
        for set in sets {
          try await eventually("rows are found", within: .seconds(1)) { (try? await set.columns("plain")) == ["value"] }
        }
      }
    }

    @Test
    func `a connection that the server closed while idle causes no error`() async throws {
      let server = try await DirectoryServer.small()
      let set = try await DirectorySet.open(server.url + DirectorySet.simpleQuery)
      #expect(try await set.columns("plain") == ["value"])
      server.stop()
      try await server.start()
      #expect(try await set.columns("plain") == ["value"])
    }

    @Test
    func `a server that does not respond fails in time, at every step`() async throws {
      let server = try await DirectoryServer.small(tls: "IP:127.0.0.1")
      let plain = server.url + DirectorySet.simpleQuery
      let set = try await DirectorySet.open(plain) { $0.ldap.timeout = 1 }
      let encrypted = try await DirectorySet.open(plain) { options in
        options.ldap.timeout = 1
        options.caFile = server.caFile
        options.ldap.useTLS = true
      }
      server.pause()
      defer { server.resume() }
      for set in [set, encrypted] {
        let (error, time) = await set.failure("plain")
        if case .temporary = error {} else { Issue.record("\(String(describing: error))") }
        #expect(time < .milliseconds(1500))
      }
      let ldaps = "ldaps://127.0.0.1:\(server.tlsPort)" + DirectorySet.simpleQuery
      let ways: [(String, (inout DataSetOptions) -> Void)] = [
        (plain, { _ in }), (plain, { $0.ldap.useTLS = true }), (ldaps, { _ in }),
        (server.socketURL + DirectorySet.simpleQuery, { $0.ldap.authMechanism = "EXTERNAL" }),
        (plain, { ($0.ldap.bindUser, $0.ldap.bindPassword) = (DirectoryServer.reader, "x") }),
        (plain, { ($0.ldap.authMechanism, $0.ldap.authName, $0.ldap.bindPassword) = ("DIGEST-MD5", "reader", "x") }),
      ]
      for (specification, change) in ways {
        let duration = await time {
          // As at program start, where no timer on another thread helps.
          await DataSets.$mayBlock.withValue(true) {
            let refusal = await DirectorySet.refusal(specification) { options in
              options.ldap.timeout = 1
              options.caFile = server.caFile
              change(&options)
            }
            #expect(refusal.contains("no response in time"), "\(refusal)")
          }
        }
        #expect(duration < .milliseconds(1500), "\(specification)")
      }
      server.resume()
      for set in [set, encrypted] {
        try await eventually("rows are found", within: .seconds(1)) { (try? await set.columns("plain")) == ["value"] }
      }
    }

    @Test
    func `the next server is used if the first is down or does not respond, within one time limit`() async throws {
      let server = try await DirectoryServer.small()
      let dead = "ldap://127.0.0.1:\(try FreePort.find())"
      let set = try await DirectorySet.open(dead + DirectorySet.simpleQuery + " \(server.url)")
      #expect(try await set.columns("plain") == ["value"])

      let first = try await DirectoryServer.small()
      let both = try await DirectorySet.open(first.url + DirectorySet.simpleQuery + " \(dead)\t\(server.url)/ignored")
      #expect(try await both.columns("plain") == ["value"])
      first.pause()
      defer { first.resume() }
      _ = await both.failure("plain")
      for _ in 0..<3 {
        let duration = await time {
          let columns = try? await both.columns("plain")
          #expect(columns == ["value"])
        }
        #expect(duration < .seconds(2))
      }
      server.stop()
      let (error, time) = await both.failure("plain")
      guard case .temporary(let why) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(time < .milliseconds(2500))
      #expect(!why.isEmpty)
    }

    @Test
    func `servers without LDAP, and responses to requests that were not sent, are errors`() async throws {
      let answers = [
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", String(repeating: "0", count: 100_000),
        // An invalid response to the first request, and a response to a request that was not sent.
        "0\u{0C}\u{02}\u{01}\u{01}a\u{07}\n\u{01}\u{7F}\u{04}\u{00}\u{04}\u{00}",
        "0\u{0C}\u{02}\u{01}\u{63}a\u{07}\n\u{01}\u{00}\u{04}\u{00}\u{04}\u{00}",
      ]
      for answer in answers {
        for end in [RepeatingServer.End.close, .endless] {
          let server = try await RepeatingServer(answer, then: end)
          for (kind, useTLS) in [("ldap", false), ("ldap", true), ("ldaps", false)] {
            let duration = await time {
              _ = await DirectorySet.refusal("\(kind)://127.0.0.1:\(server.port)" + DirectorySet.simpleQuery) {
                ($0.ldap.timeout, $0.ldap.useTLS) = (1, useTLS)
              }
            }
            #expect(duration < .seconds(2), "\(answer.prefix(20).debugDescription) \(kind)")
          }
        }
      }
    }

    @Test
    func `results are cached, unless LDAPDisableCache is set`() async throws {
      let server = try await DirectoryServer.small()
      let specification = server.url + DirectorySet.simpleQuery
      let cached = try await DirectorySet.open(specification) { $0.cacheSeconds = 30 }
      let asked = try await DirectorySet.open(specification) { options in
        options.cacheSeconds = 30
        options.ldap.disableCache = true
      }
      for set in [cached, asked] { #expect(try await set.columns("plain") == ["value"]) }
      server.stop()
      #expect(try await cached.columns("plain") == ["value"])
      _ = await asked.failure("plain")
    }
  }
#endif
