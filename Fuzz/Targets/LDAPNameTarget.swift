@testable import DKIMDataSets

/// Parses names of LDAP directories and inserts keys into them. The first line is the key, the rest the name.
enum LDAPNameTarget {
  static func run(_ input: [UInt8]) {
    let lines = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(decoding: lines[0].prefix(1000), as: UTF8.self)
    let text = String(decoding: lines.count > 1 ? lines[1] : [], as: UTF8.self)
    checkEscaping(key)
    do throws(LDAPURLError) {
      let name = try LDAPName(text)
      require(read(text) == name, "the second parsing differs")
      check(name)
      checkFilter(name.filter, key)
      checkBase(name.base, key)
    } catch {
      requirePrintable(error.found)
      requirePrintable(error.expected)
      require(error.found.utf8.count <= 300, "an error of \(error.found.utf8.count) bytes")
    }
  }

  private static func read(_ text: String) -> LDAPName? { try? LDAPName(text) }

  private static func check(_ name: LDAPName) {
    require(1...LDAPName.mostServers ~= name.servers.count, "\(name.servers.count) servers")
    for server in name.servers {
      requirePrintable("\(server)".filter(\.isASCII))
      switch server.address {
      case .host(let host, let port):
        require(!host.isEmpty && 1...65535 ~= port && server.scheme != .ldapi, "the server \(server)")
      case .unix(let path):
        require(path.utf8.count <= ServerAddress.longestPath && server.scheme == .ldapi, "the server \(server)")
      }
    }
    require(name.attributes.count <= LDAPURL.maximumAttributes, "\(name.attributes.count) attributes")
    for attribute in name.attributes {
      require(!attribute.isEmpty && attribute.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "attribute \(attribute)")
    }
  }

  /// Checks that a key changes only values of a filter.
  private static func checkFilter(_ filter: LDAPFilter, _ key: String) {
    let plain = filter.template.text(for: "x", in: .filter)
    let text = filter.template.text(for: key, in: .filter)
    require((try? LDAPFilter(text)) != nil, "no longer a filter: \(text.debugDescription)")
    for sign in "()*".utf8 {
      require(count(sign, text) == count(sign, plain), "another filter: \(text.debugDescription)")
    }
    if let anyKey = filter.anyKey {
      require((try? LDAPFilter(anyKey)) != nil, "no filter to list entries: \(anyKey.debugDescription)")
      require(count(0x28, anyKey) == count(0x28, plain), "another filter: \(anyKey.debugDescription)")
    }
  }

  /// Checks that a key adds no part to a DN, except that a domain adds one for each of its dots.
  private static func checkBase(_ base: LDAPTemplate, _ key: String) {
    guard case .text(let before)? = base.pieces.first, before.hasSuffix("="), base.pieces.count > 1 else { return }
    let domains = base.pieces.count { $0 == .domain }
    let commas = naiveCommas(base.text(for: key, in: .dn))
    let dots = count(0x2E, key)
    require(
      commas == naiveCommas(base.text(for: "x", in: .dn)) + domains * dots,
      "\(key.debugDescription) in \(base.text(for: key, in: .dn).debugDescription)")
  }

  private static func checkEscaping(_ key: String) {
    let template = LDAPTemplate(pieces: [.key])
    for location in [LDAPTemplate.Place.dn, .filter] {
      let text = template.text(for: key, in: location)
      require(naivelyRead(text) == Array(key.utf8), "\(key.debugDescription) becomes \(text.debugDescription)")
    }
  }

  private static func naivelyRead(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x5C {
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// Counts the commas that are not preceded by a backslash.
  private static func naiveCommas(_ text: String) -> Int {
    var commas = 0
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x5C { rest = rest.dropFirst() } else if byte == 0x2C { commas += 1 }
    }
    return commas
  }

  private static func count(_ byte: UInt8, _ text: String) -> Int { text.utf8.count { $0 == byte } }
}
