/// A directory entry in the format of slapadd. // RFC 2849
struct DirectoryEntry: Sendable {
  let dn: String
  let attributes: [(name: String, value: [UInt8])]

  init(_ dn: String, _ attributes: [(String, String)]) {
    self.init(dn, bytes: attributes.map { ($0.0, Array($0.1.utf8)) })
  }

  init(_ dn: String, bytes attributes: [(String, [UInt8])]) {
    self.dn = dn
    self.attributes = attributes.map { (name: $0.0, value: $0.1) }
  }

  /// All values in base64, so that no character is special.
  var text: String {
    let lines = attributes.map { "\($0.name):: \(Self.base64($0.value))\n" }
    return "dn:: \(Self.base64(Array(dn.utf8)))\n" + lines.joined() + "\n"
  }

  /// The first entries of every directory.
  static let tree: [DirectoryEntry] = {
    let top = DirectoryEntry(
      DirectoryServer.suffix,
      [("objectClass", "dcObject"), ("objectClass", "organization"), ("o", "Tests"), ("dc", "dkim")])
    let units = [DirectoryServer.rows, DirectoryServer.secrets, DirectoryServer.domains].map { dn in
      DirectoryEntry(
        dn, [("objectClass", "organizationalUnit"), ("ou", String(dn.dropFirst(3).prefix { $0 != "," }))])
    }
    let reader = DirectoryEntry(
      DirectoryServer.reader,
      [("objectClass", "dkimRow"), ("cn", "reader"), ("userPassword", DirectoryServer.password)])
    return [top] + units + [reader]
  }()

  /// A row with a name that is not part of its DN.
  static func row(
    _ number: Int, _ attributes: [(String, String)], below parent: String = DirectoryServer.rows
  ) -> DirectoryEntry {
    DirectoryEntry("cn=\(number),\(parent)", [("objectClass", "dkimRow"), ("cn", "\(number)")] + attributes)
  }

  /// Rows with one text each. LDAP has no attribute without a value, so a row with an empty text has no attribute.
  static func rows(_ rows: [(key: String, value: String)], from first: Int = 1) -> [DirectoryEntry] {
    rows.enumerated().map { offset, pair in
      row(first + offset, [("dkimName", pair.key)] + (pair.value.isEmpty ? [] : [("dkimValue", pair.value)]))
    }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let three = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let all = three[0] << 16 | three[1] << 8 | three[2]
      for location in 0..<4 {
        text.append(start + location <= bytes.count ? letters[all >> (18 - 6 * location) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
