public import Milter

/// What kept a peer from doing what it was asked to.
public enum PeerError: Error, Sendable, Hashable {
  /// The filter has closed the connection.
  case closed
  /// No answer in time to this command.
  case timedOut(MilterCommand?)
  /// A packet that does not belong here.
  case unexpected(letter: UInt8, to: MilterCommand)
  /// A packet that cannot be read.
  case malformed(letter: UInt8)
  /// An answer to OPTNEG with what was not offered; Postfix closes the connection then.
  case notOffered(String)
  /// Packets that are no packets.
  case framing(MilterError)
  /// There is no agreement yet, or another exchange is under way.
  case wrongMoment(String)
  /// A path that is too long for a unix socket or a host that is not known.
  case badAddress(String)
}

extension PeerError: CustomStringConvertible {
  /// In words.
  public var description: String {
    switch self {
    case .closed: "the filter has closed the connection"
    case .timedOut(let command): "no answer in time" + (command.map { " to \($0)" } ?? "")
    case .unexpected(let letter, let command):
      "packet '\(Character(Unicode.Scalar(letter)))' in answer to \(command), where it does not belong"
    case .malformed(let letter): "packet '\(Character(Unicode.Scalar(letter)))' that cannot be read"
    case .notOffered(let what): "the filter asks for what was not offered: \(what)"
    case .framing(let error): "\(error)"
    case .wrongMoment(let what): what
    case .badAddress(let address): "no socket address: \(address)"
    }
  }
}
