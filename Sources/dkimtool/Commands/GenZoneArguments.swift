import ArgumentParser
import DKIMConfiguration
import DKIMCore

/// The words of the command line of `dkimtool genzone` as values.
enum GenZoneArguments {
  /// The largest number that a TTL or a time of SOA can have. // RFC 2181 §8
  private static let largest = Int(Int32.max)

  static func seconds(_ text: String) throws -> Int {
    guard let number = Int(text), (0...largest).contains(number) else {
      throw ValidationError("\"\(text)\" is no number of seconds; expected 0 to \(largest)")
    }
    return number
  }

  static func serial(_ text: String) throws -> Int {
    guard let number = Int(text), (0...Int(UInt32.max)).contains(number) else {
      throw ValidationError("\"\(text)\" is no serial number; expected 0 to \(UInt32.max)")
    }
    return number
  }

  /// Names with commas between.
  static func nameServers(_ text: String) throws -> [String] {
    try text.split(separator: ",").map { word in
      let word = String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      // nsupdate takes addresses, too.
      if IPAddress(word) != nil { return word }
      guard let name = ZoneName(word) else {
        throw ValidationError("\"\(word)\" is no name of a server; expected names with commas between")
      }
      return name.text
    }
  }

  static func contact(_ text: String) throws -> String {
    guard let contact = ZoneName.contact(text) else {
      throw ValidationError("\"\(text)\" is no address; expected one such as hostmaster@example.com")
    }
    return contact
  }
}
