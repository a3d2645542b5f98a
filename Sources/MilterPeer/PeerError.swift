public import Milter

/// An error of a peer.
public enum PeerError: Error, Sendable, Hashable {
  /// The filter has closed the connection.
  case closed
  /// The filter did not reply to this command in time.
  case timedOut(MilterCommand?)
  /// A packet that is not valid as a reply to the command.
  case unexpected(letter: UInt8, to: MilterCommand)
  /// A packet with a malformed payload.
  case malformed(letter: UInt8)
  /// An answer to OPTNEG that requests something that was not offered; Postfix then closes the connection.
  case notOffered(String)
  /// Data that is not a sequence of packets.
  case framing(MilterError)
  /// No agreement has been made yet, or another exchange is in progress.
  case wrongMoment(String)
  /// A path that is too long for a unix socket, or an unknown host.
  case badAddress(String)
}

extension PeerError: CustomStringConvertible {
  /// The error as text.
  public var description: String {
    switch self {
    case .closed: "the filter closed the connection"
    case .timedOut(let command): "no reply in time" + (command.map { " to \($0)" } ?? "")
    case .unexpected(let letter, let command):
      "packet '\(Character(Unicode.Scalar(letter)))' is not valid as a reply to \(command)"
    case .malformed(let letter): "packet '\(Character(Unicode.Scalar(letter)))' is malformed"
    case .notOffered(let what): "the filter requests something that was not offered: \(what)"
    case .framing(let error): "\(error)"
    case .wrongMoment(let what): what
    case .badAddress(let address): "not a socket address: \(address)"
    }
  }
}
