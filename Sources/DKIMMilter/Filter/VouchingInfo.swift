import DKIMConfiguration
import DKIMCore
import Milter

/// The contents of a VBR-Info field: which certifiers vouch for which mail of a domain. // RFC 5518 §4
struct VouchingInfo: Sendable, Hashable {
  static let fieldName = "VBR-Info"
  static let names = Self.headerNames([fieldName])
  /// The maximum length of a field in bytes; longer ones are not valid.
  private static let maximumLength = 2048

  /// `md=`: the domain that is accountable for the message.
  let domain: DomainName
  /// `mc=`
  let content: VouchedContent
  /// `mv=`
  let certifiers: [DomainName]

  init(domain: DomainName, content: VouchedContent, certifiers: [DomainName]) {
    self.domain = domain
    self.content = content
    self.certifiers = certifiers
  }

  /// Parses the value of a field. Returns `nil` if one of the three elements is missing, invalid or repeated; others
  /// are ignored.
  init?(_ value: [UInt8]) {
    guard value.count <= Self.maximumLength else { return nil }
    var elements: [String: String] = [:]
    for element in value.split(separator: UInt8(ascii: ";")) {
      guard let equals = element.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = Self.trimmed(element[..<equals]).lowercased()
      guard elements.updateValue(Self.trimmed(element[(equals + 1)...]), forKey: name) == nil else { return nil }
    }
    guard let domain = elements["md"].flatMap({ try? DomainName($0) }),
      let content = elements["mc"].flatMap({ VouchedContent(rawValue: $0.lowercased()) }),
      let certifiers = elements["mv"].flatMap(VouchingRules.certifiers)
    else { return nil }
    self.init(domain: domain, content: content, certifiers: certifiers)
  }

  /// The value of the field after the space that follows the colon.
  var text: String {
    let start = "md=\(domain.asciiForm); mc=\(content.rawValue);"
    let list = "mv=" + certifiers.map(\.asciiForm).joined(separator: ":") + ";"
    let column = Self.fieldName.utf8.count + 2 + start.utf8.count
    return start + (column + 1 + list.utf8.count > 75 ? "\r\n\t" : " ") + list
  }

  /// Removes white space and line ends at both ends.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    return String(decoding: bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed(), as: UTF8.self)
  }

  /// Returns the names of header fields.
  static func headerNames(_ names: [String]) -> [HeaderFieldName] { names.compactMap { try? HeaderFieldName($0) } }
}

/// What VBR changes in the header of a message that is signed.
struct VouchingChange: Sendable, Hashable {
  /// The fields of a message that override `VBR-Type` and `VBR-Certifiers`. OpenDKIM reads the first name of each; its
  /// manual has the second.
  static let typeFields = VouchingInfo.headerNames(["VBR-Type", "X-VBR-Type"])
  static let certifierFields = VouchingInfo.headerNames(["VBR-Certifiers", "X-VBR-Certifiers"])

  /// The field to add; `nil` if there is none.
  var added: VouchingInfo?
  /// True if the fields that override settings are removed.
  var removesFields = false

  /// The names of the fields to remove.
  private var removedNames: [HeaderFieldName] { removesFields ? Self.typeFields + Self.certifierFields : [] }

  /// Returns the header that is signed.
  func header(_ header: MessageHeader) -> MessageHeader {
    let field = added.map { (name: VouchingInfo.fieldName, value: Array(" \($0.text)".utf8)) }
    return header.inserting(field, removing: removedNames)
  }

  /// Returns the changes to the message. The new field is at its top, below the signatures that are added later.
  /// // RFC 5518 §7.1
  func edits(of header: MessageHeader) -> [MilterModification] {
    // From the last to the first, so that the numbers of the others do not change.
    var edits = removedNames.flatMap { name in
      header.positions(of: name).indices.reversed().map {
        MilterModification.deleteHeader(name: name.text, index: UInt32($0 + 1))
      }
    }
    if let added { edits.append(.insertHeader(VouchingInfo.fieldName, added.text)) }
    return edits
  }
}
