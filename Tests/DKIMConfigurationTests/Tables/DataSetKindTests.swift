import Glibc
import Testing

@testable import DKIMConfiguration

@Suite("Data sets: kinds")
struct DataSetKindTests {
  @Test(arguments: [
    ("csl:a,b", DataSetKind.csl, "a,b"), ("CSL:a", .csl, "a"), ("a,b", .csl, "a,b"), ("./f.txt", .csl, "./f.txt"),
    ("127.0.0.1,::1", .csl, "127.0.0.1,::1"), ("a,file:x", .csl, "a,file:x"), ("", .csl, ""),
    ("file:/a", .file, "/a"), ("FiLe:/a", .file, "/a"), ("/etc/mail/keys", .file, "/etc/mail/keys"),
    ("refile:/a", .refile, "/a"), (" refile:/a ", .refile, "/a"), ("keys.db", .db, "keys.db"),
    ("/etc/keys.db", .db, "/etc/keys.db"), ("db:keys", .db, "keys"),
    ("dsn:pgsql://u@h/d/table=t", .dsn, "pgsql://u@h/d/table=t"), ("ldap://h/b", .ldap, "//h/b"),
    ("redis://h/p", .redis, "//h/p"), ("file:relative", .file, "relative"),
  ])
  func `the kind of a data set follows from its specification`(specification: String, kind: DataSetKind, name: String)
    throws
  {
    let parsed = try DataSetSpecification(specification)
    #expect(parsed.kind == kind)
    #expect(parsed.name == name)
  }

  @Test(arguments: ["2001:db8::1", "::1,127.0.0.1", "!2001:db8::/32,10.0.0.0/8", "[::1]", "::/0", "::ffff:10.0.0.1"])
  func `a specification that begins with an IPv6 address is a list`(list: String) async throws {
    let set = try await DataSets.open(list, location: nil)
    #expect(try await set.allRows().map(\.key).joined(separator: ",") == list)
  }

  @Test(arguments: ["foo:bar", "refile :/a", "k1=example.com:s:/key", ":x"])
  func `an unknown kind is an error that names it`(specification: String) async throws {
    let location = FileLocation(file: "/etc/opendkim.conf", line: 3)
    await #expect {
      _ = try await DataSets.open(specification, location: location)
    } throws: { error in
      guard let error = error as? DataSetOpenError, case .unknownKind = error.reason else { return false }
      return error.location == location && error.description.contains("unknown database type")
        && error.description.hasPrefix("/etc/opendkim.conf:3: error: ")
    }
  }

  @Test
  func `a kind that this build does not support is an error that names the optional part`() async throws {
    for (specification, part) in [("dsn:pgsql://h/d", "SQL"), ("ldap://h/b", "LDAP"), ("x.db", "BerkeleyDB")] {
      await #expect {
        _ = try await DataSets.open(specification, location: nil)
      } throws: { error in
        guard let error = error as? DataSetOpenError, case .notBuilt(_, let named) = error.reason else { return false }
        return named == part && error.description.contains("--traits \(part)")
      }
    }
  }

  @Test
  func `an unreadable file is an error with the reason, and a FIFO does not block`() async throws {
    let folder = try TableFolder()
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    for (path, reason) in [
      (folder.path + "/none", "No such file or directory"), (folder.path, "is a directory, not a regular file"),
      (pipe, "is a FIFO, not a regular file"), ("/dev/zero", "is a device, not a regular file"),
    ] {
      for kind in ["file", "refile"] {
        await #expect {
          _ = try await DataSets.open("\(kind):\(path)", location: nil)
        } throws: { "\($0)".contains("\(path): \(reason)") }
      }
    }
    let long = try folder.write("long", String(repeating: "a b\n", count: 100))
    await #expect {
      _ = try await DataSets.open(long, location: nil, options: DataSetOptions(maximumFileSize: 399))
    } throws: { "\($0)".contains("is larger than 399 bytes") }
    await #expect { _ = try await DataSets.open("file:", location: nil) } throws: {
      "\($0)".contains("missing name after \"file:\"")
    }
  }

  @Test
  func `relative paths start at BaseDirectory`() async throws {
    let folder = try TableFolder()
    try folder.write("table", "a b")
    for base in [folder.path, folder.path + "/"] {
      let set = try await DataSets.open("file:table", location: nil, options: DataSetOptions(baseDirectory: base))
      #expect(try await set.value("a") == "b")
    }
  }
}
