public import Milter
import NIOCore

/// A filter's reply, as received.
public struct PeerVerdict: Sendable, Hashable {
  /// The letter of the reply.
  public var letter: MilterReplyLetter
  /// The text of a reply code, with percent signs as received.
  public var text: String

  /// Creates a reply, for comparison with a received one.
  public init(_ letter: MilterReplyLetter, text: String = "") {
    self.letter = letter
    self.text = text
  }
}

/// A modification, as received.
public enum PeerModification: Sendable, Hashable {
  /// Adds a field at the end of the header.
  case addHeader(name: [UInt8], value: [UInt8])
  /// Inserts a field before the one with this index; 0 is the top.
  case insertHeader(index: UInt32, name: [UInt8], value: [UInt8])
  /// Changes a field; an empty value deletes it.
  case changeHeader(index: UInt32, name: [UInt8], value: [UInt8])
  /// Adds a recipient with optional ESMTP parameters.
  case addRecipient(String, parameters: String?)
  /// Deletes a recipient.
  case deleteRecipient(String)
  /// Replaces the envelope sender and its ESMTP parameters.
  case changeSender(String, parameters: String?)
  /// Replaces the body, or continues its replacement.
  case replaceBody([UInt8])
  /// Puts the message in quarantine, with the reason.
  case quarantine(String)

  /// Parses a packet; `nil` if it is not a modification or is malformed.
  init?(_ letter: MilterReplyLetter, _ payload: ByteBuffer) {
    var rest = payload
    switch letter {
    case .addHeader:
      guard let name = rest.readText(), let value = rest.readText() else { return nil }
      self = .addHeader(name: name, value: value)
    case .insertHeader, .changeHeader:
      guard let index = rest.readInteger(as: UInt32.self), let name = rest.readText(), let value = rest.readText()
      else {
        return nil
      }
      self =
        letter == .insertHeader
        ? .insertHeader(index: index, name: name, value: value)
        : .changeHeader(index: index, name: name, value: value)
    case .addRecipient, .addRecipientWithParameters:
      guard let address = rest.readText() else { return nil }
      self = .addRecipient(text(address), parameters: rest.readText().map(text))
    case .deleteRecipient:
      guard let address = rest.readText() else { return nil }
      self = .deleteRecipient(text(address))
    case .changeSender:
      guard let address = rest.readText() else { return nil }
      self = .changeSender(text(address), parameters: rest.readText().map(text))
    case .quarantine:
      guard let reason = rest.readText() else { return nil }
      self = .quarantine(text(reason))
    case .replaceBody:
      self = .replaceBody(Array(rest.readableBytesView))
      rest.clear()
    case .shutdown, .accept, .continue, .discard, .connectionFailure, .negotiate, .progress, .reject, .skip,
      .tempfail, .replyCode:
      return nil
    }
    guard rest.readableBytes == 0 else { return nil }
  }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension ByteBuffer {
  mutating func readText() -> [UInt8]? {
    guard let end = readableBytesView.firstIndex(of: 0) else { return nil }
    let text = readBytes(length: end - readerIndex)
    moveReaderIndex(forwardBy: 1)
    return text
  }
}

/// The outcome of sending a message.
public struct PeerOutcome: Sendable, Hashable {
  /// The last reply.
  public var verdict = PeerVerdict(.continue)
  /// The command that the last reply answered.
  public var command = MilterCommand.connect
  /// The modifications, in the order in which they were received.
  public var modifications: [PeerModification] = []
  /// The replies to rejected recipients, by the recipient's index.
  public var refusedRecipients: [Int: PeerVerdict] = [:]
  /// The number of progress replies.
  public var progress = 0
  /// Whether the filter replied `skip` to a body chunk.
  public var skipped = false

  /// Whether the message was accepted.
  public var isAccepted: Bool { verdict.letter == .accept || verdict.letter == .continue }

  /// Returns the message after the modifications, applied as Postfix applies them.
  ///
  /// Fields of one name are counted from 1, without fields that were not sent to the filter and without fields deleted
  /// before. A field inserted at an index has that many fields above it, including those not sent to the filter. A
  /// change of a field that does not exist adds it.
  /// - Parameters:
  ///   - message: The message that was sent.
  ///   - hidden: Fields at the top that were not sent to the filter, such as Postfix's own Received.
  ///   - leadingSpace: Whether `headerLeadingSpace` was agreed on; if not, a space is added after the colon.
  public func applied(
    to message: PeerMessage, hidden: [PeerMessage.Field] = [], leadingSpace: Bool = true
  ) -> PeerMessage {
    var list = EditedHeader(hidden: hidden, fields: message.fields, leadingSpace: leadingSpace)
    var result = message
    var body: [UInt8]?
    for modification in modifications {
      switch modification {
      case .addHeader(let name, let value): list.insert(name, value, at: Int.max)
      case .insertHeader(let index, let name, let value): list.insert(name, value, at: Int(index))
      case .changeHeader(let index, let name, let value): list.change(name, Int(index), value)
      case .addRecipient(let address, _): result.recipients.append(address)
      case .deleteRecipient(let address): result.recipients.removeAll { $0 == address }
      case .changeSender(let address, _): result.sender = address
      case .replaceBody(let piece): body = (body ?? []) + piece
      case .quarantine: break
      }
    }
    result.fields = list.fields
    result.body = body ?? message.body
    return result
  }
}

/// A header that is edited in the same way as Postfix does it.
private struct EditedHeader {
  private var entries: [(field: PeerMessage.Field, isHidden: Bool)]
  private let leadingSpace: Bool

  init(hidden: [PeerMessage.Field], fields: [PeerMessage.Field], leadingSpace: Bool) {
    entries = hidden.map { ($0, true) } + fields.map { ($0, false) }
    self.leadingSpace = leadingSpace
  }

  var fields: [PeerMessage.Field] { entries.map(\.field) }

  mutating func insert(_ name: [UInt8], _ value: [UInt8], at index: Int) {
    entries.insert((field(name, value), false), at: min(index, entries.count))
  }

  mutating func change(_ name: [UInt8], _ index: Int, _ value: [UInt8]) {
    let lower = Self.lower(name)
    let places = entries.indices.filter { !entries[$0].isHidden && Self.lower(entries[$0].field.name) == lower }
    let wanted = max(index, 1) - 1
    guard wanted < places.count else {
      if !value.isEmpty { insert(name, value, at: Int.max) }
      return
    }
    if value.isEmpty {
      entries.remove(at: places[wanted])
    } else {
      entries[places[wanted]].field = field(name, value)
    }
  }

  private func field(_ name: [UInt8], _ value: [UInt8]) -> PeerMessage.Field {
    PeerMessage.Field(name: name, value: leadingSpace ? value : [0x20] + value)
  }

  private static func lower(_ name: [UInt8]) -> [UInt8] {
    name.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
  }
}
