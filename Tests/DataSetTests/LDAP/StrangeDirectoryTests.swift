#if LDAP
  import DKIMConfiguration
  import TestSupport
  import Testing

  @testable import DKIMDataSets

  /// LDAP messages, byte by byte. // RFC 4511 §4
  private enum Message {
    static func part(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [tag, 0x82, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }

    static func text(_ text: String) -> [UInt8] { part(0x04, Array(text.utf8)) }

    static func message(_ number: UInt8, _ operation: [UInt8]) -> [UInt8] {
      part(0x30, part(0x02, [number]) + operation)
    }

    static func end(_ number: UInt8, _ code: UInt8 = 0, matched: String = "") -> [UInt8] {
      message(number, part(0x65, [0x0A, 0x01, code] + text(matched) + text("")))
    }

    static func entry(_ number: UInt8, _ value: String) -> [UInt8] {
      let attribute = part(0x30, text("mail") + part(0x31, text(value)))
      return message(number, part(0x64, text("cn=x") + part(0x30, attribute)))
    }

    static func reference(_ number: UInt8) -> [UInt8] { message(number, part(0x73, text("ldap://192.0.2.1/"))) }
  }

  /// A directory with scripted responses, and the data set that uses it.
  private final class StrangeDirectory {
    let server: SpeakingServer
    private(set) var set: (any DataSet)?

    /// - Parameters:
    ///   - trial: the response to the first search, which checks the server.
    ///   - answers: the responses to the following searches, over each connection.
    init(_ answers: [UInt8]..., base: String = "dc=test", trial: [UInt8] = Message.end(1)) async throws {
      server = try await SpeakingServer(first: [], answers: [trial] + answers)
      set = try await DirectorySet.open("ldap://127.0.0.1:\(server.port)/\(base)?mail?sub?(cn=$d)")
    }

    func columns(_ key: String) async throws -> [String?]? { try await set?.columns(key) }

    func failure(_ key: String) async -> DataSetError? {
      do throws(DataSetError) {
        let rows = try await set?.rows(for: key, all: false)
        Issue.record("\(rows ?? [])")
        return nil
      } catch {
        return error
      }
    }

    func drop() { set = nil }
  }

  @Suite("Directories with unusual responses")
  struct StrangeDirectoryTests {
    @Test
    func `the first entry is used, and a key is absent only after a complete search`() async throws {
      let found: [[UInt8]] = [
        Message.entry(2, "value") + Message.end(2), Message.entry(2, "value") + Message.end(2, 4),
        Message.entry(2, "value") + Message.entry(2, "other") + Message.end(2, 4),
        Message.reference(2) + Message.entry(2, "value") + Message.reference(2) + Message.end(2),
      ]
      for answer in found {
        let directory = try await StrangeDirectory(answer)
        #expect(try await directory.columns("x") == ["value"])
      }
      let directory = try await StrangeDirectory(Message.end(2))
      #expect(try await directory.columns("x") == nil)
      let errors: [([UInt8], String)] = [
        (Message.end(2, 4), "Size limit exceeded (4)"), (Message.reference(2) + Message.end(2), "are on other servers"),
        (Message.end(2, 32), "cannot be searched: No such object (32)"), (Message.end(2, 10), "Referral (10)"),
        (Message.end(2, 33), "Alias problem (33)"), (Message.end(2, 36), "Alias dereferencing problem (36)"),
      ]
      for (answer, text) in errors {
        let directory = try await StrangeDirectory(answer)
        let error = await directory.failure("x")
        #expect(error?.description.contains(text) == true, "\(error.debugDescription)")
      }
    }

    @Test
    func `a missing name is absent only if the base entry exists`() async throws {
      let base = "cn=$d,ou=keys,dc=test"
      for (matched, isKnown) in [
        ("ou=keys,dc=test", true), ("OU=keys, dc=test", true), ("dc=test", false), ("", false), ("no name", false),
      ] {
        let absent = Message.end(2, 32, matched: matched)
        let directory = try await StrangeDirectory(absent, Message.end(3, 32), base: base)
        if isKnown {
          #expect(try await directory.columns("x") == nil, "\(matched)")
        } else {
          let error = await directory.failure("x")
          guard case .temporary(let why)? = error else {
            Issue.record("\(matched): \(error.debugDescription)")
            continue
          }
          #expect(why.contains("\"ou=keys,dc=test\" cannot be searched"))
        }
        // Some servers do not report the matched DN, but show the entry.
        let other = try await StrangeDirectory(absent, Message.entry(3, "") + Message.end(3), base: base)
        #expect(try await other.columns("x") == nil, "\(matched)")
      }
      // An alias is a row, wherever it points.
      for code in [33, 36] as [UInt8] {
        let directory = try await StrangeDirectory(Message.end(2, code, matched: "ou=keys,dc=test"), base: base)
        #expect(await directory.failure("x") != nil)
      }
      // No part of the name is fixed.
      let directory = try await StrangeDirectory(Message.end(2, 32), base: "$D")
      #expect(try await directory.columns("x.test") == nil)
    }

    @Test
    func `errors that affect every key are reported when the set is opened`() async throws {
      let trials: [([UInt8], String)] = [
        (Message.end(1, 10), "Referral (10); name the server that has the entries"),
        (Message.reference(1) + Message.end(1), "are on other servers"), (Message.end(1, 34), "Invalid DN syntax (34)"),
        (Message.end(1, 4), "Size limit exceeded (4)"),
      ]
      for (trial, text) in trials {
        let error = await #expect(throws: DataSetOpenError.self) {
          _ = try await StrangeDirectory(base: "cn=$d,dc=test", trial: trial)
        }
        #expect(error.map { "\($0)" }?.contains(text) == true, "\(error.debugDescription)")
      }
    }

    @Test
    func `a server that sends more than requested is an error`() async throws {
      let entries = (0..<50).flatMap { _ in Message.entry(2, "value") }
      let references = (0..<1500).flatMap { _ in Message.reference(2) }
      for answer in [entries, references] {
        let directory = try await StrangeDirectory(answer)
        let error = await directory.failure("x")
        #expect(error?.description.contains("the server sent more than requested") == true)
      }
    }

    @Test
    func `the server is notified when a connection is closed`() async throws {
      let directory = try await StrangeDirectory(Message.end(2))
      #expect(try await directory.columns("x") == nil)
      directory.drop()
      try await eventually("the server has received it", within: .seconds(5)) {
        directory.server.bytes.suffix(2) == [0x42, 0x00]
      }
    }

    @Test
    func `the fixed end of a template`() {
      let tails = [
        ("dc=test", "dc=test"), ("", ""), ("$D", ""), ("cn=$d", ""), ("cn=$d,dc=test", "dc=test"),
        ("$D,ou=a,dc=test", "ou=a,dc=test"), ("cn=$d\\,x+sn=y;dc=test", "dc=test"), ("cn=$d,ou=$d", ""),
        ("cn=$d,ou=x$D x,dc=test", "dc=test"),
      ]
      for (template, tail) in tails { #expect(LDAPTail(of: LDAPTemplate(template)).dn == tail, "\(template)") }
      #expect(LDAPTail.parts(of: "cn=a\\,b+sn=c,dc=x") == 2 && LDAPTail.parts(of: "") == 0)
      #expect(LDAPTail.parts(of: "none") == nil)
    }
  }
#endif
