package import DKIMCore

/// A published TXT record and its meaning.
package struct PublishedRecord: Sendable {
  private let name: String
  private let bytes: [UInt8]
  private let content: Result<KeyRecord, KeyRecordError>

  /// - Parameters:
  ///   - name: the full name, without the trailing dot.
  ///   - bytes: the strings of the record, joined.
  package init(_ bytes: [UInt8], name: String) {
    self.name = name
    self.bytes = bytes
    do throws(KeyRecordError) {
      content = .success(try KeyRecord(bytes))
    } catch {
      content = .failure(error)
    }
  }

  package static func all(in answer: KeyAnswer, name: String) -> [PublishedRecord] {
    guard case .records(let texts, _) = answer else { return [] }
    return texts.map { PublishedRecord($0, name: name) }
  }

  // MARK: Text

  /// The record as a zone file has it, followed by its meaning in comments.
  package var zoneText: String {
    let strings = bytes.isEmpty ? [bytes[...]] : bytes.chunks(of: 255)
    let text = strings.map { "\"" + Self.escaped($0) + "\"" }.joined(separator: "\n\t  ")
    let value = strings.count == 1 ? text : "( \(text) )"
    return "\(name).\tIN\tTXT\t\(value)\n" + meaning.map { ";   \($0.label): \($0.text)\n" }.joined()
  }

  private var meaning: [(label: String, text: String)] {
    switch content {
    case .failure(let error): return [("not a key", PrintableText.escaped("\(error)"))]
    case .success(let record):
      var lines = [
        ("type", record.keyType.rawValue), ("bits", String(record.keyBits)),
        ("hash algorithms", record.hashAlgorithms.map(Self.list) ?? "any"),
        ("services", record.services.map(Self.list) ?? "any"),
        ("flags", record.flags.isEmpty ? "none" : record.flags.map(Self.flag).joined(separator: ", ")),
      ]
      if let notes = record.notes { lines.append(("notes", PrintableText.escaped(notes))) }
      return lines
    }
  }

  private static func flag(_ flag: String) -> String {
    switch flag {
    case "y": "y (the domain is testing)"
    case "s": "s (no identities in subdomains)"
    default: PrintableText.escaped(flag)
    }
  }

  private static func list(_ words: [String]) -> String { PrintableText.escaped(words.joined(separator: ", ")) }

  /// A character-string without its quotes. // RFC 1035 §5.1
  private static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(Unicode.Scalar(byte))
      case 0x20..<0x7F: text += String(Unicode.Scalar(byte))
      default:
        let digits = String(byte)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
  }

  // MARK: JSON

  package func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("text", String(decoding: bytes, as: UTF8.self))
      var record: KeyRecord?
      var error: String?
      switch content {
      case .success(let found): record = found
      case .failure(let reason): error = "\(reason)"
      }
      json.member("keyType", record?.keyType.rawValue)
      json.member("keyBits", record?.keyBits)
      json.member("hashAlgorithms", record?.hashAlgorithms)
      json.member("services", record?.services)
      json.member("flags", record?.flags)
      json.member("notes", record?.notes)
      json.member("error", error)
    }
  }
}

extension [UInt8] {
  fileprivate func chunks(of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
