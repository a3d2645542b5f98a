import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics

/// Parsing of the option values of `dkimtool genzone`.
enum GenZoneArguments {
  /// The largest TTL, and the largest time in an SOA record, in seconds. // RFC 2181 §8
  private static let largest = Int(Int32.max)

  static func seconds(_ text: String) throws -> Int {
    guard let number = Int(text), (0...largest).contains(number) else {
      throw ValidationError("\"\(text)\" is not a number of seconds; expected 0 to \(largest)")
    }
    return number
  }

  static func serial(_ text: String) throws -> Int {
    guard let number = Int(text), (0...Int(UInt32.max)).contains(number) else {
      throw ValidationError("\"\(text)\" is not a serial number; expected 0 to \(UInt32.max)")
    }
    return number
  }

  /// Parses a comma-separated list of name servers.
  static func nameServers(_ text: String) throws -> [String] {
    try text.split(separator: ",").map { word in
      let word = String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      // nsupdate accepts addresses as well.
      if IPAddress(word) != nil { return word }
      guard let name = ZoneName(word) else {
        throw ValidationError("\"\(word)\" is not a server name; expected names separated by commas")
      }
      return name.text
    }
  }

  static func contact(_ text: String) throws -> String {
    guard let contact = ZoneName.contact(text) else {
      throw ValidationError("\"\(text)\" is not an address; expected, for example, hostmaster@example.com")
    }
    return contact
  }
}
